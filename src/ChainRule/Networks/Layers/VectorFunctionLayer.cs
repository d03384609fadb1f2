using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>A function of a vector, or of every row of a matrix of samples.</summary>
internal sealed class VectorFunctionLayer(VectorFunction function) : Layer
{
    /// <inheritdoc/>
    internal override string InputExample => function.LeastRank > 1 ? "Matrix(\"X\", 6, 4)" : "Vector(\"x\", 6)";

    /// <inheritdoc/>
    internal override bool TakesBatches => function.IsOverSamples;

    /// <inheritdoc/>
    internal override string? OutputSizes(Shape input) => function.OutputSizes?.Invoke(input);

    /// <inheritdoc/>
    public override PyTorchText? PyTorch => function.PyTorch;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input, LayerParameters parameters) => function.Of(input);

    /// <inheritdoc/>
    public override string ToString() => function.ToString();
}
