using ChainRule.Expressions;
using ChainRule.Numerics;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>Softplus: log(1 + e^{β x})/β, a smooth ReLU.</summary>
    /// <param name="beta">β &gt; 0: the larger, the nearer to ReLU.</param>
    /// <param name="threshold">Where β x is greater than this, the function is x, as PyTorch computes it; null for the function without that jump.</param>
    public static Activation Softplus(Expr? beta = null, Expr? threshold = null)
    {
        var b = ActivationParameter.Of("β", beta, 1, value => value > 0, "greater than 0");
        var plain = b.IsDefault ? Maths.Softplus : (Func<Expr, Expr>)(x => Maths.Softplus(b.Value * x) / b.Value);
        var t = threshold is null ? null : new ActivationParameter("threshold", threshold, Number.Of(20));
        var torch = PyTorchText.Of(b.Value) + (t is null ? string.Empty : $", {PyTorchText.Of(t.Value)}");
        return Activation.Define("Softplus", t is null ? [b] : [b, t with { Default = Number.MinusOne }], x => t is null ? plain(x) : Cases(x, (b.Value * x, ">", t.Value), plain(x))) with
        {
            WrittenOut = t is null ? Log(1 + Exp(b.Value * (Expr)Activation.Argument)) / b.Value : null,
            Source = "C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau, R. Garcia, Incorporating second-order functional knowledge for better option pricing, NeurIPS 2000",
            PyTorch = new($"nn.Softplus({torch})", $"F.softplus(x, {torch})"),
            Remark = t is null ? "PyTorch computes x itself where β x > 20 (its threshold), which is off by less than 2.1·10⁻⁹/β; Softplus(β, 20) is that function." : null,
            Kernel = ActivationKernel.For(b, t ?? new("threshold", Number.Of(1_000_000_000), Number.One), (s, most) => new(
                x => t is not null && s * x > most ? x : Kernels.Apply(ElementaryFunction.Softplus, s * x) / s,
                x => t is not null && s * x > most ? 1 : Kernels.Apply(ElementaryFunction.Sigmoid, s * x))),
        };
    }
}
