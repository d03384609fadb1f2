using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>Tanhshrink: x − tanh x.</summary>
    public static Activation Tanhshrink { get; } = Activation.Define("Tanhshrink", x => x - Tanh(x)) with
    {
        PyTorch = new("nn.Tanhshrink()", "F.tanhshrink(x)"),
        Kernel = new(TanhshrinkKernel.Value, x => Math.Tanh(x) * Math.Tanh(x)),
    };
}

file static class TanhshrinkKernel
{
    /// <summary>
    /// Near 0, tanh x = x/(1 + K) with the continued fraction K = x²/(3 + x²/(5 + …)) (Lambert), so x − tanh x = x K/(1 + K), which
    /// does not cancel.
    /// </summary>
    public static double Value(double x)
    {
        if (!(Math.Abs(x) < 1))
        {
            return x - Math.Tanh(x);
        }

        var (square, tail) = (x * x, 0.0);
        for (var odd = 25; odd >= 3; odd -= 2)
        {
            tail = square / (odd + tail);
        }

        return x * tail / (1 + tail);
    }
}
