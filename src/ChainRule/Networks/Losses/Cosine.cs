using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Losses
{
    /// <summary>One less the cosine of the angle between prediction and target, 1 − aᵀb/(‖a‖ ‖b‖), for each sample; of a batch, the mean over the samples.</summary>
    public static Loss Cosine { get; } = Loss.OfSamples("cosine loss", [], (a, b) =>
    {
        var product = Rows.Sum(a, (row, k, entry) => entry * b.At(row.Add(k)), "i").Named("c");
        var (first, second) = (Rows.Sum(a, entry => Pow(entry, 2), "i").Map(Sqrt).Named("r"), Rows.Sum(b, entry => Pow(entry, 2), "i").Map(Sqrt).Named("s"));
        return Rows.Combine(product, row => 1 - (product.At(row) / (first.At(row) * second.At(row))));
    }) with
    {
        Reduction = Reduction.Mean,
        Prediction = "vectors other than 0",
        Target = "vectors other than 0",
        Remark = "In PyTorch: 1 - F.cosine_similarity(x, y, dim=-1).",
    };
}
