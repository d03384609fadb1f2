namespace ChainRule.Networks;

/// <summary>The layers, as people type them: <c>Linear("N", "M")</c>.</summary>
public static partial class Layers
{
    /// <summary>z = W x + b with W ∈ ℝ^{outputs×inputs}; of samples as rows, Z = X Wᵀ + 1 bᵀ.</summary>
    /// <param name="inputs">How many entries the input has: a letter or a number.</param>
    /// <param name="outputs">How many entries the output has.</param>
    /// <param name="bias">Whether b is added.</param>
    public static Layer Linear(SizeLike inputs, SizeLike outputs, bool bias = true) => new LinearLayer(inputs.Expression, outputs.Expression, bias);

    /// <summary>z = W x, without a bias.</summary>
    /// <param name="inputs">How many entries the input has: a letter or a number.</param>
    /// <param name="outputs">How many entries the output has.</param>
    public static Layer BiasFreeLinear(SizeLike inputs, SizeLike outputs) => Linear(inputs, outputs, bias: false);

    /// <summary>All entries as one vector, row by row; all sizes but the first must be numbers.</summary>
    public static Layer Flatten { get; } = new FlattenLayer();
}
