using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>
/// A convolution layer with channels first, along one axis or two: a_oi = Σ_c Σ_m K_ocm x_{c, s(i−1)+d(m−1)+1−p} + b_o, where x is 0
/// outside. As in every library the kernel is not flipped.
/// </summary>
internal sealed class ConvolutionLayer(int axes, Expr inputs, Expr outputs, Expr kernel, int stride, Expr padding, int dilation, bool bias) : Layer
{
    /// <summary>Channels first; the other sizes are letters.</summary>
    public override Shape? InputShape
    {
        get
        {
            var taken = new[] { inputs, outputs, kernel, padding }.SelectMany(Binding.Nodes).OfType<Size>().Select(size => size.Name).ToHashSet(StringComparer.Ordinal);
            return Shape.Of([inputs, .. (axes == 1 ? (string[])["L"] : ["H", "W"]).Select(letter => Size.Of(taken.Contains(letter) ? letter + "_0" : letter))]);
        }
    }

    /// <inheritdoc/>
    internal override bool IsUnbounded => true;

    /// <inheritdoc/>
    internal override string InputExample => axes == 1 ? $"Matrix(\"X\", {inputs}, 100)" : $"Image(\"X\", {inputs}, 32, 32)";

    /// <inheritdoc/>
    internal override string? OutputSizes(Shape input) => kernel is not Number || padding is not Number ? null
        : string.Join(", ", input.Sizes.Skip(1).OfType<Number>().Distinct().Select(size =>
            Convolutions.SizeText(size, kernel, padding, dilation, stride, Conv1D.OutputSize(size, Span, padding, stride)))) is { Length: > 0 } said ? said : null;

    /// <summary>With dilation d a kernel of k entries spans d(k − 1) + 1 places.</summary>
    private Expr Span => Affine.Of((Number.Of(dilation) * (kernel - Number.One)) + Number.One).ToExpr();

    /// <inheritdoc/>
    public override PyTorchText PyTorch => new(
        $"nn.Conv{axes}d({PyTorchText.Of(inputs)}, {PyTorchText.Of(outputs)}, {PyTorchText.Of(kernel)}{(stride == 1 ? string.Empty : $", stride={stride}")}{(padding is Number { Value.IsZero: true } ? string.Empty : $", padding={PyTorchText.Of(padding)}")}{(dilation == 1 ? string.Empty : $", dilation={dilation}")}{(bias ? string.Empty : ", bias=False")})",
        $"F.conv{axes}d(x, K)");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input, LayerParameters parameters)
    {
        if (input.Shape.Rank != axes + 1 || !Affine.AreEqual(input.Shape.Sizes[0], inputs))
        {
            throw new ShapeException($"{this} takes {inputs} {(inputs is Number { Value.IsOne: true } ? "channel" : "channels")} of {(axes == 1 ? "a signal, channels × length" : "an image, channels × height × width")}; {input} {input.Shape.Said}.");
        }

        ImmutableArray<Expr> sizes = [outputs, .. input.Shape.Sizes.Skip(1).Select(size => Conv1D.OutputSize(size, Span, padding, stride))];
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

/// <summary>Words about convolutions.</summary>
internal static class Convolutions
{
    /// <summary>⌊(n + 2p − d(k − 1) − 1)/s⌋ + 1 in numbers.</summary>
    public static string SizeText(Expr size, Expr kernel, Expr padding, int dilation, int stride, Expr result)
    {
        var padded = padding is Number { Value.IsZero: true } ? $"{size}" : $"{size} + 2 ⋅ {padding}";
        var room = dilation == 1 ? $"{padded} − {kernel}" : $"{padded} − {dilation} ⋅ ({kernel} − 1) − 1";
        return stride == 1 ? $"{room} + 1 = {result}" : $"⌊({room})/{stride}⌋ + 1 = {result}";
    }
}
