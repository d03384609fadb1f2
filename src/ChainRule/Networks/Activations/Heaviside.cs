using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>The step function of Heaviside: 0, 1, and v at 0. Its derivative is taken to be 0 everywhere, so nothing is learned through it.</summary>
    /// <param name="atZero">v, the value at 0.</param>
    public static Activation Heaviside(Expr? atZero = null)
    {
        var v = ActivationParameter.Of("v", atZero, 0.5);
        return Activation.Define("Heaviside", [v], x => Cases(1, (x, ">", 0), 0, (x, "<", 0), v.Value)) with
        {
            Source = "W. McCulloch, W. Pitts, A logical calculus of the ideas immanent in nervous activity, 1943",
            PyTorch = new(null, $"torch.heaviside(x, torch.tensor({PyTorchText.Of(v.Value)}))"),
            Kernel = ActivationKernel.For(v, middle => new(x => x > 0 ? 1 : x < 0 ? 0 : middle, _ => 0)),
        };
    }
}
