using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>Rules that take functions apart, for proving identities. A derivation of a derivative does not use them.</summary>
public static class IdentityRules
{
    /// <summary>e^{a + b} = e^a e^b, and e^{r a} = (e^a)^r for a number r.</summary>
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
            Multiply { Coefficient.IsOne: false } product => new Rewriting(Exp(product)),
            _ => null,
        };

        static Expr Exp(Expr term) => term is Multiply { Coefficient: { IsOne: false } times } product
            ? Power.Of(FunctionDefinition.Exp.Of(Multiply.Of(product.Factors.Skip(1))), Number.Of(times))
            : FunctionDefinition.Exp.Of(term);
    });

    /// <summary>log(a b) = log a + log b and log aʳ = r log a for positive a and b; log e^u = u.</summary>
    public static Rule Logarithm { get; } = new("logarithm-of-product", "law of logarithms", @"\log(a\,b) = \log a + \log b, \quad \log a^r = r \log a, \quad \log e^u = u \quad (a, b > 0)", RuleWeight.Key, NodeKinds.Apply, (node, _) =>
    {
        if (node is not Apply { Arguments: [var argument] } apply || !ReferenceEquals(apply.Function, FunctionDefinition.Log))
        {
            return null;
        }

        return argument switch
        {
            Apply { Arguments: [var exponent] } inner when ReferenceEquals(inner.Function, FunctionDefinition.Exp) => new Rewriting(exponent),
            Multiply product when product.Factors.All(Signs.IsPositive) => new Rewriting(Add.Of(product.Factors.Select(FunctionDefinition.Log.Of))) { Conditions = [.. product.Factors.Where(factor => factor is not Number).Select(Signs.NotZero)] },
            Power { Exponent: Number } power when Signs.IsPositive(power.Base) => new Rewriting(power.Exponent * FunctionDefinition.Log.Of(power.Base)) { Conditions = [Signs.NotZero(power.Base)] },
            _ => null,
        };
    });

    /// <summary>a Σ_i u_i + b Σ_i v_i = Σ_i (a u_i + b v_i), where something is divided by, so that fractions can be put together.</summary>
    public static Rule MergeSums { get; } = new("merge-sums", "one sum", @"a \sum_i u_i + b \sum_i v_i = \sum_i (a\,u_i + b\,v_i)", RuleWeight.Routine, NodeKinds.Add, (node, _) =>
    {
        if (node is not Add sum)
        {
            return null;
        }

        var parts = sum.Terms.Select(term => (Term: term, Sum: Inside(term))).ToList();
        foreach (var (_, first) in parts)
        {
            if (first is null)
            {
                continue;
            }

            var alike = parts.Where(part => part.Sum is { } other && ReferenceEquals(other.Lower, first.Lower) && ReferenceEquals(other.Upper, first.Upper)).ToList();
            if (alike.Count > 1 && alike.Exists(part => IsDividedByTerm(part.Sum!.Body)))
            {
                var merged = Summation.OfBody(first.Lower, first.Upper, Add.Of(alike.Select(part => part.Sum!.Body)));
                return new Rewriting(Add.Of(parts.Except(alike).Select(part => part.Term).Prepend(merged)));
            }
        }

        return null;

        // A divisor that is the same for all terms can be pulled out instead.
        static bool IsDividedByTerm(Expr body) => body switch
        {
            Add terms => terms.Terms.Any(IsDividedByTerm),
            Multiply product => product.Factors.Any(IsDividedByTerm),
            Power { Exponent: Number { Value.Sign: < 0 } } power => Binding.UsesInnermost(power),
            _ => false,
        };

        static Summation? Inside(Expr term) => term as Summation ?? (term is Multiply && SumRules.PullIn.Apply(term, new Scope([], [])) is { After: Summation pulled } ? pulled : null);
    });

    /// <summary>σ(u) = 1/(1 + e^{−u}).</summary>
    public static Rule Sigmoid { get; } = Unfold("unfold-sigmoid", FunctionDefinition.Sigmoid, @"\sigma(u) = \frac{1}{1 + e^{-u}}", u => Number.One / (Number.One + FunctionDefinition.Exp.Of(-u)));

    /// <summary>tanh u = (e^{2u} − 1)/(e^{2u} + 1).</summary>
    public static Rule Tanh { get; } = Unfold("unfold-tanh", FunctionDefinition.Tanh, @"\tanh u = \frac{e^{2u} - 1}{e^{2u} + 1}", u =>
        (FunctionDefinition.Exp.Of(Number.Two * u) - Number.One) / (FunctionDefinition.Exp.Of(Number.Two * u) + Number.One));

    /// <summary>softplus(u) = log(1 + e^u).</summary>
    public static Rule Softplus { get; } = Unfold("unfold-softplus", FunctionDefinition.Softplus, @"\operatorname{softplus}(u) = \log(1 + e^u)", u =>
        FunctionDefinition.Log.Of(Number.One + FunctionDefinition.Exp.Of(u)));

    /// <summary>Φ(u) = ½ (1 + erf(u/√2)).</summary>
    public static Rule NormalDistribution { get; } = Unfold("unfold-normal-distribution", FunctionDefinition.NormalDistribution, @"\Phi(u) = \tfrac12 \left(1 + \operatorname{erf}\frac{u}{\sqrt 2}\right)", u =>
        Number.Half * (Number.One + FunctionDefinition.Erf.Of(u * Power.Of(Number.Two, -Number.Half))));

    /// <summary>ReLU(u) = u 𝟙[u &gt; 0], and ReLU(−u) = −u (1 − 𝟙[u &gt; 0]), so that one indicator is enough.</summary>
    public static Rule Relu { get; } = Unfold("unfold-relu", FunctionDefinition.Relu, @"\operatorname{ReLU}(u) = u\,\mathbb{1}[u > 0], \quad \operatorname{ReLU}(-u) = -u\,(1 - \mathbb{1}[u > 0])", u => u * IsPositive(u));

    /// <summary>|u| = u (2 · 𝟙[u &gt; 0] − 1).</summary>
    public static Rule Abs { get; } = Unfold("unfold-abs", FunctionDefinition.Abs, @"|u| = u\,(2 \cdot \mathbb{1}[u > 0] - 1)", u => u * ((Number.Two * IsPositive(u)) - Number.One));

    /// <summary>max(a, b) = b + (a − b) 𝟙[a &gt; b] and min(a, b) = a − (a − b) 𝟙[a &gt; b].</summary>
    public static Rule Extremum { get; } = new("unfold-extremum", "definition of max and min", @"\max(a, b) = b + (a - b)\,\mathbb{1}[a > b], \quad \min(a, b) = a - (a - b)\,\mathbb{1}[a > b]", RuleWeight.Key, NodeKinds.Apply, (node, _) =>
    {
        if (node is not Apply { Arguments: [var a, var b] } apply)
        {
            return null;
        }

        var excess = (a - b) * IsPositive(a - b);
        return new Rewriting(ReferenceEquals(apply.Function, FunctionDefinition.Max) ? b + excess : a - excess) { Facts = [new(node, ReferenceEquals(apply.Function, FunctionDefinition.Max) ? b + excess : a - excess)] };
    });

    /// <summary>𝟙[u &gt; 0], in the one of u and −u that all rules choose; beside u it does not matter that at 0 both are 0.</summary>
    private static Expr IsPositive(Expr u)
    {
        var affine = Affine.Of(u);
        var isTurned = affine.IsConstant ? affine.Constant.Sign < 0 : affine.Terms.First().Coefficient.Sign < 0;
        var indicator = Indicator.Of(new Comparison(isTurned ? Affine.Of(-u).ToExpr() : affine.ToExpr(), ComparisonSign.Greater, Number.Zero));
        return isTurned ? Number.One - indicator : indicator;
    }

    /// <summary>sin² u = 1 − cos² u.</summary>
    public static Rule Pythagoras { get; } = new("pythagoras", "sin² + cos² = 1", @"\sin^2 u = 1 - \cos^2 u", RuleWeight.Key, NodeKinds.Power, (node, _) =>
        node is Power { Base: Apply { Arguments: [var argument] } sine, Exponent: Number { Value: { IsInteger: true, Sign: > 0 } exponent } } && exponent > Rational.One && ReferenceEquals(sine.Function, FunctionDefinition.Sin)
            ? new Rewriting((Number.One - Power.Of(FunctionDefinition.Cos.Of(argument), Number.Two)) * Power.Of(sine, Number.Of(exponent - 2)))
            : null);

    /// <summary>(a + b)(b + a) = (a + b)²: factors that differ in the order of their terms are made alike, so that they cancel or combine.</summary>
    public static Rule SameFactor { get; } = new("same-factor", "the same factor", @"(a + b)(b + a) = (a + b)(a + b)", RuleWeight.Tidy, NodeKinds.Multiply, (node, _) =>
    {
        if (node is not Multiply product)
        {
            return null;
        }

        var known = new Dictionary<Expr, Expr>(ReferenceEqualityComparer.Instance);
        return new Rewriting(Multiply.Of(product.Factors.Select(factor =>
        {
            var (@base, exponent) = factor is Power power ? (power.Base, power.Exponent) : (factor, Number.One);
            var form = Canonical.Of(@base);
            known.TryAdd(form, @base);
            return Power.Of(known[form], exponent);
        })));
    });

    /// <summary>1/(a + b) + 1/(b + a) = 1/(a + b) + 1/(a + b): terms that differ in the order of a sum inside are made alike.</summary>
    public static Rule SameTerm { get; } = new("same-term", "the same sum", @"\frac{1}{a + b} + \frac{1}{b + a} = \frac{2}{a + b}", RuleWeight.Tidy, NodeKinds.Add, (node, _) =>
    {
        if (node is not Add sum)
        {
            return null;
        }

        var known = new Dictionary<Expr, Expr>(ReferenceEqualityComparer.Instance);
        return new Rewriting(Add.Of(sum.Terms.Select(term => Binding.Rewrite(term, (part, _) =>
        {
            if (part is not Add)
            {
                return null;
            }

            var form = Canonical.Of(part);
            known.TryAdd(form, part);
            return known[form];
        }))));
    });

    /// <summary>(a b)ⁿ = aⁿ bⁿ for whole n; the reciprocal of a fraction is turned over.</summary>
    public static Rule PowerOfProduct { get; } = new("power-of-product", "power of a product", @"(a\,b)^n = a^n b^n", RuleWeight.Routine, NodeKinds.Power, (node, _) =>
        node is Power { Base: Multiply, Exponent: Number { Value.IsInteger: true } } && !ReferenceEquals(FactorList.Of(node).ToExpr(), node) ? new Rewriting(FactorList.Of(node).ToExpr()) : null);

    /// <summary>A name is replaced by its definition.</summary>
    public static Rule Definition { get; } = new("unfold-definition", "definition", @"f := \ldots", RuleWeight.Headline, NodeKinds.Element, (node, _) =>
        node is Element element && element.Variable.DefinitionAt(element.Indices) is { } body ? new Rewriting(body) { Facts = [new(element, body)], Name = $"definition of {element.Variable}" } : null);

    /// <summary>A function that is defined by a formula is replaced by it.</summary>
    public static Rule Function { get; } = new("unfold-function", "definition", @"f(u) := \ldots", RuleWeight.Headline, NodeKinds.Apply, (node, _) =>
        node is Apply { Arguments: [var argument] } apply && apply.Function.Unfold(argument) is { } body ? new Rewriting(body) { Facts = [new(node, body)], Name = $"definition of {apply.Function}" } : null);

    /// <summary>The rules of this table.</summary>
    public static ImmutableArray<Rule> All { get; } = [ExponentialOfSum, Logarithm, MergeSums, Sigmoid, Tanh, Softplus, NormalDistribution, Relu, Abs, Extremum, Pythagoras, SameFactor, SameTerm, PowerOfProduct, Definition, Function];

    private static Rule Unfold(string id, FunctionDefinition function, string statement, Func<Expr, Expr> body) => new(id, $"definition of {function}", statement, RuleWeight.Key, NodeKinds.Apply, (node, _) =>
        node is Apply { Arguments: [var argument] } apply && apply.Function.Equals(function) ? new Rewriting(body(argument)) { Facts = [new(node, body(argument))] } : null);
}
