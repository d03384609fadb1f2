using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace ChainRule.Notation;

/// <summary>A formula as the content of an SVG text element, with the room that it takes.</summary>
/// <param name="Markup">Text and tspans; lengths are in the units of the drawing.</param>
/// <param name="Width">How wide it is.</param>
internal sealed record SvgText(string Markup, double Width);

/// <summary>
/// Prints a formula on one line of SVG text: scripts are small and raised or lowered tspans, letters are those of the mathematical
/// alphabets, as in MathML. A fraction has no bar here; brackets take its place, as in plain text.
/// </summary>
internal sealed class SvgTextPrinter : IFormulaVisitor<ImmutableArray<SvgTextPrinter.Run>>
{
    private const double ScriptScale = 0.72;
    private const double Raised = 0.36;
    private const double Lowered = -0.2;

    private SvgTextPrinter()
    {
    }

    /// <summary>A piece of text of one size and height.</summary>
    /// <param name="Text">The characters.</param>
    /// <param name="Scale">The size, as a part of the whole formula's.</param>
    /// <param name="Rise">How far above the line it stands, in em of the whole formula.</param>
    /// <param name="Gap">The space before it, in em of the whole formula; negative to go back.</param>
    internal readonly record struct Run(string Text, double Scale, double Rise, double Gap)
    {
        public double Width => Gap + (Scale * MathFontMetrics.Width(Text));
    }

    /// <summary>The formula as the content of a text element whose font has this size.</summary>
    public static SvgText Print(Formula formula, double fontSize)
    {
        Require.NotNull(formula);
        var runs = Trimmed(formula.Accept(new SvgTextPrinter()));
        var markup = new StringBuilder();
        double rise = 0;
        double gap = 0;
        for (var i = 0; i < runs.Length; i++)
        {
            var run = runs[i];
            gap += run.Gap;
            if (run.Text.Length == 0)
            {
                continue;
            }

            var text = new StringBuilder(run.Text);
            while (i + 1 < runs.Length && runs[i + 1] is { Gap: 0 } next && next.Scale.Equals(run.Scale) && next.Rise.Equals(run.Rise))
            {
                text.Append(next.Text);
                i++;
            }

            var attributes = Attribute("dx", gap * fontSize) + Attribute("dy", (rise - run.Rise) * fontSize) + (run.Scale < 1 ? Attribute("font-size", run.Scale * fontSize) : string.Empty);
            var escaped = WebUtility.HtmlEncode(text.ToString());
            markup.Append(attributes.Length == 0 ? escaped : $"<tspan{attributes}>{escaped}</tspan>");
            (rise, gap) = (run.Rise, 0);
        }

        return new(markup.ToString(), runs.Sum(run => run.Width) * fontSize);
    }

    /// <inheritdoc/>
    public ImmutableArray<Run> Visit(Row row)
    {
        var runs = ImmutableArray.CreateBuilder<Run>();
        for (var i = 0; i < row.Items.Length; i++)
        {
            // log x keeps a thin space. A quotient without its bar needs a dot: 1/a b would leave open what b belongs to.
            var before = i > 0 && row.Items[i - 1] is Operator { Kind: OperatorKind.InvisibleApply } ? i - 2 : i - 1;
            var isAfterName = before >= 0 && row.Items[before] is Atom { Kind: AtomKind.Function } or Script { Base: Atom { Kind: AtomKind.Function } } && row.Items[i] is not (Fence or Operator or Space);
            var isAfterQuotient = i > 0 && row.Items[i - 1] is Fraction && row.Items[i] is Operator { Kind: OperatorKind.InvisibleTimes } or Atom or Script or Accent or Fence or Root;
            runs.AddRange(isAfterQuotient ? Visit(new Operator("⋅", OperatorKind.Binary)) : isAfterName ? [Gap(0.1667)] : []);
            runs.AddRange(row.Items[i] is Operator { Kind: OperatorKind.InvisibleTimes } && isAfterQuotient ? [] : Set(row.Items[i]));
        }

        return runs.ToImmutable();
    }

    /// <inheritdoc/>
    public ImmutableArray<Run> Visit(Atom atom) => Text(atom.Kind switch
    {
        AtomKind.Text => atom.Text.Replace(' ', '\u00A0'),
        AtomKind.Variable when atom.Alphabet == Alphabet.Default && atom.Text.Length == 1 => MathAlphabets.Map(atom.Text, Alphabet.Italic),
        _ => MathAlphabets.Map(atom.Text, atom.Alphabet),
    });

    /// <inheritdoc/>
    public ImmutableArray<Run> Visit(Operator op) => op.Kind switch
    {
        OperatorKind.InvisibleTimes => [Gap(0.14)],
        OperatorKind.InvisibleApply => [],
        OperatorKind.Binary => [Gap(0.2222), .. Text(op.Text), Gap(0.2222)],
        OperatorKind.Relation => [Gap(0.2778), .. Text(op.Text), Gap(0.2778)],
        OperatorKind.Punctuation => [.. Text(op.Text), Gap(0.1667)],
        OperatorKind.Large => [Gap(0.1), .. Text(op.Text), Gap(0.1)],
        _ => Text(op.Text),
    };

    /// <inheritdoc/>
    public ImmutableArray<Run> Visit(Fraction fraction) => [.. Part(fraction.Numerator, above: true), .. Text("/"), .. Part(fraction.Denominator, above: false)];

    /// <inheritdoc/>
    public ImmutableArray<Run> Visit(Script script) =>
        [.. script.Base is Row { Items.Length: > 1 } ? Bracketed(script.Base) : Set(script.Base), .. Scripts(script.Subscript, script.Superscript)];

    /// <inheritdoc/>
    public ImmutableArray<Run> Visit(Limits limits) => [.. Set(limits.Base), .. Scripts(limits.Under, limits.Over), Gap(0.1667)];

    /// <inheritdoc/>
    public ImmutableArray<Run> Visit(Fence fence) => [.. Text(fence.Left), .. Set(fence.Body), .. Text(fence.Right)];

    /// <inheritdoc/>
    public ImmutableArray<Run> Visit(Root root) =>
        [.. root.Degree is { } degree ? Scripts(null, degree) : [], .. Text("√"), .. root.Radicand is Atom or Script ? Set(root.Radicand) : Bracketed(root.Radicand)];

    /// <inheritdoc/>
    public ImmutableArray<Run> Visit(Accent accent)
    {
        if (accent.Kind is AccentKind.Overbrace or AccentKind.Underbrace)
        {
            return Set(accent.Base);
        }

        var runs = Set(accent.Base);
        if (accent.Base is Atom { Text: [>= 'A' and <= 'Z'] } && runs is [var letter] && Above(accent.Kind) is { Length: 1 } sign)
        {
            // The combining marks of the font sit at the height of small letters; over a capital the sign stands by itself, higher
            // and over the middle of the slanted letter, and the line goes on where the letter ends.
            var (wide, narrow) = (letter.Width, MathFontMetrics.Width(sign));
            var back = ((wide + narrow) / 2) - 0.08;
            return [letter, new(sign, 1, 0.2, -back), Gap(back - narrow)];
        }

        runs = runs.Length == 1 ? runs : Bracketed(accent.Base);
        return runs.SetItem(runs.Length - 1, runs[^1] with { Text = Accents.Compose(runs[^1].Text, accent.Kind) });
    }

    private static string Above(AccentKind kind) => kind switch
    {
        AccentKind.Hat => "ˆ",
        AccentKind.Tilde => "˜",
        AccentKind.Bar => "ˉ",
        AccentKind.Dot => "˙",
        AccentKind.DoubleDot => "¨",
        _ => string.Empty,
    };

    /// <inheritdoc/>
    public ImmutableArray<Run> Visit(Table table) => [.. table.Rows.SelectMany((row, y) => (IEnumerable<Run>)
        [.. y == 0 ? [] : Text(";\u00A0"), .. row.SelectMany((cell, x) => (IEnumerable<Run>)[.. x == 0 ? [] : table.Kind == TableKind.Matrix ? Text(",\u00A0") : Text("\u00A0"), .. Set(cell)])])];

    /// <inheritdoc/>
    public ImmutableArray<Run> Visit(Space space) => [Gap(space.Em)];

    /// <inheritdoc/>
    public ImmutableArray<Run> Visit(Boxed boxed) => Set(boxed.Body);

    /// <inheritdoc/>
    public ImmutableArray<Run> Visit(Verbatim verbatim) => Text(verbatim.Latex);

    /// <summary>Without the space before the first character and after the last one, which would put a line off its middle.</summary>
    private static ImmutableArray<Run> Trimmed(ImmutableArray<Run> runs) => [.. runs.SkipWhile(run => run.Text.Length == 0).Reverse().SkipWhile(run => run.Text.Length == 0).Reverse()];

    private ImmutableArray<Run> Part(Formula part, bool above) => TextPrinter.NeedsBrackets(part, above) ? Bracketed(part) : Set(part);

    private ImmutableArray<Run> Bracketed(Formula formula) => [.. Text("("), .. Set(formula), .. Text(")")];

    /// <summary>Both scripts begin at the same place; what follows begins after the longer one.</summary>
    private ImmutableArray<Run> Scripts(Formula? subscript, Formula? superscript)
    {
        var below = Small(subscript, Lowered);
        var above = Small(superscript, Raised);
        var (low, high) = (below.Sum(run => run.Width), above.Sum(run => run.Width));
        return below.Length > 0 && above.Length > 0
            ? [.. below, Gap(-low), .. above, Gap(Math.Max(0, low - high))]
            : [.. below, .. above];
    }

    private ImmutableArray<Run> Small(Formula? script, double rise) => script is null ? []
        : [.. Set(script).Select(run => new Run(run.Text, run.Scale * ScriptScale, rise + (run.Rise * ScriptScale), run.Gap * ScriptScale))];

    private static Run Gap(double em) => new(string.Empty, 1, 0, em);

    private static ImmutableArray<Run> Text(string text) => text.Length == 0 ? [] : [new(text, 1, 0, 0)];

    private ImmutableArray<Run> Set(Formula formula) => DeepStack.IsLow ? DeepStack.Continue(() => formula.Accept(this)) : formula.Accept(this);

    private static string Attribute(string name, double value) => Math.Abs(value) < 0.005 ? string.Empty
        : string.Create(CultureInfo.InvariantCulture, $" {name}=\"{value:0.##}\"");
}
