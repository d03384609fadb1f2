using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class VectorFunctions
{
    /// <summary>log Σ_k e^{z_k}, a smooth maximum: between max z and max z + log K.</summary>
    public static VectorFunction LogSumExp { get; } = VectorFunction.Define("logsumexp", z =>
    {
        var sum = Rows.Sum(z, Exp);
        return sum.Map(Log);
    }) with
    {
        PyTorch = new(null, "torch.logsumexp(x, dim=-1)"),
        Kernel = new(z => [SoftmaxKernel.LogSumExp(z)], (z, g) => [.. SoftmaxKernel.Value(z, 1).Select(p => p * g[0])]),
    };
}
