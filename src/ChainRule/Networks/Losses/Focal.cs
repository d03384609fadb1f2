using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Losses
{
    /// <summary>
    /// The focal loss of probabilities, −Σ_i [y_i (1 − p_i)^γ log p_i + (1 − y_i) p_i^γ log(1 − p_i)], summed: what is classified well
    /// counts little. With γ = 0 it is binary cross-entropy.
    /// </summary>
    /// <param name="focus">γ ≥ 0.</param>
    public static Loss Focal(Expr? focus = null)
    {
        var gamma = ActivationParameter.Of("γ", focus, 2, value => value >= 0, "0 or greater");
        return Loss.OfEntries("focal loss", [gamma], (p, y) => -((y * Pow(1 - p, gamma.Value) * Log(p)) + ((1 - y) * Pow(p, gamma.Value) * Log(1 - p)))) with
        {
            Prediction = "probabilities",
            Target = "0 or 1",
            Source = "T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollár, Focal loss for dense object detection, ICCV 2017, arXiv:1708.02002",
            Remark = "In torchvision: ops.sigmoid_focal_loss, which takes logits and weighs the classes by α.",
        };
    }
}
