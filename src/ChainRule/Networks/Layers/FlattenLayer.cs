using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>All entries as one vector, row by row: y_f = Σ δ_{f, (c−1)HW + (h−1)W + w} x_chw.</summary>
internal sealed class FlattenLayer : Layer
{
    /// <inheritdoc/>
    internal override string InputExample => "Matrix(\"X\", 3, 4)";

    /// <inheritdoc/>
    public override PyTorchText PyTorch => new("nn.Flatten(start_dim=0)", "torch.flatten(x)");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input, LayerParameters parameters)
    {
        var sizes = input.Shape.Sizes;
        if (sizes.Skip(1).FirstOrDefault(size => size is not Number) is { } letter)
        {
            throw new ShapeException($"Flatten counts entries row by row, for which all sizes but the first are numbers; {input} {input.Shape.Said}, and {letter} is a letter.");
        }

        return Tensor.Of(Shape.Of(Multiply.Of(sizes)), at => Along(at[0], 0, Number.Zero, []));

        // before counts the entries that come before the place, as far as it is known.
        Expr Along(Expr flat, int axis, Expr before, ImmutableArray<Expr> place) => axis == sizes.Length
            ? Delta.Of(flat, Affine.Of(before + Number.One).ToExpr()) * input.At(place)
            : Rows.Total(sizes[axis], index => Along(flat, axis + 1, (axis == 0 ? Number.Zero : before * sizes[axis]) + index - Number.One, place.Add(index)), Letters.Defaults[axis + 2]);
    }

    /// <inheritdoc/>
    public override string ToString() => "Flatten";
}
