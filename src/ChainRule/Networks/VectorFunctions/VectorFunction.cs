using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>
/// A function from vectors to vectors (or to a scalar) whose entries hang together: softmax, layer normalisation. Of a matrix it is
/// taken row by row, samples being rows, unless it says otherwise. What is computed on the way has names of its own.
/// </summary>
public sealed record VectorFunction
{
    private readonly Func<Tensor, Tensor> _definition;

    private VectorFunction(string name, ImmutableArray<ActivationParameter> parameters, Func<Tensor, Tensor> definition) =>
        (Name, Parameters, _definition) = (name, parameters, definition);

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The scalar parameters with their values.</summary>
    public ImmutableArray<ActivationParameter> Parameters { get; }

    /// <summary>Where it was defined; null where it is common property.</summary>
    public string? Source { get; init; }

    /// <summary>How it is said in PyTorch.</summary>
    public PyTorchText? PyTorch { get; init; }

    /// <summary>Something the reader should know.</summary>
    public string? Remark { get; init; }

    /// <summary>The numeric kernel, or null where the formula is evaluated.</summary>
    public VectorKernel? Kernel { get; init; }

    /// <summary>The smallest number of indices that the argument may have: 2 for what looks at a whole batch.</summary>
    public int LeastRank { get; init; } = 1;

    /// <summary>Whether each output is computed from all samples of a batch.</summary>
    internal bool IsOverSamples { get; init; }

    /// <summary>How the sizes of the output come about, in numbers; null where there is nothing to say.</summary>
    internal Func<Shape, string?>? OutputSizes { get; init; }

    /// <summary>A function from its definition in indices.</summary>
    /// <param name="name">The name.</param>
    /// <param name="definition">What makes the output from the input.</param>
    public static VectorFunction Define(string name, Func<Tensor, Tensor> definition) => Define(name, [], definition);

    /// <summary>A function from its definition in indices, with parameters.</summary>
    /// <param name="name">The name.</param>
    /// <param name="parameters">The scalar parameters.</param>
    /// <param name="definition">What makes the output from the input.</param>
    /// <exception cref="ChainRuleException">The name is empty.</exception>
    public static VectorFunction Define(string name, ImmutableArray<ActivationParameter> parameters, Func<Tensor, Tensor> definition)
    {
        Require.NotNull(definition);
        return string.IsNullOrWhiteSpace(name) ? throw new ChainRuleException("A function needs a name, such as \"softmax\".") : new(name, parameters, definition);
    }

    /// <summary>The function of a vector, or of every row of a matrix.</summary>
    /// <exception cref="ShapeException">The argument has too few indices.</exception>
    public Tensor Of(Tensor x)
    {
        Require.NotNull(x);
        return x.Shape.Rank >= LeastRank
            ? _definition(x)
            : throw new ShapeException($"{Name} takes {(LeastRank == 1 ? "a vector, or a matrix whose rows are vectors" : Name.EndsWith("pooling", StringComparison.Ordinal) ? "a matrix, or an image of channels × height × width" : "a matrix whose rows are samples")}; {x} {x.Shape.Said}.");
    }

    /// <summary>The name, with those parameters that are not the usual ones.</summary>
    public override string ToString() => Parameters.Where(parameter => !parameter.IsDefault).Select(parameter => $"{parameter.Symbol} = {parameter.Text}").ToList() is { Count: > 0 } said
        ? $"{Name}({string.Join(", ", said)})"
        : Name;
}
