using ChainRule.Expressions;
using static ChainRule.Maths;

namespace ChainRule.Networks;

public static partial class Activations
{
    /// <summary>Swish: x σ(β x). With β = 1 it is SiLU; for β → ∞ it becomes ReLU.</summary>
    /// <param name="sharpness">β.</param>
    public static Activation Swish(Expr? sharpness = null)
    {
        var beta = ActivationParameter.Of("β", sharpness, 1);
        return Activation.Define("Swish", [beta], x => x * Sigmoid(beta.Value * x)) with
        {
            Source = "P. Ramachandran, B. Zoph, Q. Le, Searching for activation functions, 2017, arXiv:1710.05941",
            PyTorch = new(null, beta.IsDefault ? "x * torch.sigmoid(x)" : $"x * torch.sigmoid({PyTorchText.Of(beta.Value)} * x)"),
            Kernel = ActivationKernel.For(beta, b => new(x => SwishKernel.Value(x, b), x => SwishKernel.Derivative(x, b))),
        };
    }
}
