using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>Concrete values for what is given: sizes, and the entries of given variables in row-major order.</summary>
internal sealed record Point(ImmutableDictionary<Size, int> Sizes, ImmutableDictionary<Variable, double[]> Values)
{
    /// <summary>How much work expectations may be from here on.</summary>
    public WorkBudget Budget { get; init; } = new();

    /// <summary>Which of the laws that fit the assumptions random variables have here, in every expectation alike.</summary>
    public LawChoice Laws { get; init; } = new(0, 8, false);

    /// <summary>How much may be computed at this point; null where somebody asked for the values.</summary>
    public WorkMeter? Meter { get; init; }

    /// <summary>Entries of defined variables that were computed already, in another way.</summary>
    public ImmutableDictionary<Variable, double[]> Computed { get; init; } = ImmutableDictionary<Variable, double[]>.Empty;

    /// <summary>What stands for sizes that are large numbers; null where they are what they are.</summary>
    public SizeReduction? Reduction { get; init; }

    /// <summary>The value of a size expression.</summary>
    /// <exception cref="ChainRuleException">A size has no value.</exception>
    public int SizeOf(Expr size) => size switch
    {
        Number { Value: var value } when value.ToInt32() is { } whole => Reduction?.Of(whole) ?? whole,
        Size { Quotient: { Dividend: var dividend, Divisor: var divisor } } => Size.FloorDiv(SizeOf(dividend), divisor),
        Size symbol => Sizes.TryGetValue(symbol, out var known) ? known : throw new ChainRuleException($"The size {symbol.Name} has no value yet: bind a variable whose shape contains it."),
        Add sum => sum.Terms.Sum(SizeOf),
        Multiply product => product.Factors.Aggregate(1, (acc, factor) => acc * SizeOf(factor)),
        _ => throw new ChainRuleException($"{size} is not a size: sizes are sums and products of whole numbers and letters."),
    };

    /// <summary>The concrete sizes of a shape.</summary>
    public int[] DimensionsOf(Shape shape) => [.. shape.Sizes.Select(SizeOf)];
}
