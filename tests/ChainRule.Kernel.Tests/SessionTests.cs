using ChainRule.Kernel.Sessions;
using Xunit;

namespace ChainRule.Kernel.Tests;

public sealed class SessionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CSharpSession _session;
    private int _cell;

    public SessionTests() => _session = new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1 + 1", "2")]
    [InlineData("\"text\"", "text")]
    [InlineData("1.5", "1.5")]
    [InlineData("new[] { 1.0, 2.5 }", "[ 1, 2.5 ]")]
    [InlineData("List<int> xs = [1, 2, 3];\nxs", "[ 1, 2, 3 ]")]
    [InlineData("await Task.FromResult(7)", "7")]
    [InlineData("(object?)null", "<null>")]
    [InlineData("string? s = null;\ns ?? \"none\"", "none")]
    [InlineData("Linear(\"N\", \"M\") is Layer && 5 * Relu is Activation && Relu(Scalar(\"x\")).ToString() == \"ReLU(x)\"", "True")]
    public async Task A_trailing_expression_is_the_cells_value(string code, string text)
    {
        var result = await RunAsync(code);

        Assert.True(result.Succeeded);
        Assert.Equal(text, result.Text());
        var value = Assert.IsType<DisplayOutput>(Assert.Single(result.Outputs));
        Assert.Equal(1, value.ExecutionCount);
    }

    [Theory]
    [InlineData("Math.Abs(1);")]
    [InlineData("var x = 1;")]
    [InlineData("Console.Write(\"\")")]
    [InlineData("await Task.CompletedTask")]
    [InlineData("// nothing")]
    [InlineData("")]
    public async Task Without_one_there_is_no_value(string code)
    {
        var result = await RunAsync(code);

        Assert.True(result.Succeeded);
        Assert.Empty(result.Outputs);
    }

    [Fact]
    public async Task A_number_is_its_text_and_other_values_have_HTML_too()
    {
        foreach (var (code, text) in new[] { ("5", "5"), ("2.5m", "2.5"), ("'c'", "c"), ("1 < 2", "True"), ("System.Numerics.BigInteger.Pow(10, 20)", "100000000000000000000") })
        {
            var number = Assert.IsType<DisplayOutput>(Assert.Single((await RunAsync(code)).Outputs));
            Assert.Equal([KeyValuePair.Create("text/plain", text)], number.Data);
        }

        Assert.Contains("<pre>[ 1, 2 ]</pre>", (await RunAsync("new[] { 1, 2 }")).Html(), StringComparison.Ordinal);
        Assert.Contains("<td>X</td>", (await RunAsync("new { X = 1 }")).Html(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cells_share_variables_functions_classes_and_usings()
    {
        await OkAsync("using System.Globalization;\nvar x = 20;\nint Twice(int n) => 2 * n;");
        await OkAsync("record Point(int X, int Y);\nclass Counter { public int Count; public int Next() => ++Count; }");
        await OkAsync("var counter = new Counter();\ncounter.Next();");
        await OkAsync("var x = \"redefined\";");

        Assert.Equal("redefined 6 2", (await RunAsync("$\"{x} {Twice(3)} {counter.Next()}\"")).Text());
        Assert.Contains("X = 1", (await RunAsync("new Point(1, 2).ToString()")).Text(), StringComparison.Ordinal);
        Assert.Equal("1.5", (await RunAsync("1.5.ToString(CultureInfo.InvariantCulture)")).Text());
    }

    [Fact]
    public async Task What_was_set_before_an_exception_stays()
    {
        var failed = await RunAsync("var kept = 3;\nthrow new InvalidOperationException(\"no\");");

        Assert.False(failed.Succeeded);
        Assert.Equal("3", (await RunAsync("kept")).Text());
    }

    [Fact]
    public async Task Streams_and_displays_keep_their_order()
    {
        var result = await RunAsync(
            """
            Console.Write("a");
            Console.WriteLine("b");
            display(1);
            Console.Error.WriteLine("problem");
            class Helper { public static void Show() => display("from a class"); }
            Helper.Show();
            await Task.Run(() => Console.WriteLine("task"));
            2.Display();
            3
            """);

        Assert.Collection(
            result.Outputs,
            output => Assert.Equal(new StreamOutput(IsError: false, "ab\n"), output),
            output => Assert.Equal("1", Assert.IsType<DisplayOutput>(output)["text/plain"]),
            output => Assert.Equal(new StreamOutput(IsError: true, "problem\n"), output),
            output => Assert.Equal("from a class", Assert.IsType<DisplayOutput>(output)["text/plain"]),
            output => Assert.Equal(new StreamOutput(IsError: false, "task\n"), output),
            output => Assert.Null(Assert.IsType<DisplayOutput>(output).ExecutionCount),
            output => Assert.Equal(1, Assert.IsType<DisplayOutput>(output).ExecutionCount));
    }

    [Fact]
    public async Task A_display_can_be_updated()
    {
        var result = await RunAsync("var shown = display(1);\nConsole.WriteLine(\"between\");\nshown.Update(2);");

        Assert.Equal("2", Assert.IsType<DisplayOutput>(result.Outputs[0])["text/plain"]);
        Assert.Equal(2, result.Outputs.Length);
    }

    [Fact]
    public async Task A_view_has_its_own_formats_and_a_figure_only_where_there_is_one()
    {
        var plain = Assert.IsType<DisplayOutput>(Assert.Single((await RunAsync("Vector(\"z\", \"K\")")).Outputs));
        var figure = Assert.IsType<DisplayOutput>(Assert.Single((await RunAsync("Figures.Bars([\"a\", \"b\"], [1, 2])")).Outputs));

        Assert.Equal(["text/html", "text/latex", "text/plain"], plain.Data.Select(format => format.Key));
        Assert.Equal("z ∈ ℝ^K", plain["text/plain"]);
        Assert.Equal(["application/vnd.plotly.v1+json", "text/html", "text/latex", "text/plain"], figure.Data.Select(format => format.Key));
        Assert.StartsWith("{", figure["application/vnd.plotly.v1+json"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compile_error_shows_the_line_and_the_place()
    {
        await OkAsync("1");
        var error = Assert.IsType<ErrorOutput>((await RunAsync("var a = 1;\nwhile (a < 2) a++;\n  var b = missing + 1;")).Error);

        Assert.Equal("CS0103", error.Name);
        Assert.Equal("The name 'missing' does not exist in the current context", error.Value);
        Assert.Equal(
            [
                "cell 2, line 3, column 11: CS0103: The name 'missing' does not exist in the current context",
                "      var b = missing + 1;",
                "              ^^^^^^^",
            ],
            error.Traceback);
    }

    [Fact]
    public async Task An_exception_shows_the_frames_of_the_notebook_alone()
    {
        await OkAsync("int Deep(int n)\n{\n    return n == 0 ? int.Parse(\"x\") : Deep(n - 1);\n}\nasync Task<int> Later() { await Task.Yield(); return Deep(2); }");
        var error = Assert.IsType<ErrorOutput>((await RunAsync("\nvar r = await Later();")).Error);

        Assert.Equal("FormatException", error.Name);
        Assert.Equal(
            [
                "FormatException: The input string 'x' was not in a correct format.",
                "   at Deep (cell 1, line 3)",
                "   at Later (cell 1, line 5)",
                "   at cell 2, line 2",
            ],
            error.Traceback);
    }

    [Fact]
    public async Task Wrapped_exceptions_are_unwrapped()
    {
        var error = (await RunAsync("Task.Run(() => { throw new ArgumentException(\"inside\"); }).Wait();")).Error;

        Assert.Equal("ArgumentException", error?.Name);
        Assert.Equal("inside", error?.Value);
    }

    [Fact]
    public async Task An_error_of_the_library_is_its_message_and_its_place()
    {
        var error = Assert.IsType<ErrorOutput>((await RunAsync("throw new ShapeException(\"W is 2×3, x has 4 entries.\");")).Error);

        Assert.Equal(["W is 2×3, x has 4 entries.", "   at cell 1, line 1"], error.Traceback);
    }

    [Fact]
    public async Task A_value_that_cannot_be_shown_is_an_error_of_the_cell()
    {
        var result = await RunAsync("class Bad : IShowable { public MimeBundle Show() => throw new InvalidOperationException(\"bad view\"); }\nnew Bad()");

        Assert.Equal("bad view", result.Error?.Value);
    }

    [Theory]
    [InlineData("while (true) ;")]
    [InlineData("for (;;) { }")]
    [InlineData("do { } while (true);")]
    [InlineData("again: goto again;")]
    [InlineData("void F() { while (true) { try { F2(); } catch (InvalidOperationException) { Console.Write(\"\"); } } }\nvoid F2() { }\nF();")]
    [InlineData("foreach (var n in Forever()) if (n < 0) break; else continue;\nIEnumerable<int> Forever() { while (true) yield return 1; }")]
    [InlineData("await Task.Run(() => { while (true) ; });")]
    [InlineData("Enumerable.Range(0, int.MaxValue).Select(i => Math.Sin(i)).Sum()")]
    [InlineData("Enumerable.Range(0, 1000).ToList().ForEach(i => System.Threading.Thread.SpinWait(1_000_000));")]
    [InlineData("int Fib(int n) => n < 2 ? n : Fib(n - 1) + Fib(n - 2);\nFib(80)")]
    [InlineData("void Fall(int n) => Split(n);\nvoid Split(int n) { if (n > 0) { Fall(n - 1); Fall(n - 1); } }\nFall(80);")]
    public async Task A_cell_that_runs_for_ever_is_stopped_and_the_session_goes_on(string code)
    {
        var result = await _session.RunAsync(code, ++_cell, TimeSpan.FromMilliseconds(200), interrupt: TestContext.Current.CancellationToken);

        Assert.Equal("Timeout", result.Error?.Name);
        Assert.False(result.SessionEnded);
        Assert.Equal("2", (await RunAsync("1 + 1")).Text());
    }

    [Fact]
    public async Task A_cell_that_cannot_be_stopped_ends_the_session()
    {
        using var interrupt = new CancellationTokenSource();
        var run = _session.RunAsync(
            "var never = new System.Threading.ManualResetEvent(false);\nChainRule.Kernel.Tests.CellSignal.Reached.SetResult();\ntry { never.WaitOne(); } catch (System.Threading.ThreadInterruptedException) { never.WaitOne(); }",
            1,
            interrupt: interrupt.Token);
        await Task.WhenAny(CellSignal.Reached.Task, run);
        await interrupt.CancelAsync();
        var result = await run;

        Assert.Equal("Interrupted", result.Error?.Name);
        Assert.Contains("session ends here", result.Error?.Value, StringComparison.Ordinal);
        Assert.True(result.SessionEnded);
    }

    [Fact]
    public async Task The_checks_leave_code_its_meaning()
    {
        var result = await RunAsync(
            """
            System.Linq.Expressions.Expression<Func<int, int>> tree = n => n + 1;
            System.Linq.Expressions.Expression<Func<int[], int>> inner = ns => ns.Count(n => n > 1);
            Func<int, int> block = n => { return n * 2; };
            Func<int, Func<int, int>> curried = a => b => a - b;
            Func<byte> small = () => 5;
            Func<string?> none = () => null;
            Action<int> act = n => Math.Abs(n);
            Func<Task> wait = async () => await Task.Yield();
            Func<Task<int>> count = async () => await Task.FromResult(3);
            Func<int> never = () => throw new InvalidOperationException();
            act(1);
            await wait();
            int Half(int n) => n / 2;
            async Task Later() => await Task.Yield();
            await Later();
            static ref int First(int[] numbers) => ref numbers[0];
            var text = "while (true) { }";
            var total = 0;
            for (var i = 0; i < 2; i++)
                foreach (var (a, b) in new[] { (1, 2), (3, 4) })
                    if (a > 1) total += a * b; else total += 1;
            do total++; while (total < 30);
            $"{tree} {inner} {block(4)} {text} {total} {curried(7)(2)} {small()} {none()} {await count()} {Half(9)} {First([6])}"
            """);

        Assert.Equal("n => (n + 1) ns => ns.Count(n => (n > 1)) 8 while (true) { } 30 5 5  3 4 6", result.Text());
    }

    [Theory]
    [InlineData("#r \"nuget: ChainRule.Interactive, 0.1.0\"\n#i \"nuget:/some/folder\"\n1")]
    [InlineData("#r \"nuget:ChainRule.Interactive\"\n1")]
    [InlineData("#!csharp\n1")]
    [InlineData("#i \"nuget: /some/folder\"\n#!c#\n1")]
    public async Task The_set_up_cell_of_another_host_does_no_harm(string code) => Assert.Equal("1", (await RunAsync(code)).Text());

    [Fact]
    public async Task The_set_up_cell_of_another_host_says_that_there_is_nothing_to_do()
    {
        var result = await RunAsync("#i \"nuget:/some/folder\"\n#r \"nuget: ChainRule.Interactive, 0.1.0\"");

        Assert.Null(result.Error);
        Assert.Equal("ChainRule.Interactive is built into this kernel: nothing to fetch.", Assert.IsType<DisplayOutput>(Assert.Single(result.Outputs))["text/plain"]);
    }

    [Fact]
    public async Task A_line_of_a_string_is_no_directive() =>
        Assert.Contains("#!fsharp", (await RunAsync("var s = \"\"\"\n    #!fsharp\n    \"\"\";\ns")).Text(), StringComparison.Ordinal);

    [Theory]
    [InlineData("\n#!fsharp\n1", "C# alone")]
    [InlineData("\n#!markdown\n# Hi", "text cell")]
    [InlineData("1\n#!check\nx = 1", "first line of its cell")]
    public async Task Another_hosts_directive_is_refused_with_its_line(string code, string message)
    {
        var error = Assert.IsType<ErrorOutput>((await RunAsync(code)).Error);

        Assert.Contains(message, error.Value, StringComparison.Ordinal);
        Assert.Equal("   at cell 1, line 2", error.Traceback[^1]);
    }

    [Fact]
    public async Task An_assembly_beside_the_notebook_can_be_referenced()
    {
        File.Copy(typeof(Markdig.Markdown).Assembly.Location, _folder.At("Beside.dll"));

        Assert.Equal("<p>x</p>\n", (await RunAsync("#r \"Beside.dll\"\nMarkdig.Markdown.ToHtml(\"x\")")).Text());
    }

    [Fact]
    public async Task A_message_names_files_from_the_notebooks_folder()
    {
        var path = _folder.At("data.csv").Replace("\\", "\\\\", StringComparison.Ordinal);
        var error = (await RunAsync($"File.ReadAllText(\"{path}\")")).Error;

        Assert.Equal("Could not find file 'data.csv'.", error?.Value);
    }

    [Theory]
    [InlineData("return 5;", "5")]
    [InlineData("if (DateTime.Now.Year > 2000) return 7;\n8", "7")]
    [InlineData("if (DateTime.Now.Year < 2000) return 7;\n8", "8")]
    [InlineData("return 5; // with a reason", "5")]
    public async Task What_a_cell_returns_is_its_value(string code, string value) => Assert.Equal(value, (await RunAsync(code)).Text());

    [Fact]
    public async Task A_console_that_a_cell_exchanged_is_there_again_for_the_next_one()
    {
        await OkAsync("var text = new StringWriter();\nConsole.SetOut(text);\nConsole.WriteLine(\"kept\");");

        var next = await RunAsync("Console.Write(\"seen\");");

        Assert.Equal("seen", Assert.IsType<StreamOutput>(Assert.Single(next.Outputs)).Text);
        Assert.Equal("kept", (await RunAsync("text.ToString().Trim()")).Text());
    }

    [Theory]
    [InlineData("namespace N { class C; }", "without one")]
    [InlineData("public static class E { extension(int n) { public int Twice => 2 * n; } }", "by itself works")]
    public async Task Where_a_cell_is_not_quite_a_file_a_hint_says_what_to_write(string code, string hint)
    {
        var error = Assert.IsType<ErrorOutput>((await RunAsync(code)).Error);

        Assert.Contains(hint, error.Traceback[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_extension_method_stands_by_itself() =>
        Assert.Equal("6", (await RunAsync("static int Twice(this int x) => 2 * x;\n3.Twice()")).Text());

    [Fact]
    public async Task What_is_declared_by_using_is_disposed_of_when_the_cell_ends()
    {
        await OkAsync("var log = new List<string>();\nclass Kept(List<string> log, string name) : IDisposable, IAsyncDisposable { public string Name => name; public void Dispose() => log.Add(name); public ValueTask DisposeAsync() { log.Add(name); return default; } }");

        var cell = await RunAsync("using var a = new Kept(log, \"a\");\nawait using Kept b = new(log, \"b\"), c = new(log, \"c\");\n  using Kept? none = null;\n$\"{log.Count} {a.Name}{b.Name}{c.Name}\"");

        Assert.Equal("0 abc", cell.Text());
        Assert.Equal("c,b,a", (await RunAsync("string.Join(\",\", log)")).Text());
        await RunAsync("using var d = new Kept(log, \"d\");\nthrow new Exception();");
        Assert.Equal("d", (await RunAsync("log[^1]")).Text());
    }

    [Fact]
    public async Task An_exception_in_Dispose_is_the_cells_error()
    {
        var error = (await RunAsync("class Bad : IDisposable { public void Dispose() => throw new InvalidOperationException(\"no end\"); }\nusing var bad = new Bad();\n1")).Error;

        Assert.Equal("no end", error?.Value);
    }

    [Fact]
    public async Task A_class_of_extension_methods_works_as_in_a_file_and_can_be_declared_again()
    {
        await OkAsync(
            """
            public static class Extensions
            {
                private const int Factor = 2;

                /// <summary>Twice as much.</summary>
                public static int Twice(this int x) => Factor * x;

                public static IEnumerable<T> Every<T>(this IEnumerable<T> items, int step = 2)
                    where T : notnull => items.Where((_, i) => i % step == 0);
            }
            """);
        Assert.Equal("6 [1,3] 8", (await RunAsync("$\"{3.Twice()} [{string.Join(\",\", new[] { 1, 2, 3 }.Every())}] {Extensions.Twice(4)}\"")).Text());
        await OkAsync("public static class Extensions { public static int Twice(this int x) => 20 * x; }");
        Assert.Equal("60", (await RunAsync("3.Twice()")).Text());
        var error = Assert.IsType<ErrorOutput>((await RunAsync("static class More { public static Missing Thrice(this int x) => 3 * x; }")).Error);
        Assert.Equal("cell 5, line 1, column 35: CS0246: The type or namespace name 'Missing' could not be found (are you missing a using directive or an assembly reference?)", error.Traceback[0]);
        Assert.Equal(3, error.Traceback.Length);
    }

    [Fact]
    public async Task What_is_displayed_is_shown_once()
    {
        var result = await RunAsync("display(Scalar(\"x\"))");

        Assert.Single(result.Outputs);
    }

    [Theory]
    [InlineData("System.Diagnostics.Process.GetCurrentProcess().Id > 0", "True")]
    [InlineData("new System.Net.Http.HttpClient().BaseAddress is null", "True")]
    [InlineData("System.Text.RegularExpressions.Regex.Replace(\"aXb\", \"X\", \"-\")", "a-b")]
    [InlineData("dynamic d = 3;\nd + 1", "4")]
    [InlineData("System.Xml.Linq.XElement.Parse(\"<a>x</a>\").Value", "x")]
    [InlineData("using System.Text.Json;\nJsonSerializer.Serialize(new[] { 1 })", "[1]")]
    [InlineData("new Dictionary<string, System.Data.DataTable>().Count", "0")]
    public async Task All_of_NET_is_there_when_a_cell_uses_it(string code, string text)
    {
        await OkAsync("var before = 1;\nrecord Point(int X);");

        Assert.Equal(text, (await RunAsync(code)).Text());
        Assert.Equal("1 2", (await RunAsync("$\"{before} {new Point(2).X}\"")).Text());
        // Every name still means one thing.
        Assert.Equal("x", (await RunAsync("display(Scalar(\"x\")); Vector(\"z\", \"K\")[1].Derivative(Vector(\"z\", \"K\")[1]).Start.ToString(); \"x\"")).Text());
    }

    [Fact]
    public async Task What_cannot_be_read_is_said_once()
    {
        var error = Assert.IsType<ErrorOutput>((await RunAsync("ref int r = ref xs[0];")).Error);

        Assert.All(error.Traceback.Where(line => line.StartsWith("cell", StringComparison.Ordinal)), line => Assert.DoesNotContain("CS0246", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task There_is_no_input() => Assert.Equal("<null>", (await RunAsync("Console.ReadLine()")).Text());

    private Task<CellResult> RunAsync(string code) => _session.RunAsync(code, ++_cell, interrupt: TestContext.Current.CancellationToken);

    private async Task OkAsync(string code) => Assert.Null((await RunAsync(code)).Error);
}
