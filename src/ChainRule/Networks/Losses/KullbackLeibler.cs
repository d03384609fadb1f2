using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Losses
{
    /// <summary>
    /// The Kullback–Leibler divergence of predicted probabilities q from the target's p: Σ_i p_i log(p_i/q_i) for each sample; of a
    /// batch, the mean over the samples. By q it has the gradient of cross-entropy.
    /// </summary>
    public static Loss KullbackLeibler { get; } = Loss.OfSamples("Kullback–Leibler divergence", [], (q, p) => Rows.Sum(q, (row, k, entry) => p.At(row.Add(k)) * (Log(p.At(row.Add(k))) - Log(entry)), "i")) with
    {
        Reduction = Reduction.Mean,
        Prediction = "probabilities",
        Target = "positive probabilities",
        Source = "S. Kullback, R. Leibler, On information and sufficiency, Annals of Mathematical Statistics 1951",
        Remark = "PyTorch's nn.KLDivLoss(reduction='batchmean') takes log q, and counts p log p as 0 where p is 0.",
    };
}
