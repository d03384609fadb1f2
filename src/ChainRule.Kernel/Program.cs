using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
using ChainRule.Kernel.Checking;
using ChainRule.Kernel.Exporting;
using ChainRule.Kernel.Jupyter;
using ChainRule.Kernel.Running;

namespace ChainRule.Kernel;

/// <summary>The <c>chainrule</c> program.</summary>
internal static class Program
{
    /// <summary>The process's own error stream, whatever cells do with the console; null where the program runs inside another.</summary>
    public static TextWriter? StandardError { get; private set; }

    /// <summary>Runs the program.</summary>
    /// <param name="args">The command line.</param>
    public static async Task<int> Main(string[] args)
    {
        // Formulas are not ASCII, and a Windows console isn't UTF-8 by itself.
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        StandardError = Console.Error;
        return await JupyterCommand.TryRunAsync(args, StandardError) ?? await RoomForMany.TryRunAsync(args) ?? await RunAsync(args, Console.Out, StandardError);
    }

    /// <summary>Runs the program with other streams than the process's.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="output">Takes what was asked for.</param>
    /// <param name="error">Takes progress and complaints.</param>
    internal static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        // Not a RootCommand: that one is called by the name of its file, which is not the name of the program.
        var root = new Command("chainrule", "ChainRule: the chain rule, worked out step by step.")
        {
            new HelpOption(),
            new VersionOption(),
            RunCommand.Create(),
            CheckCommand.Create(),
            ExportCommand.Create(),
            JupyterCommand.Create(),
        };
        var parsed = root.Parse(args);
        var configuration = new InvocationConfiguration { Output = output, Error = error };

        // System.CommandLine reports a wrong command line with 1; here 1 means that a cell failed.
        var code = await parsed.InvokeAsync(configuration);
        return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
    }
}
