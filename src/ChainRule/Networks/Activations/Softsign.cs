using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>Softsign: x/(1 + |x|). Its derivative at 0 is 1.</summary>
    public static Activation Softsign { get; } = Activation.Define("Softsign", x => x / (1 + Abs(x))) with
    {
        Source = "J. Turian, J. Bergstra, Y. Bengio, Quadratic features and deep architectures for chunking, NAACL 2009",
        PyTorch = new("nn.Softsign()", "F.softsign(x)"),
        Kernel = new(x => x / (1 + Math.Abs(x)), x => 1 / ((1 + Math.Abs(x)) * (1 + Math.Abs(x)))),
    };
}
