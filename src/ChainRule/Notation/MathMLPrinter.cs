using System.Globalization;
using System.Net;
using System.Text;

namespace ChainRule.Notation;

/// <summary>
/// Prints a formula as MathML Core, which Chromium, Firefox and Safari set themselves (https://w3c.github.io/mathml-core/).
/// </summary>
public sealed class MathMLPrinter : IFormulaVisitor<string>
{
    private readonly Predicate<Formula>? _marked;

    private MathMLPrinter(Predicate<Formula>? marked) => _marked = marked;

    /// <summary>One math element, labelled with what it is in words.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="display">Whether fractions and sums are set in their large form. The element stays in the line either way.</param>
    public static string Print(Formula formula, bool display = false)
    {
        Require.NotNull(formula);
        return Print(formula, display, null);
    }

    /// <summary>The same, with some of its nodes in the class cr-adjoint, so that a page can colour them.</summary>
    internal static string Print(Formula formula, bool display, Predicate<Formula>? marked)
    {
        var body = new MathMLPrinter(marked).Set(formula);
        return $"<math aria-label=\"{Encode(SpeechPrinter.Print(formula))}\"{(display ? " displaystyle=\"true\"" : string.Empty)}>{body}</math>";
    }

    /// <summary>A part of a formula that is said elsewhere as a whole, in display style.</summary>
    internal static string Part(Formula formula, Predicate<Formula>? marked) => $"<math aria-hidden=\"true\" displaystyle=\"true\">{new MathMLPrinter(marked).Set(formula)}</math>";

    /// <inheritdoc/>
    public string Visit(Row row) => row.Items.Length == 1 ? Set(row.Items[0]) : $"<mrow>{Items(row)}</mrow>";

    /// <inheritdoc/>
    public string Visit(Atom atom)
    {
        var text = atom.Alphabet is Alphabet.Default or Alphabet.Upright ? atom.Text : MathAlphabets.Map(atom.Text, atom.Alphabet);
        return atom.Kind switch
        {
            AtomKind.Number => $"<mn>{Encode(text)}</mn>",
            AtomKind.Text => $"<mtext>{Encode(text.Replace(' ', '\u00A0'))}</mtext>",
            AtomKind.Function => $"<mi>{Encode(text)}</mi>",
            // A single letter is italic unless it is told not to be.
            _ when text.Length == 1 && (atom.Kind == AtomKind.Symbol || atom.Alphabet != Alphabet.Default) => $"<mi mathvariant=\"normal\">{Encode(text)}</mi>",
            _ => $"<mi>{Encode(text)}</mi>",
        };
    }

    /// <inheritdoc/>
    public string Visit(Operator op) => op.Kind switch
    {
        OperatorKind.InvisibleTimes => "<mo lspace=\"0\" rspace=\"0\">\u2062</mo><mspace width=\"0.12em\"/>",
        OperatorKind.InvisibleApply => "<mo lspace=\"0\" rspace=\"0\">\u2061</mo>",
        OperatorKind.Prefix => $"<mo form=\"prefix\" lspace=\"0\" rspace=\"0.03em\">{Encode(op.Text)}</mo>",
        OperatorKind.Postfix => $"<mo form=\"postfix\" lspace=\"0\" rspace=\"0\">{Encode(op.Text)}</mo>",
        OperatorKind.Binary => $"<mo form=\"infix\" lspace=\"0.2222em\" rspace=\"0.2222em\">{Encode(op.Text)}</mo>",
        OperatorKind.Relation => $"<mo form=\"infix\" lspace=\"0.2778em\" rspace=\"0.2778em\">{Encode(op.Text)}</mo>",
        OperatorKind.Punctuation => $"<mo separator=\"true\" lspace=\"0\" rspace=\"0.1667em\">{Encode(op.Text)}</mo>",
        _ => $"<mo largeop=\"true\" movablelimits=\"false\" lspace=\"0.1em\" rspace=\"0.1667em\">{Encode(op.Text)}</mo>",
    };

    /// <inheritdoc/>
    public string Visit(Fraction fraction) => $"<mfrac>{Group(fraction.Numerator)}{Group(fraction.Denominator)}</mfrac>";

    /// <inheritdoc/>
    public string Visit(Script script) => script switch
    {
        { Subscript: { } sub, Superscript: { } super } => $"<msubsup>{Group(script.Base)}{Group(sub)}{Group(super)}</msubsup>",
        { Subscript: { } sub } => $"<msub>{Group(script.Base)}{Group(sub)}</msub>",
        { Superscript: { } super } => $"<msup>{Group(script.Base)}{Group(super)}</msup>",
        _ => Set(script.Base),
    };

    /// <inheritdoc/>
    public string Visit(Limits limits) => limits switch
    {
        { Under: { } under, Over: { } over } => $"<munderover>{Group(limits.Base)}{Group(under)}{Group(over)}</munderover>",
        { Under: { } under } => $"<munder>{Group(limits.Base)}{Group(under)}</munder>",
        { Over: { } over } => $"<mover>{Group(limits.Base)}{Group(over)}</mover>",
        _ => Set(limits.Base),
    };

    /// <inheritdoc/>
    public string Visit(Fence fence) => $"<mrow>{Sign(fence.Left, "prefix")}{Group(fence.Body)}{Sign(fence.Right, "postfix")}</mrow>";

    /// <inheritdoc/>
    public string Visit(Root root) => root.Degree is { } degree ? $"<mroot>{Group(root.Radicand)}{Group(degree)}</mroot>" : $"<msqrt>{Group(root.Radicand)}</msqrt>";

    /// <inheritdoc/>
    public string Visit(Accent accent)
    {
        var (sign, under) = accent.Kind switch
        {
            AccentKind.Hat => ("^", false),
            AccentKind.Tilde => ("~", false),
            AccentKind.Bar => ("¯", false),
            AccentKind.Vector => ("→", false),
            AccentKind.Dot => ("˙", false),
            AccentKind.DoubleDot => ("¨", false),
            AccentKind.Underline => ("_", true),
            AccentKind.Overbrace => ("⏞", false),
            _ => ("⏟", true),
        };
        // Over one letter the sign keeps its size; over more it grows to their width.
        var stretchy = accent.Base is Atom { Text.Length: 1 } ? "false" : "true";
        var mark = $"<mo stretchy=\"{stretchy}\" lspace=\"0\" rspace=\"0\">{sign}</mo>";
        return under ? $"<munder accentunder=\"true\">{Group(accent.Base)}{mark}</munder>" : $"<mover accent=\"true\">{Group(accent.Base)}{mark}</mover>";
    }

    /// <inheritdoc/>
    public string Visit(Table table)
    {
        var html = new StringBuilder(table.Kind == TableKind.Aligned ? "<mtable displaystyle=\"true\">" : "<mtable>");
        foreach (var row in table.Rows)
        {
            html.Append("<mtr>");
            for (var column = 0; column < row.Length; column++)
            {
                var align = table.Kind switch
                {
                    TableKind.Aligned => column % 2 == 0 ? "right" : "left",
                    TableKind.Cases => "left",
                    _ => "center",
                };
                var padding = table.Kind == TableKind.Aligned ? $";padding-left:{(column % 2 == 0 && column > 0 ? "2em" : "0")};padding-right:0" : string.Empty;
                html.Append("<mtd style=\"text-align:").Append(align).Append(padding).Append("\">").Append(Group(row[column])).Append("</mtd>");
            }

            html.Append("</mtr>");
        }

        return html.Append("</mtable>").ToString();
    }

    /// <inheritdoc/>
    public string Visit(Space space) => string.Create(CultureInfo.InvariantCulture, $"<mspace width=\"{space.Em:0.####}em\"/>");

    /// <inheritdoc/>
    public string Visit(Boxed boxed) => $"<mrow style=\"border:1px solid;padding:0.3em\">{Set(boxed.Body)}</mrow>";

    /// <inheritdoc/>
    public string Visit(Verbatim verbatim) => $"<mtext>{Encode(verbatim.Latex)}</mtext>";

    /// <summary>The items of a row; the name of a function keeps a thin space from an argument without brackets: log p.</summary>
    private string Items(Row row)
    {
        var html = new StringBuilder();
        for (var i = 0; i < row.Items.Length; i++)
        {
            html.Append(Set(row.Items[i]));
            var next = i + 1;
            if (row.Items[i] is Atom { Kind: AtomKind.Function } or Script { Base: Atom { Kind: AtomKind.Function } } or Limits { Base: Atom { Kind: AtomKind.Function } })
            {
                next += next < row.Items.Length && row.Items[next] is Operator { Kind: OperatorKind.InvisibleApply } ? 1 : 0;
                if (next < row.Items.Length && row.Items[next] is not (Fence or Operator or Space))
                {
                    html.Append("<mspace width=\"0.1667em\"/>");
                }
            }
        }

        return html.ToString();
    }

    private static string Sign(string sign, string form) => sign.Length == 0 ? string.Empty : $"<mo form=\"{form}\" stretchy=\"true\" fence=\"true\" lspace=\"0\" rspace=\"0\">{Encode(sign)}</mo>";

    /// <summary>The formula as one element: what MathML counts as one argument.</summary>
    private string Group(Formula formula) => formula is Row { Items.Length: not 1 } or Operator { Kind: OperatorKind.InvisibleTimes } ? $"<mrow>{(formula is Row row ? Items(row) : Set(formula))}</mrow>" : Set(formula);

    private string Set(Formula formula)
    {
        var html = DeepStack.IsLow ? DeepStack.Continue(() => formula.Accept(this)) : formula.Accept(this);
        return _marked?.Invoke(formula) == true ? $"<mrow class=\"cr-adjoint\">{html}</mrow>" : html;
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(string.Concat(text.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter)));
}
