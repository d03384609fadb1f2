using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>Differentiation of expectations. They belong to the table of <see cref="DifferentiationRules"/>.</summary>
public static class ExpectationDerivatives
{
    /// <summary>
    /// ∂/∂θ E[X] = E[∂X/∂θ] where the law does not depend on θ. Differentiation and expectation may change places where X is smooth in
    /// θ with probability 1 and its derivative is bounded by something with a mean (dominated convergence).
    /// </summary>
    public static Rule Inside { get; } = On("derivative-inside", "derivative inside the expectation", @"\frac{\partial}{\partial \theta} \mathbb{E}[X] = \mathbb{E}\left[\frac{\partial X}{\partial \theta}\right] \quad (\text{the law does not depend on } \theta)", (d, expectation, _) =>
        LawDependsOn(expectation, d) ? null : new Rewriting(Expectation.Of(Derivative.Of(d.Kind == DerivativeKind.Total ? expectation.Body : Unfolded(expectation.Body), d.By, d.Kind))));

    /// <summary>Where the law depends on θ the expectation is worked out first.</summary>
    public static Rule First { get; } = On("expectation-first", "the expectation first", @"\mathbb{E}_\theta[X] = f(\theta) \;\Rightarrow\; \frac{\partial}{\partial \theta} \mathbb{E}_\theta[X] = f'(\theta)", (d, expectation, scope) =>
    {
        if (!LawDependsOn(expectation, d))
        {
            return null;
        }

        // Under the binders of a Σ the indices are free while the expectation is worked out.
        var indices = scope.Indices(Letters.Avoiding(expectation));
        var derivation = Expecter.Of(Binding.Open(expectation, indices));
        if (Binding.Nodes(derivation.Result).OfType<Expectation>().Any(left => LawDependsOn(left, d)))
        {
            throw new ChainRuleException($"The law of what is random in {derivation.Start} depends on {d.By}, and the assumptions do not suffice to work the expectation out, so its derivative by {d.By} is not known.");
        }

        var value = Binding.Close(derivation.Result, [.. indices.Cast<IndexVariable>()]);
        return new Rewriting(Derivative.Of(value, d.By, d.Kind)) { Facts = [new(expectation, value)] };
    });

    /// <summary>∂ Var[X]/∂θ and ∂ Cov[X, Y]/∂θ through their definitions.</summary>
    public static Rule OfCovariance { get; } = new("derivative-of-variance", "definition of the variance", @"\frac{\partial}{\partial \theta} \operatorname{Var}[X] = \frac{\partial}{\partial \theta}\left(\mathbb{E}[X^2] - \mathbb{E}[X]^2\right)", RuleWeight.Headline, NodeKinds.Derivative, (node, scope) =>
        node is Derivative { Operand: Covariance covariance } d && (covariance.IsVariance ? ExpectationRules.Variance : ExpectationRules.Covariance).Apply(covariance, scope) is { } unfolded
            ? new Rewriting(Derivative.Of(unfolded.After, d.By, d.Kind)) { Name = covariance.IsVariance ? "definition of the variance" : "definition of the covariance", Facts = [new(covariance, unfolded.After)] }
            : null)
    {
        Operands = NodeKinds.Covariance,
    };

    /// <summary>The rules.</summary>
    public static ImmutableArray<Rule> All { get; } = [Inside, First, OfCovariance];

    private static Rule On(string id, string name, string statement, Func<Derivative, Expectation, Scope, Rewriting?> apply) =>
        new(id, name, statement, RuleWeight.Headline, NodeKinds.Derivative, (node, scope) => node is Derivative { Operand: Expectation expectation } d ? apply(d, expectation, scope) : null)
        {
            Operands = NodeKinds.Expectation,
        };

    private static bool LawDependsOn(Expectation expectation, Derivative d) =>
        RandomVariables.LeavesOf(expectation.Body).SelectMany(variable => variable.Law!.Parameters).Any(parameter => DifferentiationRules.DependsOn(parameter, d));

    /// <summary>Where other names are held fixed, those that are random are not among them: they are part of what the mean is taken of.</summary>
    private static Expr Unfolded(Expr body) => Binding.Rewrite(body, (node, _) =>
        node is Expectation or Covariance || !RandomVariables.IsRandom(node) ? node
        : node is Element { Variable.IsDefined: true } element ? Unfolded(element.Variable.DefinitionAt(element.Indices)!)
        : null);
}
