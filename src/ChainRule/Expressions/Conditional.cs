using System.Collections.Immutable;

namespace ChainRule.Expressions;

/// <summary>The relation of a <see cref="Comparison"/>.</summary>
public enum ComparisonSign
{
    /// <summary>Less than.</summary>
    Less,

    /// <summary>Less than or equal.</summary>
    LessOrEqual,

    /// <summary>Greater than.</summary>
    Greater,

    /// <summary>Greater than or equal.</summary>
    GreaterOrEqual,

    /// <summary>Equal.</summary>
    Equal,

    /// <summary>Not equal.</summary>
    NotEqual,
}

/// <summary>A comparison of two expressions.</summary>
/// <param name="Left">The left side.</param>
/// <param name="Sign">The relation.</param>
/// <param name="Right">The right side.</param>
public readonly record struct Comparison(Expr Left, ComparisonSign Sign, Expr Right)
{
    /// <summary>The relation as it is set.</summary>
    public string Symbol => Sign switch
    {
        ComparisonSign.Less => "<",
        ComparisonSign.LessOrEqual => "≤",
        ComparisonSign.Greater => ">",
        ComparisonSign.GreaterOrEqual => "≥",
        ComparisonSign.Equal => "=",
        _ => "≠",
    };

    /// <summary>Whether the relation holds between two numbers.</summary>
    public static bool Holds(ComparisonSign sign, double left, double right) => sign switch
    {
        ComparisonSign.Less => left < right,
        ComparisonSign.LessOrEqual => left <= right,
        ComparisonSign.Greater => left > right,
        ComparisonSign.GreaterOrEqual => left >= right,
        ComparisonSign.Equal => left == right,
        _ => left != right,
    };

    /// <summary>Whether the comparison is plainly true or false for all values of its symbols; null where that depends on them.</summary>
    internal bool? Decided => Affine.Of(Left - Right) is { IsConstant: true, Constant: var difference } ? Holds(Sign, difference.Sign, 0) : null;
}

/// <summary>An indicator: 1 where every comparison holds, else 0.</summary>
public sealed class Indicator : Expr
{
    private readonly ImmutableArray<Expr> _parts;
    private readonly ImmutableArray<ComparisonSign> _signs;

    private Indicator(ImmutableArray<Expr> parts, ImmutableArray<ComparisonSign> signs)
        : base(NodeKinds.Indicator, HashOf(signs), parts)
    {
        _parts = parts;
        _signs = signs;
    }

    /// <summary>The comparisons; all of them must hold.</summary>
    public IEnumerable<Comparison> Comparisons => _signs.Select((sign, position) => new Comparison(_parts[2 * position], sign, _parts[(2 * position) + 1]));

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => _parts;

    /// <summary>The indicator of the comparisons: those that are plainly true are dropped, and a plainly false one makes it 0.</summary>
    public static Expr Of(params IEnumerable<Comparison> comparisons)
    {
        var parts = ImmutableArray.CreateBuilder<Expr>();
        var signs = ImmutableArray.CreateBuilder<ComparisonSign>();
        foreach (var comparison in comparisons)
        {
            switch (comparison.Decided)
            {
                case false:
                    return Number.Zero;
                case null:
                    parts.Add(comparison.Left);
                    parts.Add(comparison.Right);
                    signs.Add(comparison.Sign);
                    break;
                default:
                    break;
            }
        }

        return signs.Count == 0 ? Number.One : Interner.Intern(new Indicator(parts.ToImmutable(), signs.ToImmutable()));
    }

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal static int HashOf(ImmutableArray<ComparisonSign> signs) => signs.Aggregate(0, (head, sign) => (head * 7) + (int)sign);

    internal override Expr WithChildren(ImmutableArray<Expr> children) => Of(_signs.Select((sign, position) => new Comparison(children[2 * position], sign, children[(2 * position) + 1])));

    internal override bool SameAs(Expr other) => _signs.AsSpan().SequenceEqual(((Indicator)other)._signs.AsSpan()) && SameParts(_parts, ((Indicator)other)._parts);
}

/// <summary>A definition by cases: the value of the first case whose comparison holds, else the last value.</summary>
public sealed class Piecewise : Expr
{
    private readonly ImmutableArray<Expr> _parts;
    private readonly ImmutableArray<ComparisonSign> _signs;

    // The parts are value, left, right for each case, then the value otherwise.
    private Piecewise(ImmutableArray<Expr> parts, ImmutableArray<ComparisonSign> signs)
        : base(NodeKinds.Piecewise, Indicator.HashOf(signs), parts)
    {
        _parts = parts;
        _signs = signs;
    }

    /// <summary>The cases in the order in which they are tried.</summary>
    public IEnumerable<(Expr Value, Comparison When)> Cases => _signs.Select((sign, position) => (_parts[3 * position], new Comparison(_parts[(3 * position) + 1], sign, _parts[(3 * position) + 2])));

    /// <summary>The value where no case holds.</summary>
    public Expr Otherwise => _parts[^1];

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => _parts;

    /// <summary>The definition by cases: cases that plainly never hold are dropped, and one that always holds ends them.</summary>
    public static Expr Of(IEnumerable<(Expr Value, Comparison When)> cases, Expr otherwise)
    {
        var parts = ImmutableArray.CreateBuilder<Expr>();
        var signs = ImmutableArray.CreateBuilder<ComparisonSign>();
        foreach (var (value, when) in cases)
        {
            if (when.Decided is true)
            {
                otherwise = value;
                break;
            }

            if (when.Decided is null)
            {
                parts.Add(value);
                parts.Add(when.Left);
                parts.Add(when.Right);
                signs.Add(when.Sign);
            }
        }

        if (signs.Count == 0 || Enumerable.Range(0, signs.Count).All(position => ReferenceEquals(parts[3 * position], otherwise)))
        {
            return otherwise;
        }

        parts.Add(otherwise);
        return Interner.Intern(new Piecewise(parts.ToImmutable(), signs.ToImmutable()));
    }

    /// <summary>The same cases with other values.</summary>
    public Expr Map(Func<Expr, Expr> value)
    {
        Require.NotNull(value);
        return Of(Cases.Select(@case => (value(@case.Value), @case.When)), value(Otherwise));
    }

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal override Expr WithChildren(ImmutableArray<Expr> children) =>
        Of(_signs.Select((sign, position) => (children[3 * position], new Comparison(children[(3 * position) + 1], sign, children[(3 * position) + 2]))), children[^1]);

    internal override bool SameAs(Expr other) => _signs.AsSpan().SequenceEqual(((Piecewise)other)._signs.AsSpan()) && SameParts(_parts, ((Piecewise)other)._parts);
}
