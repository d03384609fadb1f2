using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>The table of rewriting rules: what a person does to a derivative after differentiating.</summary>
public static class AlgebraRules
{
    private const int MostTerms = 64;

    /// <summary>How deep a bracket is that is compared with the same bracket at another index: (x_i − b_i).</summary>
    private const int MostDepth = 6;

    /// <summary>a/a = 1 for a ≠ 0, and like powers of one base are combined.</summary>
    public static Rule Cancel { get; } = new("cancel", "cancel", @"\frac{a\,b}{a} = b \quad (a \neq 0)", RuleWeight.Key, NodeKinds.Multiply, (node, _) =>
    {
        if (node is not Multiply product || !FactorList.MayDivide(node))
        {
            return null;
        }

        var factors = FactorList.Of(node);
        if (factors.Cancelled.Count == 0)
        {
            // 2 (2 s)⁻¹ = s⁻¹: a number cancels with one that stands in a power.
            return !product.Coefficient.IsOne && factors.Coefficient != product.Coefficient && ReadingCost.Of(factors.ToExpr()) < ReadingCost.Of(node) ? new Rewriting(factors.ToExpr()) : null;
        }

        return new Rewriting(factors.ToExpr()) { Conditions = [.. factors.Cancelled.Select(Signs.NotZero)] };
    });

    /// <summary>a·a = a².</summary>
    public static Rule CombinePowers { get; } = new("combine-powers", "combine powers", @"a^m a^n = a^{m+n}, \quad (a^r)^n = a^{r n}", RuleWeight.Tidy, NodeKinds.Multiply | NodeKinds.Power, (node, _) =>
        (node is Power { Base: Power } || (node is Multiply product && FactorList.MayRepeat(product))) && FactorList.Of(node) is { Cancelled.Count: 0 } factors && (factors.HasRepeated || node is Power) && !ReferenceEquals(factors.ToExpr(), node) ? new Rewriting(factors.ToExpr()) : null);

    /// <summary>a (b + c) = a b + a c, for every sum among the factors.</summary>
    public static Rule Expand { get; } = new("expand", "expand", @"a\,(b + c) = a\,b + a\,c", RuleWeight.Routine, NodeKinds.Multiply | NodeKinds.Power, (node, _) =>
    {
        IEnumerable<Expr> factors = node switch
        {
            Multiply product => product.Factors,
            Power { Base: Add, Exponent: Number { Value: { IsInteger: true, Sign: > 0 } exponent } } power when exponent < 5 => Enumerable.Repeat(power.Base, (int)exponent.Numerator),
            _ => [],
        };
        // A product of many sums has more terms than anybody reads; it stays a product.
        var parts = factors.ToList();
        if (!parts.Exists(factor => factor is Add) || parts.Aggregate(1.0, (count, factor) => count * (factor is Add sum ? sum.Terms.Length : 1)) > MostTerms)
        {
            return null;
        }

        IEnumerable<ImmutableArray<Expr>> terms = [[]];
        foreach (var factor in parts)
        {
            IEnumerable<Expr> choices = factor is Add sum ? sum.Terms : [factor];
            terms = [.. terms.SelectMany(_ => choices, (chosen, choice) => chosen.Add(choice))];
        }

        return new Rewriting(Add.Of(terms.Select(chosen => Multiply.Of(chosen))));
    });

    /// <summary>a (δ + c) = a δ + a c, where a keeps its own brackets: only the sum with a δ is multiplied out.</summary>
    public static Rule ExpandDelta { get; } = new("expand-delta", "multiply in", @"(a + b)\,(\delta_{ij} + c) = (a + b)\,\delta_{ij} + (a + b)\,c", RuleWeight.Routine, NodeKinds.Multiply, (node, _) =>
    {
        if (node is not Multiply { Factors: var factors } || factors.OfType<Add>().ToList() is not { Count: > 0 } sums)
        {
            return null;
        }

        var free = sums.Where(sum => sum.Terms.Any(HasDelta)).ToList();
        return free is [var one] && sums.Count > 1
            ? new Rewriting(Add.Of(one.Terms.Select(term => Multiply.Of(factors.Select(factor => ReferenceEquals(factor, one) ? term : factor)))))
            : null;

        static bool HasDelta(Expr term) => term is Delta || (term is Multiply product && product.Factors.Any(factor => factor is Delta));
    });

    /// <summary>Σ (u + v) = Σ u + Σ v.</summary>
    public static Rule SplitSum { get; } = new("split-sum", "split the sum", @"\sum_i (u_i + v_i) = \sum_i u_i + \sum_i v_i", RuleWeight.Routine, NodeKinds.Summation, (node, _) =>
        node is Summation { Body: Add body } sum ? new Rewriting(Add.Of(body.Terms.Select(term => Summation.OfBody(sum.Lower, sum.Upper, term)))) : null);

    /// <summary>Σ_i (c/d + u_i) = n c/d + Σ_i u_i, where what is the same in every term is more than a name.</summary>
    public static Rule SplitConstant { get; } = new("split-constant", "equal terms", @"\sum_{i=1}^{n} (c + u_i) = n\,c + \sum_{i=1}^{n} u_i", RuleWeight.Key, NodeKinds.Summation, (node, _) =>
    {
        // Σ_i (x_i − μ) stays as it is: so deviations are written.
        if (node is not Summation { Lower: Number { Value.IsOne: true }, Upper: Size or Number { Value.Sign: > 0 }, Body: Add body } sum
            || body.Terms.Where(term => !Binding.UsesInnermost(term)).ToList() is not { Count: > 0 } equal
            || equal.Count == body.Terms.Length
            || equal.TrueForAll(term => term is Element or Number or Multiply { Factors: [Number, Element] }))
        {
            return null;
        }

        return new Rewriting((sum.Upper * Binding.Open(Add.Of(equal), [Number.Zero])) + Summation.OfBody(sum.Lower, sum.Upper, Add.Of(body.Terms.Where(Binding.UsesInnermost))));
    });

    /// <summary>Σ_i c u_i = c Σ_i u_i where c does not depend on i.</summary>
    public static Rule PullOut { get; } = new("pull-out", "constant out of the sum", @"\sum_i c\,u_i = c \sum_i u_i", RuleWeight.Routine, NodeKinds.Summation, (node, _) =>
    {
        if (node is not Summation { Body: Multiply body } sum)
        {
            return null;
        }

        var outside = body.Factors.Where(factor => !Binding.UsesInnermost(factor)).ToList();
        if (outside.Count == 0 || outside.Count == body.Factors.Length)
        {
            return null;
        }

        var inside = Multiply.Of(body.Factors.Where(Binding.UsesInnermost));
        return new Rewriting(Multiply.Of([.. outside.Select(factor => Binding.Open(factor, [Number.Zero])), Summation.OfBody(sum.Lower, sum.Upper, inside)]));
    });

    /// <summary>Σ_i δ_ij u_i = u_j. Where j may lie outside the range of i, the range becomes a condition on j.</summary>
    public static Rule ContractDelta { get; } = new("contract-delta", "δ contracts", @"\sum_{i=a}^{b} \delta_{ij}\,u_i = u_j\,\mathbb{1}[a \le j \le b]", RuleWeight.Key, NodeKinds.Summation, (node, scope) =>
    {
        if (node is not Summation sum)
        {
            return null;
        }

        ImmutableArray<Expr> factors = sum.Body is Multiply product ? product.Factors : [sum.Body];
        for (var position = 0; position < factors.Length; position++)
        {
            if (factors[position] is not Delta delta || Solve(delta) is not { } picked)
            {
                continue;
            }

            var index = Binding.Open(picked, [Number.Zero]);
            var after = Binding.Open(Multiply.Of(factors.RemoveAt(position)), [index]);
            var whole = (sum.Lower is Number { Value.IsOne: true } && scope.RangeOf(index) is { } range && Affine.AreEqual(range, sum.Upper))
                || (IndexRanges.IsNeverNegative(index - sum.Lower, scope) && IndexRanges.IsNeverNegative(sum.Upper - index, scope));
            if (!whole)
            {
                after *= Indicator.Of(new Comparison(sum.Lower, ComparisonSign.LessOrEqual, index), new Comparison(index, ComparisonSign.LessOrEqual, sum.Upper));
            }

            return new Rewriting(after) { Facts = [new(node, after)] };
        }

        return null;

        // The value of the Σ's own index at which both sides of δ are equal; it must be a whole number for whole numbers.
        static Expr? Solve(Delta delta)
        {
            var difference = Affine.Of(delta.Left - delta.Right);
            var coefficient = difference.CoefficientOf(BoundIndex.Of(0));
            if (coefficient != Rational.One && coefficient != Rational.MinusOne)
            {
                return null;
            }

            var solution = Affine.Of(BoundIndex.Of(0) - (Number.Of(coefficient) * (delta.Left - delta.Right))).ToExpr();
            return Binding.UsesInnermost(solution) ? null : solution;
        }
    });

    /// <summary>v_e 𝟙[1 ≤ e ≤ K] = v_e for v ∈ ℝ^K: an entry outside the range is 0 anyway. Under a Σ, where it makes the sum simpler.</summary>
    public static Rule Support { get; } = new("support", "0 outside its range", @"v_e\,\mathbb{1}[1 \le e \le K] = v_e \quad (v \in \mathbb{R}^K)", RuleWeight.Routine, NodeKinds.Summation, (node, _) =>
    {
        if (node is not Summation { Body: Multiply body } sum)
        {
            return null;
        }

        var indicator = body.Factors.OfType<Indicator>().FirstOrDefault(candidate => candidate.Comparisons.All(comparison => body.Factors.OfType<Element>().Any(element => Implies(element, comparison))));
        return indicator is null ? null : new Rewriting(Summation.OfBody(sum.Lower, sum.Upper, Multiply.Of(body.Factors.Where(factor => !ReferenceEquals(factor, indicator)))));

        static bool Implies(Element element, Comparison comparison) => element.Indices.Zip(element.Variable.Shape.Sizes).Any(pair => comparison.Sign == ComparisonSign.LessOrEqual
            && (comparison.Left is Number { Value.IsOne: true } ? Affine.AreEqual(comparison.Right, pair.First)
                : Affine.AreEqual(comparison.Left, pair.First) && Affine.AreEqual(comparison.Right, pair.Second)));
    });

    /// <summary>𝟙[1 ≤ j ≤ K] = 1 for an index that has no other values.</summary>
    public static Rule InRange { get; } = new("in-range", "always within its range", @"\mathbb{1}[1 \le j \le K] = 1 \quad (j = 1, \dots, K)", RuleWeight.Routine, NodeKinds.Indicator, (node, scope) =>
        node is Indicator indicator && indicator.Comparisons.All(comparison => comparison.Sign == ComparisonSign.LessOrEqual && IndexRanges.IsNeverNegative(comparison.Right - comparison.Left, scope))
            ? new Rewriting(Number.One)
            : null);

    /// <summary>Σ_i y_i = 1 where y is assumed to add up to 1.</summary>
    public static Rule SumsToOne { get; } = new("sums-to-one", "assumption", @"\sum_i y_i = 1", RuleWeight.Key, NodeKinds.Summation, (node, _) =>
        node is Summation { Lower: Number { Value.IsOne: true }, Body: Element { Indices: [.. var row, BoundIndex { Level: 0 }], Variable: var variable } } sum
        && variable.Assumptions.HasFlag(Assumption.SumsToOne)
        && !row.Any(Binding.UsesInnermost)
        && Affine.AreEqual(variable.Shape.Sizes[^1], sum.Upper)
            ? new Rewriting(Number.One)
            {
                Facts = [new(node, Number.One)],
                Name = (variable.Shape.Rank > 1, variable.Assumptions.HasFlag(Assumption.OneHot)) switch
                {
                    (false, true) => $"{variable} is one-hot",
                    (false, false) => $"the entries of {variable} add up to 1",
                    (true, true) => $"each row of {variable} is one-hot",
                    (true, false) => $"each row of {variable} adds up to 1",
                },
            }
            : null);

    /// <summary>Σ_i x_i = 0 where x is assumed to have mean 0.</summary>
    public static Rule ZeroMean { get; } = new("zero-mean", "assumption", @"\sum_i x_i = 0", RuleWeight.Key, NodeKinds.Summation, (node, _) =>
        node is Summation { Lower: Number { Value.IsOne: true }, Body: Element { Indices: [.. var row, BoundIndex { Level: 0 }], Variable: var variable } } sum
        && variable.Assumptions.HasFlag(Assumption.ZeroMean)
        && !row.Any(Binding.UsesInnermost)
        && Affine.AreEqual(variable.Shape.Sizes[^1], sum.Upper)
            ? new Rewriting(Number.Zero) { Facts = [new(node, Number.Zero)], Name = variable.Shape.Rank > 1 ? $"each row of {variable} adds up to 0" : $"the entries of {variable} add up to 0" }
            : null);

    /// <summary>A_ij = A_ji where A is assumed to be symmetric: the index that is free, or bound further out, comes first.</summary>
    public static Rule Symmetric { get; } = new("symmetric", "assumption", @"A_{ij} = A_{ji}", RuleWeight.Key, NodeKinds.Element, (node, _) =>
        node is Element { Indices: [var row, var column], Variable: var variable } && variable.Assumptions.HasFlag(Assumption.Symmetric) && Rank(row).CompareTo(Rank(column)) > 0
            ? new Rewriting(Element.Of(variable, [column, row])) { Facts = [new(node, Element.Of(variable, [column, row]))], Name = $"{variable} is symmetric" }
            : null);

    /// <summary>Σ_i p_i = 1 where p is defined as u_i / Σ_k u_k with u &gt; 0: softmax and other normalisations.</summary>
    public static Rule Normalised { get; } = new("normalised", "normalised by its definition", @"\sum_i \frac{u_i}{\sum_k u_k} = 1", RuleWeight.Key, NodeKinds.Summation, (node, _) =>
    {
        if (node is not Summation { Lower: Number { Value.IsOne: true }, Body: Element { Indices: [.. var rows, BoundIndex { Level: 0 }], Variable: { IsDefined: true } variable } entry } sum
            || rows.Any(Binding.UsesInnermost)
            || !Affine.AreEqual(variable.Shape.Sizes[^1], sum.Upper))
        {
            return null;
        }

        var body = variable.DefinitionAt(entry.Indices)!;

        var factors = FactorList.Of(body);
        var total = factors.Bases.OfType<Summation>().FirstOrDefault(candidate => factors.WholeExponentOf(candidate) == -1);
        if (total is not null && Affine.AreEqual(total.Upper, sum.Upper) && !Binding.UsesInnermost(total) && Signs.IsPositive(total))
        {
            factors.Multiply(total, Number.One);
            // Under the total's own binder the term's index has level 0 as well; what lies further out counts one more there.
            var outside = Binding.Open(total, [Number.Zero]);
            if (ReferenceEquals(Canonical.Of(Summation.OfBody(sum.Lower, sum.Upper, factors.ToExpr())), Canonical.Of(outside)))
            {
                return new Rewriting(Number.One) { Facts = [new(node, Number.One)] };
            }
        }

        return Known(sum, body) is { } known ? new Rewriting(known) { Facts = [new(node, known)], Name = $"what {variable} is made of" } : null;

        // q = (1 − ε) y + ε/K adds up to 1 because y does: what its terms add up to is known one by one.
        static Expr? Known(Summation sum, Expr body)
        {
            if (body is not (Add or Multiply) || ReadingCost.Of(body) > MostTerms)
            {
                return null;
            }

            var tracer = new Tracer(Summation.OfBody(sum.Lower, sum.Upper, body), []);
            tracer.Allow(MostTerms);
            tracer.Everywhere(Expand!, SplitSum, PullOut, SumsToOne, ZeroMean, Normalised!, ExpectationRules.EqualTerms);
            tracer.Everywhere(Expand!, Cancel, Collect!);
            return tracer.Current is Number ? tracer.Current : null;
        }
    });

    /// <summary>Σ_i (x_i − μ) = 0 where μ is defined as the mean of the x_i.</summary>
    public static Rule Centred { get; } = new("centred", "deviations from the mean add up to 0", @"\sum_i (x_i - \mu) = 0 \quad \text{for} \quad \mu = \frac{1}{n} \sum_i x_i", RuleWeight.Key, NodeKinds.Summation, (node, _) =>
    {
        if (node is not Summation { Lower: Number { Value.IsOne: true }, Body: Add body } sum
            || body.Terms.Where(term => !Binding.UsesInnermost(term)).ToList() is not [var shifted])
        {
            return null;
        }

        // The mean does not use the sum's index; outside the sum its own indices count one binder less.
        var mean = -Binding.Open(shifted, [Number.Zero]);
        var total = Summation.OfBody(sum.Lower, sum.Upper, Add.Of(body.Terms.Where(Binding.UsesInnermost)));
        var definition = mean is Element { Variable.IsDefined: true } named ? named.Variable.DefinitionAt(named.Indices)! : mean;
        return ReferenceEquals(Canonical.Of(definition), Canonical.Of(total / sum.Upper))
            ? new Rewriting(Number.Zero) { Facts = ReferenceEquals(mean, definition) ? [] : [new(mean, definition)] }
            : null;
    });

    /// <summary>(b/a + c) a = b + c a: a product is multiplied into a sum where that cancels something.</summary>
    public static Rule Distribute { get; } = new("distribute", "multiply in", @"\left(\frac{b}{a} + c\right) a = \frac{b}{a}\,a + c\,a", RuleWeight.Routine, NodeKinds.Multiply, (node, _) =>
    {
        // Something can cancel only where something is divided by.
        if (node is not Multiply product || !product.Factors.Any(factor => factor is Add sum ? sum.Terms.Any(HasDivisor) : HasDivisor(factor)))
        {
            return null;
        }

        for (var position = 0; position < product.Factors.Length; position++)
        {
            if (product.Factors[position] is not Add sum)
            {
                continue;
            }

            // Only what cancels goes in; the rest stays in front.
            var others = product.Factors.RemoveAt(position);
            var inside = others.Where(other => other is not Power { Exponent: Number { Value.Sign: < 0 } } && sum.Terms.Any(term => FactorList.Of(term * other).Cancelled.Count > FactorList.Of(term).Cancelled.Count + FactorList.Of(other).Cancelled.Count)).ToList();
            if (inside.Count > 0)
            {
                var multiplied = Add.Of(sum.Terms.Select(term => Multiply.Of([term, .. inside])));
                return new Rewriting(Multiply.Of(product.Factors.Where(factor => !inside.Contains(factor)).Select(factor => ReferenceEquals(factor, sum) ? multiplied : factor)));
            }
        }

        return null;

        static bool HasDivisor(Expr term) => term is Power { Exponent: Number { Value.Sign: < 0 } } || (term is Multiply inner && inner.Factors.Any(factor => factor is Power { Exponent: Number { Value.Sign: < 0 } }));
    });

    /// <summary>(a √c + b)/c = a/√c + b/c: a fraction is split where a term of its numerator has what is below.</summary>
    public static Rule SplitFraction { get; } = new("split-fraction", "term by term", @"\frac{a\,\sqrt{c} + b}{c} = \frac{a}{\sqrt{c}} + \frac{b}{c}", RuleWeight.Routine, NodeKinds.Multiply, (node, _) =>
    {
        if (node is not Multiply product)
        {
            return null;
        }

        var below = product.Factors.OfType<Power>().Where(factor => factor.Exponent is Number { Value.Sign: < 0 }).Select(factor => factor.Base).ToHashSet(ReferenceEqualityComparer.Instance);
        return below.Count > 0 && product.Factors.OfType<Add>().FirstOrDefault(sum => sum.Terms.Any(term => FactorList.Of(term) is var factors && factors.Bases.Any(@base => below.Contains(@base) && factors.NumericExponentOf(@base)?.Sign > 0))) is { } above
            ? new Rewriting(Add.Of(above.Terms.Select(term => Multiply.Of(product.Factors.Select(factor => ReferenceEquals(factor, above) ? term : factor)))))
            : null;
    });

    /// <summary>δ_{2i−1,j} + δ_{2i,j} = 𝟙[2i − 1 ≤ j ≤ 2i]: of δs at places in a row, one is 1 where j is among them.</summary>
    public static Rule DeltaRun { get; } = new("delta-run", "places in a row", @"\delta_{a,j} + \delta_{a+1,j} + \dots + \delta_{a+k,j} = \mathbb{1}[a \le j \le a + k]", RuleWeight.Key, NodeKinds.Add, (node, _) =>
    {
        if (node is not Add sum || sum.Terms.Any(term => term is not Delta))
        {
            return null;
        }

        // One index is the same in all, alone on its side; the other places follow one another.
        var deltas = sum.Terms.Cast<Delta>().ToList();
        foreach (var common in new[] { deltas[0].Right, deltas[0].Left })
        {
            var places = deltas.ConvertAll(delta => ReferenceEquals(delta.Right, common) ? delta.Left : ReferenceEquals(delta.Left, common) ? delta.Right : null);
            if (common is IndexVariable or BoundIndex && !places.Contains(null)
                && places.TrueForAll(place => Affine.Of(place! - places[0]!) is { IsConstant: true, Constant.IsInteger: true })
                && places.OrderBy(place => Affine.Of(place! - places[0]!).Constant).ToList() is var ordered
                && Enumerable.Range(1, ordered.Count - 1).All(position => Affine.Of(ordered[position]! - ordered[position - 1]!).Constant.IsOne))
            {
                return new Rewriting(Indicator.Of(new Comparison(ordered[0]!, ComparisonSign.LessOrEqual, common), new Comparison(common, ComparisonSign.LessOrEqual, ordered[^1]!)));
            }
        }

        return null;
    });

    /// <summary>a x + b x = (a + b) x for numbers a and b.</summary>
    public static Rule Collect { get; } = new("collect", "collect like terms", @"a\,x + b\,x = (a + b)\,x", RuleWeight.Key, NodeKinds.Add, (node, _) =>
    {
        // Two terms that are no numbers are needed: numbers were folded when the sum was built.
        if (node is not Add sum || sum.Terms.Count(term => term is not Number) < 2)
        {
            return null;
        }

        var order = new List<(Expr Key, Expr Term)>();
        var coefficients = new Dictionary<Expr, Rational>(ReferenceEqualityComparer.Instance);
        foreach (var term in sum.Terms)
        {
            var factors = FactorList.Of(term);
            var key = Canonical.Of(factors.WithoutCoefficient());
            if (coefficients.TryGetValue(key, out var known))
            {
                coefficients[key] = known + factors.Coefficient;
            }
            else
            {
                // The term keeps its look, unless numbers hide in its powers: (3x)² is 9 times x².
                var own = term is Multiply { Coefficient: var written } ? written : term is Number number ? number.Value : Rational.One;
                order.Add((key, own != factors.Coefficient ? factors.WithoutCoefficient() : term is Multiply { Coefficient.IsOne: false } product ? Multiply.Of(product.Factors.Skip(1)) : term is Number ? Number.One : term));
                coefficients.Add(key, factors.Coefficient);
            }
        }

        return order.Count == sum.Terms.Length ? null : new Rewriting(Add.Of(order.Select(entry => Number.Of(coefficients[entry.Key]) * entry.Term)));
    });

    /// <summary>a − (b − c) = a − b + c: brackets with a number before them are opened.</summary>
    public static Rule OpenBrackets { get; } = new("open-brackets", "open the brackets", @"a - (b - c) = a - b + c", RuleWeight.Routine, NodeKinds.Add, (node, _) =>
        node is Add sum && sum.Terms.Any(IsBracket)
            ? new Rewriting(Add.Of(sum.Terms.SelectMany(term => IsBracket(term) ? ((Add)((Multiply)term).Factors[1]).Terms.Select(part => Multiply.Of(((Multiply)term).Factors[0], part)) : [term])))
            : null);

    private static bool IsBracket(Expr term) => term is Multiply { Factors: [Number, Add] };

    /// <summary>max(0, u) 𝟙[u &gt; 0] = max(0, u): where the indicator is 0 the other factor is 0 as well; and 𝟙[c] 𝟙[c] = 𝟙[c].</summary>
    public static Rule Absorb { get; } = new("absorb-indicator", "0 where the indicator is", @"\operatorname{ReLU}(u)\,\mathbb{1}[u > 0] = \operatorname{ReLU}(u), \quad \mathbb{1}[c]\,\mathbb{1}[c] = \mathbb{1}[c]", RuleWeight.Key, NodeKinds.Multiply | NodeKinds.Power, (node, _) =>
    {
        if (node is Power { Base: Indicator only, Exponent: Number { Value.Sign: > 0 } })
        {
            return new Rewriting(only);
        }

        if (node is not Multiply product)
        {
            return null;
        }

        for (var position = 0; position < product.Factors.Length; position++)
        {
            if (product.Factors[position] is Indicator indicator
                && product.Factors.Where((_, place) => place != position).Any(factor => IsZeroUnless(factor is Power { Exponent: Number { Value.Sign: > 0 } } power ? power.Base : factor, indicator)))
            {
                return new Rewriting(Multiply.Of(product.Factors.RemoveAt(position)));
            }
        }

        return null;

        static bool IsZeroUnless(Expr factor, Indicator indicator) => ReferenceEquals(factor, indicator)
            || (indicator.Comparisons.ToList() is [{ Sign: ComparisonSign.Greater or ComparisonSign.GreaterOrEqual, Left: var u, Right: Number { Value.IsZero: true } }]
                && factor is Apply { Function: var function, Arguments: var arguments }
                && ((ReferenceEquals(function, FunctionDefinition.Relu) && ReferenceEquals(arguments[0], u))
                    || (ReferenceEquals(function, FunctionDefinition.Max) && arguments.Any(argument => argument is Number { Value.IsZero: true }) && arguments.Any(argument => ReferenceEquals(argument, u)))));
    });

    /// <summary>u sign u = |u|, and |u| sign u = u: also at 0, where both sides are 0.</summary>
    public static Rule SignOfFactor { get; } = new("sign-of-factor", "a number by its sign", @"u \operatorname{sign} u = |u|, \quad |u| \operatorname{sign} u = u", RuleWeight.Key, NodeKinds.Multiply, (node, _) =>
    {
        if (node is not Multiply product || product.Factors.FirstOrDefault(factor => factor is Apply { Function: var function } && ReferenceEquals(function, FunctionDefinition.Sign)) is not Apply { Arguments: [var u] } sign)
        {
            return null;
        }

        var factors = FactorList.Of(node);
        var size = FunctionDefinition.Abs.Of(u);
        var (met, made) = factors.WholeExponentOf(u) > 0 ? (u, size) : (size, u);
        if (factors.WholeExponentOf(sign) != 1 || !(factors.WholeExponentOf(met) > 0))
        {
            return null;
        }

        factors.MultiplyBefore(met, made, Rational.One);
        factors.Multiply(met, Number.MinusOne);
        factors.Multiply(sign, Number.MinusOne);
        return new Rewriting(factors.ToExpr());
    });

    /// <summary>(a − b)(b − a) = −(b − a)²: factors that differ in the sign are made alike.</summary>
    public static Rule OppositeFactor { get; } = new("opposite-factor", "the same factor with the opposite sign", @"(a - b)\,(b - a) = -(b - a)^2", RuleWeight.Routine, NodeKinds.Multiply, (node, _) =>
    {
        if (node is not Multiply product || product.Factors.Count(factor => Base(factor) is Add) < 2)
        {
            return null;
        }

        foreach (var kept in product.Factors.Select(Base).OfType<Add>().OrderBy(sum => sum.Terms[0] is Multiply { Coefficient.Sign: < 0 } || sum.Terms[^1] is Number ? 1 : 0))
        {
            var opposite = Canonical.Of(Add.Of(kept.Terms.Select(term => -term)));
            // c − c is its own opposite.
            if (!ReferenceEquals(opposite, Canonical.Of(kept)) && product.Factors.FirstOrDefault(factor => Base(factor) is Add sum && ReferenceEquals(Canonical.Of(sum), opposite) && (factor is Add or Power { Exponent: Number { Value.IsInteger: true } })) is { } turned)
            {
                return new Rewriting(Multiply.Of(product.Factors.Select(factor => ReferenceEquals(factor, turned) ? Power.Of(Number.MinusOne, turned is Power power ? power.Exponent : Number.One) * Power.Of(kept, turned is Power same ? same.Exponent : Number.One) : factor)));
            }
        }

        // (b_i − x_i)(x_j − b_j) = −(x_i − b_i)(x_j − b_j): the same at another index.
        return product.Factors.OfType<Add>().FirstOrDefault(first => first.Depth <= MostDepth && product.Factors.OfType<Add>().Any(second => IsSameElsewhere(Opposed(first), second))) is { } elsewhere
            ? new Rewriting(Multiply.Of(product.Factors.Select(factor => ReferenceEquals(factor, elsewhere) ? -Opposed(elsewhere) : factor)))
            : null;

        static Expr Base(Expr factor) => factor is Power power ? power.Base : factor;

        static Expr Opposed(Add sum) => Add.Of(sum.Terms.Select(term => -term).OrderBy(term => term is Multiply { Coefficient.Sign: < 0 }));
    });

    /// <summary>Whether two sums are the same but for the only index in each: x_i − b_i and x_j − b_j.</summary>
    private static bool IsSameElsewhere(Expr first, Expr second)
    {
        return OnlyIndex(first) is { } own && OnlyIndex(second) is { } other && !ReferenceEquals(own, other)
            && ReferenceEquals(Canonical.Of(Binding.Rewrite(second, (node, _) => ReferenceEquals(node, other) ? own : null)), Canonical.Of(first));

        // Under a Σ of its own an index would be another one. Long formulas are not searched: products have many of them.
        static Expr? OnlyIndex(Expr sum) => sum is Add { Depth: <= MostDepth } && (sum.Kinds & (NodeKinds.IndexVariable | NodeKinds.BoundIndex)) != NodeKinds.None && (sum.Kinds & (NodeKinds.Summation | NodeKinds.Extremum)) == NodeKinds.None && Binding.Nodes(sum).Where(node => node is IndexVariable or BoundIndex).ToList() is [var only] ? only : null;
    }

    /// <summary>e^u e^{−u} = 1.</summary>
    public static Rule OppositeExponentials { get; } = new("opposite-exponentials", "power law", @"e^u\,e^{-u} = 1", RuleWeight.Key, NodeKinds.Multiply, (node, _) =>
    {
        if (node is not Multiply product)
        {
            return null;
        }

        var factors = FactorList.Of(node);
        foreach (var rising in factors.Bases.OfType<Apply>().Where(factor => ReferenceEquals(factor.Function, FunctionDefinition.Exp)))
        {
            var falling = FunctionDefinition.Exp.Of(-rising.Arguments[0]);
            if (factors.NumericExponentOf(rising) is { Sign: > 0 } most && factors.NumericExponentOf(falling) is { Sign: > 0 } other)
            {
                var both = Number.Of(-(most < other ? most : other));
                factors.Multiply(rising, both);
                factors.Multiply(falling, both);
                return new Rewriting(factors.ToExpr());
            }
        }

        return null;
    });

    /// <summary>1 − σ(−u) = σ(u).</summary>
    public static Rule ReflectSigmoid { get; } = new("reflect-sigmoid", "symmetry of σ", @"1 - \sigma(-u) = \sigma(u)", RuleWeight.Key, NodeKinds.Add, (node, _) =>
    {
        if (node is not Add { Terms: [var first, var second] })
        {
            return null;
        }

        var (number, other) = first is Number ? (first, second) : (second, first);
        if (number is not Number { Value: var one } || (!one.IsOne && one != Rational.MinusOne))
        {
            return null;
        }

        // ±(1 − σ(u)) = ±σ(−u), where −u is shorter to read than u.
        return -Number.Of(one) * other is Apply { Arguments: [var argument] } apply && ReferenceEquals(apply.Function, FunctionDefinition.Sigmoid) && IsOpposite(argument)
            ? new Rewriting(number * FunctionDefinition.Sigmoid.Of(Opposite(argument)))
            : null;
    });

    /// <summary>e^u / (1 + e^u) = σ(u), e^{−u} / (1 + e^{−u}) = 1 − σ(u).</summary>
    public static Rule RecogniseSigmoidShare { get; } = new("recognise-sigmoid-share", "by the definition of σ", @"\frac{e^u}{1 + e^u} = \sigma(u), \quad \frac{e^{-u}}{1 + e^{-u}} = 1 - \sigma(u)", RuleWeight.Headline, NodeKinds.Multiply, (node, _) =>
    {
        if (!FactorList.MayDivide(node))
        {
            return null;
        }

        var factors = FactorList.Of(node);
        if (factors.Bases.FirstOrDefault(@base => factors.WholeExponentOf(@base) < 0 && OnePlusExponential(@base) is { } exponential && factors.WholeExponentOf(exponential) > 0) is not { } below)
        {
            return null;
        }

        var above = OnePlusExponential(below)!;
        var u = above.Arguments[0];
        factors.Multiply(below, Number.One);
        if (IsOpposite(u))
        {
            var sigmoid = FunctionDefinition.Sigmoid.Of(Opposite(u));
            factors.Multiply(Number.One - sigmoid, Number.One);
            if (factors.WholeExponentOf(below) is < 0 and var left)
            {
                // e^{−u}/(1 + e^{−u})² is σ(u) (1 − σ(u)) at once.
                factors.MultiplyBefore(below, sigmoid, -left);
                factors.Multiply(below, Number.Of(-left));
            }
        }
        else
        {
            factors.MultiplyBefore(above, FunctionDefinition.Sigmoid.Of(u), Rational.One);
        }

        factors.Multiply(above, Number.MinusOne);
        return new Rewriting(factors.ToExpr());
    });

    /// <summary>1/(1 + e^{−u}) = σ(u).</summary>
    public static Rule RecogniseSigmoid { get; } = new("recognise-sigmoid", "by the definition of σ", @"\frac{1}{1 + e^{-u}} = \sigma(u)", RuleWeight.Headline, NodeKinds.Multiply | NodeKinds.Power, (node, _) =>
    {
        if (!FactorList.MayDivide(node))
        {
            return null;
        }

        var factors = FactorList.Of(node);
        if (factors.Bases.FirstOrDefault(@base => factors.WholeExponentOf(@base) < 0 && OnePlusExponential(@base) is { Arguments: [var argument] } && IsOpposite(argument)) is not { } below)
        {
            return null;
        }

        factors.MultiplyBefore(below, FunctionDefinition.Sigmoid.Of(Opposite(OnePlusExponential(below)!.Arguments[0])), Rational.One);
        factors.Multiply(below, Number.One);
        return new Rewriting(factors.ToExpr());
    });

    /// <summary>The e^u of 1 + e^u; null for anything else.</summary>
    private static Apply? OnePlusExponential(Expr expression) => expression is Add { Terms: [var first, var second] }
        && (first is Number ? (first, second) : (second, first)) is (Number { Value.IsOne: true }, Apply { Arguments.Length: 1 } exponential)
        && ReferenceEquals(exponential.Function, FunctionDefinition.Exp) ? exponential : null;

    /// <summary>(e^u − e^{−u}) / (e^u + e^{−u}) = tanh u.</summary>
    public static Rule RecogniseTanh { get; } = new("recognise-tanh", "by the definition of tanh", @"\frac{e^u - e^{-u}}{e^u + e^{-u}} = \tanh u", RuleWeight.Headline, NodeKinds.Multiply, (node, _) =>
    {
        if (!FactorList.MayDivide(node))
        {
            return null;
        }

        var factors = FactorList.Of(node);
        foreach (var below in factors.Bases.OfType<Add>().Where(@base => factors.WholeExponentOf(@base) < 0))
        {
            foreach (var u in below.Terms.OfType<Apply>().Where(term => ReferenceEquals(term.Function, FunctionDefinition.Exp)).Select(term => term.Arguments[0]))
            {
                var (rising, falling) = (FunctionDefinition.Exp.Of(u), FunctionDefinition.Exp.Of(-u));
                if (!IsOpposite(u) && ReferenceEquals(Canonical.Of(below), Canonical.Of(rising + falling))
                    && factors.Bases.FirstOrDefault(@base => factors.WholeExponentOf(@base) > 0 && ReferenceEquals(Canonical.Of(@base), Canonical.Of(rising - falling))) is { } above)
                {
                    factors.MultiplyBefore(above, FunctionDefinition.Tanh.Of(u), Rational.One);
                    factors.Multiply(above, Number.MinusOne);
                    factors.Multiply(below, Number.One);
                    return new Rewriting(factors.ToExpr());
                }
            }
        }

        return null;
    });

    /// <summary>Whether the expression reads as minus another: −u, or a sum that begins with a minus.</summary>
    private static bool IsOpposite(Expr expression) => expression is Multiply { Coefficient.Sign: < 0 } || (expression is Add sum && sum.Terms[0] is Number { Value.Sign: < 0 } or Add { Terms: [Multiply { Coefficient.Sign: < 0 }, ..] });

    private static Expr Opposite(Expr expression) => expression is Add sum ? Add.Of(sum.Terms.Select(term => -term)) : -expression;

    /// <summary>Σ_i y_i (c − u_i) = c Σ_i y_i − Σ_i y_i u_i, where Σ_i y_i may be known.</summary>
    public static Rule SplitWeights { get; } = new("split-weights", "multiply in", @"\sum_i y_i\,(c - u_i) = c \sum_i y_i - \sum_i y_i\,u_i", RuleWeight.Routine, NodeKinds.Summation, (node, scope) =>
    {
        if (node is not Summation { Lower: Number { Value.IsOne: true }, Body: Multiply body } sum
            || body.Factors.FirstOrDefault(factor => factor is Element { Indices: [BoundIndex { Level: 0 }] } weight && Total(Summation.OfBody(sum.Lower, sum.Upper, weight), scope)) is not { } weights
            || body.Factors.FirstOrDefault(factor => factor is Add inner && inner.Terms.Any(term => !Binding.UsesInnermost(term))) is not Add spread)
        {
            return null;
        }

        var others = body.Factors.Where(factor => !ReferenceEquals(factor, weights) && !ReferenceEquals(factor, spread)).ToList();
        return new Rewriting(Add.Of(spread.Terms.Select(term =>
        {
            var part = Summation.OfBody(sum.Lower, sum.Upper, Multiply.Of([.. others, weights, term]));
            return PullOut!.Apply(part, scope)?.After ?? part;
        })));

        static bool Total(Expr sum, Scope scope) => SumsToOne!.Apply(sum, scope) is not null || ZeroMean!.Apply(sum, scope) is not null || Normalised!.Apply(sum, scope) is not null;
    });

    /// <summary>a b + a c = a (b + c).</summary>
    public static Rule FactorOut { get; } = new("factor-out", "factor out", @"a\,b + a\,c = a\,(b + c)", RuleWeight.Key, NodeKinds.Add, (node, _) =>
    {
        // Beside ±1 nothing is common.
        if (node is not Add sum || sum.Terms.Any(term => term is Number { Value: var number } && (number.IsOne || number == Rational.MinusOne)))
        {
            return null;
        }

        var terms = sum.Terms.Select(FactorList.Of).ToList();
        var common = terms[0].Bases
            .Select(@base => (Base: @base, Exponent: CommonExponent(@base)))
            .Where(factor => factor.Exponent is not Number { Value.IsZero: true })
            .ToList();
        var sign = sum.Terms[0] is Number { Value.Sign: < 0 } or Multiply { Coefficient.Sign: < 0 } && terms.TrueForAll(term => term.Coefficient.Sign < 0) ? -1 : 1;
        var content = terms.Skip(1).Aggregate(Abs(terms[0].Coefficient), (known, term) => Gcd(known, Abs(term.Coefficient))) * sign;
        // u/2 + 1 is not improved by ½(u + 2).
        if (common.Count == 0 && (content.IsOne || content == Rational.MinusOne || !content.IsInteger))
        {
            return null;
        }

        // Nor is τ e − e/2 by ½ e (2τ − 1).
        if (!content.IsInteger && terms.Exists(term => term.Coefficient.IsInteger))
        {
            content = Rational.Create(sign, 1);
        }

        foreach (var (@base, exponent) in common)
        {
            terms.ForEach(term => term.Multiply(@base, -exponent));
        }

        var outside = common.Select(factor => Power.Of(factor.Base, factor.Exponent)).OrderBy(factor => factor is Power { Exponent: Number { Value.Sign: < 0 } });
        return new Rewriting(Multiply.Of([Number.Of(content), .. outside, Add.Of(terms.Select(term => Multiply.Of(Number.Of(Rational.One / content), term.ToExpr())))]));

        Expr CommonExponent(Expr @base)
        {
            if (terms.Exists(term => term.ExponentOf(@base) is not Number))
            {
                // Of a^γ and a^{γ+1}, a^γ is common.
                var apart = terms.Select(term => Affine.Of(term.ExponentOf(@base) - terms[0].ExponentOf(@base))).ToList();
                return apart.TrueForAll(difference => difference.IsConstant) && terms.TrueForAll(term => term.ExponentOf(@base) is not Number)
                    ? Affine.Of(terms[0].ExponentOf(@base) + Number.Of(apart.Min(difference => difference.Constant))).ToExpr()
                    : Number.Zero;
            }

            var exponents = terms.Select(term => term.NumericExponentOf(@base) ?? Rational.Zero).ToList();
            return Number.Of(exponents.TrueForAll(exponent => exponent.Sign > 0) ? exponents.Min()
                : exponents.TrueForAll(exponent => exponent.Sign < 0) ? exponents.Max()
                : Rational.Zero);
        }

        static Rational Abs(Rational value) => value.Sign < 0 ? -value : value;

        static Rational Gcd(Rational a, Rational b) => Rational.Create(
            System.Numerics.BigInteger.GreatestCommonDivisor(a.Numerator * b.Denominator, b.Numerator * a.Denominator),
            a.Denominator * b.Denominator);
    });

    /// <summary>Whether every term of a sum has the same sum in brackets as a factor.</summary>
    internal static bool HasCommonBracket(Expr node) => node is Add sum
        && FactorList.Of(sum.Terms[0]).Bases.Any(@base => @base is Add && sum.Terms.All(term => FactorList.Of(term).WholeExponentOf(@base) > 0));

    /// <summary>𝟙[τ e &gt; (τ − 1) e] = 𝟙[e &gt; 0]: the difference of both sides against 0, without what is positive anyway, where that is less to read.</summary>
    public static Rule OneSide { get; } = new("one-side", "the difference against 0", @"\mathbb{1}[u + v > v] = \mathbb{1}[u > 0], \quad \mathbb{1}[a\,u > 0] = \mathbb{1}[u > 0] \quad (a > 0)", RuleWeight.Key, NodeKinds.Indicator | NodeKinds.Piecewise, (node, scope) =>
    {
        var after = node switch
        {
            Indicator indicator => Indicator.Of(indicator.Comparisons.Select(Shorter)),
            Piecewise piecewise => Piecewise.Of(piecewise.Cases.Select(@case => (@case.Value, Shorter(@case.When))), piecewise.Otherwise),
            _ => node,
        };
        return ReferenceEquals(after, node) ? null : new Rewriting(after);

        Comparison Shorter(Comparison comparison)
        {
            // Ranges of indices stay as they are, and so does what is compared with a number other than 0.
            if (comparison.Right is Number { Value.IsZero: false } || comparison.Left is Number || Affine.Of(comparison.Left).Terms.Concat(Affine.Of(comparison.Right).Terms).All(term => term.Atom is IndexVariable or BoundIndex or Size))
            {
                return comparison;
            }

            var difference = comparison.Left - comparison.Right;
            if (comparison.Right is not Number)
            {
                difference = Add.Of((difference is Add sum ? sum.Terms.AsEnumerable() : [difference]).Select(term => Expand!.Apply(term, scope)?.After ?? term));
                difference = Collect!.Apply(difference, scope)?.After ?? difference;
            }

            difference = difference is Add ? FactorOut!.Apply(difference, scope)?.After ?? difference : difference;
            var factors = FactorList.Of(difference);
            var positive = factors.Bases.Where(@base => factors.WholeExponentOf(@base) is { } exponent && exponent != 0 && Signs.IsPositive(@base)).ToList();
            positive.ForEach(@base => factors.Multiply(@base, -factors.ExponentOf(@base)));
            if (positive.Count > 0 || !factors.Coefficient.IsOne)
            {
                difference = Number.Of(Rational.Create(factors.Coefficient.Sign, 1)) * factors.WithoutCoefficient();
            }

            return difference is not Number && ReadingCost.Of(difference) < ReadingCost.Of(comparison.Left) + (comparison.Right is Number ? 0 : ReadingCost.Of(comparison.Right))
                ? new(difference, comparison.Sign, Number.Zero)
                : comparison;
        }
    });

    /// <summary>1 where a comparison holds and 0 elsewhere is its indicator.</summary>
    public static Rule CasesIndicator { get; } = new("cases-indicator", "an indicator", @"\begin{cases} 1 & \text{if } c \\ 0 & \text{otherwise} \end{cases} = \mathbb{1}[c], \quad \begin{cases} 0 & \text{if } c \\ 1 & \text{otherwise} \end{cases} = \mathbb{1}[\text{not } c]", RuleWeight.Tidy, NodeKinds.Piecewise, (node, _) =>
        node is Piecewise { Otherwise: Number otherwise } piecewise && piecewise.Cases.ToList() is [(Number value, var when)] && (value.Value.IsOne ? otherwise.Value.IsZero : value.Value.IsZero && otherwise.Value.IsOne)
            ? new Rewriting(Indicator.Of(value.Value.IsOne ? when : when with
            {
                Sign = when.Sign switch
                {
                    ComparisonSign.Less => ComparisonSign.GreaterOrEqual,
                    ComparisonSign.LessOrEqual => ComparisonSign.Greater,
                    ComparisonSign.Greater => ComparisonSign.LessOrEqual,
                    ComparisonSign.GreaterOrEqual => ComparisonSign.Less,
                    ComparisonSign.Equal => ComparisonSign.NotEqual,
                    _ => ComparisonSign.Equal,
                },
            }))
            : null);

    /// <summary>𝟙[max(u, v) &lt; c] = 𝟙[u &lt; c] 𝟙[v &lt; c]: the larger of two is below where both are, and what is plain from the numbers goes.</summary>
    public static Rule CompareExtremum { get; } = new("compare-extremum", "the larger is below where both are", @"\mathbb{1}[\max(u, v) < c] = \mathbb{1}[u < c]\,\mathbb{1}[v < c], \quad \mathbb{1}[\max(u, v) > c] = \mathbb{1}[u > c] \quad (v \le c)", RuleWeight.Key, NodeKinds.Indicator, (node, _) =>
    {
        if (node is not Indicator indicator || indicator.Comparisons.ToList() is not [{ Left: Apply { Arguments: [var u, var v], Function: var function }, Sign: ComparisonSign.Less or ComparisonSign.LessOrEqual or ComparisonSign.Greater or ComparisonSign.GreaterOrEqual } when])
        {
            return null;
        }

        var isMax = ReferenceEquals(function, FunctionDefinition.Max);
        var (first, second) = (when with { Left = u }, when with { Left = v });
        // Both must be below a bound for the larger to be, and one of them above for it to be above.
        return isMax == (when.Sign is ComparisonSign.Less or ComparisonSign.LessOrEqual) ? new Rewriting(Indicator.Of(first) * Indicator.Of(second))
            : second.Decided is false ? new Rewriting(Indicator.Of(first))
            : first.Decided is false ? new Rewriting(Indicator.Of(second))
            : null;
    });

    /// <summary>𝟙[x &lt; b] 𝟙[x &gt; a] = 𝟙[a &lt; x &lt; b].</summary>
    public static Rule Between { get; } = new("between", "both conditions at once", @"\mathbb{1}[x > a]\,\mathbb{1}[x < b] = \mathbb{1}[a < x < b]", RuleWeight.Routine, NodeKinds.Multiply, (node, _) =>
    {
        if (node is not Multiply { Factors: var factors } || factors.OfType<Indicator>().Count() < 2)
        {
            return null;
        }

        var single = factors.OfType<Indicator>().Where(indicator => indicator.Comparisons.Count() == 1).Select(indicator => (Indicator: indicator, When: indicator.Comparisons.First())).ToList();
        foreach (var (above, low) in single.Where(entry => entry.When.Sign is ComparisonSign.Greater or ComparisonSign.GreaterOrEqual))
        {
            foreach (var (below, high) in single.Where(entry => entry.When.Sign is ComparisonSign.Less or ComparisonSign.LessOrEqual && ReferenceEquals(entry.When.Left, low.Left)))
            {
                var both = Indicator.Of(new Comparison(low.Right, low.Sign == ComparisonSign.Greater ? ComparisonSign.Less : ComparisonSign.LessOrEqual, low.Left), high);
                return new Rewriting(Multiply.Of(factors.Where(factor => !ReferenceEquals(factor, below)).Select(factor => ReferenceEquals(factor, above) ? both : factor)));
            }
        }

        return null;
    });

    /// <summary>A factor that every case has comes out of the cases; a case that is 0 has every factor.</summary>
    public static Rule FactorCases { get; } = new("factor-cases", "factor out of the cases", @"\begin{cases} a\,u & \text{if } c \\ a\,v & \text{otherwise} \end{cases} = a \begin{cases} u & \text{if } c \\ v & \text{otherwise} \end{cases}", RuleWeight.Routine, NodeKinds.Piecewise, (node, _) =>
    {
        if (node is not Piecewise piecewise)
        {
            return null;
        }

        List<FactorList> values = [.. piecewise.Cases.Select(@case => @case.Value).Append(piecewise.Otherwise).Where(value => value is not Number { Value.IsZero: true }).Select(FactorList.Of)];
        var common = values.Count == 0 ? [] : values[0].Bases.Where(@base => values.TrueForAll(value => value.WholeExponentOf(@base) > 0)).ToList();
        // One case that is not 0 has all of it, and an indicator is left; of (x cos x − sin x)/x² there would be cases with 1/x². A δ is to contract.
        if (values is [var only] && only.Bases.Except(common).Any())
        {
            common.RemoveAll(@base => @base is not Delta);
        }

        // A number comes out with the rest: {2 x if x > 0; 0 otherwise} is 2 x 𝟙[x > 0].
        var coefficient = common.Count > 0 && values.TrueForAll(value => value.Coefficient == values[0].Coefficient) ? values[0].Coefficient : Rational.One;
        if (common.Count == 0)
        {
            return null;
        }

        return new Rewriting(Multiply.Of([Number.Of(coefficient), .. common, piecewise.Map(value =>
        {
            var factors = FactorList.Of(value);
            common.ForEach(@base => factors.Multiply(@base, value is Number ? Number.Zero : Number.MinusOne));
            return value is Number ? value : factors.ToExpr() / Number.Of(coefficient);
        })]));
    });

    /// <summary>a/b + c/d = (a d + c b)/(b d).</summary>
    public static Rule CommonDenominator { get; } = new("common-denominator", "common denominator", @"\frac{a}{b} + \frac{c}{d} = \frac{a\,d + c\,b}{b\,d}", RuleWeight.Key, NodeKinds.Add, (node, scope) =>
    {
        if (node is not Add sum || !sum.Terms.Any(FactorList.MayDivide))
        {
            return null;
        }

        var terms = sum.Terms.Select(FactorList.Of).ToList();
        var below = terms.SelectMany(term => term.Bases).Distinct()
            .Select(@base => (Base: @base, Exponent: terms.Min(term => term.NumericExponentOf(@base) ?? Rational.Zero)))
            .Where(factor => factor.Exponent.Sign < 0)
            .ToList();
        if (below.Count == 0)
        {
            return null;
        }

        below.ForEach(factor => terms.ForEach(term => term.Multiply(factor.Base, Number.Of(-factor.Exponent))));
        // n/(2v) − s/(2v²) has the denominator 2v²: numbers come with it.
        var number = terms.Aggregate(System.Numerics.BigInteger.One, (known, term) => known * term.Coefficient.Denominator / System.Numerics.BigInteger.GreatestCommonDivisor(known, term.Coefficient.Denominator));
        var scale = Number.Of(Rational.Create(number, 1));
        var above = Add.Of(terms.Select(term => scale * term.ToExpr()).Select(term => Expand!.Apply(term, scope)?.After ?? term));
        return new Rewriting(Multiply.Of([Number.One / scale, Collect!.Apply(above, scope)?.After ?? above, .. below.Select(factor => Power.Of(factor.Base, Number.Of(factor.Exponent)))]));
    });

    /// <summary>A definition's right-hand side is replaced by its name.</summary>
    public static Rule Recognise { get; } = new("recognise", "by the definition", @"\ldots =: f", RuleWeight.Headline, (node, scope) =>
    {
        foreach (var name in scope.Names)
        {
            if (name.Body is { } body && Matching.Fold(node, name, body) is { } found)
            {
                return new Rewriting(found.After)
                {
                    Facts = [.. found.Uses.Select(element => new Fact(element, element.Variable.DefinitionAt(element.Indices)!))],
                    Name = $"by the definition of {name}",
                };
            }
        }

        return null;
    })
    {
        UsesNames = true,
    };

    /// <summary>b/(1 + b) = 1 − f where f is defined as 1/(1 + b).</summary>
    public static Rule RecogniseComplement { get; } = new("recognise-complement", "by the definition", @"\frac{b}{1 + b} = 1 - f \quad \text{for} \quad f = \frac{1}{1 + b}", RuleWeight.Headline, NodeKinds.Multiply, (node, scope) =>
    {
        foreach (var name in scope.Names)
        {
            if (name.Body is { } body && FactorList.MayDivide(node) && Matching.FoldComplement(node, name, body) is var (after, use))
            {
                return new Rewriting(after) { Facts = [new(use, use.Variable.DefinitionAt(use.Indices)!)], Name = $"by the definition of {name}" };
            }
        }

        return null;
    })
    {
        UsesNames = true,
    };

    /// <summary>−b + a = a − b: a positive term first.</summary>
    public static Rule Reorder { get; } = new("reorder", "reorder", @"-b + a = a - b, \quad -(b - a)\,c = (a - b)\,c", RuleWeight.Tidy, NodeKinds.Add | NodeKinds.Multiply, (node, _) =>
    {
        // −(b − a) c = (a − b) c
        // −(1 − σ) is σ − 1, and −½ (1 − e^s) is ½ (e^s − 1); but −2 h (1 − h²) is no longer than 2 h (h² − 1), and 1 − h² is what people know.
        if (node is Multiply { Coefficient: { Sign: < 0 } sign } product
            && product.Factors.OfType<Add>()
                .Where(inner => !(inner.Depth <= MostDepth && product.Factors.Any(other => IsSameElsewhere(inner, other))) && inner.Terms.Count(IsNegative) * 2 >= inner.Terms.Length && (sign == Rational.MinusOne || product.Factors.Length == 2 || !inner.Terms.Any(term => term is Number)))
                .OrderBy(inner => inner.Terms.Any(term => term is Number))
                .FirstOrDefault() is { } flipped)
        {
            var opposite = Add.Of(flipped.Terms.Select(term => -term).OrderBy(IsNegative));
            return new Rewriting(-Multiply.Of(product.Factors.Select(factor => ReferenceEquals(factor, flipped) ? opposite : factor)));
        }

        // cos(x) x is read x cos x, and x (1 − σ(β x)) β as β x (1 − σ(β x)).
        if (node is Multiply applied && SymbolsFirst(applied) is { } symbolsFirst)
        {
            return new Rewriting(symbolsFirst);
        }

        // log(p) p is read p log p.
        if (node is Multiply logarithms && logarithms.Factors.Any(factor => LogarithmsLast(factor) == 1) && logarithms.Factors.OrderBy(LogarithmsLast).ToList() is var ordered && !ordered.SequenceEqual(logarithms.Factors))
        {
            return new Rewriting(Multiply.Of(ordered));
        }

        if (node is not Add sum || !IsNegative(sum.Terms[0]) || sum.Terms.All(IsNegative))
        {
            return null;
        }

        return new Rewriting(Add.Of(sum.Terms.OrderBy(IsNegative)));

        static bool IsNegative(Expr term) => term is Number { Value.Sign: < 0 } or Multiply { Coefficient.Sign: < 0 };

        // Scalars that are given go before functions; behind a bracket they stay, (p − y) x, unless another one stands before it.
        static Expr? SymbolsFirst(Multiply product)
        {
            var factors = product.Factors;
            var function = factors.ToList().FindIndex(IsApplied);
            var bracket = factors.ToList().FindIndex(factor => factor is Add && (factor.Kinds & NodeKinds.Apply) != NodeKinds.None);
            var symbol = factors.ToList().FindIndex(IsSymbol);
            var place = symbol >= 0 && (symbol < function || symbol < bracket) ? symbol + 1 : function;
            var late = place < 0 ? [] : factors.Skip(place).Where(IsSymbol).ToList();
            if (late.Count == 0 || factors.Skip(place).TakeWhile(IsSymbol).Count() == late.Count)
            {
                return null;
            }

            return Multiply.Of([.. factors.Take(place), .. late, .. factors.Skip(place).Where(factor => !IsSymbol(factor))]);
        }

        static bool IsApplied(Expr factor) => factor is Apply or Power { Base: Apply, Exponent: Number { Value.Sign: > 0 } };

        static bool IsSymbol(Expr factor) => factor is Element { Indices.IsEmpty: true, Variable.IsDefined: false } or Power { Base: Element { Indices.IsEmpty: true, Variable.IsDefined: false }, Exponent: Number { Value.Sign: > 0 } };

        static int LogarithmsLast(Expr factor) => factor switch
        {
            Power { Exponent: Number { Value.Sign: < 0 } } => 3,
            Summation or Derivative => 2,
            Apply { Function: var function } when ReferenceEquals(function, FunctionDefinition.Log) => 1,
            _ => 0,
        };
    });

    /// <summary>−Σ_k x_k (y_k − p_k) = Σ_k x_k (p_k − y_k): a minus before a sum goes into a bracket that turns round.</summary>
    public static Rule TurnBracket { get; } = new("turn-bracket", "reorder", @"-\sum_k x_k\,(y_k - p_k) = \sum_k x_k\,(p_k - y_k)", RuleWeight.Tidy, NodeKinds.Multiply, (node, _) =>
    {
        if (node is not Multiply { Coefficient: var minus } outer || minus != Rational.MinusOne
            || outer.Factors.OfType<Summation>().FirstOrDefault() is not { Body: Multiply { Coefficient.Sign: > 0 } terms } under
            || terms.Factors.OfType<Add>().FirstOrDefault(inner => inner.Terms is [not Number, Multiply { Coefficient.Sign: < 0 }] && inner.Terms[0] is not Multiply { Coefficient.Sign: < 0 }) is not { } bracket)
        {
            return null;
        }

        var turned = Add.Of(bracket.Terms.Reverse().Select(term => -term));
        var sum = Summation.OfBody(under.Lower, under.Upper, Multiply.Of(terms.Factors.Select(factor => ReferenceEquals(factor, bracket) ? turned : factor)));
        return new Rewriting(-Multiply.Of(outer.Factors.Select(factor => ReferenceEquals(factor, under) ? sum : factor)));
    });

    /// <summary>1/a · b = b/a: divisors last, so that a product is one fraction.</summary>
    public static Rule OneFraction { get; } = new("one-fraction", "as one fraction", @"\frac{1}{a}\,b = \frac{b}{a}", RuleWeight.Tidy, NodeKinds.Multiply, (node, _) =>
    {
        if (node is not Multiply product)
        {
            return null;
        }

        var ordered = product.Factors.OrderBy(factor => factor is Power { Exponent: Number { Value.Sign: < 0 } }).ToList();
        return ordered.SequenceEqual(product.Factors) ? null : new Rewriting(Multiply.Of(ordered));
    });

    /// <summary>An order of indices: free ones by their letters, then bound ones from the outside in, then whatever is more than an index.</summary>
    private static (int Kind, int Level, string Name) Rank(Expr index) => index switch
    {
        IndexVariable free => (0, 0, free.Name),
        BoundIndex bound => (1, -bound.Level, string.Empty),
        _ => (2, 0, index.ToString()),
    };

    /// <summary>The rules of this table.</summary>
    public static ImmutableArray<Rule> All { get; } = [Cancel, CombinePowers, Absorb, SignOfFactor, OppositeExponentials, OppositeFactor, Distribute, SplitFraction, Expand, ExpandDelta, OpenBrackets, SplitSum, SplitConstant, SplitWeights, PullOut, ContractDelta, Support, InRange, SumsToOne, ZeroMean, Symmetric, Normalised, Centred, DeltaRun, Collect, FactorOut, OneSide, CasesIndicator, CompareExtremum, Between, FactorCases, CommonDenominator, Recognise, RecogniseComplement, RecogniseSigmoidShare, RecogniseSigmoid, RecogniseTanh, ReflectSigmoid, Reorder, TurnBracket, OneFraction];
}
