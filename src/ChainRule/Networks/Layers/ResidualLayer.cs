using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>y = x + F(x), where F is layers one after another; their values have names of their own.</summary>
internal sealed class ResidualLayer(ImmutableArray<Layer> inner) : Layer
{
    /// <inheritdoc/>
    public override Shape? InputShape => inner.SkipWhile(layer => layer.KeepsShape).FirstOrDefault()?.InputShape;

    /// <inheritdoc/>
    public override PyTorchText? PyTorch => inner.All(layer => layer.PyTorch is { IsModule: true }) ? new($"nn.Sequential({string.Join(", ", inner.Select(layer => layer.PyTorch!.Module))})", "x + module(x)") : null;

    /// <inheritdoc/>
    internal override bool TakesBatches => inner.Any(layer => layer.TakesBatches);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input, LayerParameters parameters)
    {
        var branch = input;
        foreach (var layer in inner)
        {
            parameters.NextLayer();
            branch = parameters.Name("r", layer.Forward(branch, parameters));
        }

        return branch.Shape.Equals(input.Shape)
            ? input + branch
            : throw new ShapeException($"A residual adds its input to what its layers make of it, so both have one shape; the input is {input.Shape}, the branch {branch.Shape}.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"Residual({string.Join(", ", inner)})";
}
