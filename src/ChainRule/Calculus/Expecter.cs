using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>
/// Works out the expectations in an expression, line by line as a tutor would: what always helps first, names unfolded only where
/// nothing else does. What the assumptions do not give stays an expectation.
/// </summary>
internal static class Expecter
{
    private const int MostSteps = 600;

    /// <summary>The derivation that works out the expression's expectations and brings the result to its shortest form.</summary>
    public static Derivation Of(Expr expression)
    {
        var tracer = new Tracer(expression, []);
        var letters = Letters.Avoiding(expression);
        Run(tracer);
        // p (1 − p) + p² − p²: the squares of means go before anything is multiplied out.
        Line(tracer, AlgebraRules.Collect);
        var note = tracer.IsExhausted ? "The step budget was reached: every line is right, but the last one may not be in its shortest form." : null;
        Simplifier.Run(tracer);
        return new(expression, tracer, letters, [], note);
    }

    /// <summary>Works out the expectations in the tracer's expression where none is left over then: 𝔼[2 (μ + σ ε) ε] is 2σ.</summary>
    public static void Finish(Tracer tracer)
    {
        const NodeKinds Open = NodeKinds.Expectation | NodeKinds.Covariance;
        if ((tracer.Current.Kinds & Open) != NodeKinds.None)
        {
            tracer.Try(after => (after.Kinds & Open) == NodeKinds.None, () =>
            {
                Run(tracer);
                Simplifier.Run(tracer);
            });
        }
    }

    /// <summary>Works out the expectations in the tracer's expression.</summary>
    public static void Run(Tracer tracer)
    {
        tracer.Allow(MostSteps);
        while (!tracer.IsExhausted && Next(tracer))
        {
            tracer.Everywhere(AlgebraRules.CombinePowers);
        }
    }

    private static bool Next(Tracer tracer) =>
        Varies(tracer)
        || Line(tracer, MomentRules.Mean, MomentRules.SecondMoment, MomentRules.OddFunction, MomentRules.GaussianMoment, MomentRules.GaussianAbsolute, MomentRules.GaussianExponential)
        || ((tracer.Current.Kinds & NodeKinds.Delta) != NodeKinds.None && Simplifier.Contract(tracer))
        || Line(tracer, ExpectationRules.EqualTerms)
        || Line(tracer, ExpectationRules.Constant, ExpectationRules.Linearity, ExpectationRules.ConstantFactor, ExpectationRules.Sum)
        || Line(tracer, MomentRules.IndicatorPower, MomentRules.ExclusiveIndicators, MomentRules.EvenAbsolute)
        || Line(tracer, ExpectationRules.Independence)
        || Line(tracer, MomentRules.Rectifier)
        || Line(tracer, MomentRules.Cases)
        || Line(tracer, MomentRules.Symmetry)
        || Line(tracer, MomentRules.GaussianHalf, MomentRules.GaussianProbability)
        // What was multiplied out is taken apart at once, or the constants would be pulled out of its sums again.
        || Line(tracer, ExpectationRules.MultiplySums, ExpectationRules.Expand, ExpectationRules.Sum, ExpectationRules.Linearity)
        || Each(tracer, ExpectationRules.EqualIndices, most: 1)
        || Each(tracer, ExpectationRules.Definition, most: int.MaxValue)
        || Line(tracer, AlgebraRules.PullOut)
        || Line(tracer, ExpectationRules.IdenticalTerms);

    /// <summary>Variances and covariances become expectations, once what does not vary is out of them.</summary>
    private static bool Varies(Tracer tracer)
    {
        if ((tracer.Current.Kinds & NodeKinds.Covariance) == NodeKinds.None)
        {
            return false;
        }

        // A name is looked through where its definition has a constant that can be taken out.
        var unfolds = ExpectationRules.Definition with
        {
            Apply = (node, scope) => node is Covariance { IsVariance: true, Left: Element { Variable: { IsDefined: true } name } element } && name.DefinitionAt(element.Indices) is Add or Multiply
                ? ExpectationRules.Definition.Apply(node, scope)
                : null,
        };
        return Each(tracer, unfolds, most: int.MaxValue)
            || Line(tracer, ExpectationRules.VarianceShift, ExpectationRules.VarianceScale)
            || Line(tracer, ExpectationRules.Variance, ExpectationRules.Covariance);
    }

    private static bool Line(Tracer tracer, params ReadOnlySpan<Rule> rules)
    {
        var line = tracer.BeginLine();
        if (tracer.Everywhere(rules))
        {
            return true;
        }

        tracer.ReturnTo(line);
        return false;
    }

    /// <summary>Applies a rule once to each of the nodes that it fits now, at most so many, and not to what it makes of them.</summary>
    private static bool Each(Tracer tracer, Rule rule, int most)
    {
        var fitting = Tracer.Walk(tracer.Current, tracer.Outside, node => (node.Kinds & rule.On) != NodeKinds.None)
            .Select(found => (found.Node, found.Scope, Rewriting: (found.Node.OwnKind & rule.On) == NodeKinds.None ? null : rule.Apply(found.Node, found.Scope)))
            .Where(found => found.Rewriting is not null)
            .Take(most)
            .ToList();
        if (fitting.Count == 0)
        {
            return false;
        }

        tracer.BeginLine();
        foreach (var (node, scope, rewriting) in fitting)
        {
            tracer.Apply(rule, scope, node, rewriting!);
        }

        return true;
    }
}
