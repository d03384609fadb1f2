using System.Collections.Immutable;
using System.Collections.Frozen;
using System.Text;

namespace ChainRule.Notation;

/// <summary>
/// Prints a formula as one line of Unicode text: ∂L/∂z_j = p_j − y_j. Where a fraction bar or a raised exponent is lost, brackets
/// take its place.
/// </summary>
public sealed class TextPrinter : IFormulaVisitor<string>
{
    private const string Normal = "0123456789+−=()niTabcdefghjklmoprstuvwxyz⊤";
    private const string Raised = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ";
    private const string LoweredDigits = "₀₁₂₃₄₅₆₇₈₉";

    private static readonly FrozenDictionary<char, char> _raised = Normal.Zip(Raised).ToFrozenDictionary(pair => pair.First, pair => pair.Second);

    private TextPrinter()
    {
    }

    /// <summary>The formula on one line.</summary>
    public static string Print(Formula formula)
    {
        Require.NotNull(formula);
        return formula.Accept(new TextPrinter()).Trim();
    }

    /// <inheritdoc/>
    public string Visit(Row row)
    {
        var text = new StringBuilder();
        var isIntegral = false;
        for (var i = 0; i < row.Items.Length; i++)
        {
            if (isIntegral && (IsIntegral(row.Items[i - 1]) || row.Items[i] is Space))
            {
                // ∫₀^∞ x e^(−x) dx: in mathematics the sign's height and a thin space keep its parts apart.
                text.Append(' ');
            }

            isIntegral |= IsIntegral(row.Items[i]);

            // Without the bar, a/b c would leave open what c belongs to.
            var next = i > 0 && row.Items[i] is Operator { Kind: OperatorKind.InvisibleTimes } && EndsInFraction(row.Items[i - 1]) ? " ⋅ " : Set(row.Items[i]);
            // log x, diag(p), and letters that stand side by side in words: only names of more than one letter need the space.
            if (next.Length > 0 && i > 0 && EndsInFraction(row.Items[i - 1]) && (char.IsLetterOrDigit(next[0]) || next[0] is '(' or '['))
            {
                text.Append(next[0] == '[' ? " " : " ⋅ ");
            }
            else if (next.Length > 0 && text.Length > 0 && char.IsLetterOrDigit(next[0]) && (EndsInName(row, i) || row.Items[i - 1] is Script { Subscript: not null, Superscript: null }))
            {
                text.Append(' ');
            }

            text.Append(next);
        }

        return text.ToString().Replace("  ", " ", StringComparison.Ordinal);
    }

    private static bool EndsInFraction(Formula formula) => formula is Fraction or Row { Items: [.., Fraction] };

    private static bool IsIntegral(Formula formula) => formula is Operator { Kind: OperatorKind.Large, Text: "∫" or "∬" or "∮" } or Script { Base: Operator { Kind: OperatorKind.Large, Text: "∫" or "∬" or "∮" } };

    /// <inheritdoc/>
    public string Visit(Atom atom) => atom.Alphabet switch
    {
        Alphabet.DoubleStruck or Alphabet.Calligraphic => MathAlphabets.Map(atom.Text, atom.Alphabet),
        Alphabet.Bold when string.Equals(atom.Text, "1", StringComparison.Ordinal) => MathAlphabets.Map(atom.Text, atom.Alphabet),
        _ => atom.Text,
    };

    /// <inheritdoc/>
    public string Visit(Operator op) => op.Kind switch
    {
        OperatorKind.Binary => op.Text is "×" ? "×" : $" {op.Text} ",
        OperatorKind.Relation => $" {op.Text} ",
        OperatorKind.Punctuation => op.Text + " ",
        OperatorKind.Large => op.Text is "∑" ? "Σ" : op.Text is "∏" ? "Π" : op.Text,
        OperatorKind.InvisibleTimes => " ",
        _ => op.Text,
    };

    /// <inheritdoc/>
    public string Visit(Fraction fraction) => $"{Grouped(fraction.Numerator, above: true)}/{Grouped(fraction.Denominator, above: false)}";

    /// <inheritdoc/>
    public string Visit(Script script)
    {
        var @base = Set(script.Base);
        if (script.Base is Row { Items.Length: > 1 } and not Row { Items: [Atom { Kind: AtomKind.Function }, Operator { Kind: OperatorKind.InvisibleApply }, Fence] })
        {
            @base = $"({@base})";
        }

        var scripts = Lower(script.Subscript) + Raise(script.Superscript);
        // The space around an operator goes around its scripts too: a ∗_full b.
        return script.Base is Operator { Kind: OperatorKind.Binary or OperatorKind.Relation } ? $" {@base.Trim()}{scripts} " : @base + scripts;
    }

    /// <inheritdoc/>
    public string Visit(Limits limits) => limits.Base is Accent { Kind: AccentKind.Overbrace or AccentKind.Underbrace }
        ? $"{Set(limits.Base)} [{Set(limits.Under ?? limits.Over!)}]"
        : Set(limits.Base) + Lower(limits.Under) + (limits.Over is null ? string.Empty : "^" + Bracketed(limits.Over)) + " ";

    /// <inheritdoc/>
    public string Visit(Fence fence) => fence.Left + Set(fence.Body).Trim()
        // On one line the cases end where the brace is closed.
        + (fence is { Right: "", Body: Table { Kind: TableKind.Cases } } ? "}" : fence.Right);

    /// <inheritdoc/>
    public string Visit(Root root) => root.Degree is { } degree ? $"{Raise(degree)}√{Bracketed(root.Radicand)}" : $"√{Bracketed(root.Radicand)}";

    /// <inheritdoc/>
    public string Visit(Accent accent)
    {
        var @base = Set(accent.Base);
        return @base.Length == 1 || accent.Kind is AccentKind.Overbrace or AccentKind.Underbrace ? Accents.Compose(@base, accent.Kind) : Accents.Compose($"({@base})", accent.Kind);
    }

    /// <inheritdoc/>
    public string Visit(Table table) => table.Kind switch
    {
        TableKind.Matrix => string.Join("; ", table.Rows.Select(row => string.Join(", ", row.Select(cell => Set(cell).Trim())))),
        TableKind.Cases => " " + string.Join("; ", table.Rows.Select(row => string.Join(" ", row.Select(cell => Set(cell).Trim())))),
        _ => string.Join("\n", table.Rows.Select(row => string.Concat(row.Select(Set)).Trim())),
    };

    /// <inheritdoc/>
    public string Visit(Space space) => space.Em >= 0.2 ? " " : string.Empty;

    /// <inheritdoc/>
    public string Visit(Boxed boxed) => Set(boxed.Body);

    /// <inheritdoc/>
    public string Visit(Verbatim verbatim) => verbatim.Latex;

    private static bool EndsInName(Row row, int i)
    {
        for (var before = i - 1; before >= 0; before--)
        {
            switch (row.Items[before])
            {
                case Operator { Kind: OperatorKind.InvisibleApply }:
                    continue;
                case Atom { Kind: AtomKind.Function } or Script { Base: Atom { Kind: AtomKind.Function } }:
                    return true;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>Whether a part of a fraction needs brackets where the fraction has no bar: its extent would be lost with it.</summary>
    internal static bool NeedsBrackets(Formula part, bool above)
    {
        var items = part is Row row ? row.Items : [part];
        // Above the bar a product reads right without brackets (∂ L, 2 x); below it does not, except ∂z_j.
        return !(items.Length == 1
            ? items[0] is not (Fraction or Row { Items.Length: > 1 })
            : (items is [Atom { Kind: AtomKind.Symbol, Text: "∂" or "d" }, ..] && items.Skip(1).All(item => item is Atom or Script or Accent)) || (above && !EndsInArgument(items) && items.All(item => item is Atom or Script or Fence or Accent or Operator { Kind: OperatorKind.InvisibleTimes or OperatorKind.InvisibleApply })));
    }

    /// <summary>sin x, and not sin(x): what the function is taken of would go on behind the stroke, sin x/x.</summary>
    private static bool EndsInArgument(ImmutableArray<Formula> items) =>
        items is [.., Atom { Kind: AtomKind.Function } or Script { Base: Atom { Kind: AtomKind.Function } }, Operator { Kind: OperatorKind.InvisibleApply }, not Fence];

    private string Grouped(Formula part, bool above)
    {
        var text = Set(part).Trim();
        return NeedsBrackets(part, above) ? $"({text})" : text;
    }

    private string Bracketed(Formula formula)
    {
        var text = Set(formula).Trim();
        return text.Length == 1 || formula is Atom ? text : $"({text})";
    }

    private string Lower(Formula? subscript)
    {
        if (subscript is null)
        {
            return string.Empty;
        }

        var text = Set(subscript).Trim().Replace(" ", string.Empty, StringComparison.Ordinal);
        return text.All(char.IsAsciiDigit) ? string.Concat(text.Select(digit => LoweredDigits[digit - '0']))
            : text.All(char.IsLetterOrDigit) ? "_" + text
            : $"_({text})";
    }

    private string Raise(Formula? superscript)
    {
        if (superscript is null)
        {
            return string.Empty;
        }

        var text = Set(superscript).Trim();
        if (text is "*" or "†" or "∗" || text.All(letter => letter == '′'))
        {
            return text;
        }

        if (superscript is Fence)
        {
            var joined = text.Replace(" ", string.Empty, StringComparison.Ordinal);
            return joined.All(_raised.ContainsKey) ? string.Concat(joined.Select(letter => _raised[letter])) : "^" + joined;
        }

        var compact = text.Replace(" ", string.Empty, StringComparison.Ordinal);
        return compact.Length <= 4 && compact.All(letter => char.IsAsciiDigit(letter) || letter is '⊤' or '−' or '(' or ')' or 'T') ? string.Concat(compact.Select(letter => _raised[letter]))
            : text.Length == 1 ? "^" + text
            : $"^({text})";
    }

    private string Set(Formula formula) => DeepStack.IsLow ? DeepStack.Continue(() => formula.Accept(this)) : formula.Accept(this);
}
