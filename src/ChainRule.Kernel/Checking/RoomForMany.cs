using System.Diagnostics;

namespace ChainRule.Kernel.Checking;

/// <summary>
/// Checks many files in a process with room for what they leave behind. Judging makes much garbage that lives for a moment, and
/// collecting it stops all workers. How much may gather follows from the size of the processor's cache; a machine that does not tell
/// it, as many virtual ones, gets two megabytes, and the workers wait for a third of the time. Only the environment of a process can
/// ask for more.
/// </summary>
internal static class RoomForMany
{
    /// <summary>From so many words on the command line on it is worth the start of another process.</summary>
    private const int Many = 20;

    private const string Variable = "DOTNET_GCgen0size";

    /// <summary>64 MB; the runtime reads it as a hexadecimal number.</summary>
    private const string Room = "4000000";

    /// <summary>Runs <c>chainrule check</c> with many files in such a process.</summary>
    /// <param name="args">The command line.</param>
    /// <returns>Its exit code; null where this process will do.</returns>
    public static async Task<int?> TryRunAsync(string[] args)
    {
        if (args is not ["check", ..] || args.Length <= Many || Environment.GetEnvironmentVariable(Variable) is not null)
        {
            return null;
        }

        var start = SelfCommand.Process(args);
        start.Environment[Variable] = Room;
        using var process = Process.Start(start)!;

        // An interrupt from the keyboard reaches both: the other one says what there is to say.
        Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End(process);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
