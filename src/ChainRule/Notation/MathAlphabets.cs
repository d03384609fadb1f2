using System.Collections.Frozen;
using System.Text;

namespace ChainRule.Notation;

/// <summary>Letters of the mathematical alphabets in Unicode (block U+1D400), which MathML Core uses instead of a mathvariant.</summary>
internal static class MathAlphabets
{
    // Letters that were in Unicode before the block and have gaps in it.
    private static readonly FrozenDictionary<(Alphabet, char), string> _exceptions = new Dictionary<(Alphabet, char), string>
    {
        [(Alphabet.DoubleStruck, 'C')] = "ℂ",
        [(Alphabet.DoubleStruck, 'H')] = "ℍ",
        [(Alphabet.DoubleStruck, 'N')] = "ℕ",
        [(Alphabet.DoubleStruck, 'P')] = "ℙ",
        [(Alphabet.DoubleStruck, 'Q')] = "ℚ",
        [(Alphabet.DoubleStruck, 'R')] = "ℝ",
        [(Alphabet.DoubleStruck, 'Z')] = "ℤ",
        [(Alphabet.Calligraphic, 'B')] = "ℬ",
        [(Alphabet.Calligraphic, 'E')] = "ℰ",
        [(Alphabet.Calligraphic, 'F')] = "ℱ",
        [(Alphabet.Calligraphic, 'H')] = "ℋ",
        [(Alphabet.Calligraphic, 'I')] = "ℐ",
        [(Alphabet.Calligraphic, 'L')] = "ℒ",
        [(Alphabet.Calligraphic, 'M')] = "ℳ",
        [(Alphabet.Calligraphic, 'R')] = "ℛ",
        [(Alphabet.Calligraphic, 'e')] = "ℯ",
        [(Alphabet.Calligraphic, 'g')] = "ℊ",
        [(Alphabet.Calligraphic, 'o')] = "ℴ",
        [(Alphabet.Fraktur, 'C')] = "ℭ",
        [(Alphabet.Fraktur, 'H')] = "ℌ",
        [(Alphabet.Fraktur, 'I')] = "ℑ",
        [(Alphabet.Fraktur, 'R')] = "ℜ",
        [(Alphabet.Fraktur, 'Z')] = "ℨ",
        [(Alphabet.Italic, 'h')] = "ℎ",
    }.ToFrozenDictionary();

    /// <summary>The text in the alphabet; what the alphabet lacks stays as it is.</summary>
    public static string Map(string text, Alphabet alphabet)
    {
        var mapped = new StringBuilder();
        foreach (var letter in text)
        {
            mapped.Append(_exceptions.TryGetValue((alphabet, letter), out var exception) ? exception
                : CodePoint(letter, alphabet) is { } code ? char.ConvertFromUtf32(code)
                : letter.ToString());
        }

        return mapped.ToString();
    }

    private static int? CodePoint(char letter, Alphabet alphabet)
    {
        int? Offset(int capitals, int digits, int greek) => letter switch
        {
            >= 'A' and <= 'Z' when capitals > 0 => capitals + (letter - 'A'),
            >= 'a' and <= 'z' when capitals > 0 => capitals + 26 + (letter - 'a'),
            >= '0' and <= '9' when digits > 0 => digits + (letter - '0'),
            >= 'Α' and <= 'Ω' when greek > 0 => greek + (letter - 'Α'),
            >= 'α' and <= 'ω' when greek > 0 => greek + 26 + (letter - 'α'),
            _ => null,
        };

        return alphabet switch
        {
            Alphabet.Bold => Offset(0x1D400, 0x1D7CE, 0x1D6A8),
            Alphabet.Italic => Offset(0x1D434, 0, 0x1D6E2),
            Alphabet.BoldItalic => Offset(0x1D468, 0x1D7CE, 0x1D71C),
            Alphabet.Calligraphic => Offset(0x1D49C, 0, 0),
            Alphabet.Fraktur => Offset(0x1D504, 0, 0),
            Alphabet.DoubleStruck => Offset(0x1D538, 0x1D7D8, 0),
            Alphabet.SansSerif => Offset(0x1D5A0, 0x1D7E2, 0),
            Alphabet.Typewriter => Offset(0x1D670, 0x1D7F6, 0),
            _ => null,
        };
    }
}
