using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>Finding the right-hand side of a definition inside an expression.</summary>
internal static class Matching
{
    /// <summary>How many terms or factors are tried in every order.</summary>
    private const int MostInAnyOrder = 5;

    private const NodeKinds Unmistakable = NodeKinds.Apply | NodeKinds.Summation | NodeKinds.Add | NodeKinds.Piecewise | NodeKinds.Expectation;

    /// <summary>
    /// The node with every occurrence of the definition's body (at whatever indices) replaced by the name. A product may hold the
    /// body as part of its factors: e^{z_i} e^{z_j} / S² is p_i p_j for p_i = e^{z_i} / S.
    /// </summary>
    public static (Expr After, ImmutableArray<Element> Uses)? Fold(Expr node, Variable name, Expr body)
    {
        // Powers and products can be written one as the other, and an index be any letter; everything else must be there as it is.
        if ((body.Kinds & Unmistakable & ~node.Kinds) != NodeKinds.None)
        {
            return null;
        }

        var uses = ImmutableArray.CreateBuilder<Element>();
        // H = −Σ_i p_i log p_i is found in Σ_i p_i log p_i as well, as −H.
        var opposite = body is Multiply { Coefficient: var coefficient } negative && coefficient == Rational.MinusOne && negative.Factors.Any(factor => factor is Summation or Apply or Add);
        if (body is Multiply or Power && (node is Multiply or Power || (opposite && node is Summation or Apply or Add)))
        {
            var factors = FactorList.Of(node);
            var pattern = FactorList.Of(body);
            while (TryTake(factors, pattern, name) is { } use)
            {
                uses.Add(use);
            }

            return uses.Count == 0 ? null : (factors.ToExpr(), uses.ToImmutable());
        }

        if (node is Element or Number || !TryUnify(body, node, name.Shape.Rank, out var indices))
        {
            return null;
        }

        var element = Element.Of(name, indices);
        return (element, [element]);
    }

    /// <summary>The product with b/(1 + b) replaced by 1 − f, where f is defined as 1/(1 + b).</summary>
    public static (Expr After, Element Use)? FoldComplement(Expr node, Variable name, Expr body)
    {
        var pattern = FactorList.Of(body);
        if (!pattern.Coefficient.IsOne || pattern.Bases.FirstOrDefault(@base => @base is Add { Terms.Length: 2 } sum && sum.Terms.Any(term => term is Number { Value.IsOne: true }) && pattern.WholeExponentOf(@base) == -1) is not Add whole)
        {
            return null;
        }

        pattern.Multiply(whole, Number.One);
        var above = Canonical.Of(pattern.ToExpr());
        var position = ReferenceEquals(Canonical.Of(whole.Terms[0]), above) ? 1 : ReferenceEquals(Canonical.Of(whole.Terms[1]), above) ? 0 : -1;
        if (position < 0)
        {
            return null;
        }

        var factors = FactorList.Of(node);
        foreach (var candidate in factors.Bases.Where(@base => factors.WholeExponentOf(@base) < 0))
        {
            if (!TryUnify(whole, candidate, name.Shape.Rank, out var indices))
            {
                continue;
            }

            var other = FactorList.Of(Binding.Open(whole.Terms[position], indices));
            if (other.Coefficient.IsOne && other.Bases.Count > 0 && other.Bases.All(@base => other.ExponentOf(@base) is Number { Value: var needed } && factors.NumericExponentOf(@base) is { } has && has >= needed))
            {
                var use = (Element)Element.Of(name, indices);
                factors.Multiply(Number.One - use, Number.One);
                foreach (var @base in other.Bases)
                {
                    factors.Multiply(@base, -other.ExponentOf(@base));
                }

                factors.Multiply(candidate, Number.One);
                if (above is Number { Value.IsOne: true } && factors.WholeExponentOf(candidate) is < 0 and var left)
                {
                    // b/(1 + b)² is f (1 − f) at once.
                    factors.MultiplyBefore(candidate, use, -left);
                    factors.Multiply(candidate, Number.Of(-left));
                }

                return (factors.ToExpr(), use);
            }
        }

        return null;
    }

    private static Element? TryTake(FactorList factors, FactorList pattern, Variable name)
    {
        if (!pattern.Coefficient.IsOne && (pattern.Coefficient != Rational.MinusOne || !pattern.Bases.Any(@base => @base is Summation or Apply or Add)))
        {
            return null;
        }

        // The base that mentions the most indices binds them; the others must then be there exactly.
        var lead = pattern.Bases.Where(@base => @base.Loose > 0).OrderByDescending(@base => @base.Loose).FirstOrDefault() ?? pattern.Bases[0];
        foreach (var candidate in factors.Bases)
        {
            if (!TryUnify(lead, candidate, name.Shape.Rank, out var indices))
            {
                continue;
            }

            // What is there may have its terms in another order than the definition.
            var needed = pattern.Bases
                .Select(@base => (Base: Binding.Open(@base, indices), Exponent: pattern.NumericExponentOf(@base)))
                .Select(need => (Base: factors.Bases.FirstOrDefault(@base => ReferenceEquals(Canonical.Of(@base), Canonical.Of(need.Base))) ?? need.Base, need.Exponent))
                .ToList();
            if (Times(factors, needed) is not { } times || (!pattern.Coefficient.IsOne && !times.IsOne))
            {
                continue;
            }

            factors.Multiply(Number.Of(pattern.Coefficient), Number.One);

            needed.ForEach(need => factors.Multiply(need.Base, Number.Of(-need.Exponent!.Value * times)));
            var use = Element.Of(name, indices);
            factors.MultiplyBefore(candidate, use, times);
            return use;
        }

        return null;
    }

    /// <summary>To which whole power the pattern is contained in the factors; null where it is not.</summary>
    private static Rational? Times(FactorList factors, List<(Expr Base, Rational? Exponent)> needed)
    {
        Rational? times = null;
        foreach (var (@base, wanted) in needed)
        {
            if (wanted is not { } exponent || factors.NumericExponentOf(@base) is not { IsZero: false } has)
            {
                return null;
            }

            var ratio = has / exponent;
            // Whole powers only, and of several candidates the one nearest to 0: more would leave powers of the other sign behind.
            var whole = ratio.Sign * (long)(System.Numerics.BigInteger.Abs(ratio.Numerator) / ratio.Denominator);
            // A single base may be divided by too (1/√S = 1/n); for several, dividing by the name is no shorter.
            if (whole == 0 || (needed.Count == 1 && whole != ratio) || (needed.Count > 1 && whole < 1))
            {
                return null;
            }

            times = times is { } known && known <= whole ? known : whole;
        }

        return times;
    }

    /// <summary>Whether the expression is the pattern with its <paramref name="rank"/> outermost loose indices replaced by indices.</summary>
    private static bool TryUnify(Expr pattern, Expr expression, int rank, out ImmutableArray<Expr> indices)
    {
        var bound = new Expr?[rank];
        var matches = Unify(pattern, expression, 0, bound) && Array.TrueForAll(bound, index => index is not null);
        indices = matches ? [.. bound!] : [];
        return matches;
    }

    private static bool Unify(Expr pattern, Expr expression, int depth, Expr?[] bound)
    {
        if (pattern is BoundIndex index && index.Level >= depth)
        {
            var position = bound.Length - 1 - (index.Level - depth);
            if (!IsIndex(expression) || Enumerable.Range(0, depth).Any(level => Binding.Uses(expression, level)))
            {
                return false;
            }

            var outside = depth == 0 ? expression : Binding.Open(expression, [.. Enumerable.Repeat<Expr>(Number.Zero, depth)]);
            bound[position] ??= outside;
            return ReferenceEquals(bound[position], outside);
        }

        if (pattern.Loose <= depth)
        {
            return ReferenceEquals(pattern, expression) || ReferenceEquals(Canonical.Of(pattern), Canonical.Of(expression));
        }

        if (pattern.GetType() != expression.GetType() || pattern.Children.Length != expression.Children.Length)
        {
            return false;
        }

        var sameHead = (pattern, expression) switch
        {
            (Element a, Element b) => a.Variable.Equals(b.Variable),
            (Apply a, Apply b) => a.Function.Equals(b.Function),
            (Derivative a, Derivative b) => a.Kind == b.Kind,
            (Extremum a, Extremum b) => a.Kind == b.Kind,
            (Indicator a, Indicator b) => a.Comparisons.Select(comparison => comparison.Sign).SequenceEqual(b.Comparisons.Select(comparison => comparison.Sign)),
            (Piecewise a, Piecewise b) => a.Cases.Select(@case => @case.When.Sign).SequenceEqual(b.Cases.Select(@case => @case.When.Sign)),
            _ => true,
        };
        if (!sameHead)
        {
            return false;
        }

        var known = (Expr?[])bound.Clone();
        var inOrder = true;
        for (var i = 0; i < pattern.Children.Length && inOrder; i++)
        {
            inOrder = Unify(pattern.Children[i], expression.Children[i], depth + pattern.Binds(i), bound);
        }

        if (inOrder || pattern is not (Add or Multiply) || pattern.Children.Length > MostInAnyOrder)
        {
            return inOrder;
        }

        known.CopyTo(bound, 0);
        return UnifyInAnyOrder(pattern.Children.AsSpan(), [.. expression.Children], depth, bound);
    }

    /// <summary>The terms of a sum or the factors of a product may stand in another order: log(p_i) p_i is p_i log p_i.</summary>
    private static bool UnifyInAnyOrder(ReadOnlySpan<Expr> pattern, List<Expr> parts, int depth, Expr?[] bound)
    {
        if (pattern.IsEmpty)
        {
            return true;
        }

        for (var i = 0; i < parts.Count; i++)
        {
            var known = (Expr?[])bound.Clone();
            var part = parts[i];
            if (Unify(pattern[0], part, depth, bound))
            {
                parts.RemoveAt(i);
                if (UnifyInAnyOrder(pattern[1..], parts, depth, bound))
                {
                    return true;
                }

                parts.Insert(i, part);
            }

            known.CopyTo(bound, 0);
        }

        return false;
    }

    private static bool IsIndex(Expr expression) => expression is IndexVariable or BoundIndex or Number or Size or Add or Multiply or Extremum { IsIndex: true };
}
