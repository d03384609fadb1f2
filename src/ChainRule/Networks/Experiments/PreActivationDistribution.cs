using System.Collections.Immutable;

namespace ChainRule.Networks;

/// <summary>How pre-activations are distributed before an activation, and what it makes of them.</summary>
/// <param name="Activation">The activation.</param>
/// <param name="Before">The pre-activations a.</param>
/// <param name="After">The values b = φ(a).</param>
public sealed partial record PreActivationDistribution(Activation Activation, SampleDistribution Before, SampleDistribution After) : Experiment;

/// <summary>Numbers as a histogram and in moments.</summary>
/// <param name="Edges">The edges of the bins, one more than there are bins.</param>
/// <param name="Counts">How many numbers fell into each bin.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Variance">Their variance, about the mean.</param>
/// <param name="SecondMoment">The mean of their squares.</param>
/// <param name="ShareOfZeros">The share that is exactly 0.</param>
public sealed record SampleDistribution(ImmutableArray<double> Edges, ImmutableArray<int> Counts, double Mean, double Variance, double SecondMoment, double ShareOfZeros)
{
    /// <summary>How many numbers there are.</summary>
    public int Count => Counts.Sum();

    /// <summary>The histogram and moments of numbers, in bins of equal width; an infinite or undefined number is an error.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="binWidth">The bins' width; an edge is at 0.</param>
    /// <exception cref="ChainRuleException">There is no number, one is not finite, or the width is not positive.</exception>
    public static SampleDistribution Of(IReadOnlyList<double> values, double binWidth)
    {
        Experiments.RequireSome(values, "number", "[1, 2, 3]");
        if (!(double.IsFinite(binWidth) && binWidth > 0))
        {
            throw new ChainRuleException($"A bin's width is a positive number, and {binWidth} is not.");
        }

        for (var i = 0; i < values.Count; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw new ChainRuleException($"Only finite numbers have a histogram; number {i + 1} of {values.Count} is {values[i]}.");
            }
        }

        var first = (int)Math.Floor(values.Min() / binWidth);
        var last = (int)Math.Floor(values.Max() / binWidth);
        var counts = new int[last - first + 1];
        foreach (var value in values)
        {
            counts[(int)Math.Floor(value / binWidth) - first]++;
        }

        var mean = values.Average();
        return new(
            [.. Enumerable.Range(first, counts.Length + 1).Select(edge => edge * binWidth)],
            [.. counts],
            mean,
            values.Average(value => (value - mean) * (value - mean)),
            values.Average(value => value * value),
            (double)values.Count(value => value == 0) / values.Count);
    }
}

public static partial class Experiments
{
    private static readonly double[] s_digits = [1, 2, 5, 10];

    /// <summary>
    /// The pre-activations of one layer of a random network, before and after the activation: ReLU makes one half of them 0, halves
    /// the mean square, and moves the mean away from 0.
    /// </summary>
    /// <param name="activation">The activation; null takes ReLU.</param>
    /// <param name="initialisation">How the weights are drawn; null takes He's.</param>
    /// <param name="layer">Which layer, from 1 next to the input.</param>
    /// <param name="width">How many units each layer has.</param>
    /// <param name="samples">How many random inputs.</param>
    /// <param name="seed">The same seed gives the same numbers.</param>
    /// <exception cref="ChainRuleException">A size is not positive, or the values are not finite.</exception>
    public static PreActivationDistribution PreActivations(Activation? activation = null, WeightScale? initialisation = null, int layer = 1, int width = 100, int samples = 100, int seed = 1)
    {
        activation ??= Activations.Relu;
        var signals = new DeepSignals(activation, initialisation ?? Initialisation.He(), layer, width, samples, seed);
        double[] before = [.. signals.PreActivations[^1].Enumerate()];
        double[] after = [.. signals.Outputs[^1].Enumerate()];

        // A fifth of a standard deviation shows the shape; both histograms have the same bins, so that they can be compared.
        var spread = Math.Sqrt(before.Average(value => value * value));
        var power = spread > 0 ? Math.Pow(10, Math.Floor(Math.Log10(spread / 5))) : 1;
        var bins = s_digits.Select(digit => digit * power).First(bin => bin >= spread / 5);
        return new(activation, SampleDistribution.Of(before, bins), SampleDistribution.Of(after, bins));
    }
}
