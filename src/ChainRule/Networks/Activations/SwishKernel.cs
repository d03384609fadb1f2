using ChainRule.Numerics;

namespace ChainRule.Networks;

/// <summary>x σ(β x) without underflow on the way.</summary>
internal static class SwishKernel
{
    /// <summary>Below this, σ(s) and σ′(s) are e^s to all digits.</summary>
    private const double Tail = -40;

    public static double Value(double x, double beta) => beta * x < Tail
        ? Kernels.ExpTimes(x, beta * x)
        : x * Kernels.Apply(ElementaryFunction.Sigmoid, beta * x);

    public static double Derivative(double x, double beta) => beta * x < Tail
        ? Kernels.ExpTimes(1 + (beta * x), beta * x)
        : Kernels.Apply(ElementaryFunction.Sigmoid, beta * x) + (beta * x * Kernels.SigmoidSlope(beta * x));
}
