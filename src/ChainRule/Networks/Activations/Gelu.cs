using ChainRule.Numerics;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>GELU: x Φ(x), with Φ the distribution function of the standard normal law.</summary>
    public static Activation Gelu { get; } = Activation.Define("GELU", x => x * NormalCdf(x)) with
    {
        Source = "D. Hendrycks, K. Gimpel, Gaussian error linear units (GELUs), 2016, arXiv:1606.08415",
        PyTorch = new("nn.GELU()", "F.gelu(x)"),
        Kernel = new(GeluKernel.Value, GeluKernel.Derivative),
    };
}

file static class GeluKernel
{
    /// <summary>From here on Φ is written φ times the ratio of Mills, so that no product underflows before the last.</summary>
    private const double Tail = -4;

    private static readonly double _density = 1 / Math.Sqrt(2 * Math.PI);

    public static double Value(double x) => x < Tail
        ? Kernels.ExpTimes(x * Kernels.MillsRatio(-x) * _density, -0.5 * x * x)
        : x * Kernels.Apply(ElementaryFunction.NormalDistribution, x);

    public static double Derivative(double x) => x < Tail
        ? Kernels.ExpTimes((Kernels.MillsRatio(-x) + x) * _density, -0.5 * x * x)
        : Kernels.Apply(ElementaryFunction.NormalDistribution, x) + (x * Kernels.Apply(ElementaryFunction.NormalDensity, x));
}
