using System.Text;

namespace ChainRule.Views;

/// <summary>Words in lines.</summary>
internal static class TextLines
{
    /// <summary>Words in lines of a width; a word that is longer stands alone.</summary>
    public static IEnumerable<string> Wrap(string words, int width)
    {
        var line = new StringBuilder();
        foreach (var word in words.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : string.Empty).Append(word);
        }

        yield return line.ToString();
    }
}
