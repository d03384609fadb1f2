using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>The rectified linear unit max(0, x). At its kink the derivative is 0, as in PyTorch.</summary>
    public static Activation Relu { get; } = Activation.Define("ReLU", x => Relu(x)) with
    {
        Source = "V. Nair, G. Hinton, Rectified linear units improve restricted Boltzmann machines, ICML 2010",
        PyTorch = new("nn.ReLU()", "F.relu(x)"),
        WrittenOut = Cases((Expr)Activation.Argument, (Activation.Argument, ">", 0), 0),
        Kernel = new(x => Math.Max(0, x), x => x > 0 ? 1 : 0),
    };
}
