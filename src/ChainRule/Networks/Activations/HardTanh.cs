using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>HardTanh: x, clipped to an interval. At its kinks the derivative is 0, as in PyTorch.</summary>
    /// <param name="lower">The least value.</param>
    /// <param name="upper">The greatest value.</param>
    public static Activation HardTanh(Expr? lower = null, Expr? upper = null)
    {
        var (min, max) = (ActivationParameter.Of("min", lower, -1), ActivationParameter.Of("max", upper, 1));
        if (min.Number is { } a && max.Number is { } b && a > b)
        {
            throw new ChainRuleException($"HardTanh clips to [min, max], and {min.Text} is greater than {max.Text}.");
        }

        return Activation.Define("HardTanh", [min, max], x => Cases(min.Value, (x, "<=", min.Value), max.Value, (x, ">=", max.Value), x)) with
        {
            Source = "R. Collobert, Large scale machine learning, thesis, Université Paris VI, 2004",
            PyTorch = new($"nn.Hardtanh({PyTorchText.Of(min.Value)}, {PyTorchText.Of(max.Value)})", $"F.hardtanh(x, {PyTorchText.Of(min.Value)}, {PyTorchText.Of(max.Value)})"),
            Kernel = ActivationKernel.For(min, max, (least, most) => new(x => x <= least ? least : x >= most ? most : x, x => x > least && x < most ? 1 : 0)),
        };
    }
}
