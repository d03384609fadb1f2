using ChainRule.Expressions;

namespace ChainRule;

/// <summary>Functions of whole vectors and matrices, as NumPy and PyTorch have them: entry by entry, and sums over all entries.</summary>
public static partial class Maths
{
    /// <summary>The square root of every entry.</summary>
    public static Tensor Sqrt(Tensor x) => x.Map(Sqrt);

    /// <summary>Every entry to the power y.</summary>
    public static Tensor Pow(Tensor x, Expr y) => x.Map(entry => Pow(entry, y));

    /// <summary>The absolute value of every entry.</summary>
    public static Tensor Abs(Tensor x) => x.Map(Abs);

    /// <summary>The sine of every entry.</summary>
    public static Tensor Sin(Tensor x) => x.Map(Sin);

    /// <summary>The cosine of every entry.</summary>
    public static Tensor Cos(Tensor x) => x.Map(Cos);

    /// <summary>The number π, exactly: <c>Sqrt(2 * Pi)</c>. (<c>Math.PI</c> is a number of 16 digits.)</summary>
    public static Expr Pi => Constant.Pi;

    /// <summary>The hyperbolic cosine, (e^x + e^{−x})/2.</summary>
    public static Expr Cosh(Expr x) => (Exp(x) + Exp(-x)) / 2;

    /// <summary>The hyperbolic sine, (e^x − e^{−x})/2.</summary>
    public static Expr Sinh(Expr x) => (Exp(x) - Exp(-x)) / 2;

    /// <summary>The hyperbolic cosine of every entry.</summary>
    public static Tensor Cosh(Tensor x) => x.Map(Cosh);

    /// <summary>The hyperbolic sine of every entry.</summary>
    public static Tensor Sinh(Tensor x) => x.Map(Sinh);

    /// <summary>The larger of two numbers, entry by entry.</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor Max(Tensor a, Tensor b) => Tensor.Combine(a, b, "max", Max);

    /// <summary>The smaller of two numbers, entry by entry.</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor Min(Tensor a, Tensor b) => Tensor.Combine(a, b, "min", Min);

    /// <summary>The largest of all entries: <c>Max(x)</c> is max_i x_i, the norm ‖x‖_∞ is <c>Max(Abs(x))</c>. A scalar is its own.</summary>
    public static Expr Max(Tensor x) => OfEntries(x, ExtremumKind.Max);

    /// <summary>The smallest of all entries.</summary>
    public static Expr Min(Tensor x) => OfEntries(x, ExtremumKind.Min);

    /// <summary>The largest over the whole range of an index: <c>Max(i, A[i, j])</c>.</summary>
    /// <param name="index">The index; it is bound by this and means nothing outside.</param>
    /// <param name="body">What is compared.</param>
    public static Expr Max(IndexVariable index, Expr body) => OverIndex(index, body, ExtremumKind.Max);

    /// <summary>The smallest over the whole range of an index.</summary>
    /// <param name="index">The index; it is bound by this and means nothing outside.</param>
    /// <param name="body">What is compared.</param>
    public static Expr Min(IndexVariable index, Expr body) => OverIndex(index, body, ExtremumKind.Min);

    /// <summary>The largest over the whole range of an index of a scalar.</summary>
    /// <exception cref="ShapeException">What is compared is no scalar.</exception>
    public static Expr Max(IndexVariable index, Tensor body) => OverIndex(index, body, ExtremumKind.Max);

    /// <summary>The smallest over the whole range of an index of a scalar.</summary>
    /// <exception cref="ShapeException">What is compared is no scalar.</exception>
    public static Expr Min(IndexVariable index, Tensor body) => OverIndex(index, body, ExtremumKind.Min);

    /// <summary>At which index the largest value is, of equal ones the first: <c>y[ArgMax(i, z[i])]</c>.</summary>
    /// <param name="index">The index; it is bound by this and means nothing outside.</param>
    /// <param name="body">What is compared.</param>
    public static Expr ArgMax(IndexVariable index, Expr body) => OverIndex(index, body, ExtremumKind.ArgMax);

    /// <summary>Which entry of a vector is the largest, counted from 1; of equal ones the first.</summary>
    /// <exception cref="ShapeException">The argument is no vector.</exception>
    public static Expr ArgMax(Tensor x)
    {
        Require.NotNull(x);
        if (x.Shape.Rank != 1)
        {
            throw new ShapeException($"ArgMax takes a vector; {x} {x.Shape.Said}. Over one index of it: ArgMax(i, …).");
        }

        var i = Letters.Fresh(x.Shape.Sizes[0]);
        return Extremum.Of(ExtremumKind.ArgMax, i, x[i]);
    }

    private static Expr OfEntries(Tensor x, ExtremumKind kind)
    {
        Require.NotNull(x);
        var indices = x.FreshIndices();
        return indices.Reverse().Aggregate(x.At([.. indices]), (body, index) => Extremum.Of(kind, index, body));
    }

    private static Expr OverIndex(IndexVariable index, Expr body, ExtremumKind kind)
    {
        Require.NotNull(index);
        Require.NotNull(body);
        var extremum = Extremum.Of(kind, index, body);
        Letters.Remember(extremum, index.Name);
        return extremum;
    }

    /// <summary>The logarithm of softmax, z_i − log Σ_k e^{z_k}; of a matrix, row by row.</summary>
    /// <param name="z">The logits.</param>
    /// <exception cref="ShapeException">The argument is a scalar.</exception>
    public static Tensor LogSoftmax(Tensor z)
    {
        Require.NotNull(z);
        RequireRows(z, "LogSoftmax");
        return Tensor.Of(z.Shape, indices =>
        {
            var k = Letters.Fresh(z.Shape.Sizes[^1]);
            var sum = Summation.Of(k, Number.One, k.Range, Exp(z.At([.. indices[..^1], k])));
            Letters.Remember(sum, "k");
            return z.At(indices) - Log(sum);
        });
    }

    /// <summary>The sum of all entries.</summary>
    public static Expr Sum(Tensor x)
    {
        Require.NotNull(x);
        var indices = x.FreshIndices();
        var sum = x.At([.. indices]);
        foreach (var index in indices.Reverse())
        {
            sum = Summation.Of(index, Number.One, index.Range, sum);
        }

        return sum;
    }

    /// <summary>The mean of all entries.</summary>
    public static Expr Mean(Tensor x) => Sum(x) / Multiply.Of(x.Shape.Sizes.GroupBy(size => size).Select(same => Power.Of(same.Key, Number.Of(same.Count()))));

    /// <summary>‖x‖² = Σ_i x_i², of a matrix Σ_i Σ_j A_ij².</summary>
    public static Expr SquaredNorm(Tensor x) => Sum(x.Map(entry => Pow(entry, Number.Two)));

    /// <summary>The length ‖x‖ of a vector; of a matrix the Frobenius norm.</summary>
    public static Expr Norm(Tensor x) => Sqrt(SquaredNorm(x));

    /// <summary>The trace of a square matrix, Σ_i A_ii: <c>Trace(A.Transpose() * B)</c>.</summary>
    /// <exception cref="ShapeException">The argument is no square matrix.</exception>
    public static Expr Trace(Tensor a)
    {
        Require.NotNull(a);
        if (a.Shape.Rank != 2 || !Affine.AreEqual(a.Shape.Sizes[0], a.Shape.Sizes[1]))
        {
            throw new ShapeException($"{a} {a.Shape.Said}; only a square matrix has a trace.");
        }

        var i = Letters.Fresh(a.Shape.Sizes[0]);
        return Summation.Of(i, Number.One, i.Range, a[i, i]);
    }

    /// <summary>The vector of ones, 𝟏.</summary>
    /// <param name="size">The number of entries.</param>
    public static Tensor Ones(SizeLike size) => Tensor.Of(Shape.Of(size.Expression), _ => Number.One);

    /// <summary>The identity matrix.</summary>
    /// <param name="size">The number of rows and columns.</param>
    public static Tensor Eye(SizeLike size) => Tensor.Of(Shape.Of(size.Expression, size.Expression), indices => Expressions.Delta.Of(indices[0], indices[1]));

    private static void RequireRows(Tensor z, string function)
    {
        if (z.Shape.Rank == 0)
        {
            throw new ShapeException($"{function} takes a vector, or a matrix row by row; {z} is a scalar.");
        }
    }
}
