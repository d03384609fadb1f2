using System.Collections.Immutable;
using System.Text;

namespace ChainRule.Checking;

/// <summary>A marked part of a text: givens, or claims to judge.</summary>
/// <param name="IsGiven">Whether it declares.</param>
/// <param name="Text">What it says.</param>
/// <param name="Line">The line of the text on which it begins, from 1.</param>
public sealed record HomeworkPart(bool IsGiven, string Text, int Line);

/// <summary>
/// Finds givens and claims in texts: fenced blocks <c>given</c> and <c>check</c> in Markdown, environments of these names in LaTeX,
/// lines <c>#!given</c> and <c>#!check</c> in a cell.
/// </summary>
public static class HomeworkText
{
    /// <summary>The fenced blocks of a Markdown text whose first word is given or check.</summary>
    public static ImmutableArray<HomeworkPart> FromMarkdown(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = ImmutableArray.CreateBuilder<HomeworkPart>();
        var (fence, isGiven, start) = (string.Empty, false, 0);
        StringBuilder? body = null;
        foreach (var (line, number) in Lines(text))
        {
            var trimmed = line.TrimStart();
            if (fence.Length == 0)
            {
                var mark = trimmed.StartsWith("```", StringComparison.Ordinal) ? '`' : trimmed.StartsWith("~~~", StringComparison.Ordinal) ? '~' : '\0';
                if (mark == '\0')
                {
                    continue;
                }

                fence = trimmed[..trimmed.TakeWhile(character => character == mark).Count()];
                var words = trimmed[fence.Length..].Split([' ', '\t', '{', '}', '.'], StringSplitOptions.RemoveEmptyEntries);
                isGiven = words.Contains("given", StringComparer.OrdinalIgnoreCase);
                (body, start) = (isGiven || words.Contains("check", StringComparer.OrdinalIgnoreCase) ? new() : null, number + 1);
            }
            else if (trimmed.StartsWith(fence, StringComparison.Ordinal) && trimmed.Trim().All(character => character == fence[0]))
            {
                Close();
            }
            else
            {
                body?.Append(line).Append('\n');
            }
        }

        Close();
        return parts.ToImmutable();

        void Close()
        {
            if (body is not null)
            {
                parts.Add(new(isGiven, Undelimited(body.ToString()), start));
            }

            (body, fence) = (null, string.Empty);
        }
    }

    /// <summary>The environments given and check of a LaTeX text.</summary>
    public static ImmutableArray<HomeworkPart> FromLatex(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = ImmutableArray.CreateBuilder<HomeworkPart>();
        var at = 0;
        while (true)
        {
            var given = text.IndexOf("\\begin{given}", at, StringComparison.Ordinal);
            var check = text.IndexOf("\\begin{check}", at, StringComparison.Ordinal);
            if (given < 0 && check < 0)
            {
                return parts.ToImmutable();
            }

            var isGiven = given >= 0 && (check < 0 || given < check);
            var start = (isGiven ? given : check) + "\\begin{given}".Length;
            var end = text.IndexOf(isGiven ? "\\end{given}" : "\\end{check}", start, StringComparison.Ordinal);
            end = end < 0 ? text.Length : end;
            parts.Add(new(isGiven, Undelimited(text[start..end]), 1 + text.AsSpan(0, start).Count('\n')));
            at = end;
        }
    }

    /// <summary>Whether a cell begins with one of the two commands.</summary>
    public static bool IsCell(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Command(text.TrimStart().Split('\n', 2)[0]) is not null;
    }

    /// <summary>The parts of a cell, each behind its command.</summary>
    public static ImmutableArray<HomeworkPart> FromCell(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = ImmutableArray.CreateBuilder<HomeworkPart>();
        StringBuilder? body = null;
        var (isGiven, start) = (false, 1);
        foreach (var (line, number) in Lines(text))
        {
            if (Command(line) is { } command)
            {
                Close();
                (body, isGiven, start) = (new(), command, number + 1);
            }
            else
            {
                body?.Append(line).Append('\n');
            }
        }

        Close();
        return parts.ToImmutable();

        void Close()
        {
            if (body is not null)
            {
                parts.Add(new(isGiven, Undelimited(body.ToString()), start));
            }
        }
    }

    /// <summary>The givens of a part, one a line; an environment that spans lines is one given.</summary>
    public static ImmutableArray<string> Givens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var givens = ImmutableArray.CreateBuilder<string>();
        var current = new StringBuilder();
        foreach (var (line, _) in Lines(text))
        {
            if (line.Trim().Length == 0)
            {
                continue;
            }

            current.Append(line.Trim()).Append('\n');
            var all = current.ToString();
            if (Count(all, "\\begin{") <= Count(all, "\\end{"))
            {
                givens.Add(all.Trim());
                current.Clear();
            }
        }

        if (current.Length > 0)
        {
            givens.Add(current.ToString().Trim());
        }

        return givens.ToImmutable();
    }

    /// <summary>Judges all claims, each under the givens before it; claims under the same givens are judged together.</summary>
    /// <param name="parts">The parts in their order.</param>
    /// <param name="givens">What is given before all parts.</param>
    /// <param name="explain">Whether right claims say which rules lie between their sides.</param>
    public static HomeworkReport Check(IEnumerable<HomeworkPart> parts, IEnumerable<string>? givens = null, bool explain = false)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var known = new List<string>(givens ?? []);
        var waiting = new List<string>();
        var claims = ImmutableArray.CreateBuilder<ClaimResult>();
        var unread = new List<UnreadGiven>();
        var remarks = new List<string>();
        var blocks = 0;
        var isChecked = true;
        foreach (var part in parts)
        {
            if (part.IsGiven)
            {
                Judge();
                known.AddRange(Givens(part.Text));
                isChecked = false;
            }
            else
            {
                waiting.Add(part.Text);
            }
        }

        Judge();
        if (!isChecked)
        {
            // Givens after the last claims are read all the same, so that what is wrong with them is said.
            unread.AddRange(new Homework().Given([.. known]).Check().UnreadGivens);
        }

        return new(claims.ToImmutable(), [.. unread.Distinct()], [.. remarks.Distinct(StringComparer.Ordinal)]);

        void Judge()
        {
            if (waiting.Count == 0)
            {
                return;
            }

            var homework = new Homework().Given([.. known]);
            var report = (explain ? homework.ExplainSteps() : homework).Check([.. waiting]);
            claims.AddRange(report.Claims.Select(claim => claim with { Block = claim.Block + blocks }));
            unread.AddRange(report.UnreadGivens);
            remarks.AddRange(report.Remarks);
            blocks += waiting.Count;
            waiting.Clear();
            isChecked = true;
        }
    }

    private static bool? Command(string line) => line.Trim() is var trimmed && !trimmed.StartsWith("#!", StringComparison.Ordinal) ? null
        : trimmed[2..].Trim() switch { "given" => true, "check" => false, _ => null };

    private static int Count(string text, string part)
    {
        var count = 0;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }

    /// <summary>Formulas without the dollars or brackets around the whole.</summary>
    private static string Undelimited(string text)
    {
        var trimmed = text.Trim();
        foreach (var (open, close) in new[] { ("$$", "$$"), ("\\[", "\\]"), ("$", "$"), ("\\(", "\\)") })
        {
            if (trimmed.Length >= open.Length + close.Length && trimmed.StartsWith(open, StringComparison.Ordinal) && trimmed.EndsWith(close, StringComparison.Ordinal) && trimmed.IndexOf(close, open.Length, StringComparison.Ordinal) == trimmed.Length - close.Length)
            {
                return trimmed[open.Length..^close.Length].Trim();
            }
        }

        return trimmed;
    }

    private static IEnumerable<(string Line, int Number)> Lines(string text) => text.Split('\n').Select((line, position) => (line.TrimEnd('\r'), position + 1));
}
