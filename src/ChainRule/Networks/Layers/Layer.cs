using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>
/// A layer: what makes an output from an input, with parameters of its own. It states its forward equation in index notation and
/// nothing else; derivatives, Jacobians, shapes and the matrix form follow from it.
/// </summary>
public abstract class Layer
{
    /// <summary>The shape of one sample that it takes, or null where it takes several.</summary>
    public virtual Shape? InputShape => null;

    /// <summary>Whether the output has the shape of the input, whatever that is.</summary>
    public virtual bool KeepsShape => false;

    /// <summary>Whether the layer looks at all samples of a batch at once, so that a single one is nothing to it.</summary>
    internal virtual bool TakesBatches => false;

    /// <summary>Whether its outputs can be any number, so that they are no probabilities.</summary>
    internal virtual bool IsUnbounded => false;

    /// <summary>An input that it takes, as people type it, for a hint.</summary>
    internal virtual string InputExample => "Vector(\"x\", \"N\")";

    /// <summary>How the sizes of the output come about, in numbers: ⌊(128 + 2 · 3 − 8)/2⌋ + 1 = 64; null where there is nothing to say.</summary>
    /// <param name="input">The shape of the input.</param>
    internal virtual string? OutputSizes(Shape input) => null;

    /// <summary>How it is said in PyTorch, or null where PyTorch has no name for it.</summary>
    public virtual PyTorchText? PyTorch => null;

    /// <summary>The forward equation.</summary>
    /// <param name="input">The input.</param>
    /// <param name="parameters">Makes and names the layer's parameters.</param>
    /// <exception cref="ShapeException">The input has another shape than the layer takes.</exception>
    public abstract Tensor Forward(Tensor input, LayerParameters parameters);

    /// <summary>What it is called on the page: the name of its class, unless it says more.</summary>
    public override string ToString() => GetType().Name;

    /// <summary>An activation as a layer.</summary>
    public static implicit operator Layer(Activation activation)
    {
        Require.NotNull(activation);
        return new ActivationLayer(activation);
    }

    /// <summary>A vector function as a layer.</summary>
    public static implicit operator Layer(VectorFunction function)
    {
        Require.NotNull(function);
        return new VectorFunctionLayer(function);
    }

    /// <summary>Refuses an input that doesn't fit.</summary>
    /// <exception cref="ShapeException">The last size is another one, or there are too few.</exception>
    private protected void RequireLast(Tensor input, Expr size)
    {
        if (input.Shape.Rank == 0 || !Affine.AreEqual(input.Shape.Sizes[^1], size))
        {
            throw new ShapeException($"{this} takes vectors of {size} entries, or samples of {size} entries as rows; {input} {input.Shape.Said}{(input.Shape.Rank > 2 ? ": put Flatten before it" : string.Empty)}.");
        }
    }
}
