using System.Text;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>The plain text by which a name is looked up: ŷ, W^(1), z_1. Bold, upright and underlined letters are the same name.</summary>
internal static class NameText
{
    /// <summary>The text of a name, or null where the formula is not one.</summary>
    public static string? Of(Formula formula) => formula switch
    {
        Atom { Kind: AtomKind.Number, Alphabet: Alphabet.Bold or Alphabet.DoubleStruck } => null,
        Atom { Kind: AtomKind.Text } text => text.Text.Trim() is { Length: > 0 } words && !words.Contains(' ', StringComparison.Ordinal) ? words : null,
        Atom { Kind: AtomKind.Symbol, Text: var sign } => sign is "∅" or "ℜ" or "ℑ" ? sign : null,
        Atom { Kind: AtomKind.Number } => null,
        Atom atom => Letter(atom),
        Accent { Kind: AccentKind.Underline or AccentKind.Vector, Base: var inner } => Of(inner),
        Accent { Kind: AccentKind.Overbrace or AccentKind.Underbrace } => null,
        Accent accent when Of(accent.Base) is { } letter => Accents.Compose(letter, accent.Kind),
        Row { Items: [var only] } => Of(only),
        Row row when row.Items.Length > 1 && row.Items.All(item => item is Atom { Kind: AtomKind.Variable, Alphabet: not Alphabet.Default }) => string.Concat(row.Items.Select(Of)),
        _ => null,
    };

    /// <summary>Everything in a script as text without spaces, for names that carry scripts.</summary>
    public static string OfScript(Formula formula)
    {
        var text = new StringBuilder();
        Append(formula, text);
        return text.ToString();
    }

    private static string Letter(Atom atom) => atom.Alphabet switch
    {
        Alphabet.Calligraphic => atom.Text + "ᶜ",
        Alphabet.DoubleStruck => atom.Text + "ᵈ",
        _ => atom.Text switch { "ϵ" => "ε", "ϕ" => "φ", "ϑ" => "θ", _ => atom.Text },
    };

    private static void Append(Formula formula, StringBuilder text)
    {
        switch (formula)
        {
            case Space:
                break;
            case Row row:
                foreach (var item in row.Items)
                {
                    Append(item, text);
                }

                break;
            case Fence fence:
                text.Append(fence.Left);
                Append(fence.Body, text);
                text.Append(fence.Right);
                break;
            case Script script:
                Append(script.Base, text);
                if (script.Superscript is { } above)
                {
                    text.Append('^');
                    Append(above, text);
                }

                if (script.Subscript is { } below)
                {
                    text.Append('_');
                    Append(below, text);
                }

                break;
            case Atom { Kind: AtomKind.Text or AtomKind.Number or AtomKind.Symbol } atom:
                text.Append(atom.Text.Trim());
                break;
            case Operator op:
                text.Append(op.Text);
                break;
            default:
                text.Append(Of(formula) ?? TextPrinter.Print(formula));
                break;
        }
    }
}
