using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using ChainRule.Notation;

namespace ChainRule.Views;

/// <summary>How characters beyond ASCII are declared for pdflatex.</summary>
internal static class LatexCharacters
{
    /// <summary>What LaTeX's own UTF-8 declares and the fonts in OT1 can set.</summary>
    private const string Native =
        "\u00A0¡¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŁłŒœŠšŽžČčĆćĎďĚěŇňŘřŤťŮůŐőŰűĞğŞşŃńŚśŹźŻż–—‘’“”…§¶©†‡";

    private const string InvisibleCharacters = "\u00AD\u200B\u200C\u200D\u2060\uFE0E\uFE0F\uFEFF";

    /// <summary>Those that the table of symbols has no command for, or one of another package.</summary>
    private static readonly FrozenDictionary<string, string> _symbols = Pairs(
        "° {}^{\\circ} · \\cdot ∙ \\bullet • \\bullet √ \\surd − - ∗ * ′ {}^{\\prime} ″ {}^{\\prime\\prime} ≔ := ‖ \\Vert ∥ \\parallel ⟨ \\langle ⟩ \\rangle ⌊ \\lfloor ⌋ \\rfloor ⌈ \\lceil ⌉ \\rceil "
        + "✗ \\times ✘ \\times ✔ \\checkmark ★ \\bigstar ■ \\blacksquare ▲ \\blacktriangle ▼ \\blacktriangledown ▸ \\triangleright ▶ \\triangleright ● \\bullet ○ \\circ ◦ \\circ "
        + "ᵀ {}^{T} ⁿ {}^{n} ⁱ {}^{i} ⁺ {}^{+} ⁻ {}^{-} ⁼ {}^{=} ⁽ {}^{(} ⁾ {}^{)} ₊ {}_{+} ₋ {}_{-} ₍ {}_{(} ₎ {}_{)} ₙ {}_{n} ₘ {}_{m} ₖ {}_{k} ᵢ {}_{i} ⱼ {}_{j} "
        + "ℝ \\mathbb{R} ℕ \\mathbb{N} ℤ \\mathbb{Z} ℚ \\mathbb{Q} ℂ \\mathbb{C} ℙ \\mathbb{P} ℒ \\mathcal{L} ℋ \\mathcal{H} ½ \\tfrac{1}{2} ¼ \\tfrac{1}{4} ¾ \\tfrac{3}{4} ⅓ \\tfrac{1}{3} ⅔ \\tfrac{2}{3} "
        + "µ \\mu « \\ll » \\gg „ \\text{,,} ‚ \\text{,} ¦ \\vert ↪ \\hookrightarrow ↩ \\hookleftarrow ¯ \\bar{} ˆ \\hat{} "
        + "│ \\vert ─ - ┌ \\ulcorner ┐ \\urcorner └ \\llcorner ┘ \\lrcorner ├ \\vdash ┤ \\dashv ┬ \\top ┴ \\bot ┼ + "
        + "⎡ \\lceil ⎢ \\vert ⎣ \\lfloor ⎤ \\rceil ⎥ \\vert ⎦ \\rfloor ⎛ ( ⎜ \\vert ⎝ ( ⎞ ) ⎟ \\vert ⎠ )");

    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    private const string Subscripts = "₀₁₂₃₄₅₆₇₈₉";

    // Eighths of a block: growing to the right, and growing upwards.
    private const string Widths = "▏▎▍▌▋▊▉█";
    private const string Heights = "▁▂▃▄▅▆▇";

    private static readonly FrozenDictionary<int, string> _marks = new Dictionary<int, string>
    {
        [0x302] = "hat",
        [0x303] = "tilde",
        [0x304] = "bar",
        [0x305] = "bar",
        [0x307] = "dot",
        [0x308] = "ddot",
        [0x20D7] = "vec",
        [0x332] = "underline",
    }.ToFrozenDictionary();

    /// <summary>The declaration's right side; null where LaTeX knows the character by itself.</summary>
    public static string? Declaration(Rune rune)
    {
        var text = rune.ToString();
        if (Native.Contains(text, StringComparison.Ordinal))
        {
            return null;
        }

        if (InvisibleCharacters.Contains(text, StringComparison.Ordinal))
        {
            return "{}";
        }

        if (_marks.TryGetValue(rune.Value, out var mark))
        {
            return $"\\crmark{{\\{mark}}}";
        }

        if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator)
        {
            return "~";
        }

        return Symbol(rune, text) is { } symbol ? $"\\crsymbol{{{symbol}}}" : string.Create(CultureInfo.InvariantCulture, $"\\crunknown{{{rune.Value:X4}}}");
    }

    private static string? Symbol(Rune rune, string text)
    {
        if (_symbols.TryGetValue(text, out var symbol))
        {
            return symbol;
        }

        if (Superscripts.IndexOf(text, StringComparison.Ordinal) is >= 0 and var raised)
        {
            return $"{{}}^{{{raised}}}";
        }

        if (Subscripts.IndexOf(text, StringComparison.Ordinal) is >= 0 and var lowered)
        {
            return $"{{}}_{{{lowered}}}";
        }

        if (Widths.IndexOf(text, StringComparison.Ordinal) is >= 0 and var width)
        {
            return string.Create(CultureInfo.InvariantCulture, $"\\rule{{{0.066 * (width + 1):0.###}em}}{{1.4ex}}");
        }

        if (Heights.IndexOf(text, StringComparison.Ordinal) is >= 0 and var height)
        {
            return string.Create(CultureInfo.InvariantCulture, $"\\rule{{0.525em}}{{{0.18 * (height + 1):0.###}ex}}");
        }

        if (Symbols.ToLatex(text) is var command && command.All(char.IsAscii))
        {
            return command;
        }

        if (Accents.TryDecompose(text, out var letter, out var kind))
        {
            return LatexPrinter.Print(new Accent(new Atom(letter), kind));
        }

        return rune.Value switch
        {
            >= 0x1D538 and <= 0x1D551 => $"\\mathbb{{{(char)('A' + rune.Value - 0x1D538)}}}",
            >= 0x1D400 and <= 0x1D419 => $"\\mathbf{{{(char)('A' + rune.Value - 0x1D400)}}}",
            >= 0x1D41A and <= 0x1D433 => $"\\mathbf{{{(char)('a' + rune.Value - 0x1D41A)}}}",
            >= 0x1D49C and <= 0x1D4B5 => $"\\mathcal{{{(char)('A' + rune.Value - 0x1D49C)}}}",
            >= 0x1D7CE and <= 0x1D7D7 => $"\\mathbf{{{(char)('0' + rune.Value - 0x1D7CE)}}}",
            >= 0x1D7D8 and <= 0x1D7E1 => $"\\mathbf{{{(char)('0' + rune.Value - 0x1D7D8)}}}",
            _ => null,
        };
    }

    private static FrozenDictionary<string, string> Pairs(string table) => table.Split(' ').Chunk(2).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
