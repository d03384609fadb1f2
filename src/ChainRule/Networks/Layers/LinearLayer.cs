using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>z_i = Σ_j W_ij x_j + b_i. Of a matrix whose rows are samples: Z_bi = Σ_j X_bj W_ij + b_i, that is Z = X Wᵀ + 1 bᵀ.</summary>
internal sealed class LinearLayer(Expr inputs, Expr outputs, bool bias) : Layer
{
    /// <inheritdoc/>
    internal override bool IsUnbounded => true;

    /// <inheritdoc/>
    public override Shape InputShape => Shape.Of(inputs);

    /// <inheritdoc/>
    public override PyTorchText PyTorch => new($"nn.Linear({PyTorchText.Of(inputs)}, {PyTorchText.Of(outputs)}{(bias ? string.Empty : ", bias=False")})", bias ? "F.linear(x, W, b)" : "F.linear(x, W)");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input, LayerParameters parameters)
    {
        RequireLast(input, inputs);
        var weights = parameters.Parameter("W", outputs, inputs);
        var shift = bias ? parameters.Parameter("b", outputs) : null;
        return Tensor.Of(Shape.Of(input.Shape.Sizes[..^1].Add(outputs)), at =>
        {
            var (row, i) = (at[..^1], at[^1]);
            // A vector is multiplied from the left, W x; rows of samples from the right, X Wᵀ.
            var product = Rows.Total(inputs, j => row.IsEmpty ? weights[i, j] * input.At([j]) : input.At(row.Add(j)) * weights[i, j], "j");
            return shift is null ? product : product + shift[i];
        });
    }

    /// <inheritdoc/>
    public override string ToString() => $"Linear({inputs}, {outputs}{(bias ? string.Empty : ", no bias")})";
}
