using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>LeakyReLU: x for x &gt; 0, else α x. At its kink the derivative is α, as in PyTorch.</summary>
    /// <param name="slope">α, the slope for x ≤ 0.</param>
    public static Activation LeakyRelu(Expr? slope = null)
    {
        var alpha = ActivationParameter.Of("α", slope, 0.01);
        return Activation.Define("LeakyReLU", [alpha], x => Cases(x, (x, ">", 0), alpha.Value * x)) with
        {
            Source = "A. Maas, A. Hannun, A. Ng, Rectifier nonlinearities improve neural network acoustic models, ICML 2013",
            PyTorch = new($"nn.LeakyReLU({PyTorchText.Of(alpha.Value)})", $"F.leaky_relu(x, {PyTorchText.Of(alpha.Value)})"),
            Kernel = ActivationKernel.For(alpha, a => new(x => x > 0 ? x : a * x, x => x > 0 ? 1 : a)),
        };
    }
}
