using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>
/// A convolution layer with channels first, along one axis or two: a_oi = Σ_c Σ_m K_ocm x_{c, s(i−1)+d(m−1)+1−p} + b_o, where x is 0
/// outside. As in every library the kernel is not flipped.
/// </summary>
internal sealed class ConvolutionLayer(int axes, Expr inputs, Expr outputs, Expr kernel, int stride, Expr padding, int dilation, bool bias) : Layer
{
    /// <inheritdoc/>
    public override PyTorchText PyTorch => new(
        $"nn.Conv{axes}d({inputs}, {outputs}, {kernel}{(stride == 1 ? string.Empty : $", stride={stride}")}{(padding is Number { Value.IsZero: true } ? string.Empty : $", padding={padding}")}{(dilation == 1 ? string.Empty : $", dilation={dilation}")}{(bias ? string.Empty : ", bias=False")})",
        $"F.conv{axes}d(x, K)");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input, LayerParameters parameters)
    {
        if (input.Shape.Rank != axes + 1 || !Affine.AreEqual(input.Shape.Sizes[0], inputs))
        {
            throw new ShapeException($"{this} takes {inputs} channels of {(axes == 1 ? "a signal, channels × length" : "an image, channels × height × width")}; {input} is {input.Shape}.");
        }

        // With dilation d a kernel of k entries spans d(k − 1) + 1 places.
        var span = Affine.Of((Number.Of(dilation) * (kernel - Number.One)) + Number.One).ToExpr();
        ImmutableArray<Expr> sizes = [outputs, .. input.Shape.Sizes.Skip(1).Select(size => Conv1D.OutputSize(size, span, padding, stride))];
        var weights = parameters.Parameter("W", [outputs, inputs, .. Enumerable.Repeat(kernel, axes)]);
        var shift = bias ? parameters.Parameter("b", outputs) : null;
        return Tensor.Of(Shape.Of(sizes), at =>
        {
            var sum = Rows.Total(inputs, channel => Along(0, at, [channel], []), "c");
            return shift is null ? sum : sum + shift[at[0]];
        });

        Expr Along(int axis, ImmutableArray<Expr> at, ImmutableArray<Expr> place, ImmutableArray<Expr> offsets) => axis == axes
            ? weights.At([at[0], place[0], .. offsets]) * input.At(place)
            : Rows.Total(kernel, m => Along(axis + 1, at, place.Add(Position(at[axis + 1], m)), offsets.Add(m)), axis == 0 ? "m" : "n");
    }

    /// <inheritdoc/>
    public override string ToString() => $"Conv{axes}d({inputs}, {outputs}, {kernel}{(stride == 1 ? string.Empty : $", stride {stride}")}{(padding is Number { Value.IsZero: true } ? string.Empty : $", padding {padding}")}{(dilation == 1 ? string.Empty : $", dilation {dilation}")}{(bias ? string.Empty : ", no bias")})";

    private Expr Position(Expr i, Expr m) => Affine.Of((Number.Of(stride) * (i - Number.One)) + (Number.Of(dilation) * (m - Number.One)) + Number.One - padding).ToExpr();
}
