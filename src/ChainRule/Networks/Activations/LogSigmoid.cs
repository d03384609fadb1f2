using ChainRule.Numerics;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>LogSigmoid: log σ(x) = −softplus(−x).</summary>
    public static Activation LogSigmoid { get; } = Activation.Define("LogSigmoid", x => Log(Sigmoid(x))) with
    {
        PyTorch = new("nn.LogSigmoid()", "F.logsigmoid(x)"),
        Kernel = new(x => -Kernels.Apply(ElementaryFunction.Softplus, -x), x => Kernels.Apply(ElementaryFunction.Sigmoid, -x)),
    };
}
