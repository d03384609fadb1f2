using System.Collections.Immutable;
using System.Numerics;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>
/// The table of rules that use what is known of a law: mean and variance, symmetry, normality. Each works on the expectation of a
/// function of one entry of one random variable.
/// </summary>
public static class MomentRules
{
    private const int HighestMoment = 16;

    /// <summary>ReLU(a)ⁿ = 𝟙[a &gt; 0] aⁿ, where that lets a symmetry be used.</summary>
    public static Rule Rectifier { get; } = ExpectationRules.On("relu-indicator", "ReLU through the indicator", @"\operatorname{ReLU}(a)^n = \mathbb{1}[a > 0]\,a^n", RuleWeight.Key, (expectation, _) =>
        Replace(expectation, (factor, exponent) => Rectified(factor) is { Variable.Law: { IsSymmetric: true, IsCentred: true } } entry && ReferenceEquals(OnlyEntry(expectation.Body), entry)
            ? Indicator.Of(new Comparison(entry, ComparisonSign.Greater, Number.Zero)) * Power.Of(entry, exponent)
            : null));

    /// <summary>|a|ⁿ = aⁿ for even n.</summary>
    public static Rule EvenAbsolute { get; } = ExpectationRules.On("even-absolute", "even power of an absolute value", @"|a|^{2k} = a^{2k}", RuleWeight.Routine, (expectation, _) =>
        Replace(expectation, (factor, exponent) => factor is Apply { Function: var function, Arguments: [var argument] } && ReferenceEquals(function, FunctionDefinition.Abs) && (exponent.Value / 2).IsInteger
            ? Power.Of(argument, exponent)
            : null));

    /// <summary>𝟙ⁿ = 𝟙.</summary>
    public static Rule IndicatorPower { get; } = ExpectationRules.On("indicator-power", "an indicator is 0 or 1", @"\mathbb{1}[c]^n = \mathbb{1}[c]", RuleWeight.Routine, (expectation, _) =>
        Replace(expectation, (factor, exponent) => factor is Indicator && !exponent.Value.IsOne ? factor : null));

    /// <summary>𝟙[a &gt; 0] 𝟙[a ≤ 0] = 0: both never hold.</summary>
    public static Rule ExclusiveIndicators { get; } = ExpectationRules.On("exclusive-indicators", "both never hold", @"\mathbb{1}[a > 0]\,\mathbb{1}[a \le 0] = 0", RuleWeight.Routine, (expectation, _) =>
    {
        var comparisons = RandomFactors.Of(expectation.Body).OfType<Indicator>().SelectMany(indicator => indicator.Comparisons).ToList();
        return comparisons.Exists(a => comparisons.Exists(b => ReferenceEquals(a.Left, b.Left) && ReferenceEquals(a.Right, b.Right) && Exclude(a.Sign, b.Sign))) ? new Rewriting(Number.Zero) : null;

        // Whether no difference is on both sides: −1, 0 and 1 stand for all of them.
        static bool Exclude(ComparisonSign a, ComparisonSign b) => !new[] { -1, 0, 1 }.Any(difference => Comparison.Holds(a, difference, 0) && Comparison.Holds(b, difference, 0));
    });

    /// <summary>A definition by two cases is a sum of two products with indicators, where that lets a symmetry be used.</summary>
    public static Rule Cases { get; } = ExpectationRules.On("cases-indicators", "cases through indicators", @"\begin{cases} u & \text{if } a > 0 \\ v & \text{otherwise} \end{cases}^{\;n} = \mathbb{1}[a > 0]\,u^n + \mathbb{1}[a \le 0]\,v^n", RuleWeight.Key, (expectation, _) =>
        Replace(expectation, (factor, exponent) =>
        {
            if (factor is not Piecewise piecewise || piecewise.Cases.ToList() is not [var (value, when)] || SideOf(Indicator.Of(when)) is not { } entry || !ReferenceEquals(OnlyEntry(expectation.Body), entry))
            {
                return null;
            }

            var opposite = when.Sign switch
            {
                ComparisonSign.Greater => ComparisonSign.LessOrEqual,
                ComparisonSign.GreaterOrEqual => ComparisonSign.Less,
                ComparisonSign.Less => ComparisonSign.GreaterOrEqual,
                _ => ComparisonSign.Greater,
            };
            return (Indicator.Of(when) * Power.Of(value, exponent)) + (Indicator.Of(when with { Sign = opposite }) * Power.Of(piecewise.Otherwise, exponent));
        }));

    /// <summary>E[𝟙[a &gt; 0] g(a)] = ½ E[g(a)] for even g, where a is symmetric about 0.</summary>
    public static Rule Symmetry { get; } = ExpectationRules.On("symmetry", "symmetry", @"\mathbb{E}[\mathbb{1}[a > 0]\,g(a)] = \tfrac12\,\mathbb{E}[g(a)] \quad (g \text{ even}, a \text{ has an even density})", RuleWeight.Key, (expectation, scope) =>
    {
        var factors = RandomFactors.Of(expectation.Body);
        for (var position = 0; position < factors.Length; position++)
        {
            var rest = Multiply.Of(factors.RemoveAt(position));
            if (SideOf(factors[position]) is { } entry && ConditionsOn(entry, scope) is { } conditions && Parity.Of(rest, entry) == Parity.Even)
            {
                return new Rewriting(Number.Half * Expectation.Of(rest)) { Name = $"{entry.Variable} is symmetric about 0", Conditions = conditions };
            }
        }

        return null;
    });

    /// <summary>E[g(a)] = 0 for odd g, where a is symmetric about 0.</summary>
    public static Rule OddFunction { get; } = ExpectationRules.On("symmetry-odd", "symmetry", @"\mathbb{E}[g(a)] = 0 \quad (g \text{ odd}, a \text{ has an even density})", RuleWeight.Key, (expectation, _) =>
        expectation.Body is not Element && OnlyEntry(expectation.Body) is { Variable: { Law: { IsSymmetric: true, IsCentred: true } } variable } entry && Parity.Of(expectation.Body, entry) == Parity.Odd
            ? new Rewriting(Number.Zero) { Name = $"{variable} is symmetric about 0, and the function is odd", Facts = [new(expectation, Number.Zero)] }
            : null);

    /// <summary>E[a] = μ.</summary>
    public static Rule Mean { get; } = ExpectationRules.On("mean", "mean", @"\mathbb{E}[a] = \mu", RuleWeight.Key, (expectation, scope) =>
        expectation.Body is Element { Variable: { Law.Mean: { } mean } variable } entry && ConditionsOn(entry, scope) is { } conditions
            ? new Rewriting(mean) { Name = $"mean of {variable}", Facts = [new(expectation, mean)], Conditions = conditions }
            : null);

    /// <summary>E[a²] = σ² + μ².</summary>
    public static Rule SecondMoment { get; } = ExpectationRules.On("second-moment", "second moment", @"\mathbb{E}[a^2] = \sigma^2 + \mu^2", RuleWeight.Key, (expectation, scope) =>
    {
        if (expectation.Body is not Power { Base: Element { Variable: { Law: { Mean: { } mean, Variance: { } variance } } variable } entry, Exponent: Number { Value: var two } } || two != 2 || ConditionsOn(entry, scope) is not { } conditions)
        {
            return null;
        }

        var after = variance + Power.Of(mean, Number.Two);
        return new Rewriting(after) { Name = $"variance of {variable}", Facts = [new(expectation, after)], Conditions = conditions };
    });

    /// <summary>E[aⁿ] of a normal variable: Σ_k C(n, 2k) (2k − 1)!! μ^{n − 2k} σ^{2k}.</summary>
    public static Rule GaussianMoment { get; } = ExpectationRules.On("gaussian-moment", "moment of a Gaussian", @"\mathbb{E}[a^n] = \sum_{k} \binom{n}{2k} (2k-1)!!\,\mu^{n-2k} \sigma^{2k} \quad (a \sim \mathcal{N}(\mu, \sigma^2))", RuleWeight.Key, (expectation, scope) =>
    {
        if (expectation.Body is not Power { Base: Element { Variable.Law: { IsGaussian: true } law } entry, Exponent: Number { Value: { IsInteger: true } power } } || power < 3 || power > HighestMoment || ConditionsOn(entry, scope) is not { } conditions)
        {
            return null;
        }

        var n = (int)power.Numerator;
        var terms = Enumerable.Range(0, (n / 2) + 1)
            .Where(k => !law.IsCentred || 2 * k == n)
            .Select(k => Number.Of(Rational.Create(Choose(n, 2 * k) * DoubleFactorial((2 * k) - 1), 1)) * Power.Of(law.Mean!, Number.Of(n - (2 * k))) * Power.Of(law.Variance!, Number.Of(k)));
        var after = Add.Of(terms);
        return new Rewriting(after) { Name = $"{Ordinal(n)} moment of a Gaussian", Facts = [new(expectation, after)], Conditions = conditions };
    });

    /// <summary>E[𝟙[a &gt; 0] aⁿ] = (n − 1)!! σⁿ/√(2π) for odd n and a normal variable with mean 0; for n = 1 that is E[ReLU(a)].</summary>
    public static Rule GaussianHalf { get; } = ExpectationRules.On("gaussian-half", "half moment of a Gaussian", @"\mathbb{E}[\mathbb{1}[a > 0]\,a^n] = \frac{(n-1)!!\,\sigma^n}{\sqrt{2\pi}} \quad (n \text{ odd}, a \sim \mathcal{N}(0, \sigma^2))", RuleWeight.Key, (expectation, scope) =>
    {
        var factors = FactorList.Of(expectation.Body);
        if (factors.Bases.FirstOrDefault(@base => SideOf(@base) is not null) is not Indicator side
            || SideOf(side) is not { Variable.Law: { IsGaussian: true } law } entry
            || factors.WholeExponentOf(entry) is not { } n || n < 1 || n > HighestMoment || n % 2 == 0 || factors.Bases.Count != 2 || factors.WholeExponentOf(side) is not > 0
            || ConditionsOn(entry, scope) is not { } conditions)
        {
            return null;
        }

        // The negative half has the opposite value.
        var sign = side.Comparisons.First() is { Sign: ComparisonSign.Greater or ComparisonSign.GreaterOrEqual } ? Rational.One : Rational.MinusOne;
        var after = Number.Of(sign * factors.Coefficient * Rational.Create(DoubleFactorial(n - 1), 1)) * Power.Of(law.StandardDeviation!, Number.Of(n)) / Root(Number.Two * Constant.Pi);
        return new Rewriting(after) { Facts = [new(expectation, after)], Conditions = conditions };
    });

    /// <summary>E[|a|ⁿ] = (n − 1)!! σⁿ √(2/π) for odd n and a normal variable with mean 0.</summary>
    public static Rule GaussianAbsolute { get; } = ExpectationRules.On("gaussian-absolute", "absolute moment of a Gaussian", @"\mathbb{E}[|a|^n] = (n-1)!!\,\sigma^n \sqrt{\frac{2}{\pi}} \quad (n \text{ odd}, a \sim \mathcal{N}(0, \sigma^2))", RuleWeight.Key, (expectation, scope) =>
    {
        var (@base, exponent) = expectation.Body is Power { Exponent: Number number } power ? (power.Base, number.Value) : (expectation.Body, Rational.One);
        if (@base is not Apply { Function: var function, Arguments: [Element { Variable.Law: { IsGaussian: true, IsCentred: true } law } entry] } || !ReferenceEquals(function, FunctionDefinition.Abs)
            || exponent.ToInt32() is not { } n || n < 1 || n > HighestMoment || n % 2 == 0 || ConditionsOn(entry, scope) is not { } conditions)
        {
            return null;
        }

        var after = Number.Of(Rational.Create(DoubleFactorial(n - 1), 1)) * Power.Of(law.StandardDeviation!, Number.Of(n)) * Root(Number.Two / Constant.Pi);
        return new Rewriting(after) { Facts = [new(expectation, after)], Conditions = conditions };
    });

    /// <summary>E[𝟙[a &gt; c]] = Φ((μ − c)/σ) for a normal variable: the expectation of an indicator is a probability.</summary>
    public static Rule GaussianProbability { get; } = ExpectationRules.On("gaussian-probability", "probability under a Gaussian", @"\mathbb{E}[\mathbb{1}[a > c]] = \Phi\left(\frac{\mu - c}{\sigma}\right) \quad (a \sim \mathcal{N}(\mu, \sigma^2))", RuleWeight.Key, (expectation, scope) =>
    {
        if (expectation.Body is not Indicator indicator || indicator.Comparisons.ToList() is not [var comparison] || comparison.Sign is ComparisonSign.Equal or ComparisonSign.NotEqual)
        {
            return null;
        }

        var above = comparison.Sign is ComparisonSign.Greater or ComparisonSign.GreaterOrEqual;
        var (entry, limit) = comparison.Left is Element { Variable.Law: not null } left ? (left, comparison.Right) : (comparison.Right as Element, comparison.Left);
        if (entry is not { Variable.Law: { IsGaussian: true } law } || RandomVariables.IsRandom(limit) || ConditionsOn(entry, scope) is not { } conditions)
        {
            return null;
        }

        // a > c and c < a are the same.
        above = ReferenceEquals(entry, comparison.Left) == above;
        var after = FunctionDefinition.NormalDistribution.Of((above ? law.Mean! - limit : limit - law.Mean!) / law.StandardDeviation!);
        return new Rewriting(after) { Facts = [new(expectation, after)], Conditions = conditions };
    });

    /// <summary>E[e^{t a + c}] = e^{t μ + t² σ²/2 + c} for a normal variable.</summary>
    public static Rule GaussianExponential { get; } = ExpectationRules.On("gaussian-exponential", "exponential of a Gaussian", @"\mathbb{E}[e^{t\,a}] = e^{t\mu + t^2 \sigma^2/2} \quad (a \sim \mathcal{N}(\mu, \sigma^2))", RuleWeight.Key, (expectation, scope) =>
    {
        if (expectation.Body is not Apply { Function: var function, Arguments: [var exponent] } || !ReferenceEquals(function, FunctionDefinition.Exp)
            || OnlyEntry(exponent) is not { Variable.Law: { IsGaussian: true } law } entry || ConditionsOn(entry, scope) is not { } conditions)
        {
            return null;
        }

        var (slopes, rest) = (new List<Expr>(), new List<Expr>());
        foreach (var term in exponent is Add sum ? sum.Terms : [exponent])
        {
            var factors = FactorList.Of(term);
            if (!RandomVariables.IsRandom(term))
            {
                rest.Add(term);
            }
            else if (factors.WholeExponentOf(entry) == 1)
            {
                factors.Multiply(entry, Number.MinusOne);
                slopes.Add(factors.ToExpr());
            }
        }

        var slope = Add.Of(slopes);
        return slopes.Count + rest.Count < (exponent is Add all ? all.Terms.Length : 1) || RandomVariables.IsRandom(slope)
            ? null
            : new Rewriting(FunctionDefinition.Exp.Of(Add.Of([slope * law.Mean!, Number.Half * Power.Of(slope, Number.Two) * law.Variance!, .. rest]))) { Conditions = conditions };
    });

    /// <summary>The rules of this table, in the order in which they are tried.</summary>
    public static ImmutableArray<Rule> All { get; } =
        [Mean, SecondMoment, OddFunction, GaussianMoment, GaussianAbsolute, GaussianExponential, IndicatorPower, ExclusiveIndicators, EvenAbsolute, Rectifier, Cases, Symmetry, GaussianHalf, GaussianProbability];

    /// <summary>The entry of which the factor is the positive part, or null.</summary>
    private static Element? Rectified(Expr factor) => factor switch
    {
        Apply { Arguments: [Element entry] } apply when ReferenceEquals(apply.Function, FunctionDefinition.Relu) => entry,
        Apply { Arguments: [Number { Value.IsZero: true }, Element entry] } apply when ReferenceEquals(apply.Function, FunctionDefinition.Max) => entry,
        Apply { Arguments: [Element entry, Number { Value.IsZero: true }] } apply when ReferenceEquals(apply.Function, FunctionDefinition.Max) => entry,
        _ => null,
    };

    /// <summary>The entry of a variable symmetric about 0 whose side an indicator tells, or null.</summary>
    private static Element? SideOf(Expr factor)
    {
        if (factor is not Indicator indicator || indicator.Comparisons.ToList() is not [var comparison] || comparison.Sign is ComparisonSign.Equal or ComparisonSign.NotEqual)
        {
            return null;
        }

        return comparison is { Right: Number { Value.IsZero: true }, Left: Element { Variable.Law: { IsSymmetric: true, IsCentred: true } } entry } ? entry : null;
    }

    /// <summary>The one random entry in the expression, or null where there are several or none.</summary>
    private static Element? OnlyEntry(Expr expression)
    {
        var entries = Binding.Nodes(expression).OfType<Element>().Where(element => element.Variable.IsRandom).Distinct().ToList();
        return entries is [{ Variable.Law: not null } only] ? only : null;
    }

    /// <summary>
    /// What must hold for the entry to exist: nothing where its indices run over the variable's sizes; null where that can't be told,
    /// because beyond its sizes a tensor is 0 and has another law.
    /// </summary>
    private static ImmutableArray<Condition>? ConditionsOn(Element entry, Scope scope)
    {
        var conditions = ImmutableArray.CreateBuilder<Condition>();
        foreach (var (index, size) in entry.Indices.Zip(entry.Variable.Shape.Sizes))
        {
            if (index is Number { Value: { IsInteger: true, Sign: > 0 } value })
            {
                if (size is Number { Value: var length } ? value > length : !value.IsOne)
                {
                    conditions.Add(new(index, ComparisonSign.LessOrEqual, size, false, null));
                }
            }
            else if (scope.RangeOf(index) is not { } range || !Affine.AreEqual(range, size))
            {
                return null;
            }
        }

        return conditions.ToImmutable();
    }

    /// <summary>The expectation with one of the factors of its body replaced: the rule sees each base with its whole positive exponent.</summary>
    private static Rewriting? Replace(Expectation expectation, Func<Expr, Number, Expr?> rule)
    {
        var factors = RandomFactors.Of(expectation.Body);
        for (var position = 0; position < factors.Length; position++)
        {
            var (@base, exponent) = factors[position] is Power { Exponent: Number { Value: { IsInteger: true, Sign: > 0 } } whole } power ? (power.Base, whole) : (factors[position], Number.One);
            if (rule(@base, exponent) is { } replacement && !ReferenceEquals(replacement, factors[position]))
            {
                return new Rewriting(Expectation.Of(Multiply.Of(factors.SetItem(position, replacement)))) { Facts = [new(factors[position], replacement)] };
            }
        }

        return null;
    }

    private static Expr Root(Expr radicand) => Power.Of(radicand, Number.Half);

    private static BigInteger DoubleFactorial(int n) => n <= 1 ? BigInteger.One : n * DoubleFactorial(n - 2);

    private static BigInteger Choose(int n, int k) => k == 0 ? BigInteger.One : Choose(n, k - 1) * (n - k + 1) / k;

    private static string Ordinal(int n) => n switch
    {
        3 => "third",
        4 => "fourth",
        _ => $"{n}th",
    };
}
