using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>Hardshrink: x, but 0 on [−λ, λ]. It jumps at ±λ; the derivative there is 0, as in PyTorch.</summary>
    /// <param name="width">λ ≥ 0.</param>
    public static Activation Hardshrink(Expr? width = null)
    {
        var lambda = ActivationParameter.Of("λ", width, 0.5, value => value >= 0, "0 or greater");
        return Activation.Define("Hardshrink", [lambda], x => Cases(x, (x, ">", lambda.Value), x, (x, "<", -lambda.Value), 0)) with
        {
            Source = "D. Donoho, I. Johnstone, Ideal spatial adaptation by wavelet shrinkage, Biometrika 1994",
            PyTorch = new($"nn.Hardshrink({PyTorchText.Of(lambda.Value)})", $"F.hardshrink(x, {PyTorchText.Of(lambda.Value)})"),
            Kernel = ActivationKernel.For(lambda, l => new(x => Math.Abs(x) <= l ? 0 : x, x => Math.Abs(x) > l ? 1 : 0)),
        };
    }
}
