using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>h_i = max_p a_pi with a_pi = Σ_j W_pij x_j + b_pi: the largest of several linear pieces. Two pieces, one of them 0, are ReLU.</summary>
/// <remarks>I. Goodfellow, D. Warde-Farley, M. Mirza, A. Courville, Y. Bengio, Maxout Networks, ICML 2013.</remarks>
internal sealed class MaxoutLayer(Expr inputs, Expr outputs, int pieces) : Layer
{
    /// <inheritdoc/>
    public override Shape InputShape => Shape.Of(inputs);

    /// <inheritdoc/>
    public override PyTorchText PyTorch => new($"nn.Linear({PyTorchText.Of(inputs)}, {pieces} * {PyTorchText.Of(outputs)})", $"module(x).unflatten(-1, ({pieces}, {PyTorchText.Of(outputs)})).amax(-2)");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input, LayerParameters parameters)
    {
        RequireLast(input, inputs);
        var (weights, shift) = (parameters.Parameter("W", Number.Of(pieces), outputs, inputs), parameters.Parameter("b", Number.Of(pieces), outputs));
        var row = input.Shape.Sizes[..^1];
        var affine = parameters.Name("a", Tensor.Of(Shape.Of([.. row, Number.Of(pieces), outputs]), at =>
        {
            var (sample, piece, i) = (at[..^2], at[^2], at[^1]);
            return Rows.Total(inputs, j => weights[piece, i, j] * input.At(sample.Add(j)), "j") + shift[piece, i];
        }));
        return Tensor.Of(Shape.Of(row.Add(outputs)), at => Enumerable.Range(1, pieces).Select(piece => affine.At([.. at[..^1], Number.Of(piece), at[^1]])).Aggregate((left, right) => Maths.Max(left, right)));
    }

    /// <inheritdoc/>
    public override string ToString() => $"Maxout({inputs}, {outputs}, {pieces} pieces)";
}
