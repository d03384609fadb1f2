using System.Collections.Immutable;

namespace ChainRule.Notation;

/// <summary>
/// A node of the typographic tree: what stands on the page, free of any output format. It is made from an expression by
/// <c>ExpressionFormula</c>, which alone decides precedence and brackets, or read from LaTeX by <see cref="LatexReader"/>; it is
/// printed by <see cref="LatexPrinter"/>, <see cref="MathMLPrinter"/>, <see cref="TextPrinter"/> and <see cref="SpeechPrinter"/>.
/// </summary>
/// <remarks>Immutable. A printer never adds or drops a bracket: brackets are nodes (<see cref="Fence"/>).</remarks>
public abstract class Formula
{
    private protected Formula()
    {
    }

    /// <summary>Where this node comes from, or null: an expression (with its step), or the span of source it was read from.</summary>
    public object? Origin { get; internal set; }

    /// <summary>How the node is spoken (see <see cref="SpeechPrinter"/>), or null where the default for its kind will do.</summary>
    public string? Spoken { get; init; }

    /// <summary>Calls the method of <paramref name="visitor"/> for this kind of node.</summary>
    public abstract T Accept<T>(IFormulaVisitor<T> visitor);

    /// <summary>The formula as Unicode text on one line.</summary>
    public override string ToString() => TextPrinter.Print(this);
}

/// <summary>One method per kind of <see cref="Formula"/>: a printer that forgets a kind does not compile.</summary>
public interface IFormulaVisitor<out T>
{
    /// <summary>Visits a row.</summary>
    T Visit(Row row);

    /// <summary>Visits an atom.</summary>
    T Visit(Atom atom);

    /// <summary>Visits an operator.</summary>
    T Visit(Operator op);

    /// <summary>Visits a fraction.</summary>
    T Visit(Fraction fraction);

    /// <summary>Visits a base with scripts.</summary>
    T Visit(Script script);

    /// <summary>Visits a base with limits below and above.</summary>
    T Visit(Limits limits);

    /// <summary>Visits a fenced formula.</summary>
    T Visit(Fence fence);

    /// <summary>Visits a root.</summary>
    T Visit(Root root);

    /// <summary>Visits an accented formula.</summary>
    T Visit(Accent accent);

    /// <summary>Visits a table.</summary>
    T Visit(Table table);

    /// <summary>Visits a space.</summary>
    T Visit(Space space);

    /// <summary>Visits a boxed formula.</summary>
    T Visit(Boxed boxed);

    /// <summary>Visits LaTeX that was not understood.</summary>
    T Visit(Verbatim verbatim);
}

/// <summary>Formulas side by side.</summary>
public sealed class Row(ImmutableArray<Formula> items) : Formula
{
    /// <summary>A row of <paramref name="items"/>.</summary>
    public Row(params IEnumerable<Formula> items)
        : this([.. items])
    {
    }

    /// <summary>The formulas from left to right.</summary>
    public ImmutableArray<Formula> Items { get; } = items;

    /// <inheritdoc/>
    public override T Accept<T>(IFormulaVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>What an <see cref="Atom"/> is: it decides the default slant and the spacing.</summary>
public enum AtomKind
{
    /// <summary>A variable: a single letter is set in italics, a longer name upright.</summary>
    Variable,

    /// <summary>A number, upright.</summary>
    Number,

    /// <summary>The name of a function or operator (log, diag, softmax): upright, with a thin space before its argument.</summary>
    Function,

    /// <summary>A symbol that is neither (∂, ∇, ∞, …): upright, no space of its own.</summary>
    Symbol,

    /// <summary>Words: upright, spaces kept.</summary>
    Text,
}

/// <summary>The alphabet that an <see cref="Atom"/> is set in.</summary>
public enum Alphabet
{
    /// <summary>As the kind of atom says.</summary>
    Default,

    /// <summary>Upright (\mathrm).</summary>
    Upright,

    /// <summary>Italic (\mathit).</summary>
    Italic,

    /// <summary>Bold upright (\mathbf), for vectors and matrices where the field writes them so.</summary>
    Bold,

    /// <summary>Bold italic (\boldsymbol).</summary>
    BoldItalic,

    /// <summary>Double-struck (\mathbb): ℝ, 𝟙, 𝔼.</summary>
    DoubleStruck,

    /// <summary>Calligraphic (\mathcal): ℒ, 𝒩.</summary>
    Calligraphic,

    /// <summary>Sans serif (\mathsf).</summary>
    SansSerif,

    /// <summary>Typewriter (\mathtt).</summary>
    Typewriter,

    /// <summary>Fraktur (\mathfrak).</summary>
    Fraktur,
}

/// <summary>A letter, number, name or word: the leaf of the tree.</summary>
public sealed class Atom(string text, AtomKind kind = AtomKind.Variable, Alphabet alphabet = Alphabet.Default) : Formula
{
    /// <summary>The plain Unicode characters (β, not \beta; R with <see cref="Alphabet.DoubleStruck"/>, not ℝ).</summary>
    public string Text { get; } = text;

    /// <summary>What the atom is.</summary>
    public AtomKind Kind { get; } = kind;

    /// <summary>The alphabet it is set in.</summary>
    public Alphabet Alphabet { get; } = alphabet;

    /// <inheritdoc/>
    public override T Accept<T>(IFormulaVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>What an <see cref="Operator"/> does between its neighbours: it decides the spacing.</summary>
public enum OperatorKind
{
    /// <summary>Between two operands: +, −, ·, ⊙, ∗.</summary>
    Binary,

    /// <summary>Between two sides: =, ≤, ∈, →, ⇒.</summary>
    Relation,

    /// <summary>Before its operand: a sign.</summary>
    Prefix,

    /// <summary>After its operand: !, ′.</summary>
    Postfix,

    /// <summary>A comma, semicolon or colon.</summary>
    Punctuation,

    /// <summary>A large operator: Σ, Π, ∫. Its bounds are <see cref="Limits"/> or a <see cref="Script"/> around it.</summary>
    Large,

    /// <summary>Invisible multiplication: nothing on the page but a thin space where letters would run together.</summary>
    InvisibleTimes,

    /// <summary>Invisible function application, spoken as "of".</summary>
    InvisibleApply,
}

/// <summary>An operator sign.</summary>
public sealed class Operator(string text, OperatorKind kind) : Formula
{
    /// <summary>The Unicode sign (− U+2212 for minus, · U+22C5 for the centred dot); empty for the invisible ones.</summary>
    public string Text { get; } = text;

    /// <summary>What the operator does.</summary>
    public OperatorKind Kind { get; } = kind;

    /// <inheritdoc/>
    public override T Accept<T>(IFormulaVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A numerator over a denominator.</summary>
public sealed class Fraction(Formula numerator, Formula denominator) : Formula
{
    /// <summary>What stands above the bar.</summary>
    public Formula Numerator { get; } = numerator;

    /// <summary>What stands below the bar.</summary>
    public Formula Denominator { get; } = denominator;

    /// <inheritdoc/>
    public override T Accept<T>(IFormulaVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A base with a subscript, a superscript, or both.</summary>
public sealed class Script(Formula @base, Formula? subscript, Formula? superscript) : Formula
{
    /// <summary>What carries the scripts.</summary>
    public Formula Base { get; } = @base;

    /// <summary>What stands below, or null.</summary>
    public Formula? Subscript { get; } = subscript;

    /// <summary>What stands above, or null.</summary>
    public Formula? Superscript { get; } = superscript;

    /// <inheritdoc/>
    public override T Accept<T>(IFormulaVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A large operator (or lim, max, argmin) with limits below and above; an under- or overbrace's note too.</summary>
public sealed class Limits(Formula @base, Formula? under, Formula? over) : Formula
{
    /// <summary>The operator.</summary>
    public Formula Base { get; } = @base;

    /// <summary>The lower limit, or null.</summary>
    public Formula? Under { get; } = under;

    /// <summary>The upper limit, or null.</summary>
    public Formula? Over { get; } = over;

    /// <inheritdoc/>
    public override T Accept<T>(IFormulaVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A formula between brackets that grow with it. An empty sign on one side leaves that side open (as in cases).</summary>
public sealed class Fence(string left, Formula body, string right) : Formula
{
    /// <summary>The opening sign: ( [ { | ‖ ⟨ ⌊ ⌈, or empty.</summary>
    public string Left { get; } = left;

    /// <summary>What is enclosed.</summary>
    public Formula Body { get; } = body;

    /// <summary>The closing sign, or empty.</summary>
    public string Right { get; } = right;

    /// <inheritdoc/>
    public override T Accept<T>(IFormulaVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A square root, or a root of the given degree.</summary>
public sealed class Root(Formula radicand, Formula? degree = null) : Formula
{
    /// <summary>What is under the root.</summary>
    public Formula Radicand { get; } = radicand;

    /// <summary>The degree, or null for a square root.</summary>
    public Formula? Degree { get; } = degree;

    /// <inheritdoc/>
    public override T Accept<T>(IFormulaVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>The signs that an <see cref="Accent"/> can set above or below its base.</summary>
public enum AccentKind
{
    /// <summary>A hat: ŷ.</summary>
    Hat,

    /// <summary>A tilde: z̃.</summary>
    Tilde,

    /// <summary>A bar: x̄.</summary>
    Bar,

    /// <summary>An arrow: v⃗.</summary>
    Vector,

    /// <summary>One dot above.</summary>
    Dot,

    /// <summary>Two dots above.</summary>
    DoubleDot,

    /// <summary>A line below.</summary>
    Underline,

    /// <summary>A brace above; its note is the <see cref="Limits.Over"/> of limits around it.</summary>
    Overbrace,

    /// <summary>A brace below; its note is the <see cref="Limits.Under"/> of limits around it.</summary>
    Underbrace,
}

/// <summary>A formula with a hat, tilde, bar or another sign.</summary>
public sealed class Accent(Formula @base, AccentKind kind) : Formula
{
    /// <summary>What carries the sign.</summary>
    public Formula Base { get; } = @base;

    /// <summary>The sign.</summary>
    public AccentKind Kind { get; } = kind;

    /// <inheritdoc/>
    public override T Accept<T>(IFormulaVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>How the cells of a <see cref="Table"/> stand.</summary>
public enum TableKind
{
    /// <summary>Cells centred; the brackets are a <see cref="Fence"/> around the table.</summary>
    Matrix,

    /// <summary>Value and condition, left-aligned; the brace is a <see cref="Fence"/> around the table.</summary>
    Cases,

    /// <summary>Lines aligned at a relation: columns alternate right- and left-aligned (aligned, align).</summary>
    Aligned,

    /// <summary>Lines centred (gather, substack).</summary>
    Gathered,
}

/// <summary>Rows of cells.</summary>
public sealed class Table(ImmutableArray<ImmutableArray<Formula>> rows, TableKind kind) : Formula
{
    /// <summary>The rows from top to bottom. A short row is allowed: its missing cells are empty.</summary>
    public ImmutableArray<ImmutableArray<Formula>> Rows { get; } = rows;

    /// <summary>How the cells stand.</summary>
    public TableKind Kind { get; } = kind;

    /// <inheritdoc/>
    public override T Accept<T>(IFormulaVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>Horizontal space.</summary>
public sealed class Space(double em) : Formula
{
    /// <summary>The width in em: 0.1667 is a thin space, 1 a quad; negative for \!.</summary>
    public double Em { get; } = em;

    /// <inheritdoc/>
    public override T Accept<T>(IFormulaVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A formula in a frame: a result.</summary>
public sealed class Boxed(Formula body) : Formula
{
    /// <summary>What is framed.</summary>
    public Formula Body { get; } = body;

    /// <inheritdoc/>
    public override T Accept<T>(IFormulaVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>LaTeX that the reader did not understand, kept as it was written so that nothing is lost.</summary>
public sealed class Verbatim(string latex) : Formula
{
    /// <summary>The source as it was written.</summary>
    public string Latex { get; } = latex;

    /// <inheritdoc/>
    public override T Accept<T>(IFormulaVisitor<T> visitor) => visitor.Visit(this);
}
