using ChainRule.Numerics;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>SELU: s x for x &gt; 0, else s α (e^x − 1), with the constants for which layers keep mean 0 and variance 1.</summary>
    public static Activation Selu { get; } = Activation.Define("SELU", x => Cases(SeluConstants.Scale * x, (x, ">", 0), SeluConstants.Scale * SeluConstants.Alpha * (Exp(x) - 1))) with
    {
        Source = "G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter, Self-normalizing neural networks, NeurIPS 2017, arXiv:1706.02515",
        PyTorch = new("nn.SELU()", "F.selu(x)"),
        Kernel = new(
            x => x > 0 ? SeluConstants.Scale * x : SeluConstants.Scale * SeluConstants.Alpha * Kernels.Expm1(x),
            x => x > 0 ? SeluConstants.Scale : Kernels.ExpTimes(SeluConstants.Scale * SeluConstants.Alpha, x)),
    };
}

file static class SeluConstants
{
    public const double Alpha = 1.6732632423543772;

    public const double Scale = 1.0507009873554805;
}
