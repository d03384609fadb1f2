using System.Runtime.CompilerServices;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>
/// Where a Σ over a product with a δ has its terms: of Σ_j Σ_k δ_{i, 3(j−1)+k} x_jk, at each i, one term of each sum is not 0. A δ of own
/// index a·v, of the indices of the sums inside and of a rest is 1 only where they add up to 0, so the others need not be visited.
/// </summary>
/// <param name="Rest">What both sides of the δ differ by where the own index and those of the sums inside are 0; seen from outside of the Σ.</param>
/// <param name="Own">The factor a of the Σ's own index.</param>
/// <param name="Least">The least that the indices of the sums inside add.</param>
/// <param name="Most">The most that they add.</param>
internal sealed record SumWindow(Expr Rest, int Own, long Least, long Most)
{
    private const int MostSums = 6;

    private static readonly ConditionalWeakTable<Summation, SumWindow?> _known = [];

    /// <summary>The window of a Σ, or null where every term has to be visited.</summary>
    public static SumWindow? Of(Summation sum) => (sum.Body.Kinds & NodeKinds.Delta) == NodeKinds.None ? null : _known.GetValue(sum, static sum => Find(sum)!);

    /// <summary>The first and the last value of the index at which a term can be other than 0.</summary>
    public (int Lower, int Upper) Within(int lower, int upper, double rest)
    {
        // Least ≤ −rest − a v ≤ Most.
        var whole = (long)Math.Round(rest);
        var (from, to) = Own > 0 ? (-whole - Most, -whole - Least) : (whole + Least, whole + Most);
        var times = Math.Abs(Own);
        return ((int)Math.Max(lower, -FloorOf(-from, times)), (int)Math.Min(upper, FloorOf(to, times)));
    }

    private static long FloorOf(long dividend, int divisor) => (dividend / divisor) - (dividend % divisor < 0 ? 1 : 0);

    private static SumWindow? Find(Summation sum)
    {
        var sums = new List<Summation> { sum };
        while (sums.Count <= MostSums)
        {
            var body = sums[^1].Body;
            var factors = body is Multiply product ? product.Factors : [body];
            foreach (var delta in factors.OfType<Delta>())
            {
                if (Of(delta, sums) is { } window)
                {
                    return window;
                }
            }

            if (factors.OfType<Summation>().FirstOrDefault(inner => (inner.Kinds & NodeKinds.Delta) != NodeKinds.None) is not { } next)
            {
                return null;
            }

            sums.Add(next);
        }

        return null;
    }

    private static SumWindow? Of(Delta delta, List<Summation> sums)
    {
        var difference = delta.Left - delta.Right;
        var (own, least, most) = (0, 0L, 0L);
        foreach (var (atom, coefficient) in Affine.Of(difference).Terms)
        {
            if (atom is BoundIndex { Level: var level } && level < sums.Count)
            {
                if (coefficient.ToInt32() is not { } times)
                {
                    return null;
                }

                if (level == sums.Count - 1)
                {
                    own = times;
                    continue;
                }

                // The sums inside go over numbers, or nothing is known of what they reach.
                if (sums[^(level + 1)] is not { Lower: Number { Value: var first }, Upper: Number { Value: var last } } || first.ToInt32() is not { } from || last.ToInt32() is not { } to)
                {
                    return null;
                }

                least += Math.Min((long)times * from, (long)times * to);
                most += Math.Max((long)times * from, (long)times * to);
            }
            else if (!coefficient.IsInteger || Enumerable.Range(0, sums.Count).Any(inner => Binding.Uses(atom, inner)))
            {
                return null;
            }
        }

        return own == 0 ? null : new(Binding.Open(difference, [.. Enumerable.Repeat<Expr>(Number.Zero, sums.Count)]), own, least, most);
    }
}
