using ChainRule.Expressions;
using ChainRule.Numerics;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>GELU with tanh in the place of Φ, as BERT and GPT-2 compute it: it differs from GELU by less than 5·10⁻⁴.</summary>
    public static Activation GeluTanh { get; } = Activation.Define("GELUtanh", x => x / 2 * (1 + Tanh(Sqrt(2 / Constant.Pi) * (x + (0.044715 * Pow(x, 3)))))) with
    {
        Source = "D. Hendrycks, K. Gimpel, Gaussian error linear units (GELUs), 2016, arXiv:1606.08415",
        PyTorch = new("nn.GELU(approximate='tanh')", "F.gelu(x, approximate='tanh')"),
        Kernel = new(GeluTanhKernel.Value, GeluTanhKernel.Derivative),
    };
}

file static class GeluTanhKernel
{
    /// <summary>Below this, σ(s) is e^s to all digits.</summary>
    private const double Tail = -40;

    private static readonly double _root = 2 * Math.Sqrt(2 / Math.PI);

    /// <summary>½ (1 + tanh u) = σ(2u), which does not cancel.</summary>
    public static double Value(double x) => Twice(x) is var s && s < Tail ? Kernels.ExpTimes(x, s) : x * Kernels.Apply(ElementaryFunction.Sigmoid, s);

    public static double Derivative(double x)
    {
        var (s, slope) = (Twice(x), _root * (1 + (3 * 0.044715 * x * x)));
        return s < Tail ? Kernels.ExpTimes(1 + (x * slope), s) : Kernels.Apply(ElementaryFunction.Sigmoid, s) + (x * slope * Kernels.SigmoidSlope(s));
    }

    private static double Twice(double x) => _root * (x + (0.044715 * x * x * x));
}
