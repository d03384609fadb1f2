using System.Collections.Frozen;
using System.Text;

namespace ChainRule.Notation;

/// <summary>
/// How wide text is in the font of the formulas, measured in it: an SVG has to know before it is drawn how much room a name takes.
/// Where a page lacks the font, its substitutes are near enough.
/// </summary>
internal static class MathFontMetrics
{
    /// <summary>What a character takes that is not in the table, in hundredths of an em.</summary>
    private const int Usual = 60;

    private static readonly FrozenDictionary<int, int> _widths = Measured();

    /// <summary>The width of the text in em.</summary>
    public static double Width(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += _widths.TryGetValue(rune.Value, out var known) ? known
                : Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.NonSpacingMark ? 0
                : Usual;
        }

        return width / 100.0;
    }

    private static FrozenDictionary<int, int> Measured()
    {
        var widths = new Dictionary<int, int>();
        // From the space to ~.
        From(0x20, [
            23, 28, 33, 70, 49, 69, 74, 19, 36, 36, 41, 72, 24, 31, 24, 39, 49, 49, 49, 49, 49, 49, 49, 49, 49, 49, 24, 24, 72, 72, 72, 41,
            90, 72, 62, 67, 73, 63, 59, 72, 78, 36, 40, 70, 58, 89, 74, 74, 57, 74, 66, 50, 60, 75, 68, 94, 66, 65, 59, 35, 38, 35, 48, 51,
            22, 48, 52, 45, 54, 46, 31, 48, 58, 28, 26, 54, 28, 85, 58, 51, 54, 52, 38, 39, 31, 57, 48, 75, 48, 48, 46, 33, 27, 33, 56]);
        // The italic letters A to Z, a to z (h stands elsewhere).
        From(0x1D434, [
            68, 59, 66, 70, 61, 58, 70, 76, 34, 40, 65, 57, 87, 71, 71, 57, 71, 62, 53, 61, 73, 64, 91, 64, 61, 61,
            55, 52, 41, 56, 42, 58, 50, 60, 27, 43, 53, 28, 83, 56, 49, 60, 52, 41, 39, 34, 56, 50, 73, 56, 51, 49]);
        // Greek, upright and italic.
        From(0x391, [72, 62, 57, 67, 63, 59, 78, 74, 36, 70, 71, 89, 74, 65, 74, 76, 57, 60, 60, 60, 65, 72, 66, 72, 78]);
        From(0x3B1, [56, 53, 47, 48, 38, 39, 51, 51, 26, 49, 51, 55, 45, 39, 47, 59, 51, 38, 54, 39, 49, 60, 46, 62, 66]);
        From(0x1D6FC, [58, 55, 50, 52, 39, 48, 51, 51, 25, 51, 52, 59, 50, 49, 47, 63, 55, 40, 57, 46, 51, 61, 64, 63, 66]);
        foreach (var (letter, width) in new[]
        {
            ('\u00A0', 23), ('ℎ', 57), ('ℓ', 53), ('∂', 48), ('∑', 94), ('−', 72), ('→', 95), ('←', 95), ('⊙', 86), ('⊤', 72), ('ℝ', 73), ('∈', 72), ('‖', 43),
            ('⋅', 29), ('×', 72), ('…', 89), ('√', 79), ('∗', 54), ('⋆', 72), ('′', 30),
            ('ˆ', 34), ('˜', 38), ('ˉ', 35), ('˙', 19), ('¨', 39),
        })
        {
            widths[letter] = width;
        }

        return widths.ToFrozenDictionary();

        void From(int first, int[] measured)
        {
            for (var position = 0; position < measured.Length; position++)
            {
                widths[first + position] = measured[position];
            }
        }
    }
}
