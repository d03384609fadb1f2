using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ChainRule.Kernel.Jupyter;

/// <summary>The process that front ends talk to.</summary>
internal static class KernelProgram
{
    private static readonly TimeSpan ParentCheck = TimeSpan.FromSeconds(1);

    /// <summary>Serves until a front end shuts the kernel down or the process that started it is gone.</summary>
    /// <param name="connectionFile">The connection file.</param>
    /// <param name="log">Takes lines for whoever looks after the kernel.</param>
    /// <exception cref="KernelException">It can't start.</exception>
    public static async Task RunAsync(string connectionFile, TextWriter log)
    {
        var lines = TextWriter.Synchronized(log);
        var file = ConnectionFile.Load(connectionFile);
        void Log(string line) => lines.WriteLine($"chainrule: {line}");

        await using var channels = new JupyterChannels(file, Log);
        await using var server = new KernelServer(channels, Log);

        // A front end interrupts by message; Ctrl+C in its terminal is not meant for us.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            server.Shutdown();
        });
        using var watch = WatchParent(server.Shutdown);
        await server.RunAsync();
    }

    /// <summary>A kernel whose front end was killed would stay for ever. (On Windows the variable holds a handle instead.)</summary>
    private static Timer? WatchParent(Action gone)
    {
        if (OperatingSystem.IsWindows() || !int.TryParse(Environment.GetEnvironmentVariable("JPY_PARENT_PID"), out var id) || id <= 1)
        {
            return null;
        }

        return new(
            _ =>
            {
                try
                {
                    using var parent = Process.GetProcessById(id);
                }
                catch (ArgumentException)
                {
                    gone();
                }
            },
            state: null,
            ParentCheck,
            ParentCheck);
    }
}
