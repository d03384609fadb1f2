using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class VectorFunctions
{
    /// <summary>
    /// Layer normalisation: each row x with its own mean μ and (biased) variance v becomes γ_i x̂_i + β_i with
    /// x̂ = (x − μ)/√(v + ε). μ, v and x̂ are names in derivations.
    /// </summary>
    /// <param name="gain">γ, a vector with an entry for each entry of a row; null for 1.</param>
    /// <param name="shift">β, likewise; null for 0.</param>
    /// <param name="epsilon">ε ≥ 0.</param>
    /// <exception cref="ShapeException">γ or β does not fit to the rows.</exception>
    public static VectorFunction LayerNorm(Tensor? gain = null, Tensor? shift = null, Expr? epsilon = null)
    {
        var e = ActivationParameter.Of("ε", epsilon, 1e-5, value => value >= 0, "0 or greater");
        return VectorFunction.Define("LayerNorm", [e], x =>
        {
            var length = Rows.Length(x);
            Affines.RequireRow(gain, length, "γ");
            Affines.RequireRow(shift, length, "β");
            var rows = Shape.Of(x.Shape.Sizes[..^1]);
            var mean = Tensor.Of(rows, row => Rows.Total(length, k => x.At(row.Add(k)), "k") / length).Named("\\mu", x);
            var variance = Tensor.Of(rows, row => Rows.Total(length, k => Pow(x.At(row.Add(k)) - mean.At(row), 2), "k") / length).Named("v", x);
            var normal = Tensor.Of(x.Shape, at => (x.At(at) - mean.At(at[..^1])) / Sqrt(variance.At(at[..^1]) + Rows.Epsilon(e)));
            if (gain is null && shift is null)
            {
                return normal;
            }

            var hat = normal.Named(x is Variable { Name: var name } ? $"\\hat{{{name}}}" : "\\hat{x}");
            return Tensor.Of(x.Shape, at => Affines.Shifted(shift, at[^1], Affines.Gained(gain, at[^1], hat.At(at))));
        }) with
        {
            Source = "J. Ba, J. Kiros, G. Hinton, Layer normalization, 2016, arXiv:1607.06450",
            PyTorch = new(gain is null && shift is null ? "nn.LayerNorm(N, elementwise_affine=False)" : "nn.LayerNorm(N)", "F.layer_norm(x, x.shape[-1:])"),
        };
    }
}
