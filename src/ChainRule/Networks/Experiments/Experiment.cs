namespace ChainRule.Networks;

/// <summary>
/// A question of the subject that a computation answers: what happens to gradients in a deep network, when softmax rounds, what a
/// network that starts at zero can learn. It holds the numbers that were computed; what is said and drawn follows from them.
/// </summary>
public abstract partial record Experiment
{
    /// <inheritdoc/>
    public sealed override string ToString() => $"{Title}. {Finding}";
}

/// <summary>Experiments: each computes, with seeded random numbers, what a textbook states in words.</summary>
public static partial class Experiments
{
    /// <summary>A number that must be a positive whole one.</summary>
    internal static void RequirePositive(int value, string what)
    {
        if (value < 1)
        {
            throw new ChainRuleException($"The {what} must be 1 or more, and it is {value}.");
        }
    }

    /// <summary>A list that must not be empty.</summary>
    internal static void RequireSome<T>(IReadOnlyList<T> values, string what, string example)
    {
        Require.NotNull(values);
        if (values.Count == 0)
        {
            throw new ChainRuleException($"At least one {what} is needed, for example {example}.");
        }
    }
}
