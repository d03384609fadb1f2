using System.Globalization;
using System.Text;

namespace ChainRule.Views;

/// <summary>Words and formulas in lines of at most 80 columns.</summary>
internal static class TextLines
{
    /// <summary>The width of a terminal.</summary>
    public const int Columns = 80;

    private const string Opening = "([{⟨⌊⌈";
    private const string Closing = ")]}⟩⌋⌉";

    /// <summary>Where formulas and words begin at the most: there has to be room for them.</summary>
    private const int MostIndent = 40;

    /// <summary>The signs before which a formula may be broken; the line below begins with the sign.</summary>
    private const string Breaking = "+−=⋅·⊙⊗∗⋆≤≥<>≠≈∈→⇒×⋯";

    /// <summary>Below this share of a line a better place for a break is not worth the empty rest.</summary>
    private const double LeastFilled = 0.4;

    /// <summary>How many columns a text takes: a letter with its accent is one.</summary>
    public static int Width(string text) => new StringInfo(text).LengthInTextElements;

    /// <summary>Words in lines of a width; a word that is longer is broken where a formula may be.</summary>
    /// <param name="words">The words.</param>
    /// <param name="width">How wide a line may be.</param>
    /// <param name="hanging">By how much the lines after the first are narrower, because they stand further in.</param>
    public static IEnumerable<string> Wrap(string words, int width, int hanging = 0)
    {
        var line = new StringBuilder();
        var used = 0;
        foreach (var word in words.Split(' ').SelectMany(word => Width(word) > width - hanging ? Break(word, width - hanging) : [word]))
        {
            var length = Width(word);
            if (line.Length > 0 && used + 1 + length > width)
            {
                yield return line.ToString();
                line.Clear();
                used = 0;
                (width, hanging) = (width - hanging, 0);
            }

            used += length + (line.Length > 0 ? 1 : 0);
            line.Append(line.Length > 0 ? " " : string.Empty).Append(word);
        }

        yield return line.ToString();
    }

    /// <summary>
    /// A formula in lines of a width, broken before a sign and as little inside of brackets as can be. It has more lines only where
    /// it is too long for one.
    /// </summary>
    public static IEnumerable<string> Break(string formula, int width)
    {
        var elements = new List<string>();
        for (var all = StringInfo.GetTextElementEnumerator(formula); all.MoveNext();)
        {
            elements.Add(all.GetTextElement());
        }

        width = Math.Max(width, 1);
        var start = 0;
        while (elements.Count - start > width)
        {
            var end = Place(elements, start, width);
            yield return string.Concat(elements[start..end]).TrimEnd();
            for (start = end; start < elements.Count && elements[start] == " "; start++)
            {
            }
        }

        if (start < elements.Count || elements.Count == 0)
        {
            yield return string.Concat(elements[start..]);
        }
    }

    /// <summary>Appends a text after a prefix, its further lines below its first.</summary>
    /// <param name="text">Where it goes.</param>
    /// <param name="prefix">What stands before the first line.</param>
    /// <param name="lines">Makes the lines for the width that is left.</param>
    public static void Hang(StringBuilder text, string prefix, Func<int, IEnumerable<string>> lines)
    {
        var indent = Width(prefix);
        if (indent > MostIndent && lines(Columns - indent).Skip(1).Any())
        {
            // What stands before takes most of the line: it has its own.
            text.AppendJoin('\n', Wrap(prefix.TrimEnd(), Columns)).Append('\n');
            indent = 6;
            prefix = new string(' ', indent);
        }

        foreach (var line in lines(Columns - indent))
        {
            text.Append($"{prefix}{line}".TrimEnd()).Append('\n');
            prefix = new string(' ', indent);
        }
    }

    /// <summary>A text whose lines are wrapped where they are too long: at words, below where they began and two columns in.</summary>
    public static string Fit(string text)
    {
        var fitted = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            fitted.Append(fitted.Length > 0 ? "\n" : string.Empty);
            if (Width(line) <= Columns)
            {
                fitted.Append(line);
                continue;
            }

            var words = line.TrimStart(' ');
            var indent = new string(' ', Math.Min(line.Length - words.Length, MostIndent));
            fitted.Append(indent).AppendJoin($"\n{indent}  ", Wrap(words, Columns - indent.Length, hanging: 2));
        }

        return fitted.ToString();
    }

    /// <summary>Where the line that begins at a place ends: before a sign outside of brackets where there is one, else at the best there is.</summary>
    private static int Place(List<string> elements, int start, int width)
    {
        var (best, cost, depth) = (start + width, int.MaxValue, 0);
        for (var i = start; i < start + width + 1; i++)
        {
            var element = elements[i];
            if (i - start >= width * LeastFilled && element == " ")
            {
                var sign = i + 1 < elements.Count && Breaking.Contains(elements[i + 1], StringComparison.Ordinal);
                var own = (2 * depth) + (sign ? 0 : 3);
                if (own <= cost)
                {
                    (best, cost) = (i, own);
                }
            }

            depth += Opening.Contains(element, StringComparison.Ordinal) ? 1 : Closing.Contains(element, StringComparison.Ordinal) ? -1 : 0;
        }

        if (cost < int.MaxValue)
        {
            return best;
        }

        // Without a space: after a bracket or a comma, so that no name is torn.
        for (var i = start + width; i > start + (width / 2); i--)
        {
            if (elements[i - 1] is "," or ")" or "(" or "]" or ";" or "/")
            {
                return i;
            }
        }

        return start + width;
    }
}
