using System.Text;

namespace ChainRule.Kernel.Editing;

/// <summary>
/// Positions in text, in both ways of counting: C# counts UTF-16 units, the Jupyter protocol (since 5.2) whole characters, so that
/// 𝑥 is two for the one and one for the other.
/// </summary>
internal static class CodePoints
{
    /// <summary>The UTF-16 position; one beyond the text is its end.</summary>
    public static int ToUtf16(string text, int position)
    {
        var units = 0;
        for (var i = 0; i < position && units < text.Length; i++)
        {
            units += Rune.TryGetRuneAt(text, units, out var rune) ? rune.Utf16SequenceLength : 1;
        }

        return units;
    }

    /// <summary>The position in whole characters.</summary>
    public static int FromUtf16(string text, int units)
    {
        var count = 0;
        for (var i = 0; i < units; count++)
        {
            i += Rune.TryGetRuneAt(text, i, out var rune) ? rune.Utf16SequenceLength : 1;
        }

        return count;
    }
}
