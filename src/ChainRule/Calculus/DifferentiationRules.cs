using System.Collections.Concurrent;
using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>The table of differentiation rules. Each takes one unevaluated <see cref="Derivative"/> one step further.</summary>
public static class DifferentiationRules
{
    private static readonly ConcurrentDictionary<NodeKinds, ImmutableArray<Rule>> _byOperand = new();

    /// <summary>∂c/∂x = 0 where c does not depend on x.</summary>
    public static Rule Constant { get; } = Of("constant", "constant", @"\frac{\partial c}{\partial x} = 0", RuleWeight.Routine, (d, _) =>
        DependsOn(d.Operand, d) ? null : new Rewriting(Number.Zero) { Facts = [new(d, Number.Zero)] });

    /// <summary>∂x_i/∂x_j = δ_ij.</summary>
    public static Rule Variable { get; } = Of("variable", "derivative of a variable", @"\frac{\partial x_i}{\partial x_j} = \delta_{ij}", RuleWeight.Key, NodeKinds.Element, (d, _) =>
    {
        if (d.Operand is not Element element || !element.Variable.Equals(d.By.Variable))
        {
            return null;
        }

        var after = Multiply.Of(element.Indices.Zip(d.By.Indices, Delta.Of));
        return new Rewriting(after) { Facts = [new(d, after)] };
    });

    /// <summary>∂L/∂a = g where that is all that is known of L.</summary>
    public static Rule Given { get; } = Of("given-gradient", "given", @"\frac{\partial L}{\partial a} = g", RuleWeight.Key, NodeKinds.Element, (d, _) =>
        d.Operand is Element { Variable.GivenGradient: { } given } && given.By.Equals(d.By.Variable)
            ? new Rewriting(Element.Of(given.Gradient, d.By.Indices)) { Facts = [new(d, Element.Of(given.Gradient, d.By.Indices))] }
            : null);

    /// <summary>A name is replaced by its definition.</summary>
    public static Rule Definition { get; } = Of("definition", "definition", @"f := \ldots", RuleWeight.Headline, NodeKinds.Element, (d, _) =>
    {
        if (d.Kind == DerivativeKind.Fixed || d.Operand is not Element element || element.Variable.Equals(d.By.Variable) || element.Variable.DefinitionAt(element.Indices) is not { } body)
        {
            return null;
        }

        return new Rewriting(Derivative.Of(body, d.By, d.Kind == DerivativeKind.Edge ? DerivativeKind.Fixed : d.Kind)) { Facts = [new(element, body)], Name = $"definition of {element.Variable}" };
    });

    /// <summary>∂(u + v)/∂x = ∂u/∂x + ∂v/∂x.</summary>
    public static Rule Sum { get; } = Of("sum", "sum rule", @"\frac{\partial}{\partial x}(u + v) = \frac{\partial u}{\partial x} + \frac{\partial v}{\partial x}", RuleWeight.Routine, NodeKinds.Add, (d, _) =>
        d.Operand is Add sum ? new Rewriting(Derivatives(sum, d)) : null);

    /// <summary>∂/∂x Σ_i u_i = Σ_i ∂u_i/∂x.</summary>
    public static Rule Summation { get; } = Of("summation", "derivative of a sum, term by term", @"\frac{\partial}{\partial x} \sum_i u_i = \sum_i \frac{\partial u_i}{\partial x}", RuleWeight.Routine, NodeKinds.Summation, (d, _) =>
        d.Operand is Summation sum
            ? new Rewriting(Expressions.Summation.OfBody(sum.Lower, sum.Upper, Derivative.Of(sum.Body, (Element)Binding.Shift(d.By, 1), d.Kind)))
            : null);

    /// <summary>∂(c u)/∂x = c ∂u/∂x where c does not depend on x.</summary>
    public static Rule ConstantFactor { get; } = Of("constant-factor", "constant factor", @"\frac{\partial}{\partial x}(c\,u) = c\,\frac{\partial u}{\partial x}", RuleWeight.Routine, NodeKinds.Multiply | NodeKinds.Power, (d, _) =>
    {
        if (d.Operand is not (Multiply or Expressions.Power { Base: Multiply, Exponent: Number { Value: { IsInteger: true, Sign: < 0 } } }))
        {
            return null;
        }

        // c/(2 v) is c/2 times 1/v.
        ImmutableArray<Expr> written = d.Operand is Multiply product ? product.Factors : [d.Operand];
        var isConstantAbove = !written.Any(factor => !IsDivisor(factor) && DependsOn(factor, d));
        List<Expr> factors = [.. written.SelectMany(factor => factor is Expressions.Power { Base: Multiply below, Exponent: Number { Value: { IsInteger: true, Sign: < 0 } } exponent } && below.Factors.Any(part => !DependsOn(part, d) && (isConstantAbove || part is Number)) && DependsOn(below, d)
            ? below.Factors.Select(part => Expressions.Power.Of(part, exponent))
            : [factor])];
        var moving = factors.Where(factor => DependsOn(factor, d)).ToList();
        return moving.Count == factors.Count || moving.Count == 0
            ? null
            : new Rewriting(Multiply.Of(factors.Where(factor => !DependsOn(factor, d)).Append(d.Of(Multiply.Of(moving)))));
    });

    /// <summary>∂(u/v)/∂x = (∂u/∂x v − u ∂v/∂x)/v².</summary>
    public static Rule Quotient { get; } = Of("quotient", "quotient rule", @"\frac{\partial}{\partial x}\frac{u}{v} = \frac{\frac{\partial u}{\partial x} v - u \frac{\partial v}{\partial x}}{v^2}", RuleWeight.Headline, NodeKinds.Multiply | NodeKinds.Power, (d, _) =>
    {
        // A power of a name is what the power rule is for: d/dσ σ⁻² = −2 σ⁻³.
        if (d.Operand is (not (Multiply or Power { Exponent: Number { Value.Sign: < 0 } })) or Expressions.Power { Base: Element })
        {
            return null;
        }

        var factors = d.Operand is Multiply product ? product.Factors : [d.Operand];
        var below = factors.Where(IsDivisor).ToList();
        if (below.Count == 0)
        {
            return null;
        }

        var u = Multiply.Of(factors.Where(factor => !IsDivisor(factor)));
        var v = Multiply.Of(below.Select(factor => Expressions.Power.Of(((Expressions.Power)factor).Base, -((Expressions.Power)factor).Exponent)));
        var first = DependsOn(u, d) ? d.Of(u) * v : Number.Zero;
        return new Rewriting((first - (u * d.Of(v))) / Expressions.Power.Of(v, Number.Two));
    });

    /// <summary>∂(u v)/∂x = ∂u/∂x v + u ∂v/∂x.</summary>
    public static Rule Product { get; } = Of("product", "product rule", @"\frac{\partial}{\partial x}(u\,v) = \frac{\partial u}{\partial x} v + u \frac{\partial v}{\partial x}", RuleWeight.Headline, NodeKinds.Multiply, (d, _) =>
        d.Operand is Multiply product
            ? new Rewriting(Add.Of(product.Factors.Select((_, moving) => Multiply.Of(product.Factors.Select((factor, position) => position == moving ? d.Of(factor) : factor)))))
            : null);

    /// <summary>∂uⁿ/∂x = n uⁿ⁻¹ ∂u/∂x for a constant n.</summary>
    public static Rule Power { get; } = Of("power", "power rule", @"\frac{\partial}{\partial x} u^n = n\,u^{n-1}\,\frac{\partial u}{\partial x}", RuleWeight.Key, NodeKinds.Power, (d, _) =>
        d.Operand is Power power && !DependsOn(power.Exponent, d)
            ? new Rewriting(power.Exponent * Expressions.Power.Of(power.Base, power.Exponent - Number.One) * d.Of(power.Base)) { Weight = power.Base is Element ? null : RuleWeight.Headline }
            : null);

    /// <summary>∂uᵛ/∂x = uᵛ (∂v/∂x log u + v/u ∂u/∂x), for u &gt; 0.</summary>
    public static Rule GeneralPower { get; } = Of("general-power", "logarithmic derivative", @"\frac{\partial}{\partial x} u^v = u^v \left(\frac{\partial v}{\partial x} \log u + \frac{v}{u}\,\frac{\partial u}{\partial x}\right)", RuleWeight.Headline, NodeKinds.Power, (d, _) =>
    {
        if (d.Operand is not Power power)
        {
            return null;
        }

        var (u, v) = (power.Base, power.Exponent);
        var terms = new List<Expr> { d.Of(v) * Apply.Of(FunctionDefinition.Log, u) };
        if (DependsOn(u, d))
        {
            terms.Add(v / u * d.Of(u));
        }

        return new Rewriting(power * Add.Of(terms))
        {
            Conditions = [new(u, ComparisonSign.Greater, Number.Zero, Signs.IsPositive(u), Signs.IsPositive(u) ? "by its form" : null)],
        };
    });

    /// <summary>∂f(u)/∂x = f′(u) ∂u/∂x.</summary>
    public static Rule Function { get; } = Of("function", "chain rule", @"\frac{\partial}{\partial x} f(u) = f'(u)\,\frac{\partial u}{\partial x}", RuleWeight.Key, NodeKinds.Apply, (d, scope) =>
    {
        if (d.Operand is not Apply { Arguments.Length: 1 } apply)
        {
            return null;
        }

        var argument = apply.Arguments[0];
        if (scope.Kinks != Kinks.PyTorch && apply.Function.Kinks.Any() && apply.Function.Unfold(argument) is { } formulaItself)
        {
            // The name's own derivative follows PyTorch; another convention begins with the formula.
            return new Rewriting(d.Of(formulaItself)) { Facts = [new(apply, formulaItself)], Name = $"definition of {apply.Function}", Weight = RuleWeight.Headline };
        }

        var outer = scope.Kinks == Kinks.PyTorch ? apply.Function.DerivativeOf(argument, apply)
            : ReferenceEquals(apply.Function, FunctionDefinition.Relu) ? KinkConventions.Step(argument, scope.Kinks)
            : ReferenceEquals(apply.Function, FunctionDefinition.Abs) ? KinkConventions.Sign(argument, scope.Kinks)
            // The named derivative follows PyTorch; under another convention its formula is written out.
            : apply.Function.Kinks.Any() && apply.Function.UnfoldDerivative(argument, (body, by) => Deriver.Of(Derivative.Of(body, by), kinks: scope.Kinks).Result) is { } written ? written
            : apply.Function.DerivativeOf(argument, apply);
        return new Rewriting(outer * d.Of(argument))
        {
            // A derivative that has a name says what it is.
            Facts = outer is Apply { Function: var derivative } && derivative.Unfold(argument) is { } formula ? [new(outer, formula)] : [],
            Conditions = [.. apply.Function.Kinks.Select(kink => new Condition(argument, ComparisonSign.NotEqual, kink.At, false, KinkConventions.Describe(scope.Kinks, kink.Convention)))],
            Name = argument is Element ? $"derivative of {apply.Function}" : $"chain rule with {apply.Function}",
            // A function of a function is where a tutor stops and writes a line.
            Weight = argument is Element ? null : RuleWeight.Headline,
        };
    });

    /// <summary>The larger (or smaller) of two moves as the one that it is; at the tie a convention decides.</summary>
    public static Rule Extremum { get; } = Of("extremum", "derivative of max and min", @"\frac{\partial}{\partial x} \max(u, v) = \mathbb{1}[u > v]\,\frac{\partial u}{\partial x} + \mathbb{1}[v > u]\,\frac{\partial v}{\partial x}", RuleWeight.Headline, NodeKinds.Apply, (d, scope) =>
    {
        if (d.Operand is not Apply { Arguments: [var u, var v] } apply)
        {
            return null;
        }

        // Left and right are those of the side that moves.
        (u, v) = DependsOn(u, d) ? (u, v) : (v, u);
        var isMax = ReferenceEquals(apply.Function, FunctionDefinition.Max);
        var (du, dv) = (DependsOn(u, d) ? (Expr)d.Of(u) : Number.Zero, DependsOn(v, d) ? (Expr)d.Of(v) : Number.Zero);
        var above = new Comparison(u, ComparisonSign.Greater, v);
        var (whereAbove, whereBelow) = isMax ? (du, dv) : (dv, du);
        var threshold = !DependsOn(v, d);
        Expr after;
        string reason;
        switch (scope.Kinks)
        {
            case Kinks.PyTorch when threshold:
                // The constant side counts at the tie, so the other has an indicator of its own.
                after = Indicator.Of(above with { Sign = isMax ? ComparisonSign.Greater : ComparisonSign.Less }) * du;
                reason = "at the threshold the derivative is taken to be 0, as PyTorch does for ReLU";
                break;
            case Kinks.PyTorch or Kinks.Mean:
                after = Expressions.Piecewise.Of([(whereAbove, above), (whereBelow, above with { Sign = ComparisonSign.Less })], Number.Half * (du + dv));
                reason = KinkConventions.Describe(scope.Kinks, "at a tie the mean of both is taken, as PyTorch does");
                break;
            default:
                after = Expressions.Piecewise.Of([(whereAbove, above with { Sign = scope.Kinks == Kinks.Right ? ComparisonSign.GreaterOrEqual : ComparisonSign.Greater })], whereBelow);
                reason = KinkConventions.Describe(scope.Kinks, string.Empty);
                break;
        }

        return new Rewriting(after) { Conditions = [new(u, ComparisonSign.NotEqual, v, false, reason)] };
    });

    /// <summary>The largest (or smallest) of many moves as the entry that it is; where it is does not move. Of equal entries the first counts.</summary>
    public static Rule Largest { get; } = Of("largest", "the largest moves as the entry that it is", @"\frac{\partial}{\partial x} \max_i u_i = \left.\frac{\partial u_i}{\partial x}\right\vert_{i = \operatorname{argmax}_k u_k}", RuleWeight.Headline, NodeKinds.Extremum, (d, _) =>
        d.Operand is not Expressions.Extremum extremum ? null
        : extremum.IsIndex ? new Rewriting(Number.Zero) { Name = "a place does not move" }
        : new Rewriting(d.Of(Binding.Open(extremum.Body, [extremum.Place]))) { Name = $"the {(extremum.IsLargest ? "largest" : "smallest")} moves as the entry that it is" });

    /// <summary>An entry at a place that is computed, x_{argmax y}, moves only as x does; and δ of such a place is flat.</summary>
    public static Rule Place { get; } = Of("place", "a place does not move", @"\frac{\partial}{\partial y}\, x_{\operatorname{argmax}_k y_k} = 0", RuleWeight.Key, NodeKinds.Delta | NodeKinds.Element, (d, _) =>
        d.Operand is Expressions.Delta || (d.Operand is Element element && !element.Variable.Equals(d.By.Variable) && !(element.Variable.IsDefined && DependsOn(Element.Of(element.Variable, [.. element.Variable.FreshIndices()]), d)))
            ? new Rewriting(Number.Zero)
            : null);

    /// <summary>Case by case; at the borders the convention is that of the case that holds there.</summary>
    public static Rule Piecewise { get; } = Of("piecewise", "case by case", @"\frac{\partial}{\partial x} \begin{cases} u & \text{if } c \\ v & \text{otherwise} \end{cases} = \begin{cases} \frac{\partial u}{\partial x} & \text{if } c \\ \frac{\partial v}{\partial x} & \text{otherwise} \end{cases}", RuleWeight.Headline, NodeKinds.Piecewise, (d, scope) =>
    {
        return d.Operand is Expressions.Piecewise piecewise
            ? new Rewriting(Expressions.Piecewise.Of(piecewise.Cases.Select(@case => (Inside(@case.Value), KinkConventions.AtBorder(@case.When, scope.Kinks))), Inside(piecewise.Otherwise)))
            {
                Conditions = [.. piecewise.Cases.Select(@case => new Condition(@case.When.Left, ComparisonSign.NotEqual, @case.When.Right, false, scope.Kinks is Kinks.Left or Kinks.Right ? KinkConventions.Describe(scope.Kinks, string.Empty) : "at the border the case that holds there decides"))],
            }
            : null;

        Expr Inside(Expr value) => DependsOn(value, d) ? d.Of(value) : Number.Zero;
    });

    /// <summary>An indicator is constant on both sides of its border.</summary>
    public static Rule IndicatorIsFlat { get; } = Of("indicator", "an indicator is flat", @"\frac{\partial}{\partial x} \mathbb{1}[u > v] = 0 \quad (u \neq v)", RuleWeight.Key, NodeKinds.Indicator, (d, _) =>
        d.Operand is Indicator indicator ? new Rewriting(Number.Zero) { Conditions = [.. indicator.Comparisons.Select(comparison => new Condition(comparison.Left, ComparisonSign.NotEqual, comparison.Right, false, "there it jumps"))] } : null);

    /// <summary>The rules in the order in which they are tried.</summary>
    public static ImmutableArray<Rule> All { get; } = [Constant, Variable, Sum, Summation, ConstantFactor, Quotient, Product, Power, GeneralPower, Function, Extremum, Largest, Place, Piecewise, IndicatorIsFlat, .. ExpectationDerivatives.All, Given, Definition];

    /// <summary>Whether the derivative of the expression, taken as <paramref name="d"/> is taken, can be other than 0.</summary>
    internal static bool DependsOn(Expr expression, Derivative d) => d.Kind switch
    {
        DerivativeKind.Total => Dependencies.DependsOn(expression, d.By.Variable),
        DerivativeKind.Edge when expression is Element { Variable.Body: { } body } => Dependencies.Direct(body).Contains(d.By.Variable),
        _ => Dependencies.Direct(expression).Contains(d.By.Variable),
    };

    private static Derivative Of(this Derivative d, Expr operand) => Derivative.Of(operand, d.By, d.Kind);

    private static bool IsDivisor(Expr factor) => factor is Power { Exponent: Number { Value.Sign: < 0 } };

    private static Expr Derivatives(Add sum, Derivative d)
    {
        var moving = sum.Terms.Where(term => DependsOn(term, d)).ToList();
        return moving.Count == 1 ? d.Of(moving[0]) : Add.Of(moving.Select(term => d.Of(term)));
    }

    /// <summary>The rules that can fit a derivative of such an expression, in order.</summary>
    internal static ImmutableArray<Rule> For(NodeKinds operand) => _byOperand.GetOrAdd(operand, static kind => [.. All.Where(rule => (rule.Operands & kind) != NodeKinds.None)]);

    private static Rule Of(string id, string name, string statement, RuleWeight weight, NodeKinds operands, Func<Derivative, Scope, Rewriting?> apply) =>
        new(id, name, statement, weight, NodeKinds.Derivative, (node, scope) => node is Derivative derivative ? apply(derivative, scope) : null) { Operands = operands };

    private static Rule Of(string id, string name, string statement, RuleWeight weight, Func<Derivative, Scope, Rewriting?> apply) =>
        new(id, name, statement, weight, NodeKinds.Derivative, (node, scope) => node is Derivative derivative ? apply(derivative, scope) : null);
}
