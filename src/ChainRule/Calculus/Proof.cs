using ChainRule.Expressions;
using ChainRule.Numerics;

namespace ChainRule.Calculus;

/// <summary>
/// An attempt to prove that two expressions are equal: both sides are brought to the same form by named rules. Where that does not
/// succeed, numbers tell whether the equality holds anyway, and a counterexample if it does not.
/// </summary>
public sealed class Proof
{
    private enum Attempt
    {
        Simplify,
        Unfold,
        Sums,
        WrittenOut,
    }

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
        Derivation? fromLeft = null, fromRight = null;
        // What a person would try first comes first: tidying up; then taking functions apart; then sums of products in one form; then
        // sums of few terms written out.
        foreach (var attempt in numbers.Kind == VerdictKind.Refuted ? [] : Enum.GetValues<Attempt>())
        {
            (fromLeft, fromRight) = (Normalise(left, letters, attempt), Normalise(right, letters, attempt));
            if (ReferenceEquals(Canonical.Of(fromLeft.Result), Canonical.Of(fromRight.Result)))
            {
                return new(left, right, fromLeft, fromRight, numbers with { Kind = VerdictKind.Proved });
            }
        }

        return new(left, right, fromLeft ?? Untouched(left), fromRight ?? Untouched(right), numbers);

        Derivation Untouched(Expr expression) => new(expression, new Tracer(expression, []), letters, [], null);
    }

    /// <summary>The one form to which equal expressions come: functions as exponentials, one fraction, no common factor.</summary>
    private static Derivation Normalise(Expr expression, Letters letters, Attempt attempt)
    {
        var names = attempt == Attempt.Simplify ? Dependencies.All(expression).Where(name => name.IsDefined && name.GivenGradient is null).OrderBy(name => name.Name, StringComparer.Ordinal) : Enumerable.Empty<Variable>();
        var tracer = new Tracer(expression, [.. names]);
        Deriver.DifferentiateFully(tracer, letters);
        if (attempt != Attempt.Simplify)
        {
            WorkOutDefinedDerivatives(tracer, letters);
        }

        if (tracer.Current.HasDerivative)
        {
            // Identities would rewrite what such a derivative is taken of and by.
            return new(expression, tracer, letters, [], "The step budget was reached before every derivative was worked out.");
        }

        if (attempt == Attempt.Simplify)
        {
            Simplifier.Run(tracer);
            return new(expression, tracer, letters, [], null);
        }

        tracer.Allow(600);
        if (attempt == Attempt.WrittenOut)
        {
            Line(IdentityRules.Definition);
            Line(SumRules.WriteOut);
        }

        var seen = new HashSet<Expr>(ReferenceEqualityComparer.Instance);
        do
        {
            var (recorded, line, before) = (tracer.Count, tracer.BeginLine(), tracer.Current);
            Line(IdentityRules.Definition, IdentityRules.Function);
            Line(IdentityRules.Sigmoid, IdentityRules.Tanh, IdentityRules.Softplus, IdentityRules.NormalDistribution, IdentityRules.Relu, IdentityRules.Abs, IdentityRules.Extremum, IdentityRules.Pythagoras);
            Line(IdentityRules.ExponentialOfSum);
            Line(AlgebraRules.PullOut, ExpectationRules.EqualTerms);
            Line(IdentityRules.MergeSums);
            Line(AlgebraRules.SumsToOne, AlgebraRules.ZeroMean, AlgebraRules.Symmetric, AlgebraRules.Normalised, AlgebraRules.Centred);
            Line(IdentityRules.SameTerm, AlgebraRules.CommonDenominator, IdentityRules.PowerOfProduct, IdentityRules.SameFactor, AlgebraRules.Cancel, AlgebraRules.Absorb, AlgebraRules.CombinePowers);
            Line(IdentityRules.Logarithm);
            Line(AlgebraRules.ContractDelta);
            Line(AlgebraRules.Expand, AlgebraRules.SplitSum, AlgebraRules.Collect, AlgebraRules.CombinePowers, AlgebraRules.Cancel);
            if (ReferenceEquals(tracer.Current, before))
            {
                // There and back again: nobody wants to read that.
                tracer.Forget(recorded, line);
            }
        }
        while (seen.Add(tracer.Current) && !tracer.IsExhausted);

        if (attempt == Attempt.Sums)
        {
            Line(AlgebraRules.Expand, AlgebraRules.SplitSum, SumRules.PullIn);
            Line(SumRules.Reindex);
            Line(SumRules.Exchange);
            Line(AlgebraRules.Collect, AlgebraRules.CombinePowers);
        }

        return new(expression, tracer, letters, [], tracer.IsExhausted ? "The step budget was reached before a common form was found." : null);

        void Line(params ReadOnlySpan<Rule> rules)
        {
            var previous = tracer.BeginLine();
            if (!tracer.Everywhere(rules))
            {
                tracer.ReturnTo(previous);
            }
        }
    }

    /// <summary>Names that are defined by a derivative, g = ∂L/∂z, are unfolded first: once z is unfolded, too, there is no ∂/∂z to work out.</summary>
    private static void WorkOutDefinedDerivatives(Tracer tracer, Letters letters)
    {
        var names = Dependencies.All(tracer.Current).Where(name => name.IsDefined && Dependencies.All(name).Any(other => other.Body is { HasDerivative: true })).ToHashSet();
        while (names.Count > 0 && !tracer.IsExhausted && !tracer.Current.HasDerivative)
        {
            var (node, scope) = Tracer.Walk(tracer.Current, tracer.Outside).FirstOrDefault(found => found.Node is Element element && names.Contains(element.Variable));
            if (node is null)
            {
                return;
            }

            tracer.BeginLine();
            tracer.Apply(IdentityRules.Definition, scope, node, IdentityRules.Definition.Apply(node, scope)!);
            Deriver.DifferentiateFully(tracer, letters);
        }
    }
}
