using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Losses
{
    /// <summary>Huber's loss of r = ŷ − y: r²/2 for |r| ≤ δ, else δ (|r| − δ/2). Its derivative is r, clipped to [−δ, δ].</summary>
    /// <param name="border">δ &gt; 0: from here on the loss grows only linearly.</param>
    public static Loss Huber(Expr? border = null)
    {
        var delta = ActivationParameter.Of("δ", border, 1, value => value > 0, "greater than 0");
        return Loss.OfEntries("Huber loss", [delta], (prediction, target) => HuberTerm(prediction - target, delta.Value)) with
        {
            Source = "P. Huber, Robust estimation of a location parameter, Annals of Mathematical Statistics 1964",
            PyTorchName = delta.IsDefault ? "nn.HuberLoss(" : $"nn.HuberLoss(delta={PyTorchText.Of(delta.Value)}",
        };
    }

    /// <summary>The smooth absolute error: Huber's loss divided by its border, so that far out it is |r| − β/2.</summary>
    /// <param name="border">β &gt; 0.</param>
    public static Loss SmoothAbsoluteError(Expr? border = null)
    {
        var beta = ActivationParameter.Of("β", border, 1, value => value > 0, "greater than 0");
        return Loss.OfEntries("smooth absolute error", [beta], (prediction, target) => HuberTerm(prediction - target, beta.Value) / beta.Value) with
        {
            Source = "R. Girshick, Fast R-CNN, ICCV 2015, arXiv:1504.08083",
            PyTorchName = beta.IsDefault ? "nn.SmoothL1Loss(" : $"nn.SmoothL1Loss(beta={PyTorchText.Of(beta.Value)}",
        };
    }

    private static Expr HuberTerm(Expr r, Expr delta) => Cases(Pow(r, 2) / 2, (Abs(r), "<=", delta), delta * (Abs(r) - (delta / 2)));
}
