using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>Rules that take functions apart, for proving identities. A derivation of a derivative does not use them.</summary>
public static class IdentityRules
{
    /// <summary>e^{a + b} = e^a e^b, and e^{n a} = (e^a)ⁿ for whole n.</summary>
    public static Rule ExponentialOfSum { get; } = new("exponential-of-sum", "power law", @"e^{a + b} = e^a e^b", RuleWeight.Key, NodeKinds.Apply, (node, scope) =>
    {
        if (node is not Apply { Arguments: [var argument] } apply || !ReferenceEquals(apply.Function, FunctionDefinition.Exp))
        {
            return null;
        }

        var expanded = AlgebraRules.Expand.Apply(argument, scope)?.After ?? argument;
        return expanded switch
        {
            Add sum => new Rewriting(Multiply.Of(sum.Terms.Select(Exp))),
            Multiply { Coefficient: var times } product when !times.IsOne && times.ToInt32() is not null => new Rewriting(Exp(product)),
            _ => null,
        };

        static Expr Exp(Expr term) => term is Multiply { Coefficient: var times } product && !times.IsOne && times.ToInt32() is not null
            ? Power.Of(FunctionDefinition.Exp.Of(Multiply.Of(product.Factors.Skip(1))), Number.Of(times))
            : FunctionDefinition.Exp.Of(term);
    });

    /// <summary>σ(u) = 1/(1 + e^{−u}).</summary>
    public static Rule Sigmoid { get; } = Unfold("unfold-sigmoid", FunctionDefinition.Sigmoid, @"\sigma(u) = \frac{1}{1 + e^{-u}}", u => Number.One / (Number.One + FunctionDefinition.Exp.Of(-u)));

    /// <summary>tanh u = (e^{2u} − 1)/(e^{2u} + 1).</summary>
    public static Rule Tanh { get; } = Unfold("unfold-tanh", FunctionDefinition.Tanh, @"\tanh u = \frac{e^{2u} - 1}{e^{2u} + 1}", u =>
        (FunctionDefinition.Exp.Of(Number.Two * u) - Number.One) / (FunctionDefinition.Exp.Of(Number.Two * u) + Number.One));

    /// <summary>softplus(u) = log(1 + e^u).</summary>
    public static Rule Softplus { get; } = Unfold("unfold-softplus", FunctionDefinition.Softplus, @"\operatorname{softplus}(u) = \log(1 + e^u)", u =>
        FunctionDefinition.Log.Of(Number.One + FunctionDefinition.Exp.Of(u)));

    /// <summary>(a b)ⁿ = aⁿ bⁿ for whole n; the reciprocal of a fraction is turned over.</summary>
    public static Rule PowerOfProduct { get; } = new("power-of-product", "power of a product", @"(a\,b)^n = a^n b^n", RuleWeight.Routine, NodeKinds.Power, (node, _) =>
        node is Power { Base: Multiply, Exponent: Number { Value.IsInteger: true } } && !ReferenceEquals(FactorList.Of(node).ToExpr(), node) ? new Rewriting(FactorList.Of(node).ToExpr()) : null);

    /// <summary>A name is replaced by its definition.</summary>
    public static Rule Definition { get; } = new("unfold-definition", "definition", @"f := \ldots", RuleWeight.Headline, NodeKinds.Element, (node, _) =>
        node is Element element && element.Variable.DefinitionAt(element.Indices) is { } body ? new Rewriting(body) { Facts = [new(element, body)], Name = $"definition of {element.Variable}" } : null);

    /// <summary>The rules of this table.</summary>
    public static ImmutableArray<Rule> All { get; } = [ExponentialOfSum, Sigmoid, Tanh, Softplus, PowerOfProduct, Definition];

    private static Rule Unfold(string id, FunctionDefinition function, string statement, Func<Expr, Expr> body) => new(id, $"definition of {function}", statement, RuleWeight.Key, NodeKinds.Apply, (node, _) =>
        node is Apply { Arguments: [var argument] } apply && apply.Function.Equals(function) ? new Rewriting(body(argument)) { Facts = [new(node, body(argument))] } : null);
}
