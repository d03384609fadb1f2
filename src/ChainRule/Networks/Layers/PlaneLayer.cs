using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>A linear map of the plane with known entries: y_1 = a x_1 + b x_2, y_2 = c x_1 + d x_2.</summary>
internal sealed class PlaneLayer(string name, Expr a, Expr b, Expr c, Expr d) : Layer
{
    /// <inheritdoc/>
    public override Shape InputShape => Shape.Of(Number.Two);

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
}
