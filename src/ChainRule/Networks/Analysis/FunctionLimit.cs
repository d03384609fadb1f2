using ChainRule.Numerics;

namespace ChainRule.Networks;

/// <summary>What a function does as x → ±∞.</summary>
/// <param name="Value">The limit: a number, ±∞, or NaN where there is none because the function oscillates.</param>
/// <param name="Slope">The slope of the line that it approaches, or NaN where it approaches none.</param>
/// <param name="Offset">Where that line meets the y axis, or NaN.</param>
public sealed record FunctionLimit(double Value, double Slope, double Offset)
{
    /// <summary>Whether the function approaches a line, level or not.</summary>
    public bool HasAsymptote => double.IsFinite(Slope) && double.IsFinite(Offset);

    /// <summary>Whether the function is that line from some place on, and does not only approach it.</summary>
    public bool IsReached { get; init; }

    /// <summary>Places far out whose ratios are not round, so that no period falls on them.</summary>
    private static readonly double[] _far = [1.1e4, 3.7e5, 1.3e7, 6.1e8, 2.3e10];

    /// <summary>More of them, to make sure.</summary>
    private static readonly double[] _others = [3.1e10, 4.7e10, 5.9e10, 7.3e10, 8.9e10, 1.7e11];

    /// <summary>
    /// The limit of a function, judged by values that are right to all digits: a sequence whose differences shrink at least fivefold
    /// each time has converged, one that runs off with differences that do not shrink is infinite.
    /// </summary>
    internal static double Of(RealFunction function, int side)
    {
        var values = Array.ConvertAll(_far, x => function.At(side * x));
        if (!Array.TrueForAll(values, double.IsFinite))
        {
            return values[^1] is var last && double.IsInfinity(last) ? last : double.NaN;
        }

        double[] steps = [.. values.Zip(values.Skip(1), (before, after) => after - before)];
        var shrinks = steps.Zip(steps.Skip(1), (before, after) => Math.Abs(after) <= (Math.Abs(before) / 5) + (1e-13 * Math.Abs(values[^1]))).All(yes => yes);
        if (shrinks)
        {
            // What swings may shrink by chance; then it is elsewhere at other places.
            var tolerance = Math.Max(2 * Math.Abs(steps[^1]), 1e-12);
            return Math.Abs(steps[0]) < 1e-3 || _others.All(x => Math.Abs(function.At(side * x) - values[^1]) <= (10 * tolerance) + (1e-9 * Math.Abs(values[^1]))) ? Snap(values[^1], tolerance) : double.NaN;
        }

        var direction = Math.Sign(steps[0]);
        if (!Array.TrueForAll(steps, step => Math.Sign(step) == direction) || Math.Abs(steps[^1]) < Math.Abs(steps[0]) / 2)
        {
            return double.NaN;
        }

        double[] more = [values[^1], .. _others.Select(x => function.At(side * x))];
        return more.Zip(more.Skip(1)).All(pair => Math.Sign(pair.Second - pair.First) == direction) ? double.PositiveInfinity * direction : double.NaN;
    }

    /// <summary>The fraction with a small denominator that is meant, where there is one within the tolerance.</summary>
    internal static double Snap(double value, double tolerance)
    {
        for (var denominator = 1; denominator <= 48; denominator++)
        {
            var nearest = Math.Round(value * denominator) / denominator;
            if (Math.Abs(nearest - value) <= tolerance)
            {
                return nearest == 0 ? 0 : nearest;
            }
        }

        return value;
    }
}
