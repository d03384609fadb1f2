using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>ReLU6: x, clipped to [0, 6]. At its kinks the derivative is 0, as in PyTorch.</summary>
    public static Activation Relu6 { get; } = Activation.Define("ReLU6", x => Cases(0, (x, "<=", 0), 6, (x, ">=", 6), x)) with
    {
        Source = "A. Krizhevsky, Convolutional deep belief networks on CIFAR-10, 2010",
        PyTorch = new("nn.ReLU6()", "F.relu6(x)"),
        Kernel = new(x => x <= 0 ? 0 : x >= 6 ? 6 : x, x => x > 0 && x < 6 ? 1 : 0),
    };
}
