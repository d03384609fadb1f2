using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>The sine, as networks for signals and scenes use it.</summary>
    public static Activation Sine { get; } = Activation.Define("Sine", x => Sin(x)) with
    {
        Source = "V. Sitzmann et al., Implicit neural representations with periodic activation functions, NeurIPS 2020, arXiv:2006.09661",
        PyTorch = new(null, "torch.sin(x)"),
        Kernel = new(Math.Sin, Math.Cos),
    };
}
