using System.Globalization;

namespace ChainRule.Networks;

/// <summary>How far apart the weights of a layer start, as a rule for every layer size.</summary>
/// <param name="Name">What it is called: He initialisation, variance 0.01.</param>
/// <param name="Variance">The variance of a weight, from the numbers of inputs and outputs of its layer.</param>
public sealed record WeightScale(string Name, Func<int, int, double> Variance)
{
    /// <summary>The variance that a derived initialisation asks for.</summary>
    public static implicit operator WeightScale(Initialisation initialisation)
    {
        Require.NotNull(initialisation);
        return new(initialisation.Name, initialisation.VarianceAt);
    }

    /// <summary>One variance for every layer, whatever its size.</summary>
    /// <param name="variance">The variance.</param>
    /// <exception cref="ChainRuleException">It is negative or not a number.</exception>
    public static WeightScale Fixed(double variance) => double.IsFinite(variance) && variance >= 0
        ? new($"variance {Text(variance)}", (_, _) => variance)
        : throw new ChainRuleException($"A variance is a finite number from 0 on, and {Text(variance)} is not.");

    /// <summary>The same with a variance that is larger or smaller by a factor: <c>0.5 * (WeightScale)Initialisation.He()</c>.</summary>
    /// <param name="factor">The factor.</param>
    /// <param name="scale">The rule.</param>
    /// <exception cref="ChainRuleException">The factor is negative or not a number.</exception>
    public static WeightScale operator *(double factor, WeightScale scale)
    {
        Require.NotNull(scale);
        return double.IsFinite(factor) && factor >= 0
            ? new($"{Text(factor)} × {scale.Name}", (inputs, outputs) => factor * scale.Variance(inputs, outputs))
            : throw new ChainRuleException($"A variance is multiplied by a finite number from 0 on, and {Text(factor)} is not.");
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture).Replace('-', '−');
}
