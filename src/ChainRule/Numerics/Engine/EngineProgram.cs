using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>The steps that compute some defined variables from given ones, on one workspace.</summary>
internal sealed class EngineProgram
{
    private EngineProgram(ImmutableArray<EngineOperation> operations, ImmutableDictionary<Variable, EngineTable> tables, double[] initial) =>
        (Operations, Tables, Initial) = ([.. operations], tables, initial);

    /// <summary>The steps in the order of a forward pass.</summary>
    public EngineOperation[] Operations { get; }

    /// <summary>Where each variable's entries are.</summary>
    public ImmutableDictionary<Variable, EngineTable> Tables { get; }

    /// <summary>The workspace before the first pass: constants and masks are in it.</summary>
    public double[] Initial { get; }

    /// <summary>Compiles definitions.</summary>
    /// <param name="given">What values are given to.</param>
    /// <param name="defined">What is computed, each after what it needs.</param>
    /// <param name="sizes">Numbers for all sizes.</param>
    /// <exception cref="ChainRuleException">A definition holds a derivative or an expectation.</exception>
    public static EngineProgram Of(IEnumerable<Variable> given, IEnumerable<Variable> defined, Point sizes)
    {
        var compiler = new EngineCompiler(sizes);
        foreach (var variable in given)
        {
            compiler.Give(variable);
        }

        foreach (var variable in defined)
        {
            compiler.Define(variable);
        }

        return new(compiler.Operations, compiler.Tables, compiler.Workspace);
    }
}

/// <summary>Where a variable's entries are in the workspace, in row-major order.</summary>
/// <param name="Offset">Where they begin.</param>
/// <param name="Dimensions">The sizes.</param>
/// <param name="End">How many steps have been made when they are there; 0 for what is given.</param>
internal sealed record EngineTable(int Offset, ImmutableArray<int> Dimensions, int End)
{
    /// <summary>How many entries there are.</summary>
    public int Count { get; } = Dimensions.Aggregate(1, (product, size) => product * size);
}
