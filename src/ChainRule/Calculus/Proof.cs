using ChainRule.Expressions;
using ChainRule.Numerics;

namespace ChainRule.Calculus;

/// <summary>
/// An attempt to prove that two expressions are equal: both sides are brought to the same form by named rules. Where that does not
/// succeed, numbers tell whether the equality holds anyway, and a counterexample if it does not.
/// </summary>
public sealed class Proof
{
    private Proof(Expr left, Expr right, Derivation fromLeft, Derivation fromRight, Verdict verdict) =>
        (Left, Right, FromLeft, FromRight, Verdict) = (left, right, fromLeft, fromRight, verdict);

    /// <summary>The left side.</summary>
    public Expr Left { get; }

    /// <summary>The right side.</summary>
    public Expr Right { get; }

    /// <summary>The left side, brought to the common form.</summary>
    public Derivation FromLeft { get; }

    /// <summary>The right side, brought to the common form.</summary>
    public Derivation FromRight { get; }

    /// <summary>Proved, supported by numbers only, or refuted with a counterexample.</summary>
    public Verdict Verdict { get; }

    /// <summary>Looks for a proof.</summary>
    internal static Proof Of(Expr left, Expr right)
    {
        var numbers = Verifier.Check(left, right);
        var letters = Letters.Avoiding(left, right);
        var (fromLeft, fromRight) = (Normalise(left, letters), Normalise(right, letters));
        var meet = ReferenceEquals(Canonical.Of(fromLeft.Result), Canonical.Of(fromRight.Result));
        return new(left, right, fromLeft, fromRight, meet && numbers.Kind != VerdictKind.Refuted ? numbers with { Kind = VerdictKind.Proved } : numbers);
    }

    /// <summary>The one form to which equal expressions come: functions as exponentials, one fraction, no common factor.</summary>
    private static Derivation Normalise(Expr expression, Letters letters)
    {
        var tracer = new Tracer(expression, []);
        tracer.Allow(600);
        var seen = new HashSet<Expr>(ReferenceEqualityComparer.Instance);
        do
        {
            Line(IdentityRules.Definition);
            Line(IdentityRules.Sigmoid, IdentityRules.Tanh, IdentityRules.Softplus);
            Line(IdentityRules.ExponentialOfSum);
            Line(AlgebraRules.PullOut);
            Line(AlgebraRules.SumsToOne, AlgebraRules.Normalised);
            Line(AlgebraRules.CommonDenominator, IdentityRules.PowerOfProduct, AlgebraRules.Cancel, AlgebraRules.CombinePowers);
            Line(AlgebraRules.ContractDelta);
            Line(AlgebraRules.Expand, AlgebraRules.SplitSum, AlgebraRules.Collect, AlgebraRules.CombinePowers, AlgebraRules.Cancel);
        }
        while (seen.Add(tracer.Current) && !tracer.IsExhausted);

        return new(expression, tracer, letters, [], tracer.IsExhausted ? "The step budget was reached before a common form was found." : null);

        void Line(params ReadOnlySpan<Rule> rules)
        {
            var line = tracer.BeginLine();
            if (!tracer.Everywhere(rules))
            {
                tracer.ReturnTo(line);
            }
        }
    }
}
