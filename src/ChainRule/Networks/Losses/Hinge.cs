using ChainRule.Expressions;

namespace ChainRule.Networks;

public static partial class Losses
{
    /// <summary>The hinge loss Σ_i max(0, 1 − y_i s_i) of scores s with targets −1 and 1, summed. At its kink the derivative is 0.</summary>
    public static Loss Hinge { get; } = Loss.OfEntries("hinge loss", [], (score, y) => Maths.Relu(1 - (y * score))) with
    {
        Prediction = "scores",
        Target = "−1 or 1",
        Source = "C. Cortes, V. Vapnik, Support-vector networks, Machine Learning 1995",
    };

    /// <summary>
    /// The hinge loss of several classes with one-hot targets: Σ_j (1 − y_j) max(0, m − s + z_j) for each sample, where s = Σ_i y_i z_i
    /// is the score of the right class; of a batch, the mean over the samples.
    /// </summary>
    /// <param name="margin">m &gt; 0: by how much the right class has to lead.</param>
    public static Loss MultiClassHinge(Expr? margin = null)
    {
        var m = ActivationParameter.Of("m", margin, 1, value => value > 0, "greater than 0");
        return Loss.OfSamples("multi-class hinge loss", [m], (z, y) =>
        {
            var right = Rows.Sum(z, (row, k, entry) => y.At(row.Add(k)) * entry, "i").Named("s");
            return Rows.Sum(z, (row, k, entry) => (1 - y.At(row.Add(k))) * Maths.Relu(m.Value - right.At(row) + entry), "j");
        }) with
        {
            Reduction = Reduction.Mean,
            Prediction = "scores",
            Target = "one-hot",
            Source = "J. Weston, C. Watkins, Support vector machines for multi-class pattern recognition, ESANN 1999",
            Remark = "PyTorch's nn.MultiMarginLoss takes the index of the class and divides by the number of classes as well.",
        };
    }
}
