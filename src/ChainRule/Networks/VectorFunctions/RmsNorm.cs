using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class VectorFunctions
{
    /// <summary>RMSNorm: x divided by the root of its mean square, times a gain γ: γ_i x_i/√((1/N) Σ_k x_k² + ε).</summary>
    /// <param name="gain">γ, a vector with an entry for each entry of a row; null for 1.</param>
    /// <param name="epsilon">ε ≥ 0.</param>
    /// <exception cref="ShapeException">γ does not fit to the rows.</exception>
    public static VectorFunction RmsNorm(Tensor? gain = null, Expr? epsilon = null)
    {
        var e = ActivationParameter.Of("ε", epsilon, 1e-5, value => value >= 0, "0 or greater");
        return VectorFunction.Define("RMSNorm", [e], x =>
        {
            var length = Rows.Length(x);
            Affines.RequireRow(gain, length, "γ");
            var rms = Tensor.Of(Shape.Of(x.Shape.Sizes[..^1]), row => Sqrt((Rows.Total(length, k => Pow(x.At(row.Add(k)), 2), "k") / length) + Rows.Epsilon(e))).Named("r", x);
            return Tensor.Of(x.Shape, at => Affines.Gained(gain, at[^1], x.At(at) / rms.At(at[..^1])));
        }) with
        {
            Source = "B. Zhang, R. Sennrich, Root mean square layer normalization, NeurIPS 2019, arXiv:1910.07467",
            PyTorch = new(gain is null ? "nn.RMSNorm(N, elementwise_affine=False)" : "nn.RMSNorm(N)", "F.rms_norm(x, x.shape[-1:])"),
        };
    }
}
