using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>HardSwish: 0 up to −3, x from 3 on, x (x + 3)/6 between. At its kinks the outer pieces decide (0 and 1).</summary>
    public static Activation HardSwish { get; } = Activation.Define("HardSwish", x => Cases(0, (x, "<=", -3), x, (x, ">=", 3), x * (x + 3) / 6)) with
    {
        Source = "A. Howard et al., Searching for MobileNetV3, ICCV 2019, arXiv:1905.02244",
        PyTorch = new("nn.Hardswish()", "F.hardswish(x)"),
        Remark = "Older versions of PyTorch (before pull request 148049, 2025) take the inner piece at ±3 and give −1/2 and 3/2 there.",
        Kernel = new(x => x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6, x => x <= -3 ? 0 : x >= 3 ? 1 : ((2 * x) + 3) / 6),
    };
}
