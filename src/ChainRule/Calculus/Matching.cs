using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>Finding the right-hand side of a definition inside an expression.</summary>
internal static class Matching
{
    /// <summary>
    /// The node with every occurrence of the definition's body (at whatever indices) replaced by the name. A product may hold the
    /// body as part of its factors: e^{z_i} e^{z_j} / S² is p_i p_j for p_i = e^{z_i} / S.
    /// </summary>
    public static (Expr After, ImmutableArray<Element> Uses)? Fold(Expr node, Variable name, Expr body)
    {
        var uses = ImmutableArray.CreateBuilder<Element>();
        if (body is Multiply or Power && node is Multiply or Power)
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

    private static Element? TryTake(FactorList factors, FactorList pattern, Variable name)
    {
        if (!pattern.Coefficient.IsOne)
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

            var needed = pattern.Bases.Select(@base => (Base: Binding.Open(@base, indices), Exponent: pattern.NumericExponentOf(@base))).ToList();
            if (Times(factors, needed) is not { } times)
            {
                continue;
            }

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
            return ReferenceEquals(pattern, expression);
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
            (Indicator a, Indicator b) => a.Comparisons.Select(comparison => comparison.Sign).SequenceEqual(b.Comparisons.Select(comparison => comparison.Sign)),
            (Piecewise a, Piecewise b) => a.Cases.Select(@case => @case.When.Sign).SequenceEqual(b.Cases.Select(@case => @case.When.Sign)),
            _ => true,
        };
        if (!sameHead)
        {
            return false;
        }

        for (var i = 0; i < pattern.Children.Length; i++)
        {
            if (!Unify(pattern.Children[i], expression.Children[i], depth + pattern.Binds(i), bound))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsIndex(Expr expression) => expression is IndexVariable or BoundIndex or Number or Size or Add or Multiply;
}
