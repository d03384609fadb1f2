using System.CommandLine;
using ChainRule.Kernel.Running;

namespace ChainRule.Kernel.Jupyter.Install;

/// <summary><c>chainrule jupyter install</c>, <c>uninstall</c> and <c>list</c>.</summary>
internal static class InstallCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> Create()
    {
        yield return WithPlace(
            "install",
            "Make the kernel known to Jupyter and VS Code. Run it again after moving the program.",
            (data, output) => output.WriteLine($"installed {KernelSpec.Install(data)}"));
        yield return WithPlace(
            "uninstall",
            "Make the kernel unknown to Jupyter and VS Code.",
            (data, output) => output.WriteLine(KernelSpec.Uninstall(data) is { } folder
                ? $"removed {folder}"
                : throw new KernelException($"The kernel is not installed in {JupyterPaths.Kernel(data, KernelSpec.Name)}.")));
        var list = new Command("list", "Say where the kernel is installed, and which command each place starts.");
        list.SetAction((result, _) =>
        {
            var output = result.InvocationConfiguration.Output;
            var installed = KernelSpec.Installed().ToList();
            installed.ForEach(spec => output.WriteLine($"{spec.Folder}\n  {spec.Command}"));
            if (installed.Count == 0)
            {
                output.WriteLine("The kernel is not installed: chainrule jupyter install");
            }

            return Task.FromResult(ExitCodes.Success);
        });
        yield return list;
    }

    private static Command WithPlace(string name, string description, Action<string, TextWriter> act)
    {
        var user = new Option<bool>("--user") { Description = "For the person who runs this command. This is the default." };
        var prefix = new Option<string?>("--prefix") { HelpName = "FOLDER", Description = "In this environment: FOLDER/share/jupyter." };
        var sysPrefix = new Option<bool>("--sys-prefix") { Description = "In the Python environment that is active in this shell." };
        var command = new Command(name, description) { user, prefix, sysPrefix };
        command.Validators.Add(result =>
        {
            if ((result.GetValue(user) ? 1 : 0) + (result.GetValue(prefix) is null ? 0 : 1) + (result.GetValue(sysPrefix) ? 1 : 0) > 1)
            {
                result.AddError("--user, --prefix and --sys-prefix exclude each other.");
            }
        });
        command.SetAction((result, _) =>
        {
            try
            {
                act(Data(result.GetValue(prefix), result.GetValue(sysPrefix)), result.InvocationConfiguration.Output);
                return Task.FromResult(ExitCodes.Success);
            }
            catch (KernelException exception)
            {
                result.InvocationConfiguration.Error.WriteLine(exception.Message);
                return Task.FromResult(ExitCodes.Usage);
            }
        });
        return command;
    }

    private static string Data(string? prefix, bool sysPrefix) => prefix is not null
        ? JupyterPaths.Under(Path.GetFullPath(prefix))
        : !sysPrefix
            ? JupyterPaths.User
            : JupyterPaths.ActiveEnvironment is { } active
                ? JupyterPaths.Under(active)
                : throw new KernelException("No Python environment is active in this shell: neither VIRTUAL_ENV nor CONDA_PREFIX is set. Name its folder with --prefix.");
}
