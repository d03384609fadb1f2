using ChainRule.Networks;

namespace ChainRule.Tests.Networks;

/// <summary>A new activation in one file: this is all that is written, the rest follows.</summary>
public static class Swoosh
{
    /// <summary>log(1 + e^{x−4}) − 0.08 x − 0.035.</summary>
    public static Activation Left { get; } = Activation.Define("SwooshL", x => Softplus(x - 4) - (0.08 * x) - 0.035) with
    {
        Source = "Z. Yao et al., Zipformer: a faster and better encoder for automatic speech recognition, ICLR 2024, arXiv:2310.11230",
    };
}
