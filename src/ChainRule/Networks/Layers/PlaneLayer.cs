using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>A linear map of the plane with known entries: y_1 = a x_1 + b x_2, y_2 = c x_1 + d x_2.</summary>
internal sealed class PlaneLayer(string name, Expr a, Expr b, Expr c, Expr d) : Layer
{
    /// <inheritdoc/>
    public override Shape InputShape => Shape.Of(Number.Two);

    /// <inheritdoc/>
    public override PyTorchText? PyTorch => new[] { a, b, c, d }.All(entry => Binding.Nodes(entry).All(node => node is not (Element or Size or IndexVariable)))
        ? new(null, $"x @ torch.tensor([[{Python(a)}, {Python(b)}], [{Python(c)}, {Python(d)}]]).T")
        : null;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input, LayerParameters parameters)
    {
        RequireLast(input, Number.Two);
        return Tensor.Of(input.Shape, at =>
        {
            var (x, y) = (input.At(at[..^1].Add(Number.One)), input.At(at[..^1].Add(Number.Two)));
            return (Delta.Of(at[^1], Number.One) * ((a * x) + (b * y))) + (Delta.Of(at[^1], Number.Two) * ((c * x) + (d * y)));
        });
    }

    /// <inheritdoc/>
    public override string ToString() => name;

    private static string Python(Expr entry) => Numerics.Plan.Of(entry).Run(new Numerics.PointContext<Numerics.Real>(new(System.Collections.Immutable.ImmutableDictionary<Size, int>.Empty, System.Collections.Immutable.ImmutableDictionary<Variable, double[]>.Empty), System.Collections.Immutable.ImmutableDictionary<IndexVariable, int>.Empty), []).Value.ToString("0.0###############", System.Globalization.CultureInfo.InvariantCulture);
}
