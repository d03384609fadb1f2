using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>Softshrink: x moved towards 0 by λ, and 0 on [−λ, λ]. At its kinks the derivative is 0, as in PyTorch.</summary>
    /// <param name="width">λ ≥ 0.</param>
    public static Activation Softshrink(Expr? width = null)
    {
        var lambda = ActivationParameter.Of("λ", width, 0.5, value => value >= 0, "0 or greater");
        return Activation.Define("Softshrink", [lambda], x => Cases(x - lambda.Value, (x, ">", lambda.Value), x + lambda.Value, (x, "<", -lambda.Value), 0)) with
        {
            Source = "D. Donoho, De-noising by soft-thresholding, IEEE Transactions on Information Theory 1995",
            PyTorch = new($"nn.Softshrink({PyTorchText.Of(lambda.Value)})", $"F.softshrink(x, {PyTorchText.Of(lambda.Value)})"),
            Kernel = ActivationKernel.For(lambda, l => new(x => x > l ? x - l : x < -l ? x + l : 0, x => Math.Abs(x) > l ? 1 : 0)),
        };
    }
}
