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
