using ChainRule.Numerics;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>Mish: x tanh(softplus(x)).</summary>
    public static Activation Mish { get; } = Activation.Define("Mish", x => x * Tanh(Maths.Softplus(x))) with
    {
        Source = "D. Misra, Mish: a self regularized non-monotonic activation function, 2019, arXiv:1908.08681",
        PyTorch = new("nn.Mish()", "F.mish(x)"),
        Kernel = new(MishKernel.Value, MishKernel.Derivative),
    };
}

file static class MishKernel
{
    /// <summary>Below this, tanh(softplus(x)) and its derivative are e^x to all digits.</summary>
    private const double Tail = -40;

    public static double Value(double x) => x < Tail ? Kernels.ExpTimes(x, x) : x * Math.Tanh(Kernels.Apply(ElementaryFunction.Softplus, x));

    public static double Derivative(double x)
    {
        if (x < Tail)
        {
            return Kernels.ExpTimes(1 + x, x);
        }

        var inner = Kernels.Apply(ElementaryFunction.Softplus, x);
        return Math.Tanh(inner) + (x * Kernels.TanhSlope(inner) * Kernels.Apply(ElementaryFunction.Sigmoid, x));
    }
}
