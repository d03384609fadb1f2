using System.Collections.Immutable;

namespace ChainRule.Expressions;

/// <summary>An exact number.</summary>
public sealed class Number : Expr
{
    private Number(Rational value)
        : base(NodeKinds.Number, value.GetHashCode(), []) => Value = value;

    /// <summary>0.</summary>
    public static Number Zero { get; } = Of(Rational.Zero);

    /// <summary>1.</summary>
    public static Number One { get; } = Of(Rational.One);

    /// <summary>−1.</summary>
    public static Number MinusOne { get; } = Of(Rational.MinusOne);

    /// <summary>2.</summary>
    public static Number Two { get; } = Of(2);

    /// <summary>1/2.</summary>
    public static Number Half { get; } = Of(Rational.Create(1, 2));

    /// <summary>The value.</summary>
    public Rational Value { get; }

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => [];

    /// <summary>The number.</summary>
    public static Number Of(Rational value) => Interner.Intern(new Number(value));

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal override Expr WithChildren(ImmutableArray<Expr> children) => this;

    internal override bool SameAs(Expr other) => Value == ((Number)other).Value;
}

/// <summary>A named real constant: π, e.</summary>
public sealed class Constant : Expr
{
    private Constant(string name, double value)
        : base(NodeKinds.Constant, name.GetHashCode(StringComparison.Ordinal), [])
    {
        Name = name;
        Value = value;
    }

    /// <summary>π = 3.14159…, the ratio of a circle's circumference to its diameter.</summary>
    public static Constant Pi { get; } = Interner.Intern(new Constant("π", Math.PI));

    /// <summary>e = 2.71828…, the base of the natural logarithm.</summary>
    public static Constant E { get; } = Interner.Intern(new Constant("e", Math.E));

    /// <summary>The letter.</summary>
    public string Name { get; }

    /// <summary>The nearest double.</summary>
    public double Value { get; }

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => [];

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal override Expr WithChildren(ImmutableArray<Expr> children) => this;

    internal override bool SameAs(Expr other) => string.Equals(Name, ((Constant)other).Name, StringComparison.Ordinal);
}

/// <summary>
/// A symbolic size: a positive whole number such as the K of ℝ^K. Sizes of different names may differ. A size that comes from others by
/// division, ⌊(H + 2P − K)/2⌋, is one too: it knows what it is made of.
/// </summary>
public sealed class Size : Expr
{
    private Size(string name)
        : base(NodeKinds.Size, name.GetHashCode(StringComparison.Ordinal), []) => Name = name;

    private Size(Expr dividend, int divisor)
        : base(NodeKinds.Size, divisor, [dividend]) =>
        (Name, Quotient) = (string.Create(System.Globalization.CultureInfo.InvariantCulture, $"⌊({dividend})/{divisor}⌋"), (dividend, divisor));

    /// <summary>The letter.</summary>
    public string Name { get; }

    /// <summary>For a size that is a quotient, rounded down: what is divided by what; null for a letter.</summary>
    public (Expr Dividend, int Divisor)? Quotient { get; }

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => Quotient is { Dividend: var dividend } ? [dividend] : [];

    /// <summary>The size of that name.</summary>
    public static Size Of(string name) => Interner.Intern(new Size(Names.Normalize(name)));

    /// <summary>A size divided by a whole number and rounded down; a number where the size is one.</summary>
    /// <param name="dividend">The size.</param>
    /// <param name="divisor">The number, at least 1.</param>
    internal static Expr Floor(Expr dividend, int divisor)
    {
        var affine = Affine.Of(dividend);
        return affine.IsConstant && affine.Constant.ToInt32() is { } whole ? Number.Of(FloorDiv(whole, divisor)) : Interner.Intern(new Size(affine.ToExpr(), divisor));
    }

    /// <summary>The quotient, rounded down, also for negative numbers.</summary>
    internal static int FloorDiv(int dividend, int divisor) => (int)Math.Floor((double)dividend / divisor);

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal override Expr WithChildren(ImmutableArray<Expr> children) => Quotient is { Divisor: var divisor } ? Floor(children[0], divisor) : this;

    internal override bool SameAs(Expr other) => other is Size size && string.Equals(Name, size.Name, StringComparison.Ordinal) && Quotient.Equals(size.Quotient);
}

/// <summary>A free index: a name for a whole number from 1 up to its range, such as the j of ∂L/∂z_j.</summary>
public sealed class IndexVariable : Expr
{
    private IndexVariable(string name, Expr range)
        : base(NodeKinds.IndexVariable, HashCode.Combine(name, range.Hash), [])
    {
        Name = name;
        Range = range;
    }

    /// <summary>The letter.</summary>
    public string Name { get; }

    /// <summary>The largest value; the smallest is 1.</summary>
    public Expr Range { get; }

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => [];

    /// <summary>The index of that name and range.</summary>
    public static IndexVariable Of(string name, Expr range) => Interner.Intern(new IndexVariable(Names.Normalize(name), range));

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal override Expr WithChildren(ImmutableArray<Expr> children) => this;

    internal override bool SameAs(Expr other) => string.Equals(Name, ((IndexVariable)other).Name, StringComparison.Ordinal) && ReferenceEquals(Range, ((IndexVariable)other).Range);
}

/// <summary>
/// An index that belongs to a binder around it (a Σ, or the definition of a tensor). It has no name, only the number of binders
/// between itself and its own: 0 is the innermost.
/// </summary>
public sealed class BoundIndex : Expr
{
    private BoundIndex(int level)
        : base(NodeKinds.BoundIndex, level, [], loose: level + 1) => Level = level;

    /// <summary>How many binders stand between this index and the one it belongs to.</summary>
    public int Level { get; }

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => [];

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal static BoundIndex Of(int level) => Interner.Intern(new BoundIndex(level));

    internal override Expr WithChildren(ImmutableArray<Expr> children) => this;

    internal override bool SameAs(Expr other) => Level == ((BoundIndex)other).Level;
}

/// <summary>A variable's entry: z_i, W_{ij}, x_{i+j−1}; a scalar variable has no indices.</summary>
/// <remarks>By convention an entry whose index is out of range is 0 when it is evaluated (the zero padding of convolutions).</remarks>
public sealed class Element : Expr
{
    private readonly ImmutableArray<Expr> _indices;

    private Element(Variable variable, ImmutableArray<Expr> indices)
        : base(NodeKinds.Element, variable.GetHashCode(), indices, variable)
    {
        Variable = variable;
        _indices = indices;
    }

    /// <summary>Whose entry it is.</summary>
    public Variable Variable { get; }

    /// <summary>The indices, as many as the variable's rank; each an affine expression of indices and sizes.</summary>
    public ImmutableArray<Expr> Indices => _indices;

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => _indices;

    /// <summary>The entry of <paramref name="variable"/> at <paramref name="indices"/>.</summary>
    /// <exception cref="ShapeException">There are more or fewer indices than the variable has.</exception>
    public static Element Of(Variable variable, ImmutableArray<Expr> indices)
    {
        variable.Shape.RequireRank(indices.Length, variable.Name);
        for (var i = 0; i < indices.Length; i++)
        {
            // An index is read i + j − 2, in whatever order it was put together.
            if (indices[i] is Add { Terms: var terms } && terms.FirstOrDefault(term => term is Number) is { } number && !ReferenceEquals(terms[^1], number))
            {
                indices = indices.SetItem(i, Add.Of([.. terms.Where(term => !ReferenceEquals(term, number)), number]));
            }
        }

        return Interner.Intern(new Element(variable, indices));
    }

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal override Expr WithChildren(ImmutableArray<Expr> children) => Of(Variable, children);

    internal override bool SameAs(Expr other) => Variable.Equals(((Element)other).Variable) && SameParts(_indices, ((Element)other)._indices);
}
