using ChainRule.Expressions;

namespace ChainRule.Networks;

public static partial class Layers
{
    /// <summary>A one-dimensional convolution of channels × length. Its output has (L + 2p − d(k − 1) − 1)/s + 1 places, rounded down.</summary>
    /// <param name="inputs">How many channels come in.</param>
    /// <param name="outputs">How many channels go out: one for each kernel.</param>
    /// <param name="kernel">How many entries a kernel has.</param>
    /// <param name="stride">How far the kernel moves.</param>
    /// <param name="padding">How many zeros are on each side; 0 for none.</param>
    /// <param name="dilation">How far the entries of the kernel are apart.</param>
    /// <param name="bias">Whether every channel has a bias.</param>
    /// <exception cref="ShapeException">A number is out of range.</exception>
    public static Layer Conv1d(SizeLike inputs, SizeLike outputs, SizeLike kernel, int stride = 1, Expr? padding = null, int dilation = 1, bool bias = true) =>
        Convolution(1, inputs, outputs, kernel, stride, padding, dilation, bias);

    /// <summary>A two-dimensional convolution of channels × height × width with square kernels.</summary>
    /// <param name="inputs">How many channels come in.</param>
    /// <param name="outputs">How many channels go out: one for each kernel.</param>
    /// <param name="kernel">How many rows and columns a kernel has.</param>
    /// <param name="stride">How far the kernel moves.</param>
    /// <param name="padding">How many zeros are on each side; 0 for none.</param>
    /// <param name="dilation">How far the entries of the kernel are apart.</param>
    /// <param name="bias">Whether every channel has a bias.</param>
    /// <exception cref="ShapeException">A number is out of range.</exception>
    public static Layer Conv2d(SizeLike inputs, SizeLike outputs, SizeLike kernel, int stride = 1, Expr? padding = null, int dilation = 1, bool bias = true) =>
        Convolution(2, inputs, outputs, kernel, stride, padding, dilation, bias);

    private static ConvolutionLayer Convolution(int axes, SizeLike inputs, SizeLike outputs, SizeLike kernel, int stride, Expr? padding, int dilation, bool bias) =>
        stride < 1 || dilation < 1 || padding is Number { Value.Sign: < 0 }
            ? throw new ShapeException($"Stride and dilation are at least 1 and padding at least 0; here stride is {stride}, dilation {dilation}, padding {padding ?? Number.Zero}.")
            : new(axes, inputs.Expression, outputs.Expression, kernel.Expression, stride, padding ?? Number.Zero, dilation, bias);
}
