using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>h_i = φ(Σ_j W_ij x_j + Σ_j U_ij s_j + b_i), one step of a recurrent network from the state s before.</summary>
internal sealed class RecurrentLayer(Expr inputs, Expr states, Activation activation) : Layer
{
    /// <inheritdoc/>
    public override Shape InputShape => Shape.Of(inputs);

    /// <summary>A cell of PyTorch for tanh and ReLU, the activations that it has; its second bias is 0 here.</summary>
    public override PyTorchText? PyTorch => activation.Name switch
    {
        "tanh" or "Tanh" => new($"nn.RNNCell({PyTorchText.Of(inputs)}, {PyTorchText.Of(states)})", "module(x, state)"),
        "ReLU" => new($"nn.RNNCell({PyTorchText.Of(inputs)}, {PyTorchText.Of(states)}, nonlinearity='relu')", "module(x, state)"),
        _ => null,
    };

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input, LayerParameters parameters)
    {
        RequireLast(input, inputs);
        var (weights, recurrent, shift) = (parameters.Parameter("W", states, inputs), parameters.Parameter("U", states, states), parameters.Parameter("b", states));
        var before = parameters.Given("s", Shape.Of(input.Shape.Sizes[..^1].Add(states)));
        return activation.Of(parameters.Name("a", Tensor.Of(before.Shape, at =>
            Rows.Total(inputs, j => weights[at[^1], j] * input.At(at[..^1].Add(j)), "j") + Rows.Total(states, j => recurrent[at[^1], j] * before.At(at[..^1].Add(j)), "j") + shift[at[^1]])));
    }

    /// <inheritdoc/>
    public override string ToString() => $"RnnStep({inputs}, {states}, {activation})";
}
