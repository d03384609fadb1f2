using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>
/// Rules that bring sums of products to one form, for proving identities: everything inside the sums, indices shifted or reversed
/// so that the same factors have plain indices, and the sums in a fixed order.
/// </summary>
public static class SumRules
{
    /// <summary>a Σ_i b_i = Σ_i a b_i.</summary>
    public static Rule PullIn { get; } = new("pull-in", "into the sum", @"a \sum_i b_i = \sum_i a\,b_i", RuleWeight.Routine, NodeKinds.Multiply, (node, _) =>
    {
        if (node is not Multiply product || product.Factors.OfType<Summation>().FirstOrDefault() is not { } sum)
        {
            return null;
        }

        var position = product.Factors.IndexOf(sum);
        return new Rewriting(Summation.OfBody(sum.Lower, sum.Upper, Multiply.Of(product.Factors.Select((factor, place) => place == position ? sum.Body : Binding.Shift(factor, 1)))));
    });

    /// <summary>(Σ_i s_i b_i)/Σ_k s_k = Σ_i s_i b_i/Σ_k s_k: a divisor goes to the share that it makes, and nothing else does.</summary>
    public static Rule PullInDivisor { get; } = new("pull-in-divisor", "into the sum", @"\frac{\sum_i s_i b_i}{\sum_k s_k} = \sum_i \frac{s_i}{\sum_k s_k} b_i", RuleWeight.Routine, NodeKinds.Multiply, (node, _) =>
    {
        if (node is not Multiply product)
        {
            return null;
        }

        foreach (var divisor in product.Factors.OfType<Power>())
        {
            // The own index of either sum is nameless, so that equal terms are one node.
            if (divisor is { Base: Summation total, Exponent: Number { Value.Sign: < 0 } }
                && product.Factors.OfType<Summation>().FirstOrDefault(sum => sum.Body is Multiply body && body.Factors.Contains(total.Body) && ReferenceEquals(sum.Upper, total.Upper)) is { } shares)
            {
                return new Rewriting(Multiply.Of(product.Factors.Where(factor => !ReferenceEquals(factor, divisor)).Select(factor =>
                    ReferenceEquals(factor, shares) ? Summation.OfBody(shares.Lower, shares.Upper, shares.Body * Binding.Shift(divisor, 1)) : factor)));
            }
        }

        return null;
    });

    /// <summary>Σ_{i=a}^{b} u_{i+c} v_i with the index shifted or reversed, j = i + c, where u and v are 0 outside their ranges.</summary>
    public static Rule Reindex { get; } = new("reindex", "re-index", @"\sum_i u_{i+c}\,v_i = \sum_j u_j\,v_{j-c}", RuleWeight.Key, NodeKinds.Summation, (node, _) =>
    {
        if (SumChain.Of(node) is not { } chain)
        {
            return null;
        }

        foreach (var index in chain.Indices)
        {
            if (chain.Reindexed(index) is { } reindexed)
            {
                return new Rewriting(reindexed.ToExpr());
            }
        }

        return null;
    });

    /// <summary>Σ_i Σ_j u_ij = Σ_j Σ_i u_ij where neither range depends on the other index.</summary>
    public static Rule Exchange { get; } = new("exchange-sums", "exchange the sums", @"\sum_i \sum_j u_{ij} = \sum_j \sum_i u_{ij}", RuleWeight.Tidy, NodeKinds.Summation, (node, _) =>
        SumChain.Of(node) is { } chain && chain.Sorted().ToExpr() is var sorted && !ReferenceEquals(sorted, node) ? new Rewriting(sorted) : null);

    /// <summary>Σ_i a_i u_i + Σ_i b_i u_i = Σ_i (a_i u_i + b_i u_i), for sums over one range whose terms have a factor in common.</summary>
    public static Rule OneSum { get; } = new("one-sum", "one sum", @"\sum_i a_i u_i + \sum_i b_i u_i = \sum_i (a_i u_i + b_i u_i)", RuleWeight.Routine, NodeKinds.Add, (node, _) =>
    {
        if (node is not Add sum || sum.Terms.Count(term => Inside(term) is not null) < 2)
        {
            return null;
        }

        var parts = sum.Terms.Select(term => (Term: term, Sum: Inside(term))).ToList();
        for (var first = 0; first < parts.Count; first++)
        {
            for (var second = first + 1; second < parts.Count; second++)
            {
                if (parts[first].Sum is { } a && parts[second].Sum is { } b && ReferenceEquals(a.Lower, b.Lower) && ReferenceEquals(a.Upper, b.Upper)
                    && FactorList.Of(a.Body).Bases.Intersect(FactorList.Of(b.Body).Bases).Any(Binding.UsesInnermost))
                {
                    return new Rewriting(Add.Of(parts.Select((part, place) => place == first ? Summation.OfBody(a.Lower, a.Upper, a.Body + b.Body) : part.Term).Where((_, place) => place != second)));
                }
            }
        }

        return null;
    });

    /// <summary>A Σ with the number before it taken inside; null for what is no Σ.</summary>
    private static Summation? Inside(Expr term) => term switch
    {
        Summation sum => sum,
        Multiply { Factors: [Number, Summation] } product => PullIn.Apply(product, new Scope([], []))?.After as Summation,
        _ => null,
    };

    /// <summary>Σ_{k=1}^{2} u_k = u_1 + u_2, where the bounds are numbers and the terms are few.</summary>
    public static Rule WriteOut { get; } = new("write-out", "write the sum out", @"\sum_{k=1}^{2} u_k = u_1 + u_2", RuleWeight.Key, NodeKinds.Summation, (node, _) =>
        node is Summation { Lower: Number { Value: var lower }, Upper: Number { Value: var upper } } sum
        && lower.ToInt32() is { } first && upper.ToInt32() is { } last && last - first < MostWrittenOut
            ? new Rewriting(Add.Of(Enumerable.Range(first, Math.Max(0, last - first + 1)).Select(index => Binding.Open(sum.Body, [Number.Of(index)]))))
            : null);

    /// <summary>How many terms of a sum are written out.</summary>
    private const int MostWrittenOut = 4;

    /// <summary>The rules of this table.</summary>
    public static ImmutableArray<Rule> All { get; } = [PullIn, PullInDivisor, Reindex, Exchange, OneSum, WriteOut];

    /// <summary>Sums over independent ranges around one product, with free indices in the place of their own.</summary>
    private sealed record SumChain(ImmutableArray<IndexVariable> Indices, ImmutableDictionary<IndexVariable, Expr> Lower, ImmutableArray<Expr> Factors)
    {
        /// <summary>The chain that begins at the node, or null where it is no sum or a range depends on another index.</summary>
        public static SumChain? Of(Expr node)
        {
            var indices = ImmutableArray<IndexVariable>.Empty;
            var lower = ImmutableDictionary<IndexVariable, Expr>.Empty;
            while (node is Summation sum)
            {
                if (indices.Any(index => Has(sum.Upper, index) || Has(sum.Lower, index)))
                {
                    return null;
                }

                var index = Letters.Fresh(sum.Upper);
                indices = indices.Add(index);
                lower = lower.Add(index, sum.Lower);
                node = Binding.Open(sum.Body, [index]);
            }

            return indices.IsEmpty || node is Add ? null : new(indices, lower, node is Multiply product ? product.Factors : [node]);
        }

        public Expr ToExpr()
        {
            var body = Multiply.Of(Factors);
            foreach (var index in Indices.Reverse())
            {
                body = Summation.Of(index, Lower[index], index.Range, body);
            }

            return body;
        }

        /// <summary>The sums in the order of where their indices stand; sums that stand alike may keep their order.</summary>
        public SumChain Sorted() => this with { Indices = [.. Indices.OrderBy(Signature, StringComparer.Ordinal)] };

        /// <summary>
        /// With another index in the place of this one, by which the first of the entries it stands in has a plain index; null where
        /// that is so already, or where the sum cannot be seen to reach over every entry that is not 0.
        /// </summary>
        public SumChain? Reindexed(IndexVariable index)
        {
            var entries = Factors.OfType<Element>()
                .SelectMany(element => element.Indices.Zip(element.Variable.Shape.Sizes, (position, size) => (element.Variable.Name, Position: position, Size: size, Sign: Affine.Of(position).CoefficientOf(index))))
                .Where(entry => entry.Sign.IsOne || entry.Sign == Rational.MinusOne)
                .OrderBy(entry => entry.Name, StringComparer.Ordinal)
                .ToList();
            if (entries.Count == 0 || Factors.Any(factor => factor is not Element && Has(factor, index)))
            {
                return null;
            }

            var first = entries[0];
            if (ReferenceEquals(first.Position, index) || !entries.Exists(entry => IsInside(entry.Position, entry.Size, entry.Sign, index)))
            {
                return null;
            }

            // first.Position = s·index + c = new, so index = s·(new − c).
            var replacement = Letters.Fresh(first.Size);
            var rest = first.Position - (Number.Of(first.Sign) * index);
            var value = Affine.Of(Number.Of(first.Sign) * (replacement - rest)).ToExpr();
            return new(
                [.. Indices.Where(other => !ReferenceEquals(other, index)), replacement],
                Lower.Remove(index).Add(replacement, Number.One),
                [.. Factors.Select(factor => Replace(factor, index, value))]);
        }

        /// <summary>Whether every value of the index at which the entry is not 0 lies within the sum's range, whatever the other indices are.</summary>
        private bool IsInside(Expr position, Expr size, Rational sign, IndexVariable index)
        {
            var rest = position - (Number.Of(sign) * index);
            var (least, most) = sign.IsOne ? (Number.One - rest, size - rest) : (rest - size, rest - Number.One);
            return IsNeverNegative(least - Lower[index]) && IsNeverNegative(index.Range - most);
        }

        /// <summary>Whether an affine expression is at least 0 for all values of the indices in it; false where that is not seen.</summary>
        private static bool IsNeverNegative(Expr expression)
        {
            var least = Affine.Of(expression).Terms.Aggregate(
                (Expr)Number.Of(Affine.Of(expression).Constant),
                (sum, term) => sum + (Number.Of(term.Coefficient) * (term.Atom is IndexVariable index ? term.Coefficient.Sign > 0 ? Number.One : index.Range : term.Atom)));
            // What is left are sizes, each at least 1.
            var affine = Affine.Of(least);
            return affine.Terms.All(term => term.Coefficient.Sign > 0) && (affine.Constant + affine.Terms.Aggregate(Rational.Zero, (sum, term) => sum + term.Coefficient)).Sign >= 0;
        }

        /// <summary>Where an index stands: in which entries at which place with which factor. Equal for indices that stand alike.</summary>
        private string Signature(IndexVariable index) => $"{index.Range}|" + string.Join(";", Factors
            .SelectMany(factor => Binding.Nodes(factor).OfType<Element>())
            .SelectMany(element => element.Indices.Select((position, place) => (Where: $"{element.Variable.Name}.{place}", Factor: Affine.Of(position).CoefficientOf(index))))
            .Where(entry => !entry.Factor.IsZero)
            .Select(entry => $"{entry.Where}:{entry.Factor}")
            .Order(StringComparer.Ordinal));

        private static Expr Replace(Expr factor, IndexVariable index, Expr value)
        {
            var replaced = Binding.Rewrite(factor, (node, _) => ReferenceEquals(node, index) ? value : null);
            // i + (j − i) is j: indices have one form, or plain ones would not be seen.
            return Binding.Rewrite(replaced, (node, _) => node is Element { Indices.IsEmpty: false } element ? Element.Of(element.Variable, [.. element.Indices.Select(position => Affine.Of(position).ToExpr())]) : null);
        }

        private static bool Has(Expr expression, IndexVariable index) => Binding.Nodes(expression).Contains(index, ReferenceEqualityComparer.Instance);
    }
}
