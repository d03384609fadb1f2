using System.Collections.Immutable;

namespace ChainRule.Expressions;

/// <summary>What is taken over an index that runs from <see cref="Lower"/> to <see cref="Upper"/>: a sum, the largest value.</summary>
public abstract class RangeBinder : Expr
{
    private readonly ImmutableArray<Expr> _parts;

    private protected RangeBinder(NodeKinds kind, int head, ImmutableArray<Expr> parts)
        : base(kind, head, parts, binderPart: 2) => _parts = parts;

    /// <summary>The first value of the index.</summary>
    public Expr Lower => _parts[0];

    /// <summary>The last value of the index.</summary>
    public Expr Upper => _parts[1];

    /// <summary>What is taken at each value; the binder's own index is <see cref="BoundIndex"/> 0 in it.</summary>
    public Expr Body => _parts[2];

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => _parts;

    internal override int Binds(int child) => child == 2 ? 1 : 0;

    internal override bool SameAs(Expr other) => SameParts(_parts, ((RangeBinder)other)._parts);
}

/// <summary>What an <see cref="Extremum"/> looks for.</summary>
public enum ExtremumKind
{
    /// <summary>The largest value.</summary>
    Max,

    /// <summary>The smallest value.</summary>
    Min,

    /// <summary>At which index the largest value is; of equal ones the first.</summary>
    ArgMax,

    /// <summary>At which index the smallest value is; of equal ones the first.</summary>
    ArgMin,
}

/// <summary>The largest or smallest value over an index, max_i x_i, or the index at which it is. The range is not empty.</summary>
public sealed class Extremum : RangeBinder
{
    private Extremum(ExtremumKind kind, ImmutableArray<Expr> parts)
        : base(NodeKinds.Extremum, (int)kind, parts) => Kind = kind;

    /// <summary>What is looked for.</summary>
    public ExtremumKind Kind { get; }

    /// <summary>Whether the value is an index.</summary>
    public bool IsIndex => Kind is ExtremumKind.ArgMax or ExtremumKind.ArgMin;

    /// <summary>Whether larger values win.</summary>
    internal bool IsLargest => Kind is ExtremumKind.Max or ExtremumKind.ArgMax;

    /// <summary>The index at which this value is; itself where it is one.</summary>
    internal Expr Place => OfBody(IsLargest ? ExtremumKind.ArgMax : ExtremumKind.ArgMin, Lower, Upper, Body);

    /// <summary>The extremum over an index that is still free in <paramref name="body"/> and is bound by this.</summary>
    public static Expr Of(ExtremumKind kind, IndexVariable index, Expr body) => OfBody(kind, Number.One, index.Range, Binding.Close(body, index));

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal static Expr OfBody(ExtremumKind kind, Expr lower, Expr upper, Expr body) => kind is ExtremumKind.Max or ExtremumKind.Min && !Binding.UsesInnermost(body)
        ? Binding.Open(body, [Number.Zero])
        : Interner.Intern(new Extremum(kind, [lower, upper, body]));

    internal override Expr WithChildren(ImmutableArray<Expr> children) => OfBody(Kind, children[0], children[1], children[2]);

    internal override bool SameAs(Expr other) => Kind == ((Extremum)other).Kind && base.SameAs(other);
}
