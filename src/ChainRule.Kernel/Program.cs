System.Console.WriteLine("chainrule");
