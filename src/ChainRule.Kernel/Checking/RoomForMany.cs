using System.Diagnostics;
using System.Globalization;

namespace ChainRule.Kernel.Checking;

/// <summary>Checks many files in a process of its own, which has <see cref="CollectorSettings"/> for them.</summary>
internal static class RoomForMany
{
    /// <summary>From so many words on the command line on it is worth the start of another process.</summary>
    private const int Many = 20;

    /// <summary>Runs <c>chainrule check</c> with many files in such a process.</summary>
    /// <param name="args">The command line.</param>
    /// <returns>Its exit code; null where this process will do.</returns>
    public static async Task<int?> TryRunAsync(string[] args)
    {
        if (args is not ["check", ..] || args.Length <= Many || Environment.GetEnvironmentVariable(CollectorSettings.Room) is not null)
        {
            return null;
        }

        var start = SelfCommand.Process(args);
        foreach (var (name, value) in CollectorSettings.For(Workers(args)))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;

        // An interrupt from the keyboard reaches both: the other one says what there is to say.
        Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End(process);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>How many workers the command line asks for. What is wrong with it the other process says.</summary>
    private static int Workers(string[] args)
    {
        var at = Array.FindIndex(args, word => word.StartsWith(CheckCommand.Workers, StringComparison.Ordinal));
        var asked = at < 0 ? null : args[at].Length > CheckCommand.Workers.Length ? args[at][(CheckCommand.Workers.Length + 1)..] : args.ElementAtOrDefault(at + 1);
        return int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var workers) ? workers : Environment.ProcessorCount;
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
