using System.Collections.Immutable;

namespace ChainRule.Networks;

/// <summary>From which gap between logits on softmax's largest entry is exactly 1, and its smallest exactly 0, in floating point.</summary>
/// <param name="Classes">K, the number of entries; the gap is between the first and all the others.</param>
/// <param name="Temperature">τ.</param>
/// <param name="Formats">What was found in each format.</param>
public sealed partial record SoftmaxRounding(int Classes, double Temperature, ImmutableArray<RoundingGaps> Formats) : Experiment;

/// <summary>Gaps between logits from which softmax rounds.</summary>
/// <param name="Format">The floating-point format.</param>
/// <param name="One">The smallest gap from which the largest entry is exactly 1.</param>
/// <param name="Zero">The smallest gap from which the smallest entry is exactly 0.</param>
/// <param name="Entries">The largest and the smallest entry at a gap, as that format computes them.</param>
public sealed record RoundingGaps(string Format, double One, double Zero, Func<double, (double Largest, double Smallest)> Entries);

public static partial class Experiments
{
    /// <summary>
    /// Where softmax is 0 or 1, which no exponential allows: nowhere in mathematics, and in floating point where rounding makes it
    /// so. The gaps are found by halving an interval of floating-point numbers, with the same kernel that networks compute with.
    /// </summary>
    /// <param name="classes">K, the number of entries, 2 or more.</param>
    /// <param name="temperature">τ.</param>
    /// <exception cref="ChainRuleException">There are fewer than two classes, or the temperature is not positive.</exception>
    public static SoftmaxRounding SoftmaxRounding(int classes = 2, double temperature = 1)
    {
        if (classes < 2)
        {
            throw new ChainRuleException($"Softmax of {classes} entries is always 1; two or more are needed.");
        }

        if (!(double.IsFinite(temperature) && temperature > 0))
        {
            throw new ChainRuleException($"A temperature is a positive number, and {temperature} is not.");
        }

        (double, double) inDouble(double gap)
        {
            var p = SoftmaxKernel.Value([0, .. Enumerable.Repeat(-gap, classes - 1)], temperature);
            return (p[0], p[^1]);
        }

        (double, double) inSingle(double gap)
        {
            var p = Single([0, .. Enumerable.Repeat((float)-gap, classes - 1)], (float)temperature);
            return (p[0], p[^1]);
        }

        return new(classes, temperature,
        [
            Gaps("double", inDouble, value => Math.BitIncrement(value)),
            Gaps("float", inSingle, value => MathF.BitIncrement((float)value)),
        ]);
    }

    /// <summary>Softmax in single precision, step by step as the kernel for double precision computes it.</summary>
    private static float[] Single(float[] z, float temperature)
    {
        var largest = z.Max();
        float[] powers = [.. z.Select(entry => MathF.Exp((entry - largest) / temperature))];
        var sum = 0f;
        foreach (var power in powers)
        {
            sum += power;
        }

        return [.. powers.Select(power => power / sum)];
    }

    private static RoundingGaps Gaps(string format, Func<double, (double Largest, double Smallest)> entries, Func<double, double> next) => new(
        format,
        Smallest(gap => entries(gap).Largest == 1, next),
        Smallest(gap => entries(gap).Smallest == 0, next),
        entries);

    /// <summary>The smallest number of a format from which on a statement holds, by halving the interval until no number is between its ends.</summary>
    private static double Smallest(Func<double, bool> holds, Func<double, double> next)
    {
        var high = 1.0;
        while (!holds(high))
        {
            high *= 2;
        }

        var low = 0.0;
        while (next(low) < high)
        {
            var middle = low + ((high - low) / 2);

            // Single precision rounds the middle; between neighbours it would be one of the ends for ever.
            middle = next(low) > middle ? next(low) : middle;
            (low, high) = holds(middle) ? (low, middle) : (middle, high);
        }

        return high;
    }
}
