using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>
/// Where a block of claims has a claim on each line, the ends of lines separate them as \\ would: LaTeX itself does not mind the end
/// of a line, but people who write one claim a line do.
/// </summary>
internal static class ClaimLines
{
    private static readonly string[] _relations = ["=", "<", ">", "≤", "≥", "≠", "≈", "∈", " : ", @"\colon", @"\le", @"\ge", @"\ne", @"\approx", @"\in", @"\equiv", @"\to", @"\succ", @"\prec", "⪰", "≻", "⪯", "≺", "⇒", @"\Rightarrow", @"\implies"];
    private static readonly string[] _goesOn = ["=", "<", ">", "≤", "≥", "&", "+", "*", "/", "·", "⊙", "⊗", "^", "_", ")", "]", "}", ",", @"\\", @"\cdot", @"\times", @"\odot", @"\le", @"\ge", @"\ne", @"\approx", @"\equiv", @"\Rightarrow", @"\implies", @"\iff", "⇒", "⇔", @"\end", @"\quad", @"\text", @"\text{if", "if ", "for "];
    private static readonly string[] _unfinished = ["=", "<", ">", "≤", "≥", "&", "+", "-", "−", "*", "/", "·", "⊙", "⊗", "^", "_", "(", "[", "{", ",", @"\\", @"\cdot", @"\times", @"\odot", @"\le", @"\ge", @"\left", @"\begin"];

    /// <summary>The text with the ends of lines that separate claims marked for the reader; every place stays where it is.</summary>
    public static string Separate(string text)
    {
        var letters = text.ToCharArray();
        var statement = 0;
        for (var end = text.IndexOf('\n', StringComparison.Ordinal); end >= 0; end = text.IndexOf('\n', end + 1))
        {
            var before = text[statement..end].Trim();
            var next = text[(end + 1)..].TrimStart().Split('\n')[0].Trim();
            if (before.Length == 0)
            {
                statement = end + 1;
            }
            else if (next.Length > 0 && IsClosed(before) && IsRelation(before) && IsRelation(next) && !IsComment(text, end)
                && !Array.Exists(_unfinished, sign => before.EndsWith(sign, StringComparison.Ordinal))
                && !Array.Exists(_goesOn, sign => next.StartsWith(sign, StringComparison.Ordinal)))
            {
                letters[end] = LatexReader.LineSeparator;
                statement = end + 1;
            }
        }

        return new(letters);
    }

    private static bool IsRelation(string line) => Array.Exists(_relations, sign => line.Contains(sign, StringComparison.Ordinal));

    /// <summary>Whether the line ends inside a comment, which would swallow the mark.</summary>
    private static bool IsComment(string text, int end)
    {
        var start = text.LastIndexOf('\n', end - 1) + 1;
        return text.AsSpan(start, end - start).Contains('%');
    }

    /// <summary>Whether every brace, bracket, \left and \begin of the text has its end.</summary>
    private static bool IsClosed(string text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                var rest = text.AsSpan(i);
                depth += rest.StartsWith(@"\begin{", StringComparison.Ordinal) || rest.StartsWith(@"\left", StringComparison.Ordinal) && !rest.StartsWith(@"\leftarrow", StringComparison.Ordinal) ? 1
                    : rest.StartsWith(@"\end{", StringComparison.Ordinal) || rest.StartsWith(@"\right", StringComparison.Ordinal) && !rest.StartsWith(@"\rightarrow", StringComparison.Ordinal) ? -1
                    : 0;
                i++;
            }
            else
            {
                depth += text[i] is '{' ? 1 : text[i] is '}' ? -1 : 0;
            }
        }

        return depth == 0;
    }
}
