using ChainRule.Expressions;
using ChainRule.Numerics;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>The logistic sigmoid σ(x) = 1/(1 + e^{−x}).</summary>
    public static Activation Sigmoid { get; } = Activation.Define("Sigmoid", x => Sigmoid(x)) with
    {
        Source = "P.-F. Verhulst, Notice sur la loi que la population suit dans son accroissement, 1838; D. Rumelhart, G. Hinton, R. Williams, Learning representations by back-propagating errors, Nature 1986",
        PyTorch = new("nn.Sigmoid()", "torch.sigmoid(x)"),
        WrittenOut = 1 / (1 + Exp(-(Expr)Activation.Argument)),
        Kernel = new(x => Kernels.Apply(ElementaryFunction.Sigmoid, x), Kernels.SigmoidSlope),
    };
}
