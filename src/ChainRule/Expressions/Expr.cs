using System.Collections.Immutable;
using ChainRule.Notation;

namespace ChainRule.Expressions;

/// <summary>
/// A scalar expression: a node of an immutable, shared graph. Two expressions that are built alike are the same object, so
/// equality is reference equality, and a walk that remembers what it has seen is linear in the size of the graph.
/// </summary>
/// <remarks>
/// <para>Building an expression does only what no reader would call a step: 0 + x, 1·x, folding of numbers, flattening of sums and
/// products. Everything else is a rule that appears in a derivation. The order in which a person writes terms and factors is
/// kept.</para>
/// <para>A bound index has no name in the graph (Σ_i x_i and Σ_k x_k are one node): it is a <see cref="BoundIndex"/> that counts
/// the binders between itself and the one it belongs to. Names for the page come from <see cref="Letters"/>.</para>
/// </remarks>
public abstract class Expr
{
    /// <summary>A node whose variables are not simply those of its parts.</summary>
    private protected Expr(NodeKinds kind, int head, ImmutableArray<Expr> parts, VariableSet variables)
        : this(kind, head, parts) => Variables = variables;

    private protected Expr(NodeKinds kind, int head, ImmutableArray<Expr> parts, Variable? variable = null, int loose = 0, int binderPart = -1)
    {
        var hash = new HashCode();
        hash.Add((int)kind);
        hash.Add(head);
        var (depth, kinds) = (0, kind);
        var variables = VariableSet.Union(variable is null ? VariableSet.Empty : variable.AsSet, parts.AsSpan());
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i];
            hash.Add(part.Hash);
            depth = Math.Max(depth, part.Depth);
            loose = Math.Max(loose, i == binderPart ? part.Loose - 1 : part.Loose);
            kinds |= part.Kinds;
        }

        (Hash, Loose, Depth, OwnKind, Kinds, Variables) = (hash.ToHashCode(), loose, depth + 1, kind, kinds, variables);
    }

    /// <summary>How many nodes the longest way from here to a leaf has.</summary>
    public int Depth { get; }

    /// <summary>Whether an unevaluated <see cref="Derivative"/> stands somewhere in the expression.</summary>
    public bool HasDerivative => (Kinds & NodeKinds.Derivative) != NodeKinds.None;

    /// <summary>The direct parts, in the order in which they are written.</summary>
    public abstract ImmutableArray<Expr> Children { get; }

    /// <summary>The hash of kind and parts, computed once.</summary>
    internal int Hash { get; }

    /// <summary>Which kind of node this is.</summary>
    internal NodeKinds OwnKind { get; }

    /// <summary>The kinds of this node and of all nodes in it: what cannot be found in it need not be looked for.</summary>
    internal NodeKinds Kinds { get; }

    /// <summary>
    /// The rules (a bit for each, by <see cref="Calculus.Rule.Bit"/>) that are known to fit nowhere in the expression, so that a
    /// second search passes by. Written by several threads at worst twice with the same outcome.
    /// </summary>
    internal ulong Settled { get; set; }

    /// <summary>The form that is the same for all orders of commutative arguments, once it was asked for.</summary>
    internal Expr? CanonicalForm { get; set; }

    /// <summary>How much there is to read, once it was asked for; 0 before.</summary>
    internal long ReadingCost { get; set; }

    /// <summary>
    /// The variables that stand in the expression itself, definitions not unfolded. An expectation depends only on what is not
    /// random in it and on the parameters of the laws.
    /// </summary>
    internal VariableSet Variables { get; }

    /// <summary>How many binders must stand around the expression before no <see cref="BoundIndex"/> in it is loose; 0 means closed.</summary>
    internal int Loose { get; }

    /// <summary>Calls the method of <paramref name="visitor"/> for this kind of node.</summary>
    public abstract T Accept<T>(IExprVisitor<T> visitor);

    /// <summary>Gives the scalar a name: <c>(-Sum(i, y[i] * Log(p[i]))).Named("L")</c> defines L.</summary>
    /// <param name="name">The name, in LaTeX-like spelling: "L", "z_1", "\\hat y", "yhat".</param>
    /// <returns>A variable that stands for the expression and knows its definition.</returns>
    public Variable Named(string name) => Variable.Define(name, [], this, Assumption.None);

    /// <summary>
    /// The expression as plain text; parts that a long one holds several times get names, said below it. For LaTeX and MathML see
    /// <see cref="ExpressionFormula"/>.
    /// </summary>
    public override string ToString()
    {
        var shared = SharedParts.Of(this);
        var letters = Letters.Avoiding(this);
        var text = TextPrinter.Print(ExpressionFormula.Of(shared.Main, letters));
        return shared.Parts.IsEmpty ? text : $"{text}\n  where {string.Join("\n        ", shared.Parts.Select(part => $"{part.Name} = {TextPrinter.Print(ExpressionFormula.Of(part.Part, letters))}"))}";
    }

    /// <summary>A whole number.</summary>
    public static implicit operator Expr(int value) => Number.Of(value);

    /// <summary>A decimal number, exactly as typed (0.1 is 1/10).</summary>
    public static implicit operator Expr(double value) => Number.Of(Rational.AsWritten(value));

    /// <summary>The sum.</summary>
    public static Expr operator +(Expr a, Expr b) => Add.Of(a, b);

    /// <summary>The difference.</summary>
    public static Expr operator -(Expr a, Expr b) => Add.Of(a, -b);

    /// <summary>The opposite.</summary>
    public static Expr operator -(Expr a) => Multiply.Of(Number.MinusOne, a);

    /// <summary>The product. C# has no sign for powers: a scalar times itself is its square, as everybody would write it.</summary>
    public static Expr operator *(Expr a, Expr b) => PowerOf(a, b) ?? Multiply.Of(a, b);

    /// <summary>The quotient.</summary>
    /// <exception cref="ChainRuleException">The divisor is the number 0.</exception>
    public static Expr operator /(Expr a, Expr b) => Multiply.Of(a, Power.Of(b, Number.MinusOne));

    /// <summary>The same kind of node with other parts, built by the factory (so folded and flattened like any other).</summary>
    internal abstract Expr WithChildren(ImmutableArray<Expr> children);

    /// <summary>How many binders the node itself puts around its part number <paramref name="child"/>: 1 for the body of a Σ.</summary>
    internal virtual int Binds(int child) => 0;

    /// <summary>Whether the other node, of the same hash, has the same kind and the same parts (by reference).</summary>
    internal abstract bool SameAs(Expr other);

    /// <summary>x x as x², x² x as x³; null for other products. Entries keep their factors: Σ_k x_k x_k is xᵀx.</summary>
    private static Expr? PowerOf(Expr a, Expr b)
    {
        Expr? power = a is Number ? null
            : ReferenceEquals(a, b) ? Power.Of(a, Number.Two)
            : a is Power { Exponent: Number { Value: { IsInteger: true, Sign: > 0 } exponent } } && ReferenceEquals(a.Children[0], b) ? Power.Of(b, Number.Of(exponent + 1))
            : null;
        return power is null || Binding.Nodes(b).Any(node => node is IndexVariable or BoundIndex) ? null : power;
    }

    private protected static bool SameParts(ImmutableArray<Expr> a, ImmutableArray<Expr> b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }

        for (var i = 0; i < a.Length; i++)
        {
            if (!ReferenceEquals(a[i], b[i]))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>The kinds of nodes, as a set.</summary>
[Flags]
internal enum NodeKinds
{
    None = 0,
    Number = 1,
    Constant = 1 << 1,
    Size = 1 << 2,
    IndexVariable = 1 << 3,
    BoundIndex = 1 << 4,
    Element = 1 << 5,
    Add = 1 << 6,
    Multiply = 1 << 7,
    Power = 1 << 8,
    Apply = 1 << 9,
    Summation = 1 << 10,
    Delta = 1 << 11,
    Indicator = 1 << 12,
    Piecewise = 1 << 13,
    Derivative = 1 << 14,
    Expectation = 1 << 15,
    Covariance = 1 << 16,
    Extremum = 1 << 17,
}

/// <summary>One method per kind of <see cref="Expr"/>: whatever must treat every kind does not compile when one is forgotten.</summary>
public interface IExprVisitor<out T>
{
    /// <summary>Visits a number.</summary>
    T Visit(Number number);

    /// <summary>Visits a named constant.</summary>
    T Visit(Constant constant);

    /// <summary>Visits a size.</summary>
    T Visit(Size size);

    /// <summary>Visits a free index.</summary>
    T Visit(IndexVariable index);

    /// <summary>Visits a bound index.</summary>
    T Visit(BoundIndex index);

    /// <summary>Visits a variable or one of its entries.</summary>
    T Visit(Element element);

    /// <summary>Visits a sum of terms.</summary>
    T Visit(Add add);

    /// <summary>Visits a product.</summary>
    T Visit(Multiply multiply);

    /// <summary>Visits a power.</summary>
    T Visit(Power power);

    /// <summary>Visits an applied function.</summary>
    T Visit(Apply apply);

    /// <summary>Visits a Σ.</summary>
    T Visit(Summation summation);

    /// <summary>Visits a maximum or minimum over an index, or its index.</summary>
    T Visit(Extremum extremum);

    /// <summary>Visits a Kronecker δ.</summary>
    T Visit(Delta delta);

    /// <summary>Visits an indicator.</summary>
    T Visit(Indicator indicator);

    /// <summary>Visits a definition by cases.</summary>
    T Visit(Piecewise piecewise);

    /// <summary>Visits an unevaluated derivative.</summary>
    T Visit(Derivative derivative);

    /// <summary>Visits an expectation.</summary>
    T Visit(Expectation expectation);

    /// <summary>Visits a covariance or variance.</summary>
    T Visit(Covariance covariance);
}
