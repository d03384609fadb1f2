using ChainRule.Expressions;
using ChainRule.Numerics;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>ELU: x for x &gt; 0, else α (e^x − 1). For α ≠ 1 it has a kink at 0, where the derivative is α, as in PyTorch.</summary>
    /// <param name="scale">α &gt; 0: the value for x → −∞ is −α.</param>
    public static Activation Elu(Expr? scale = null)
    {
        var alpha = ActivationParameter.Of("α", scale, 1, a => a > 0, "greater than 0");
        return Activation.Define("ELU", [alpha], x => Cases(x, (x, ">", 0), alpha.Value * (Exp(x) - 1))) with
        {
            Source = "D.-A. Clevert, T. Unterthiner, S. Hochreiter, Fast and accurate deep network learning by exponential linear units, ICLR 2016, arXiv:1511.07289",
            PyTorch = new($"nn.ELU({PyTorchText.Of(alpha.Value)})", $"F.elu(x, {PyTorchText.Of(alpha.Value)})"),
            Kernel = ActivationKernel.For(alpha, a => new(x => x > 0 ? x : a * Kernels.Expm1(x), x => x > 0 ? 1 : Kernels.ExpTimes(a, x))),
        };
    }
}
