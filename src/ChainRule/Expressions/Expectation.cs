using System.Collections.Immutable;

namespace ChainRule.Expressions;

/// <summary>
/// The expectation E[X] over every random variable that stands in the body; what is not random is held fixed. It is a number: an
/// expectation inside another is a constant there.
/// </summary>
public sealed class Expectation : Expr
{
    private readonly ImmutableArray<Expr> _parts;

    private Expectation(ImmutableArray<Expr> parts)
        : base(NodeKinds.Expectation, 0, parts, RandomVariables.DependenciesOfMean(parts[0])) => _parts = parts;

    /// <summary>The random quantity of which this is the mean.</summary>
    public Expr Body => _parts[0];

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => _parts;

    /// <summary>The expectation of the expression, not worked out; that of a number is the number.</summary>
    public static Expr Of(Expr body) => body is Number ? body : Interner.Intern(new Expectation([body]));

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal override Expr WithChildren(ImmutableArray<Expr> children) => Of(children[0]);

    internal override bool SameAs(Expr other) => SameParts(_parts, ((Expectation)other)._parts);
}

/// <summary>The covariance Cov[X, Y] = E[X Y] − E[X] E[Y]; that of X with itself is the variance Var[X].</summary>
public sealed class Covariance : Expr
{
    private readonly ImmutableArray<Expr> _parts;

    private Covariance(ImmutableArray<Expr> parts)
        : base(NodeKinds.Covariance, 0, parts, RandomVariables.DependenciesOfMean(parts[0], parts[1])) => _parts = parts;

    /// <summary>The first random quantity.</summary>
    public Expr Left => _parts[0];

    /// <summary>The second random quantity.</summary>
    public Expr Right => _parts[1];

    /// <summary>Whether this is a variance.</summary>
    public bool IsVariance => ReferenceEquals(Left, Right);

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => _parts;

    /// <summary>The covariance of the two, not worked out; with a number it is 0.</summary>
    public static Expr Of(Expr left, Expr right) => left is Number || right is Number ? Number.Zero : Interner.Intern(new Covariance([left, right]));

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal override Expr WithChildren(ImmutableArray<Expr> children) => Of(children[0], children[1]);

    internal override bool SameAs(Expr other) => SameParts(_parts, ((Covariance)other)._parts);
}
