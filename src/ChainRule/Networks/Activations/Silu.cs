using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>SiLU: x σ(x).</summary>
    public static Activation Silu { get; } = Activation.Define("SiLU", x => x * Sigmoid(x)) with
    {
        Source = "S. Elfwing, E. Uchibe, K. Doya, Sigmoid-weighted linear units, 2017, arXiv:1702.03118; D. Hendrycks, K. Gimpel 2016",
        PyTorch = new("nn.SiLU()", "F.silu(x)"),
        Kernel = new(x => SwishKernel.Value(x, 1), x => SwishKernel.Derivative(x, 1)),
    };
}
