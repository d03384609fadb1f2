using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>An activation of every entry.</summary>
internal sealed class ActivationLayer(Activation activation) : Layer
{
    /// <inheritdoc/>
    public override bool KeepsShape => true;

    /// <inheritdoc/>
    internal override bool IsUnbounded => activation.IsNumeric && activation.Analysis.Range.Any(values => values.From < 0 || values.To > 1);

    /// <inheritdoc/>
    public override PyTorchText? PyTorch => activation.PyTorch;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input, LayerParameters parameters) => activation.Of(input);

    /// <inheritdoc/>
    public override string ToString() => activation.ToString();
}
