using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>PReLU: LeakyReLU whose slope a is learned. At its kink the derivative is a, as in PyTorch.</summary>
    /// <param name="slope">a, the slope for x ≤ 0; a symbol, to differentiate by it.</param>
    public static Activation Prelu(Expr? slope = null)
    {
        var a = ActivationParameter.Of("a", slope, 0.25);
        return Activation.Define("PReLU", [a], x => Cases(x, (x, ">", 0), a.Value * x)) with
        {
            Source = "K. He, X. Zhang, S. Ren, J. Sun, Delving deep into rectifiers, ICCV 2015, arXiv:1502.01852",
            PyTorch = new($"nn.PReLU(init={PyTorchText.Of(a.Value)})", $"F.prelu(x, torch.tensor({PyTorchText.Of(a.Value)}))"),
            Kernel = ActivationKernel.For(a, slopeBelow => new(x => x > 0 ? x : slopeBelow * x, x => x > 0 ? 1 : slopeBelow)),
        };
    }
}
