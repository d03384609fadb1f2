using System.Collections.Immutable;
using System.Text;
using ChainRule.Notation;

namespace ChainRule.Checking;

/// <summary>What a marked part of a text is for.</summary>
public enum HomeworkPartKind
{
    /// <summary>It declares.</summary>
    Given,

    /// <summary>It holds claims to judge.</summary>
    Check,

    /// <summary>It requires something of the next block of claims.</summary>
    Require,

    /// <summary>It begins a new homework: what was given before is forgotten.</summary>
    Fresh,

    /// <summary>It defines abbreviations (\newcommand and its like) for the whole document.</summary>
    Abbreviation,
}

/// <summary>A marked part of a text: givens, claims to judge, or what is required of them.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Text">What it says.</param>
/// <param name="Line">The line of the text on which it begins, from 1.</param>
public sealed record HomeworkPart(HomeworkPartKind Kind, string Text, int Line)
{
    /// <summary>It is not marked: it claims unless it says what a new name is.</summary>
    internal bool IsUnmarked { get; init; }

    /// <summary>A section begins here.</summary>
    internal bool IsHeading { get; init; }

    /// <summary>It stands in the running text, where it can say what a name is, and else is passed over.</summary>
    internal bool IsProse { get; init; }

    /// <summary>It stands behind a "where" after a displayed formula, and so belongs to that.</summary>
    internal bool IsExplanation { get; init; }

    /// <summary>Whether it declares: names, or abbreviations.</summary>
    public bool IsGiven => Kind is HomeworkPartKind.Given or HomeworkPartKind.Abbreviation;
}

/// <summary>
/// Finds givens, claims and requirements in texts: fenced blocks <c>given</c>, <c>check</c> and <c>require</c> in Markdown,
/// environments of these names in LaTeX, lines <c>#!given</c>, <c>#!check</c> and <c>#!require</c> in a cell,
/// where <c>#!homework</c> begins anew.
/// </summary>
public static class HomeworkText
{
    private static readonly (string Word, HomeworkPartKind Kind)[] _kinds = [("given", HomeworkPartKind.Given), ("check", HomeworkPartKind.Check), ("require", HomeworkPartKind.Require)];

    /// <summary>The fenced blocks of a Markdown text whose first word is given, check or require.</summary>
    /// <param name="text">The text.</param>
    /// <param name="unmarked">Which formulas outside of blocks are claims, too.</param>
    public static ImmutableArray<HomeworkPart> FromMarkdown(string text, UnmarkedFormulas unmarked = UnmarkedFormulas.None)
    {
        Require.NotNull(text);
        var parts = ImmutableArray.CreateBuilder<HomeworkPart>();
        parts.AddRange(Abbreviations(text));
        var (fence, kind, start) = (string.Empty, HomeworkPartKind.Given, 0);
        StringBuilder? body = null;
        var prose = new StringBuilder();
        var proseStart = 1;
        foreach (var (line, number) in Lines(text))
        {
            var trimmed = line.TrimStart();
            if (fence.Length == 0)
            {
                var mark = trimmed.StartsWith("```", StringComparison.Ordinal) ? '`' : trimmed.StartsWith("~~~", StringComparison.Ordinal) ? '~' : '\0';
                if (mark == '\0')
                {
                    prose.Append(line).Append('\n');
                    continue;
                }

                Displays();
                fence = trimmed[..trimmed.TakeWhile(character => character == mark).Count()];
                var words = trimmed[fence.Length..].Split([' ', '\t', '{', '}', '.'], StringSplitOptions.RemoveEmptyEntries);
                var named = Array.Find(_kinds, entry => words.Contains(entry.Word, StringComparer.OrdinalIgnoreCase));
                (kind, body, start) = (named.Kind, named.Word is null ? null : new(), number + 1);
            }
            else if (trimmed.StartsWith(fence, StringComparison.Ordinal) && trimmed.Trim().All(character => character == fence[0]))
            {
                Close();
                proseStart = number + 1;
            }
            else
            {
                body?.Append(line).Append('\n');
            }
        }

        Close();
        Displays();
        return parts.ToImmutable();

        void Close()
        {
            if (body is not null)
            {
                parts.Add(Part(kind, body.ToString(), start));
            }

            (body, fence) = (null, string.Empty);
        }

        void Displays()
        {
            if (unmarked != UnmarkedFormulas.None)
            {
                parts.AddRange(DisplayedFormulas.In(prose.ToString(), proseStart, unmarked, isLatex: false));
            }

            prose.Clear();
        }
    }

    /// <summary>The abbreviations that a document defines anywhere (\newcommand, \DeclareMathOperator, …), as a part before all others.</summary>
    private static IEnumerable<HomeworkPart> Abbreviations(string text) => LatexMacros.In(text).ToList() is { Count: > 0 } definitions ? [new(HomeworkPartKind.Abbreviation, string.Join('\n', definitions), 1)] : [];

    /// <summary>The environments given, check and require of a LaTeX text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="unmarked">Which formulas outside of these environments are claims, too.</param>
    public static ImmutableArray<HomeworkPart> FromLatex(string text, UnmarkedFormulas unmarked = UnmarkedFormulas.None)
    {
        Require.NotNull(text);
        var parts = ImmutableArray.CreateBuilder<HomeworkPart>();
        parts.AddRange(Abbreviations(text));
        var at = 0;
        while (true)
        {
            var (begin, word, kind) = _kinds.Select(entry => (Begin: text.IndexOf($"\\begin{{{entry.Word}}}", at, StringComparison.Ordinal), entry.Word, entry.Kind)).Where(found => found.Begin >= 0).OrderBy(found => found.Begin).FirstOrDefault();
            if (unmarked != UnmarkedFormulas.None)
            {
                parts.AddRange(DisplayedFormulas.In(text[at..(word is null ? text.Length : begin)], 1 + text.AsSpan(0, at).Count('\n'), unmarked, isLatex: true));
            }

            if (word is null)
            {
                return parts.ToImmutable();
            }

            var start = begin + $"\\begin{{{word}}}".Length;
            var end = text.IndexOf($"\\end{{{word}}}", start, StringComparison.Ordinal);
            end = end < 0 ? text.Length : end;
            parts.Add(Part(kind, text[start..end], 1 + text.AsSpan(0, start).Count('\n')));
            at = end;
        }
    }

    /// <summary>Whether a cell begins with one of the commands.</summary>
    public static bool IsCell(string text)
    {
        Require.NotNull(text);
        return Command(text.TrimStart().Split('\n', 2)[0]) is not null;
    }

    /// <summary>The parts of a cell, each behind its command.</summary>
    public static ImmutableArray<HomeworkPart> FromCell(string text)
    {
        Require.NotNull(text);
        var parts = ImmutableArray.CreateBuilder<HomeworkPart>();
        StringBuilder? body = null;
        var (kind, start) = (HomeworkPartKind.Given, 1);
        foreach (var (line, number) in Lines(text))
        {
            if (Command(line) is var (command, rest))
            {
                Close();
                (body, kind, start) = (rest.Length > 0 ? new StringBuilder(rest).Append('\n') : new(), command, rest.Length > 0 ? number : number + 1);
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
                parts.Add(Part(kind, body.ToString(), start));
            }
        }
    }

    /// <summary>A part that begins where its first formula does.</summary>
    private static HomeworkPart Part(HomeworkPartKind kind, string body, int line) => new(kind, Undelimited(Unlisted(body)), line + body.AsSpan(0, body.Length - body.AsSpan().TrimStart().Length).Count('\n'));

    private static readonly string[] _listing = [@"\begin{enumerate}", @"\end{enumerate}", @"\begin{itemize}", @"\end{itemize}", @"\item"];

    /// <summary>The items of a list as lines: what lists them, and the dollars around formulas, are blanked, so that every place stays where it is.</summary>
    private static string Unlisted(string body)
    {
        if (!body.Contains(@"\item", StringComparison.Ordinal))
        {
            return body;
        }

        foreach (var word in _listing)
        {
            body = body.Replace(word, new(' ', word.Length), StringComparison.Ordinal);
        }

        return body.Replace('$', ' ');
    }

    /// <summary>The givens of a part, one a line; an environment that spans lines is one given.</summary>
    public static ImmutableArray<string> Givens(string text)
    {
        Require.NotNull(text);
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
    /// <param name="givens">What is given before all parts, and again where a homework begins anew.</param>
    /// <param name="explain">Whether right claims say which rules lie between their sides.</param>
    /// <param name="earlier">What was given before the parts, in earlier cells: it is forgotten where a homework begins anew.</param>
    public static HomeworkReport Check(IEnumerable<HomeworkPart> parts, IEnumerable<string>? givens = null, bool explain = false, IEnumerable<string>? earlier = null)
    {
        Require.NotNull(parts);
        return DeepStack.Ensure(() => Checked(parts, givens, explain, earlier));
    }

    private static HomeworkReport Checked(IEnumerable<HomeworkPart> parts, IEnumerable<string>? givens, bool explain, IEnumerable<string>? earlier)
    {
        var known = new List<string>([.. givens ?? [], .. earlier ?? []]);
        // What earlier claims have defined, until a given says something else of the name.
        var defined = new List<(string Name, string Text)>();
        var prose = new ProseGivens();
        known.ForEach(prose.Know);
        var adopted = new HashSet<string>(StringComparer.Ordinal);
        var section = known.Count;
        var waiting = new List<string>();
        var lines = new List<int>();
        var claims = ImmutableArray.CreateBuilder<ClaimResult>();
        var unread = new List<UnreadGiven>();
        var (remarks, numbers) = (new List<string>(), new List<string>());
        var required = new List<(RequirementKind? Kind, string Text)>();
        var requirements = new List<Requirement>();
        var results = ImmutableArray.CreateBuilder<RequirementResult>();
        var blocks = 0;
        var isChecked = true;
        foreach (var part in parts)
        {
            if (part.Kind == HomeworkPartKind.Fresh)
            {
                Judge();
                known.Clear();
                defined.Clear();
                known.AddRange(givens ?? []);
                prose.Forget();
                known.ForEach(prose.Know);
                isChecked = true;
            }
            else if (part.IsHeading)
            {
                if (adopted.Count > 0)
                {
                    // What is waiting belongs to the section that ends here, and its givens.
                    Judge();
                }

                prose.Begin();
                section = known.Count;
            }
            else if (part.IsUnmarked && Adopts(part))
            {
                if (!part.IsExplanation)
                {
                    Judge();
                }

                known.Add(part.Text);
                adopted.Add(part.Text);
            }
            else if (part.IsProse)
            {
                continue;
            }
            else if (part.IsUnmarked && waiting.Count > 0 && part.Text.StartsWith('='))
            {
                // The chain goes on in a display of its own.
                waiting[^1] += new string('\n', Math.Max(part.Line - lines[^1] - waiting[^1].Count(letter => letter == '\n'), 1)) + part.Text;
            }
            else if (part.IsGiven)
            {
                Judge();
                foreach (var given in Givens(part.Text))
                {
                    known.Add(given);
                    prose.Know(given);
                    if (defined.Count > 0)
                    {
                        var named = prose.Named(given).ToHashSet(StringComparer.Ordinal);
                        defined.RemoveAll(definition => named.Contains(definition.Name));
                    }
                }

                isChecked = false;
            }
            else if (part.Kind == HomeworkPartKind.Require)
            {
                required.AddRange(Requirements(part.Text));
            }
            else
            {
                prose.Claim();
                waiting.Add(part.Text);
                lines.Add(part.Line);
                Place(blocks + waiting.Count);
            }
        }

        Judge();
        results.AddRange(required.Select(left => new RequirementResult(new(left.Kind ?? RequirementKind.First, left.Text, blocks + 1), null, left.Kind is null ? Unknown : "No block of claims follows this requirement.")));
        if (!isChecked)
        {
            // Givens after the last claims are read all the same, so that what is wrong with them is said.
            unread.AddRange(new Homework().Given([.. known]).Check().UnreadGivens);
        }

        return HomeworkReport.With(claims, unread, remarks, numbers) with { Requirements = results.ToImmutable() };

        // What the text says of its names, until another section gives them other shapes or other meanings.
        bool Adopts(HomeworkPart part)
        {
            var redeclares = prose.Redeclares(part.Text);
            if (redeclares || prose.Redefines(part.Text))
            {
                Judge();
                known = [.. known.Where((given, position) => position >= section || !adopted.Contains(given) || (!redeclares && prose.Holds(given, part.Text)))];
                defined.Clear();
                section = 0;
                prose.Forget();
                foreach (var given in known)
                {
                    if (!adopted.Contains(given) || !prose.Takes(given))
                    {
                        prose.Know(given);
                    }
                }
            }

            return prose.Takes(part.Text);
        }

        // What was required so far is required of this block.
        void Place(int block)
        {
            foreach (var (kind, text) in required)
            {
                if (kind is { } known)
                {
                    requirements.Add(new(known, text, block));
                }
                else
                {
                    results.Add(new(new(RequirementKind.First, text, block), null, Unknown));
                }
            }

            required.Clear();
        }

        void Judge()
        {
            if (waiting.Count == 0)
            {
                return;
            }

            var report = Run(Relevant());
            if (report.Wrong + report.Open > 0 && known.Take(section).Any(adopted.Contains) && Run(known.Where((given, position) => position >= section || !adopted.Contains(given))) is var alone && alone.Right > report.Right)
            {
                // The letters of another exercise are not those of this one.
                report = alone;
            }

            requirements.Clear();
            results.AddRange(report.Requirements);
            claims.AddRange(report.Claims.Select(claim => claim with { TextLine = Line(claim, claim.Block - blocks - 1) }));
            foreach (var claim in report.Claims)
            {
                if (claim is { DefinedName: { } name, Sign: "=" or "≔" or "≡" or "≜", Left: { } left, Right: { } right })
                {
                    defined.Add((name, $"{LatexPrinter.Print(left)} = {LatexPrinter.Print(right)}"));
                }
            }

            unread.AddRange(report.UnreadGivens);
            remarks.AddRange(report.Other);
            numbers.AddRange(report.Numbers);
            blocks += waiting.Count;
            waiting.Clear();
            lines.Clear();
            isChecked = true;
        }

        HomeworkReport Run(IEnumerable<string> relevant)
        {
            var homework = new Homework { BlocksBefore = blocks }.Given([.. relevant, .. defined.Select(definition => definition.Text)]);
            foreach (var requirement in requirements)
            {
                homework.Require(requirement);
            }

            return (explain ? homework.ExplainSteps() : homework).Check([.. waiting]);
        }

        // What the running text of other sections says counts as far as it is needed here.
        IEnumerable<string> Relevant()
        {
            var earlier = known.Take(section).Where(adopted.Contains).ToList();
            if (earlier.Count == 0)
            {
                return known;
            }

            var needed = prose.Needed(earlier, [.. known.Skip(section), .. known.Where(given => !adopted.Contains(given)), .. waiting]);
            return known.Where((given, position) => position >= section || !adopted.Contains(given) || needed.Contains(given));
        }

        int Line(ClaimResult claim, int block) => lines[block] + waiting[block].AsSpan(0, Math.Clamp(claim.Span.Start, 0, waiting[block].Length)).Count('\n');
    }

    private const string Unknown = "A requirement begins with \"first:\", \"last:\" or \"rule:\".";

    /// <summary>The command of a line and what stands behind it on the same line.</summary>
    private static (HomeworkPartKind Kind, string Behind)? Command(string line)
    {
        var trimmed = line.Trim();
        if (!trimmed.StartsWith("#!", StringComparison.Ordinal))
        {
            return null;
        }

        var words = trimmed[2..].Trim().Split([' ', '\t'], 2, StringSplitOptions.TrimEntries);
        if (words[0] == "homework")
        {
            return (HomeworkPartKind.Fresh, words.Length > 1 ? words[1] : string.Empty);
        }

        return Array.Find(_kinds, entry => string.Equals(entry.Word, words[0], StringComparison.Ordinal)) is { Word: not null } found ? (found.Kind, words.Length > 1 ? words[1] : string.Empty) : null;
    }

    /// <summary>The requirements of a part, one a line: first: …, last: …, rule: ….</summary>
    private static IEnumerable<(RequirementKind? Kind, string Text)> Requirements(string text)
    {
        foreach (var line in Lines(text).Select(line => line.Line.Trim()).Where(line => line.Length > 0))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            RequirementKind? kind = (colon < 0 ? string.Empty : line[..colon].Trim().ToUpperInvariant()) switch { "FIRST" => RequirementKind.First, "LAST" => RequirementKind.Last, "RULE" => RequirementKind.Rule, _ => null };
            yield return (kind, kind is null ? line : Undelimited(line[(colon + 1)..]));
        }
    }

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
