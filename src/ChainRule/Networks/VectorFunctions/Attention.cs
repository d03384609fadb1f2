using ChainRule.Expressions;

namespace ChainRule.Networks;

public static partial class VectorFunctions
{
    /// <summary>
    /// Scaled dot-product attention of one head: S = Q Kᵀ/√d, A = softmax of each row of S, and the output A V. The scores S and the
    /// weights A are names in derivations.
    /// </summary>
    /// <param name="queries">Q ∈ ℝ^{n×d}, a row for each query.</param>
    /// <param name="keys">K ∈ ℝ^{m×d}, a row for each key.</param>
    /// <param name="values">V ∈ ℝ^{m×e}, a row for each key.</param>
    /// <exception cref="ShapeException">The matrices do not fit together.</exception>
    public static Tensor Attention(Tensor queries, Tensor keys, Tensor values)
    {
        Require.NotNull(queries);
        Require.NotNull(keys);
        Require.NotNull(values);
        if (queries.Shape.Rank != 2 || keys.Shape.Rank != 2 || values.Shape.Rank != 2
            || !Affine.AreEqual(queries.Shape.Sizes[1], keys.Shape.Sizes[1]) || !Affine.AreEqual(keys.Shape.Sizes[0], values.Shape.Sizes[0]))
        {
            throw new ShapeException($"Attention takes Q of n×d, K of m×d and V of m×e; {queries} {queries.Shape.Said}, {keys} {keys.Shape.Said}, {values} {values.Shape.Said}.");
        }

        var (n, m, d) = (queries.Shape.Sizes[0], keys.Shape.Sizes[0], keys.Shape.Sizes[1]);
        var scores = Tensor.Of(Shape.Of(n, m), at => Rows.Total(d, k => queries[at[0], k] * keys[at[1], k], "k") / Maths.Sqrt(d)).Named("S");
        return Softmax().Of(scores).Named("A") * values;
    }
}
