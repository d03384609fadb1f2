using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>What the ranges of indices tell about an expression of indices and sizes.</summary>
internal static class IndexRanges
{
    /// <summary>Whether an affine expression is at least 0 for all values of the indices in it, and all sizes; false where that is not seen.</summary>
    public static bool IsNeverNegative(Expr expression, Scope scope)
    {
        var affine = Affine.Of(expression);
        Expr least = Number.Of(affine.Constant);
        foreach (var (atom, coefficient) in affine.Terms)
        {
            var value = atom is not (IndexVariable or BoundIndex or Extremum) ? atom : coefficient.Sign > 0 ? Number.One : scope.RangeOf(atom);
            if (value is null)
            {
                return false;
            }

            least += Number.Of(coefficient) * value;
        }

        // What is left are sizes, each at least 1.
        var sizes = Affine.Of(least);
        return sizes.Terms.All(term => term.Atom is Size { Quotient: null } && term.Coefficient.Sign > 0) && (sizes.Constant + sizes.Terms.Aggregate(Rational.Zero, (sum, term) => sum + term.Coefficient)).Sign >= 0;
    }
}
