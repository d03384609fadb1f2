using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Losses
{
    /// <summary>The absolute error Σ_i |ŷ_i − y_i|, summed; <c>AbsoluteError.Mean</c> is the mean absolute error (MAE).</summary>
    public static Loss AbsoluteError { get; } = Loss.OfEntries("absolute error", [], (prediction, target) => Abs(prediction - target)) with
    {
        PyTorchName = "nn.L1Loss(",
    };
}
