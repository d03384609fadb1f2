using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>A function of a vector, or of every row of a matrix of samples.</summary>
internal sealed class VectorFunctionLayer(VectorFunction function) : Layer
{
    /// <inheritdoc/>
    public override PyTorchText? PyTorch => function.PyTorch;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input, LayerParameters parameters) => function.Of(input);

    /// <inheritdoc/>
    public override string ToString() => function.ToString();
}
