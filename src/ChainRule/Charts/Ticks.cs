namespace ChainRule.Charts;

/// <summary>Ticks at 1, 2 or 5 times a power of ten, as people choose them by hand.</summary>
internal static class Ticks
{
    private static readonly double[] s_digits = [1, 2, 5];
    private static readonly int[] s_decades = [1, 2, 3, 5, 10, 20, 30, 50, 100];

    public static double Step(double from, double to, int about)
    {
        double raw = Math.Abs(to - from) / Math.Max(1, about);
        if (raw <= 0 || !double.IsFinite(raw))
        {
            return 1;
        }

        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double digit = raw / power;
        return power * (digit <= 1.0001 ? 1 : digit <= 2.0001 ? 2 : digit <= 5.0001 ? 5 : 10);
    }

    /// <summary>Powers of ten for a logarithmic axis; within two decades twice and five times them, too.</summary>
    public static IReadOnlyList<double> Powers(double from, double to, int about)
    {
        (double low, double high) = (Math.Log10(Math.Min(from, to)), Math.Log10(Math.Max(from, to)));
        if (high - low < 2)
        {
            return [.. Enumerable.Range((int)Math.Floor(low), 4).SelectMany(k => s_digits.Select(digit => digit * Math.Pow(10, k)))
                .Where(tick => Math.Log10(tick) >= low - 1e-9 && Math.Log10(tick) <= high + 1e-9)];
        }

        int step = s_decades.FirstOrDefault(decades => (high - low) / decades <= about, s_decades[^1]);
        int first = (int)Math.Ceiling((low / step) - 1e-9);
        int last = (int)Math.Floor((high / step) + 1e-9);
        return [.. Enumerable.Range(first, Math.Max(0, last - first + 1)).Select(k => Math.Pow(10, k * step))];
    }

    public static IReadOnlyList<double> Between(double from, double to, int about)
    {
        double step = Step(from, to, about);
        double low = Math.Min(from, to);
        double high = Math.Max(from, to);
        var ticks = new List<double>();
        for (double k = Math.Ceiling((low / step) - 1e-9); k * step <= high + (step * 1e-9); k++)
        {
            // k · step rather than a running sum: 0.1 + 0.2 isn't 0.3.
            ticks.Add(step < 1 ? Math.Round(k * step, 12) : k * step);
        }

        return ticks;
    }
}
