using ChainRule.Numerics;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>The Gaussian e^{−x²}.</summary>
    public static Activation Gaussian { get; } = Activation.Define("Gaussian", x => Exp(-Pow(x, 2))) with
    {
        Source = "D. Broomhead, D. Lowe, Multivariable functional interpolation and adaptive networks, Complex Systems 1988",
        PyTorch = new(null, "torch.exp(-x**2)"),
        IsInline = true,
        Kernel = new(x => Math.Exp(-x * x), x => Kernels.ExpTimes(-2 * x, -x * x)),
    };
}
