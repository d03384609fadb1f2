using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>RReLU as it is evaluated: while training, the slope for x ≤ 0 is drawn between l and u; afterwards it is their mean.</summary>
    /// <param name="lower">l, the smallest slope.</param>
    /// <param name="upper">u, the largest slope.</param>
    public static Activation Rrelu(Expr? lower = null, Expr? upper = null)
    {
        var (l, u) = (ActivationParameter.Of("l", lower, Number.Of(Rational.Create(1, 8))), ActivationParameter.Of("u", upper, Number.Of(Rational.Create(1, 3))));
        var mean = (l.Value + u.Value) / 2;
        return Activation.Define("RReLU", [l, u], x => Cases(x, (x, ">", 0), mean * x)) with
        {
            Source = "B. Xu, N. Wang, T. Chen, M. Li, Empirical evaluation of rectified activations in convolutional network, 2015, arXiv:1505.00853",
            PyTorch = new($"nn.RReLU({PyTorchText.Of(l.Value)}, {PyTorchText.Of(u.Value)})", $"F.rrelu(x, {PyTorchText.Of(l.Value)}, {PyTorchText.Of(u.Value)}, training=False)"),
            Remark = "While training, the slope is random between l and u; this is the function after training, with the mean slope.",
            Kernel = ActivationKernel.For(l, u, (least, most) => new(x => x > 0 ? x : (least + most) / 2 * x, x => x > 0 ? 1 : (least + most) / 2)),
        };
    }
}
