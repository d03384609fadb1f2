using System.CommandLine;
using ChainRule.Kernel.Jupyter.Install;
using ChainRule.Kernel.Jupyter.Workers;
using ChainRule.Kernel.Running;

namespace ChainRule.Kernel.Jupyter;

/// <summary><c>chainrule jupyter</c>.</summary>
internal static class JupyterCommand
{
    /// <summary>The name of the command.</summary>
    public const string Name = "jupyter";

    /// <summary>The name of the command that starts a kernel.</summary>
    public const string KernelName = "kernel";

    /// <summary>The name of the command that the kernel starts its worker by.</summary>
    public const string WorkerName = "worker";

    /// <summary>The option that names the connection file.</summary>
    public const string ConnectionFileOption = "--connection-file";

    /// <summary>
    /// Starts a kernel or a worker if that is what the command line asks for in just the words that we ourselves write: a front end
    /// waits, and a general reader of command lines costs a tenth of the time until the kernel answers.
    /// </summary>
    /// <returns>The exit code, or null where the command line is for the general reader.</returns>
    public static async Task<int?> TryRunAsync(string[] args, TextWriter error)
    {
        switch (args)
        {
            case [Name, WorkerName, var requests, var events]:
                WorkerProgram.Run(requests, events);
                return ExitCodes.Success;
            case [Name, KernelName, ConnectionFileOption, var file]:
                return await RunKernelAsync(file, error);
            default:
                return null;
        }
    }

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = new Option<string>(ConnectionFileOption, "-f")
        {
            Required = true,
            HelpName = "FILE",
            Description = "The file in which the front end says where it wants to meet the kernel.",
        };
        var kernel = new Command(KernelName, "Start a kernel. Front ends do this; its command line stands in the kernelspec.") { file };
        kernel.SetAction((result, _) => RunKernelAsync(result.GetRequiredValue(file), result.InvocationConfiguration.Error));
        var command = new Command(Name, "The kernel for Jupyter and VS Code.");
        foreach (var install in InstallCommands.Create())
        {
            command.Add(install);
        }

        command.Add(kernel);
        return command;
    }

    private static async Task<int> RunKernelAsync(string file, TextWriter error)
    {
        try
        {
            await KernelProgram.RunAsync(file, error);
            return ExitCodes.Success;
        }
        catch (KernelException exception)
        {
            error.WriteLine(exception.Message);
            return ExitCodes.Usage;
        }
    }
}
