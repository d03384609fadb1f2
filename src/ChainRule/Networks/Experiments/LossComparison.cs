using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>Losses of a classifier as functions of the logit a, with their gradients, where the classifier is more and more wrong.</summary>
/// <param name="Label">The label y.</param>
/// <param name="Losses">The losses, each a function of the logit with its derivative.</param>
/// <param name="Logits">The logits that were looked at, from right to confidently wrong.</param>
public sealed partial record LossComparison(double Label, ImmutableArray<Activation> Losses, ImmutableArray<double> Logits) : Experiment;

public static partial class Experiments
{
    /// <summary>
    /// Cross-entropy beside squared error for a sigmoid output: their gradients by the logit a, while the classifier grows
    /// confidently wrong. Both derivatives are worked out by the rules, not given.
    /// </summary>
    /// <param name="label">The label y, 0 or 1.</param>
    /// <exception cref="ChainRuleException">The label is not 0 or 1.</exception>
    public static LossComparison CrossEntropyAgainstSquaredError(int label = 1) => CompareLosses(
        label,
        ("cross-entropy", (a, y) => -((y * Maths.Log(Maths.Sigmoid(a))) + ((1 - y) * Maths.Log(1 - Maths.Sigmoid(a))))),
        ("squared error", (a, y) => Maths.Pow(y - Maths.Sigmoid(a), 2)));

    /// <summary>Losses of a classifier side by side, each from its formula alone.</summary>
    /// <param name="label">The label y, 0 or 1.</param>
    /// <param name="losses">Names, and formulas in the logit a and the label y: <c>("hinge", (a, y) => Max(0, 1 - (2 * y - 1) * a))</c>.</param>
    /// <exception cref="ChainRuleException">There is no loss, or the label is not 0 or 1.</exception>
    public static LossComparison CompareLosses(int label, params (string Name, Func<Expr, Expr, Expr> Formula)[] losses)
    {
        RequireSome(losses, "loss", "(\"squared error\", (a, y) => Pow(y - Sigmoid(a), 2))");
        if (label is not (0 or 1))
        {
            throw new ChainRuleException($"A label is 0 or 1, and {label} is neither.");
        }

        var wrong = label == 1 ? -1 : 1;
        return new(
            label,
            [.. losses.Select(loss => Activation.Define(loss.Name, a => loss.Formula(a, label)))],
            [.. s_wrongness.Select(distance => wrong * distance)]);
    }

    private static readonly double[] s_wrongness = [-4, -2, 0, 2, 5, 10, 20, 40];
}
