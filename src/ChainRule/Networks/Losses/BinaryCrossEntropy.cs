using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Losses
{
    /// <summary>
    /// Binary cross-entropy of probabilities, −Σ_i [y_i log ŷ_i + (1 − y_i) log(1 − ŷ_i)], summed; <c>BinaryCrossEntropy.Mean</c> has
    /// the factor 1/K.
    /// </summary>
    public static Loss BinaryCrossEntropy { get; } = Loss.OfEntries("binary cross-entropy", [], (p, y) => -((y * Log(p)) + ((1 - y) * Log(1 - p)))) with
    {
        Prediction = "probabilities",
        Target = "0 or 1, or probabilities",
        PyTorchName = "nn.BCELoss(",
        Remark = "PyTorch's nn.BCELoss() averages, and bounds each logarithm by −100 from below.",
    };

    /// <summary>Binary cross-entropy of logits, Σ_i [softplus(z_i) − y_i z_i] = −Σ_i [y_i log σ(z_i) + (1 − y_i) log(1 − σ(z_i))]. Its gradient is σ(z) − y.</summary>
    public static Loss BinaryCrossEntropyWithLogits { get; } = Loss.OfEntries("binary cross-entropy with logits", [], (z, y) => Maths.Softplus(z) - (y * z)) with
    {
        Prediction = "logits",
        Target = "0 or 1, or probabilities",
        PyTorchName = "nn.BCEWithLogitsLoss(",
    };
}
