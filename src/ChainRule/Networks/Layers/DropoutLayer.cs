using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>y_i = m_i x_i/(1 − p) with a mask m of zeros and ones that is given: what one draw of a dropout does in training.</summary>
internal sealed class DropoutLayer(Expr probability) : Layer
{
    /// <inheritdoc/>
    public override bool KeepsShape => true;

    /// <inheritdoc/>
    public override PyTorchText PyTorch => new($"nn.Dropout({PyTorchText.Of(probability)})", $"F.dropout(x, {PyTorchText.Of(probability)})");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input, LayerParameters parameters)
    {
        var mask = parameters.Given("m", input.Shape);
        return Tensor.Of(input.Shape, at => mask.At(at) * input.At(at) / (Number.One - probability));
    }

    /// <inheritdoc/>
    public override string ToString() => $"Dropout({probability})";
}
