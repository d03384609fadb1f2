using ChainRule.Expressions;

namespace ChainRule.Matrices;

/// <summary>
/// A one-dimensional convolution of two columns: Σ_j u_{n+j−1−p} v_j with p zeros on both sides (u ⋆ v, cross-correlation), or with
/// the kernel flipped, Σ_j u_{n−j+k−p} v_j (u ∗ v).
/// </summary>
public sealed record ConvolutionMatrix : MatrixExpr
{
    /// <summary>The convolution of a signal with a kernel.</summary>
    /// <param name="signal">The signal u, a column.</param>
    /// <param name="kernel">The kernel v, a column.</param>
    /// <param name="padding">The number p of zeros on each side.</param>
    /// <param name="flip">Whether the kernel is flipped.</param>
    /// <exception cref="ShapeException">One of them is no column.</exception>
    public ConvolutionMatrix(MatrixExpr signal, MatrixExpr kernel, Expr padding, bool flip)
        : base(Affine.Of(signal.Rows + (Number.Two * padding) - kernel.Rows + Number.One).ToExpr(), Number.One)
    {
        if (!signal.IsColumn || !kernel.IsColumn)
        {
            throw new ShapeException($"A convolution is of two vectors; {signal} is {signal.Rows}×{signal.Columns}, {kernel} is {kernel.Rows}×{kernel.Columns}.");
        }

        (Signal, Kernel, Padding, Flip) = (signal, kernel, padding, flip);
    }

    /// <summary>The signal.</summary>
    public MatrixExpr Signal { get; }

    /// <summary>The kernel.</summary>
    public MatrixExpr Kernel { get; }

    /// <summary>The number of zeros on each side of the signal.</summary>
    public Expr Padding { get; }

    /// <summary>Whether the kernel is flipped, as mathematics does; the layers of deep-learning libraries do not flip.</summary>
    public bool Flip { get; }

    /// <inheritdoc/>
    public override Expr Entry(Expr row, Expr column)
    {
        var j = Letters.Fresh(Kernel.Rows);
        var position = Flip ? row - j + Kernel.Rows - Padding : row + j - Number.One - Padding;
        return Summation.Of(j, Number.One, j.Range, Signal.Entry(Affine.Of(position).ToExpr(), Number.One) * Kernel.Entry(j, Number.One));
    }
}
