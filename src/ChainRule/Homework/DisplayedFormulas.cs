using System.Buffers;

namespace ChainRule.Checking;

/// <summary>Which formulas outside of marked blocks count as claims.</summary>
public enum UnmarkedFormulas
{
    /// <summary>None: claims are marked.</summary>
    None,

    /// <summary>Those that are displayed.</summary>
    Displayed,

    /// <summary>Those that are displayed, and those in the running text that hold a relation sign.</summary>
    All,
}

/// <summary>Finds the formulas that a text displays: $$ … $$, \[ … \], equation, align and their like. Comments and code are passed over.</summary>
internal static class DisplayedFormulas
{
    private static readonly string[] _environments = ["equation", "align", "gather", "multline", "eqnarray", "displaymath", "alignat", "flalign", "dmath"];
    private static readonly string[] _code = ["verbatim", "lstlisting", "minted", "comment"];

    /// <summary>The formulas of a text as claims.</summary>
    /// <param name="text">The text.</param>
    /// <param name="firstLine">The number of its first line.</param>
    /// <param name="which">Whether formulas in the running text count, too.</param>
    /// <param name="isLatex">Whether % begins a comment; in Markdown ` begins code.</param>
    public static IEnumerable<HomeworkPart> In(string text, int firstLine, UnmarkedFormulas which, bool isLatex)
    {
        var (line, counted) = (firstLine, 0);
        int? display = null;
        for (var at = 0; at < text.Length;)
        {
            if (IsHeading(text, at, isLatex))
            {
                yield return new(HomeworkPartKind.Given, string.Empty, line) { IsUnmarked = true, IsHeading = true };
            }

            if (Next(text, at, which, isLatex) is not var (start, end, after, isProse) || after <= at)
            {
                at++;
                continue;
            }

            if (end > start && !string.IsNullOrWhiteSpace(text[start..end]))
            {
                start += text.AsSpan(start, end - start).IndexOfAnyExcept('\n', '\r', ' ');
                line += text.AsSpan(counted, start - counted).Count('\n');
                counted = start;
                // The explanation of an explanation belongs to the same display: "where a = …, and b = …".
                var isInline = text.AsSpan(at).StartsWith(@"\(", StringComparison.Ordinal) || (text[at] == '$' && !text.AsSpan(at).StartsWith("$$", StringComparison.Ordinal));
                display = !isInline || (display is { } before && Explains(text.AsSpan(before, start - before))) ? end : null;
                var isExplanation = isInline && display is not null;
                if (isProse && Described(text, start, end, after) is { } described)
                {
                    yield return new(HomeworkPartKind.Given, described, line) { IsUnmarked = true, IsProse = true, IsExplanation = isExplanation };
                }

                yield return new(isProse ? HomeworkPartKind.Given : HomeworkPartKind.Check, text[start..end].TrimEnd(), line) { IsUnmarked = true, IsProse = isProse, IsExplanation = isExplanation };
            }

            at = after;
        }
    }

    private static readonly string[] _explaining = ["where", "with", "here", "in which", "and", "wobei", "mit", "und"];

    /// <summary>Whether what stands between a display and a formula ties them together: "where" and the like, in the same sentence.</summary>
    private static bool Explains(ReadOnlySpan<char> between)
    {
        var words = between.ToString();
        foreach (var sign in new[] { "$$", "$", @"\]", @"\)", @"\(" })
        {
            words = words.Replace(sign, " ", StringComparison.Ordinal);
        }

        if (words.LastIndexOf(@"\end{", StringComparison.Ordinal) is >= 0 and var end)
        {
            words = words[(words.IndexOf('}', end) + 1)..];
        }

        words = words.TrimStart(' ', '\n', '\r', '\t', '.', ',', ';', ':');
        return !words.Contains(". ", StringComparison.Ordinal) && Array.Exists(_explaining, word => words.StartsWith(word, StringComparison.OrdinalIgnoreCase) && (words.Length == word.Length || !char.IsLetter(words[word.Length])));
    }

    private static readonly string[] _headings = [@"\section", @"\chapter", @"\begin{exercise", @"\begin{problem", @"\begin{question", @"\begin{aufgabe", @"\question", @"\problem", @"\exercise", @"\aufgabe"];

    private static bool IsHeading(string text, int at, bool isLatex) => isLatex
        ? text[at] == '\\' && Array.Exists(_headings, heading => text.AsSpan(at).StartsWith(heading, StringComparison.OrdinalIgnoreCase))
        : text[at] == '#' && (at == 0 || text[at - 1] == '\n');

    /// <summary>What begins at a place: where its formula starts and ends and where to read on; an empty formula for what is passed over.</summary>
    private static (int Start, int End, int After, bool IsProse)? Next(string text, int at, UnmarkedFormulas which, bool isLatex)
    {
        switch (text[at])
        {
            case '%' when isLatex:
                var stop = text.IndexOf('\n', at + 1);
                return Passed(stop < 0 ? text.Length : stop + 1);
            case '`' when !isLatex:
                return Until(text, at + 1, "`") is var (_, _, next, _) ? Passed(next) : null;
            case '$' when string.CompareOrdinal(text, at, "$$", 0, 2) == 0:
                return Until(text, at + 2, "$$");
            case '$':
                return Inline(text, at + 1, "$", which);
            case '\\' when at + 1 < text.Length && text[at + 1] == '(':
                return Inline(text, at + 2, @"\)", which);
            case '\\' when at + 1 < text.Length && text[at + 1] == '[':
                return Until(text, at + 2, @"\]");
            case '\\' when string.CompareOrdinal(text, at, @"\begin{", 0, 7) == 0:
                var close = text.IndexOf('}', at);
                var name = close < 0 ? string.Empty : text[(at + 7)..close];
                if (_code.Contains(name, StringComparer.Ordinal))
                {
                    return Until(text, close + 1, $@"\end{{{name}}}") is var (_, _, behind, _) ? Passed(behind) : null;
                }

                // The environment belongs to the formula: it says how its lines are to be read.
                return _environments.Contains(name.TrimEnd('*'), StringComparer.Ordinal) && Until(text, close + 1, $@"\end{{{name}}}") is var (_, _, last, _) ? (at, last, last, false) : null;
            case '\\':
                return Passed(Math.Min(at + 2, text.Length));
            default:
                return null;
        }

        (int, int, int, bool) Passed(int after) => (at, at, after, false);
    }

    /// <summary>
    /// A formula in the running text: where none of them is asked for, it can only say what a name is. One without a relation claims nothing
    /// and is passed over. A lone $ is money.
    /// </summary>
    private static (int Start, int End, int After, bool IsProse)? Inline(string text, int start, string end, UnmarkedFormulas which)
    {
        if (Until(text, start, end) is not var (_, last, after, _) || text.AsSpan(start, last - start).Contains("\n\n", StringComparison.Ordinal))
        {
            return null;
        }

        var isClaim = which == UnmarkedFormulas.All && text.AsSpan(start, last - start).ContainsAny('=', '≤', '≥') && !text.AsSpan(start, last - start).Contains(@"\dots", StringComparison.Ordinal);
        return isClaim ? (start, last, after, false) : Array.Exists(_declaring, sign => text.AsSpan(start, last - start).Contains(sign, StringComparison.Ordinal)) || Described(text, start, last, after) is not null ? (start, last, after, true) : (start, start, after, false);
    }

    private static readonly SearchValues<char> _ends = SearchValues.Create("$\\.,;\n");
    private static readonly string[] _traits = ["one-hot", "one hot", "symmetric", "distribution", "activation", "nonlinearity", "non-linearity", "elementwise", "element-wise"];

    /// <summary>"$y$ is one-hot", "the one-hot vector $y \\in \\mathbb{R}^K$": what words next to a lone name say of it, as a given.</summary>
    private static string? Described(string text, int start, int end, int after)
    {
        const int Near = 50;
        var name = text[start..end].Split([@"\in", "∈"], 2, StringSplitOptions.None)[0].Trim();
        if (name.Length is 0 or > 30 || name.AsSpan().ContainsAny("=<>,∼"))
        {
            return null;
        }

        var behind = text.AsSpan(after, Math.Min(Near, text.Length - after));
        behind = behind[..(behind.IndexOfAny(_ends) is >= 0 and var stop ? stop : behind.Length)];
        if (Slices(text, name, behind.ToString(), after + behind.Length) is { } slices)
        {
            return slices;
        }

        var before = text.AsSpan(Math.Max(0, start - Near), Math.Min(Near, start)).TrimEnd("$(\\");
        before = before[(before.LastIndexOfAny(_ends) + 1)..];
        foreach (var trait in _traits)
        {
            if (behind.Contains(trait, StringComparison.OrdinalIgnoreCase) || before.Contains(trait, StringComparison.OrdinalIgnoreCase))
            {
                return $"{name} \\text{{ {trait} }}";
            }
        }

        return null;
    }

    /// <summary>"$U$ with columns $u_w$" as u_w = U_{:,w}, and rows likewise.</summary>
    private static string? Slices(string text, string name, string words, int next)
    {
        words = words.TrimEnd();
        words = words.EndsWith(" are", StringComparison.OrdinalIgnoreCase) ? words[..^4] : words;
        var areColumns = words.EndsWith("columns", StringComparison.OrdinalIgnoreCase);
        if ((!areColumns && !words.EndsWith("rows", StringComparison.OrdinalIgnoreCase)) || next >= text.Length || text[next] != '$' || Until(text, next + 1, "$") is not var (start, end, _, _))
        {
            return null;
        }

        var slice = text[start..end].Trim();
        return slice.Split('_') is [{ Length: > 0 }, var index] && index.Trim('{', '}') is [>= 'a' and <= 'z'] letter ? $"{slice} = {name}_{{{(areColumns ? ":," + letter : letter + ",:")}}}" : null;
    }

    private static readonly string[] _declaring = ["=", @"\in", "∈", @"\sim", "∼", ">", "<", @"\ge", @"\le"];

    private static (int Start, int End, int After, bool IsProse)? Until(string text, int start, string end)
    {
        var at = text.IndexOf(end, start, StringComparison.Ordinal);
        return at < 0 ? null : (start, at, at + end.Length, false);
    }
}
