using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>An activation of every entry.</summary>
internal sealed class ActivationLayer(Activation activation) : Layer
{
    /// <inheritdoc/>
    public override bool KeepsShape => true;

    /// <inheritdoc/>
    public override PyTorchText? PyTorch => activation.PyTorch;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input, LayerParameters parameters) => activation.Of(input);

    /// <inheritdoc/>
    public override string ToString() => activation.ToString();
}
