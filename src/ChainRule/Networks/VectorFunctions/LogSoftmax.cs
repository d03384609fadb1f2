using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class VectorFunctions
{
    /// <summary>The logarithm of softmax, z_i − log Σ_k e^{z_k}.</summary>
    public static VectorFunction LogSoftmax { get; } = VectorFunction.Define("log softmax", z =>
    {
        var sum = Rows.Sum(z, Exp);
        return Rows.Map(z, (row, entry) => entry - Log(sum.At(row)));
    }) with
    {
        PyTorch = new("nn.LogSoftmax(dim=-1)", "F.log_softmax(x, dim=-1)"),
        Kernel = new(
            z => SoftmaxKernel.LogSumExp(z) is var total ? [.. z.Select(entry => entry - total)] : [],
            // ∂/∂z_j = g_j − p_j Σ_i g_i.
            (z, g) => [.. SoftmaxKernel.Value(z, 1).Zip(g, (p, slope) => slope - (p * g.Sum()))]),
    };
}
