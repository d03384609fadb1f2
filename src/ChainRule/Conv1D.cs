using ChainRule.Expressions;

namespace ChainRule;

/// <summary>How far a kernel may reach over the ends of its signal, which is 0 there.</summary>
public enum ConvolutionMode
{
    /// <summary>Not at all: d − k + 1 outputs.</summary>
    Valid,

    /// <summary>So far that there are as many outputs as inputs: d.</summary>
    Same,

    /// <summary>As far as one entry still overlaps: d + k − 1 outputs.</summary>
    Full,
}

/// <summary>
/// One-dimensional convolutions of a signal x ∈ ℝ^d with a kernel w ∈ ℝ^k. As in every deep-learning library the kernel is not
/// flipped: a_i = Σ_j x_{i+j−1} w_j, which mathematics calls cross-correlation (⋆). With <c>flip</c> it is the convolution (∗).
/// </summary>
public static class Conv1D
{
    /// <summary>a_i = Σ_j x_{i+j−1} w_j for i = 1 … d − k + 1.</summary>
    /// <param name="signal">The signal x, a vector.</param>
    /// <param name="kernel">The kernel w, a vector.</param>
    /// <param name="flip">Whether the kernel is flipped first: w_{k−j+1} in the place of w_j.</param>
    /// <exception cref="ShapeException">One of them is no vector.</exception>
    public static Tensor Valid(Tensor signal, Tensor kernel, bool flip = false) => Padded(signal, kernel, Number.Zero, flip);

    /// <summary>a_i = Σ_j x_{i+j−k} w_j for i = 1 … d + k − 1; x is 0 outside 1 … d.</summary>
    /// <param name="signal">The signal x, a vector.</param>
    /// <param name="kernel">The kernel w, a vector.</param>
    /// <param name="flip">Whether the kernel is flipped first.</param>
    /// <exception cref="ShapeException">One of them is no vector.</exception>
    public static Tensor Full(Tensor signal, Tensor kernel, bool flip = false)
    {
        RequireVector(kernel, "kernel");
        return Padded(signal, kernel, kernel.Shape.Sizes[0] - Number.One, flip);
    }

    /// <summary>As many outputs as inputs, with (k − 1)/2 zeros on both sides: a_i = Σ_j x_{i+j−1−(k−1)/2} w_j.</summary>
    /// <param name="signal">The signal x, a vector.</param>
    /// <param name="kernel">The kernel w, a vector with an odd number of entries.</param>
    /// <param name="flip">Whether the kernel is flipped first.</param>
    /// <exception cref="ShapeException">One of them is no vector, or the kernel's size is not an odd number.</exception>
    public static Tensor Same(Tensor signal, Tensor kernel, bool flip = false)
    {
        RequireVector(kernel, "kernel");
        return kernel.Shape.Sizes[0] is Number { Value: var size } && size.ToInt32() is { } k && k % 2 == 1
            ? Padded(signal, kernel, Number.Of((k - 1) / 2), flip)
            : throw new ShapeException($"As many outputs as inputs need an odd number of kernel entries, and {kernel} {kernel.Shape.Said}: give it a size such as 3, or say Padded with the padding.");
    }

    /// <summary>a_i = Σ_j x_{s(i−1)+j−p} w_j with p zeros on both sides, for i = 1 … (d + 2p − k)/s + 1.</summary>
    /// <param name="signal">The signal x, a vector.</param>
    /// <param name="kernel">The kernel w, a vector.</param>
    /// <param name="padding">The number p of zeros on each side: a letter, a number or an expression of sizes; 0 is allowed.</param>
    /// <param name="flip">Whether the kernel is flipped first.</param>
    /// <param name="stride">How far the kernel moves from output to output.</param>
    /// <exception cref="ShapeException">One of them is no vector, or the stride is below 1.</exception>
    public static Tensor Padded(Tensor signal, Tensor kernel, Expr padding, bool flip = false, int stride = 1)
    {
        RequireVector(signal, "signal");
        RequireVector(kernel, "kernel");
        Require.NotNull(padding);
        var (d, k) = (signal.Shape.Sizes[0], kernel.Shape.Sizes[0]);
        var size = OutputSize(d, k, padding, stride);
        return Tensor.Of(Shape.Of(size), entry =>
        {
            var j = Letters.Fresh(k);
            var position = Affine.Of((Number.Of(stride) * (entry[0] - Number.One)) + j - padding).ToExpr();
            var sum = Summation.Of(j, Number.One, k, signal[position] * kernel[flip ? Affine.Of(k - j + Number.One).ToExpr() : j]);
            Letters.Remember(sum, "j");
            return sum;
        });
    }

    /// <summary>The number of outputs: ⌊(d + 2p − k)/s⌋ + 1.</summary>
    /// <param name="signal">The number d of inputs.</param>
    /// <param name="kernel">The number k of kernel entries.</param>
    /// <param name="padding">The number p of zeros on each side.</param>
    /// <param name="stride">The stride s.</param>
    /// <exception cref="ShapeException">The stride is below 1; or the kernel is longer than the padded signal.</exception>
    public static Expr OutputSize(Expr signal, Expr kernel, Expr padding, int stride = 1)
    {
        if (stride < 1)
        {
            throw new ShapeException($"A stride is a positive whole number, not {stride}.");
        }

        var room = Affine.Of(signal + (Number.Two * padding) - kernel).ToExpr();
        var whole = room is Number { Value: var value } ? value.ToInt32() : null;
        return whole is < 0 ? throw new ShapeException($"A kernel of {kernel} entries does not fit into {signal} inputs{(padding is Number { Value.IsZero: true } ? string.Empty : $" with {padding} zeros on each side")}.")
            : stride == 1 ? Affine.Of(room + Number.One).ToExpr()
            : Affine.Of(Size.Floor(room, stride) + Number.One).ToExpr();
    }

    private static void RequireVector(Tensor tensor, string role)
    {
        Require.NotNull(tensor);
        if (tensor.Shape.Rank != 1)
        {
            throw new ShapeException($"The {role} of a one-dimensional convolution is a vector, and {tensor} {tensor.Shape.Said}.");
        }
    }
}
