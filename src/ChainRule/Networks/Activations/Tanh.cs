using ChainRule.Expressions;
using ChainRule.Numerics;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>The hyperbolic tangent (e^x − e^{−x})/(e^x + e^{−x}).</summary>
    public static Activation Tanh { get; } = Activation.Define("Tanh", x => Tanh(x)) with
    {
        Source = "Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, Efficient BackProp, 1998",
        PyTorch = new("nn.Tanh()", "torch.tanh(x)"),
        WrittenOut = (Exp(Activation.Argument) - Exp(-(Expr)Activation.Argument)) / (Exp(Activation.Argument) + Exp(-(Expr)Activation.Argument)),
        Kernel = new(Math.Tanh, Kernels.TanhSlope),
    };
}
