using System.Text;

namespace ChainRule.Notation;

/// <summary>Prints a formula as LaTeX that MathJax, KaTeX and TeX with amsmath accept, without delimiters.</summary>
public sealed class LatexPrinter : IFormulaVisitor<string>
{
    private LatexPrinter()
    {
    }

    /// <summary>The formula as LaTeX.</summary>
    public static string Print(Formula formula)
    {
        Require.NotNull(formula);
        return formula.Accept(new LatexPrinter());
    }

    /// <inheritdoc/>
    public string Visit(Row row)
    {
        var text = new StringBuilder();
        foreach (var item in row.Items)
        {
            var next = Set(item);
            // A command that ends in a letter must not run into the next letter; single letters side by side get room to breathe.
            if (text.Length > 0 && next.Length > 0 && (EndsInCommand(text) ? char.IsAsciiLetter(next[0]) : NeedsSpace(text[^1], next[0])))
            {
                text.Append(' ');
            }

            text.Append(next);
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public string Visit(Atom atom)
    {
        if (atom.Kind == AtomKind.Text)
        {
            return $"\\text{{{Escape(atom.Text)}}}";
        }

        var command = atom.Alphabet switch
        {
            Alphabet.Upright => "mathrm",
            Alphabet.Italic => "mathit",
            Alphabet.Bold => "mathbf",
            Alphabet.BoldItalic => "boldsymbol",
            Alphabet.DoubleStruck => "mathbb",
            Alphabet.Calligraphic => "mathcal",
            Alphabet.SansSerif => "mathsf",
            Alphabet.Typewriter => "mathtt",
            Alphabet.Fraktur => "mathfrak",
            _ => null,
        };
        var text = atom.Text.Length == 1 ? Symbols.ToLatex(atom.Text) : atom.Kind == AtomKind.Symbol ? Symbols.ToLatex(atom.Text) : string.Concat(atom.Text.Select(letter => Symbols.ToLatex(letter.ToString())));
        if (command is not null)
        {
            return $"\\{command}{{{text}}}";
        }

        return atom.Kind switch
        {
            AtomKind.Function => Symbols.Functions.Contains(atom.Text) ? "\\" + atom.Text : $"\\operatorname{{{atom.Text}}}",
            AtomKind.Symbol when atom.Text is "d" => "d",
            AtomKind.Variable when atom.Text.Length > 1 && atom.Text.All(char.IsLetter) => $"\\mathrm{{{text}}}",
            _ => text,
        };
    }

    /// <inheritdoc/>
    public string Visit(Operator op)
    {
        var text = op.Text is "{" or "}" ? "\\" + op.Text : op.Text.Length > 0 && op.Text.All(letter => letter == '′') ? new string('\'', op.Text.Length) : Symbols.ToLatex(op.Text);
        return op.Kind switch
        {
            OperatorKind.Binary or OperatorKind.Relation => $" {text} ",
            OperatorKind.Punctuation => text + " ",
            OperatorKind.InvisibleTimes or OperatorKind.InvisibleApply => string.Empty,
            _ => text,
        };
    }

    /// <inheritdoc/>
    public string Visit(Fraction fraction) => $"\\frac{{{Set(fraction.Numerator)}}}{{{Set(fraction.Denominator)}}}";

    /// <inheritdoc/>
    public string Visit(Script script)
    {
        var @base = Set(script.Base);
        var body = script.Base is Script or Limits or Row { Items.Length: not 1 } ? $"{{{@base}}}" : @base;
        return body + Index("_", script.Subscript) + Raised(script.Superscript);
    }

    /// <inheritdoc/>
    public string Visit(Limits limits)
    {
        var @base = Set(limits.Base);
        if (limits.Base is not (Operator { Kind: OperatorKind.Large } or Atom { Kind: AtomKind.Function } or Accent { Kind: AccentKind.Overbrace or AccentKind.Underbrace }))
        {
            return limits switch
            {
                { Under: { } under, Over: { } over } => $"\\overset{{{Set(over)}}}{{\\underset{{{Set(under)}}}{{{@base}}}}}",
                { Under: { } under } => $"\\underset{{{Set(under)}}}{{{@base}}}",
                { Over: { } over } => $"\\overset{{{Set(over)}}}{{{@base}}}",
                _ => @base,
            };
        }

        return @base + Index("_", limits.Under) + Index("^", limits.Over) + " ";
    }

    /// <inheritdoc/>
    public string Visit(Fence fence)
    {
        if (fence.Body is Table table && Environment(fence, table) is { } environment)
        {
            return Rows(table, environment);
        }

        var body = Set(fence.Body);
        var tall = fence.Left.Length == 0 || fence.Right.Length == 0 || IsTall(fence.Body);
        if (!tall)
        {
            var (left, right) = (Symbols.FenceToLatex(fence.Left, true), Symbols.FenceToLatex(fence.Right, false));
            return $"{left}{(EndsInLetter(left) ? " " : string.Empty)}{body}{right}{(EndsInLetter(right) ? " " : string.Empty)}";
        }

        // After an open side a sign would be taken for one before its operand and set without space.
        var start = fence is { Left: "", Body: Row { Items: [Operator { Kind: OperatorKind.Binary or OperatorKind.Relation }, ..] } } ? "{} " : string.Empty;
        return $"\\left{Symbols.FenceToLatex(fence.Left, true)} {start}{body} \\right{Symbols.FenceToLatex(fence.Right, false)}";
    }

    /// <inheritdoc/>
    public string Visit(Root root) => root.Degree is { } degree ? $"\\sqrt[{Set(degree)}]{{{Set(root.Radicand)}}}" : $"\\sqrt{{{Set(root.Radicand)}}}";

    /// <inheritdoc/>
    public string Visit(Accent accent)
    {
        var wide = accent.Base is not Atom { Text.Length: 1 };
        var command = accent.Kind switch
        {
            AccentKind.Hat => wide ? "widehat" : "hat",
            AccentKind.Tilde => wide ? "widetilde" : "tilde",
            AccentKind.Bar => wide ? "overline" : "bar",
            AccentKind.Vector => wide ? "overrightarrow" : "vec",
            AccentKind.Dot => "dot",
            AccentKind.DoubleDot => "ddot",
            AccentKind.Underline => "underline",
            AccentKind.Overbrace => "overbrace",
            _ => "underbrace",
        };
        return $"\\{command}{{{Set(accent.Base)}}}";
    }

    /// <inheritdoc/>
    public string Visit(Table table)
    {
        var environment = table.Kind switch
        {
            TableKind.Matrix => "matrix",
            TableKind.Cases => "cases",
            TableKind.Aligned => "aligned",
            _ => "gathered",
        };
        return Rows(table, environment);
    }

    /// <inheritdoc/>
    public string Visit(Space space) => space.Em switch
    {
        < 0 => "\\!",
        < 0.2 => "\\,",
        < 0.25 => "\\:",
        < 0.5 => "\\;",
        < 1.5 => "\\quad ",
        _ => "\\qquad ",
    };

    /// <inheritdoc/>
    public string Visit(Boxed boxed) => $"\\boxed{{{Set(boxed.Body)}}}";

    /// <inheritdoc/>
    public string Visit(Verbatim verbatim) => verbatim.Latex;

    /// <summary>f'' and f'^{2}: primes are raised by themselves, and a second ^ after them is read as belonging to them.</summary>
    private string Raised(Formula? superscript) => superscript switch
    {
        Operator { Kind: OperatorKind.Postfix } prime when prime.Text.All(letter => letter == '′') => Set(prime),
        Row { Items: [Operator { Kind: OperatorKind.Postfix } prime, var rest] } when prime.Text.All(letter => letter == '′') => Set(prime) + Index("^", rest),
        _ => Index("^", superscript),
    };

    private static bool NeedsSpace(char last, char next) => last is '}' or ')' or ']' ? char.IsLetter(next) || next == '\\' : char.IsLetterOrDigit(last) && next == '\\';

    private static bool EndsInLetter(string latex) => latex.Length > 1 && latex[0] == '\\' && char.IsAsciiLetter(latex[^1]);

    private static bool EndsInCommand(StringBuilder text)
    {
        var i = text.Length - 1;
        while (i >= 0 && char.IsAsciiLetter(text[i]))
        {
            i--;
        }

        return i >= 0 && i < text.Length - 1 && text[i] == '\\';
    }

    private static bool IsTall(Formula formula) => formula switch
    {
        Fraction or Table or Root => true,
        Limits or Operator { Kind: OperatorKind.Large } => true,
        Row row => row.Items.Any(IsTall),
        Script script => IsTall(script.Base),
        Fence fence => IsTall(fence.Body),
        Boxed boxed => IsTall(boxed.Body),
        _ => false,
    };

    private static string Escape(string words) => string.Concat(words.Select(letter => letter is '_' or '%' or '&' or '#' or '$' or '{' or '}' ? $"\\{letter}" : letter.ToString()));

    /// <summary>The environment that brings these brackets with it, or null.</summary>
    private static string? Environment(Fence fence, Table table) => (fence.Left, fence.Right, table.Kind) switch
    {
        ("{", "", TableKind.Cases) => "cases",
        ("(", ")", TableKind.Matrix) => "pmatrix",
        ("[", "]", TableKind.Matrix) => "bmatrix",
        ("|", "|", TableKind.Matrix) => "vmatrix",
        _ => null,
    };

    private string Rows(Table table, string environment) =>
        $"\\begin{{{environment}}} {string.Join(" \\\\ ", table.Rows.Select(row => string.Join(" & ", row.Select(cell => Set(cell).Trim()))))} \\end{{{environment}}}";

    private string Index(string sign, Formula? index)
    {
        if (index is null)
        {
            return string.Empty;
        }

        var text = Set(index).Trim();
        return text.Length == 1 || (index is Row { Items: [Operator { Kind: OperatorKind.Postfix }] }) ? sign + text : $"{sign}{{{text}}}";
    }

    private string Set(Formula formula) => DeepStack.IsLow ? DeepStack.Continue(() => formula.Accept(this)) : formula.Accept(this);
}
