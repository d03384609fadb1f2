using System.Globalization;

namespace ChainRule.Kernel.Checking;

/// <summary>
/// How .NET collects garbage where many files are checked at the same time. Judging makes much garbage that lives for a moment. As the
/// runtime is set up for small programs, all threads share one allocator, collecting stops them all, and how much may gather follows
/// from the size of the processor's cache, which many virtual machines don't tell: then it is two megabytes. With a heap for each
/// worker, and room, two workers are nearly twice as fast as one; without, 1.2 times. Only the environment of a process can ask for it.
/// </summary>
internal static class CollectorSettings
{
    /// <summary>The setting by which a process is known that has been given room.</summary>
    public const string Room = "DOTNET_GCgen0size";

    /// <summary>The garbage that may gather in all heaps together, in bytes.</summary>
    private const long Together = 256L << 20;

    /// <summary>The most and the least that may gather in one heap.</summary>
    private const long Most = 128L << 20, Least = 16L << 20;

    /// <summary>The environment of a process for so many workers.</summary>
    public static IReadOnlyDictionary<string, string> For(int workers)
    {
        var heaps = Math.Clamp(workers, 1, Environment.ProcessorCount);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { [Room] = Hex(Math.Clamp(Together / heaps, Least, Most)) };
        if (heaps > 1)
        {
            settings["DOTNET_gcServer"] = "1";
            settings["DOTNET_GCHeapCount"] = Hex(heaps);
            // Without this the number of heaps is not taken.
            settings["DOTNET_GCNoAffinitize"] = "1";
        }

        return settings;
    }

    /// <summary>The runtime reads numbers of the environment as hexadecimal ones.</summary>
    private static string Hex(long number) => number.ToString("x", CultureInfo.InvariantCulture);
}
