using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Losses
{
    /// <summary>Cross-entropy of probabilities, −Σ_i y_i log p_i for each sample; of a batch, the mean over the samples.</summary>
    public static Loss CrossEntropy { get; } = Loss.OfSamples("cross-entropy", [], Entropy) with
    {
        Reduction = Reduction.Mean,
        Prediction = "probabilities",
        Target = "one-hot or soft labels",
        Remark = "PyTorch's nn.CrossEntropyLoss takes logits: it is CrossEntropyWithLogits.",
    };

    /// <summary>
    /// Cross-entropy of logits: −Σ_i y_i log p_i with p = softmax(z), for each sample; of a batch, the mean over the samples. p is a
    /// name in derivations. With labels that add up to 1 the gradient of a sample is p − y.
    /// </summary>
    /// <param name="labelSmoothing">ε: the target becomes (1 − ε) y + ε/K.</param>
    public static Loss CrossEntropyWithLogits(Expr? labelSmoothing = null)
    {
        var epsilon = ActivationParameter.Of("ε", labelSmoothing, 0, value => value is >= 0 and <= 1, "from 0 to 1");
        return Loss.OfSamples("cross-entropy with logits", [epsilon], (z, y) =>
        {
            var probabilities = VectorFunctions.Softmax().Of(z).Named(z.Shape.Rank == 1 ? "p" : "P");
            if (epsilon.IsDefault)
            {
                return Entropy(probabilities, y);
            }

            // The smoothed labels have a name, so that the derivation reads as without smoothing. They add up to 1 where y does:
            // Σ_i [(1 − ε) y_i + ε/K] = (1 − ε) + ε.
            var smoothed = Tensor.Of(y.Shape, at => ((1 - epsilon.Value) * y.At(at)) + (epsilon.Value / y.Shape.Sizes[^1])).Named(@"\tilde{y}");
            return Entropy(probabilities, y is Variable { Assumptions: var known } && known.HasFlag(Assumption.SumsToOne) ? smoothed.SumsToOne() : smoothed);
        }) with
        {
            Reduction = Reduction.Mean,
            Prediction = "logits",
            Target = "one-hot or soft labels",
            PyTorchName = epsilon.IsDefault ? "nn.CrossEntropyLoss(" : $"nn.CrossEntropyLoss(label_smoothing={PyTorchText.Of(epsilon.Value)}",
        };
    }

    /// <summary>Negative log-likelihood of log-probabilities: −Σ_i y_i ℓ_i for each sample; of a batch, the mean over the samples.</summary>
    public static Loss NegativeLogLikelihood { get; } = Loss.OfSamples("negative log-likelihood", [], (logs, y) => Rows.Sum(logs, (row, k, entry) => y.At(row.Add(k)) * entry, "i").Map(sum => -sum)) with
    {
        Reduction = Reduction.Mean,
        Prediction = "log-probabilities",
        Target = "one-hot",
        PyTorchName = "nn.NLLLoss(",
        Remark = "PyTorch's nn.NLLLoss takes the index of the class instead of labels.",
    };

    /// <summary>Cross-entropy of the logits of one sample whose class is given by its index: −log p_c with p = softmax(z), which is log Σ_k e^{z_k} − z_c.</summary>
    /// <param name="logits">The logits, a vector.</param>
    /// <param name="class">c: an index or a number from 1.</param>
    /// <exception cref="ShapeException">The logits are no vector.</exception>
    public static Expr CrossEntropyOfClass(Tensor logits, Expr @class)
    {
        Require.NotNull(logits);
        Require.NotNull(@class);
        return logits.Shape.Rank == 1
            ? -Log(VectorFunctions.Softmax().Of(logits).Named("p")[@class])
            : throw new ShapeException($"The class of one sample goes with a vector of logits; {logits} {logits.Shape.Said}.");
    }

    private static Tensor Entropy(Tensor p, Tensor y) => Rows.Sum(p, (row, k, entry) => y.At(row.Add(k)) * Log(entry), "i").Map(sum => -sum);
}
