using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>HardSigmoid: 0 up to −3, 1 from 3 on, x/6 + 1/2 between. At its kinks the derivative is 0, as in PyTorch.</summary>
    public static Activation HardSigmoid { get; } = Activation.Define("HardSigmoid", x => Cases(0, (x, "<=", -3), 1, (x, ">=", 3), (x / 6) + (Expr)0.5)) with
    {
        Source = "M. Courbariaux, Y. Bengio, J.-P. David, BinaryConnect, NeurIPS 2015, arXiv:1511.00363",
        PyTorch = new("nn.Hardsigmoid()", "F.hardsigmoid(x)"),
        Kernel = new(x => x <= -3 ? 0 : x >= 3 ? 1 : (x + 3) / 6, x => Math.Abs(x) < 3 ? 1.0 / 6 : 0),
    };
}
