using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class VectorFunctions
{
    /// <summary>
    /// Batch normalisation while training: each column of a batch (samples as rows) with its own mean μ_d and (biased) variance v_d
    /// over the samples becomes γ_d x̂_{bd} + β_d. The derivative goes through mean and variance.
    /// </summary>
    /// <param name="gain">γ, a vector with an entry for each column; null for 1.</param>
    /// <param name="shift">β, likewise; null for 0.</param>
    /// <param name="epsilon">ε ≥ 0.</param>
    /// <exception cref="ShapeException">γ or β does not fit to the columns, or the argument is no matrix.</exception>
    public static VectorFunction BatchNorm(Tensor? gain = null, Tensor? shift = null, Expr? epsilon = null)
    {
        var e = ActivationParameter.Of("ε", epsilon, 1e-5, value => value >= 0, "0 or greater");
        return VectorFunction.Define("BatchNorm", [e], x =>
        {
            if (x.Shape.Rank != 2)
            {
                throw new ShapeException($"BatchNorm takes a matrix whose rows are samples; {x} {x.Shape.Said}.");
            }

            var (samples, columns) = (x.Shape.Sizes[0], x.Shape.Sizes[1]);
            Affines.RequireRow(gain, columns, "γ");
            Affines.RequireRow(shift, columns, "β");
            var mean = Tensor.Of(Shape.Of(columns), at => Rows.Total(samples, b => x[b, at[0]], "b") / samples).Named("\\mu", x);
            var variance = Tensor.Of(Shape.Of(columns), at => Rows.Total(samples, b => Pow(x[b, at[0]] - mean[at[0]], 2), "b") / samples).Named("v", x);
            var normal = Tensor.Of(x.Shape, at => (x.At(at) - mean[at[1]]) / Sqrt(variance[at[1]] + Rows.Epsilon(e)));
            if (gain is null && shift is null)
            {
                return normal;
            }

            var hat = normal.Named(x is Variable { Name: var name } ? $"\\hat{{{name}}}" : "\\hat{X}");
            return Tensor.Of(x.Shape, at => Affines.Shifted(shift, at[1], Affines.Gained(gain, at[1], hat.At(at))));
        }) with
        {
            LeastRank = 2,
            IsOverSamples = true,
            Source = "S. Ioffe, C. Szegedy, Batch normalization, ICML 2015, arXiv:1502.03167",
            PyTorch = new(gain is null && shift is null ? "nn.BatchNorm1d(D, affine=False)" : "nn.BatchNorm1d(D)", "F.batch_norm(x, None, None, training=True)"),
            Remark = "While training. For evaluation the running mean and variance take the place of the batch's, and the function is affine.",
        };
    }
}
