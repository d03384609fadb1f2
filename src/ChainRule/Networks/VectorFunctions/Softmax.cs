using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class VectorFunctions
{
    /// <summary>Softmax with a temperature: p_i = e^{z_i/τ}/Σ_k e^{z_k/τ}. Its entries are positive and add up to 1.</summary>
    /// <param name="temperature">τ &gt; 0: near 0 the largest entry takes all; the larger, the more even.</param>
    public static VectorFunction Softmax(Expr? temperature = null)
    {
        var tau = ActivationParameter.Of("τ", temperature, 1, value => value > 0, "greater than 0");
        return VectorFunction.Define("softmax", [tau], z =>
        {
            var sum = Rows.Sum(z, entry => Exp(entry / tau.Value));
            return Rows.Map(z, (row, entry) => Exp(entry / tau.Value) / sum.At(row));
        }) with
        {
            Source = "J. Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990",
            PyTorch = tau.IsDefault ? new("nn.Softmax(dim=-1)", "F.softmax(x, dim=-1)") : new(null, $"F.softmax(x / {PyTorchText.Of(tau.Value)}, dim=-1)"),
            Remark = "No entry is 0 or 1 for finite z and K ≥ 2; in double precision it rounds to 1 where one z is larger than the others by about 37 τ, and to 0 where it is smaller by about 745 τ.",
            Kernel = VectorKernel.For(tau, t => new(z => SoftmaxKernel.Value(z, t), (z, g) => SoftmaxKernel.Backward(SoftmaxKernel.Value(z, t), g, t))),
        };
    }
}
