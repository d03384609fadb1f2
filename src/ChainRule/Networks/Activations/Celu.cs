using ChainRule.Expressions;
using ChainRule.Numerics;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>CELU: x for x &gt; 0, else α (e^{x/α} − 1). Its derivative is continuous for every α.</summary>
    /// <param name="scale">α &gt; 0: the value for x → −∞ is −α.</param>
    public static Activation Celu(Expr? scale = null)
    {
        var alpha = ActivationParameter.Of("α", scale, 1, a => a > 0, "greater than 0");
        return Activation.Define("CELU", [alpha], x => Cases(x, (x, ">", 0), alpha.Value * (Exp(x / alpha.Value) - 1))) with
        {
            Source = "J. Barron, Continuously differentiable exponential linear units, 2017, arXiv:1704.07483",
            PyTorch = new($"nn.CELU({PyTorchText.Of(alpha.Value)})", $"F.celu(x, {PyTorchText.Of(alpha.Value)})"),
            Kernel = ActivationKernel.For(alpha, a => new(x => x > 0 ? x : a * Kernels.Expm1(x / a), x => x > 0 ? 1 : Math.Exp(x / a))),
        };
    }
}
