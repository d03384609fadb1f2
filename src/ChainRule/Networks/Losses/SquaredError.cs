using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Losses
{
    /// <summary>The squared error Σ_i (ŷ_i − y_i)², summed; <c>SquaredError.Mean</c> is the mean squared error.</summary>
    public static Loss SquaredError { get; } = Loss.OfEntries("squared error", [], (prediction, target) => Pow(prediction - target, 2)) with
    {
        PyTorchName = "nn.MSELoss(",
        Remark = "PyTorch's nn.MSELoss() averages over all entries; ‖ŷ − y‖² is its sum.",
    };
}
