using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>Threshold: x above the threshold, else a constant. The derivative at the threshold is 0, as in PyTorch.</summary>
    /// <param name="threshold">Where it changes.</param>
    /// <param name="value">The constant.</param>
    public static Activation Threshold(Expr? threshold = null, Expr? value = null)
    {
        var (t, v) = (ActivationParameter.Of("threshold", threshold, 1), ActivationParameter.Of("value", value, 0));
        return Activation.Define("Threshold", [t, v], x => Cases(x, (x, ">", t.Value), v.Value)) with
        {
            PyTorch = new($"nn.Threshold({PyTorchText.Of(t.Value)}, {PyTorchText.Of(v.Value)})", $"F.threshold(x, {PyTorchText.Of(t.Value)}, {PyTorchText.Of(v.Value)})"),
            Kernel = ActivationKernel.For(t, v, (border, constant) => new(x => x <= border ? constant : x, x => x > border ? 1 : 0)),
        };
    }
}
