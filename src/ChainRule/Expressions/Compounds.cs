using System.Collections.Immutable;

namespace ChainRule.Expressions;

/// <summary>A sum of two or more terms, in the order in which they were written. A number is folded into the first number.</summary>
public sealed class Add : Expr
{
    private readonly ImmutableArray<Expr> _terms;

    private Add(ImmutableArray<Expr> terms)
        : base(NodeKinds.Add, 0, terms) => _terms = terms;

    /// <summary>The terms.</summary>
    public ImmutableArray<Expr> Terms => _terms;

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => _terms;

    /// <summary>The sum of the terms: 0 for none, the term itself for one.</summary>
    public static Expr Of(params IEnumerable<Expr> terms)
    {
        var flat = PartBuffer.Rent();
        var number = -1;
        foreach (var term in terms)
        {
            // Very long sums stay nested, so that building them one term at a time is linear.
            if (term is Add inner && inner._terms.Length + flat.Count <= Multiply.LongestFlat)
            {
                foreach (var part in inner._terms)
                {
                    Append(part);
                }
            }
            else
            {
                Append(term);
            }
        }

        if (number >= 0 && ((Number)flat[number]).Value.IsZero)
        {
            flat.RemoveAt(number);
        }

        var sum = flat.Count switch
        {
            0 => Number.Zero,
            1 => flat[0],
            _ => Interner.Intern(new Add([.. flat])),
        };
        PartBuffer.Return(flat);
        return sum;

        void Append(Expr part)
        {
            if (part is not Number value)
            {
                flat.Add(part);
            }
            else if (number < 0)
            {
                number = flat.Count;
                flat.Add(value);
            }
            else
            {
                flat[number] = Number.Of(((Number)flat[number]).Value + value.Value);
            }
        }
    }

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal override Expr WithChildren(ImmutableArray<Expr> children) => Of(children);

    internal override bool SameAs(Expr other) => SameParts(_terms, ((Add)other)._terms);
}

/// <summary>A product of two or more factors, in the order in which they were written; a numeric coefficient stands first.</summary>
public sealed class Multiply : Expr
{
    /// <summary>Sums and products are flattened up to this many parts.</summary>
    internal const int LongestFlat = 64;

    private readonly ImmutableArray<Expr> _factors;

    private Multiply(ImmutableArray<Expr> factors)
        : base(NodeKinds.Multiply, 0, factors) => _factors = factors;

    /// <summary>The factors.</summary>
    public ImmutableArray<Expr> Factors => _factors;

    /// <summary>The numeric coefficient: the first factor if it is a number, else 1.</summary>
    public Rational Coefficient => _factors[0] is Number number ? number.Value : Rational.One;

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => _factors;

    /// <summary>The product of the factors: 1 for none, the factor itself for one, 0 if one of them is the number 0.</summary>
    public static Expr Of(params IEnumerable<Expr> factors)
    {
        var flat = PartBuffer.Rent();
        var coefficient = Rational.One;
        foreach (var factor in factors)
        {
            if (factor is Multiply inner && inner._factors.Length + flat.Count <= LongestFlat)
            {
                foreach (var part in inner._factors)
                {
                    Append(part);
                }
            }
            else
            {
                Append(factor);
            }
        }

        if (!coefficient.IsOne)
        {
            flat.Insert(0, Number.Of(coefficient));
        }

        var product = coefficient.IsZero ? Number.Zero : flat.Count switch
        {
            0 => Number.One,
            1 => flat[0],
            _ => Interner.Intern(new Multiply([.. flat])),
        };
        PartBuffer.Return(flat);
        return product;

        void Append(Expr part)
        {
            if (part is Number number)
            {
                coefficient *= number.Value;
            }
            else
            {
                flat.Add(part);
            }
        }
    }

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal override Expr WithChildren(ImmutableArray<Expr> children) => Of(children);

    internal override bool SameAs(Expr other) => SameParts(_factors, ((Multiply)other)._factors);
}

/// <summary>A power. 1/x is x to the power −1.</summary>
public sealed class Power : Expr
{
    private readonly ImmutableArray<Expr> _parts;

    private Power(Expr @base, Expr exponent)
        : this([@base, exponent])
    {
    }

    private Power(ImmutableArray<Expr> parts)
        : base(NodeKinds.Power, 0, parts) => _parts = parts;

    /// <summary>The base.</summary>
    public Expr Base => _parts[0];

    /// <summary>The exponent.</summary>
    public Expr Exponent => _parts[1];

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => _parts;

    /// <summary>The base to the exponent: x¹ is x, x⁰ is 1, a number to a whole power is folded.</summary>
    /// <exception cref="ChainRuleException">The number 0 to a negative power.</exception>
    public static Expr Of(Expr @base, Expr exponent)
    {
        if (exponent is Number { Value: var power })
        {
            if (power.IsZero)
            {
                return Number.One;
            }

            if (power.IsOne)
            {
                return @base;
            }

            if (@base is Number number && power.ToInt32() is { } whole && Math.Abs(whole) <= 256)
            {
                return number.Value.IsZero && whole < 0
                    ? throw new ChainRuleException("A division by the number 0: the divisor must not be 0.")
                    : Number.Of(Rational.Pow(number.Value, whole));
            }

            // (xᵃ)ᵇ = xᵃᵇ for whole a > 0 is true wherever the left side is defined, and only there.
            if (@base is Power { Exponent: Number { Value: { IsInteger: true, Sign: > 0 } inner } } nested && power.IsInteger)
            {
                return Of(nested.Base, Number.Of(inner * power));
            }
        }

        return Interner.Intern(new Power(@base, exponent));
    }

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal override Expr WithChildren(ImmutableArray<Expr> children) => Of(children[0], children[1]);

    internal override bool SameAs(Expr other) => SameParts(_parts, ((Power)other)._parts);
}

/// <summary>A function applied to arguments: log x, max(a, b).</summary>
public sealed class Apply : Expr
{
    private readonly ImmutableArray<Expr> _arguments;

    private Apply(FunctionDefinition function, ImmutableArray<Expr> arguments)
        : base(NodeKinds.Apply, function.GetHashCode(), arguments)
    {
        Function = function;
        _arguments = arguments;
    }

    /// <summary>The function.</summary>
    public FunctionDefinition Function { get; }

    /// <summary>Its arguments.</summary>
    public ImmutableArray<Expr> Arguments => _arguments;

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => _arguments;

    /// <summary>The function applied to the arguments.</summary>
    /// <exception cref="ChainRuleException">There are more or fewer arguments than the function takes.</exception>
    public static Expr Of(FunctionDefinition function, params ImmutableArray<Expr> arguments)
    {
        if (function.Arity != arguments.Length)
        {
            throw new ChainRuleException($"{function.Name} takes {function.Arity} argument(s), not {arguments.Length}.");
        }

        return function.Fold(arguments) ?? Interner.Intern(new Apply(function, arguments));
    }

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal override Expr WithChildren(ImmutableArray<Expr> children) => Of(Function, children);

    internal override bool SameAs(Expr other) => Function.Equals(((Apply)other).Function) && SameParts(_arguments, ((Apply)other)._arguments);
}

/// <summary>Σ over an index that runs from <see cref="RangeBinder.Lower"/> to <see cref="RangeBinder.Upper"/>. Where Upper &lt; Lower it is 0.</summary>
public sealed class Summation : RangeBinder
{
    private Summation(ImmutableArray<Expr> parts)
        : base(NodeKinds.Summation, 0, parts)
    {
    }

    /// <summary>The sum over an index that is still free in <paramref name="body"/> and is bound by this.</summary>
    public static Expr Of(IndexVariable index, Expr lower, Expr upper, Expr body) => OfBody(lower, upper, Binding.Close(body, index));

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal static Expr OfBody(Expr lower, Expr upper, Expr body) =>
        body is Number { Value.IsZero: true } ? Number.Zero : Interner.Intern(new Summation([lower, upper, body]));

    internal override Expr WithChildren(ImmutableArray<Expr> children) => OfBody(children[0], children[1], children[2]);
}

/// <summary>Kronecker's δ: 1 where the two indices are equal, else 0.</summary>
public sealed class Delta : Expr
{
    private readonly ImmutableArray<Expr> _parts;

    private Delta(ImmutableArray<Expr> parts)
        : base(NodeKinds.Delta, 0, parts) => _parts = parts;

    /// <summary>The first index.</summary>
    public Expr Left => _parts[0];

    /// <summary>The second index.</summary>
    public Expr Right => _parts[1];

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => _parts;

    /// <summary>δ of two index expressions: 1 or 0 where that is plain from the indices (δ_ii, δ_12), else the symbol.</summary>
    public static Expr Of(Expr left, Expr right) => Affine.Of(left - right) switch
    {
        { IsConstant: true, Constant.IsZero: true } => Number.One,
        { IsConstant: true } => Number.Zero,
        _ => Interner.Intern(new Delta([left, right])),
    };

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal override Expr WithChildren(ImmutableArray<Expr> children) => Of(children[0], children[1]);

    internal override bool SameAs(Expr other) => SameParts(_parts, ((Delta)other)._parts);
}

/// <summary>Through what a <see cref="Derivative"/> looks.</summary>
public enum DerivativeKind
{
    /// <summary>Every dependence counts: names are unfolded down to the variable.</summary>
    Total,

    /// <summary>
    /// One edge of the graph of definitions: the operand is a name whose definition is unfolded once, and the other names in it are
    /// held fixed.
    /// </summary>
    Edge,

    /// <summary>Names other than the variable are held fixed.</summary>
    Fixed,
}

/// <summary>
/// A derivative that has not been worked out: ∂/∂x of the operand. Names in the operand are unfolded down to x, which is where the
/// graph of definitions is cut: so ∂L/∂p treats p as a variable although it has a definition.
/// </summary>
public sealed class Derivative : Expr
{
    private readonly ImmutableArray<Expr> _parts;

    private Derivative(ImmutableArray<Expr> parts, DerivativeKind kind)
        : base(NodeKinds.Derivative, (int)kind, parts)
    {
        _parts = parts;
        Kind = kind;
    }

    /// <summary>What is differentiated.</summary>
    public Expr Operand => _parts[0];

    /// <summary>By which entry of which variable.</summary>
    public Element By => (Element)_parts[1];

    /// <summary>Through what the derivative looks.</summary>
    public DerivativeKind Kind { get; }

    /// <inheritdoc/>
    public override ImmutableArray<Expr> Children => _parts;

    /// <summary>∂ <paramref name="operand"/> / ∂ <paramref name="by"/>, unevaluated.</summary>
    public static Derivative Of(Expr operand, Element by, DerivativeKind kind = DerivativeKind.Total) => Interner.Intern(new Derivative([operand, by], kind));

    /// <summary>∂ <paramref name="operand"/> / ∂ of an entry of the variable at free indices in the usual letters: j, or i, j, ….</summary>
    internal static Derivative WithRespectTo(Expr operand, Variable variable) => Of(operand, Element.Of(variable, [.. Letters.ForEntry(
        variable.Shape,
        variable.Shape.Rank == 0 ? [] : Dependencies.All(operand).Append(variable).SelectMany(name => name.Shape.Sizes.SelectMany(Binding.Nodes).OfType<Size>().Select(size => size.Name).Append(name.IsDefined ? name.Name : string.Empty)))]));

    /// <inheritdoc/>
    public override T Accept<T>(IExprVisitor<T> visitor) => visitor.Visit(this);

    internal override Expr WithChildren(ImmutableArray<Expr> children) => children[1] is Element by
        ? Of(children[0], by, Kind)
        : throw new InvalidOperationException("A derivative is taken by a variable; a rewriting must not replace it by anything else.");

    internal override bool SameAs(Expr other) => Kind == ((Derivative)other).Kind && SameParts(_parts, ((Derivative)other)._parts);
}
