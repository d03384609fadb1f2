using System.Globalization;

namespace ChainRule.Notation;

/// <summary>
/// The abbreviations that people define at the top of a document: \newcommand, \renewcommand, \providecommand, \def with plain
/// arguments, \let, \DeclareMathOperator, \DeclarePairedDelimiter. They are replaced by what they stand for before a formula is read;
/// nothing else of TeX's programming is known here.
/// </summary>
internal sealed class LatexMacros
{
    /// <summary>How long a formula may become.</summary>
    private const int LongestResult = 20_000;

    /// <summary>How much may be put in for one formula, so that definitions that call one another come to an end.</summary>
    private const int MostReplacements = 4_000;

    private const int DeepestReplacement = 40;
    private const int MostDefinitions = 2_000;
    private const int LongestBody = 4_000;
    private const int MostArguments = 9;

    private static readonly string[] _commands = [@"\newcommand", @"\renewcommand", @"\providecommand", @"\DeclareRobustCommand", @"\DeclareMathOperator", @"\DeclarePairedDelimiter", @"\def", @"\gdef", @"\let"];

    /// <summary>Commands that shape what is read; an abbreviation of that name would hide the shape.</summary>
    private static readonly string[] _kept = [@"\begin", @"\end", @"\left", @"\right", @"\text", @"\\", @"\{", @"\}"];

    private readonly Dictionary<string, Macro> _macros = new(StringComparer.Ordinal);

    private sealed record Macro(int Arguments, string? Optional, string Body);

    /// <summary>Whether anything is defined.</summary>
    public bool IsEmpty => _macros.Count == 0;

    /// <summary>Notes the definitions in a text.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The text with the definitions blanked, so that every place stays where it is.</returns>
    public string Collect(string text)
    {
        char[]? rest = null;
        foreach (var (start, end) in Definitions(text, Define))
        {
            rest ??= text.ToCharArray();
            for (var i = start; i < end; i++)
            {
                rest[i] = rest[i] is '\n' ? '\n' : ' ';
            }
        }

        return rest is null ? text : new(rest);
    }

    /// <summary>The definitions of a text, each on one line.</summary>
    public static IEnumerable<string> In(string text) => Definitions(text, (_, _) => { }).Select(place => text[place.Start..place.End].Replace('\n', ' ').Replace('\r', ' '));

    /// <summary>The formula with every abbreviation replaced, and where each of its characters comes from; null where there is nothing to replace.</summary>
    public Expansion? Expand(string source)
    {
        if (IsEmpty || !source.Contains('\\', StringComparison.Ordinal))
        {
            return null;
        }

        var waiting = new Stack<Piece>();
        for (var i = source.Length - 1; i >= 0; i--)
        {
            waiting.Push(new(source[i], i, i + 1, 0));
        }

        var result = new List<Piece>();
        var replaced = 0;
        while (waiting.TryPop(out var piece))
        {
            if (piece.Letter != '\\' || waiting.Count == 0)
            {
                result.Add(piece);
                continue;
            }

            var name = Name(piece, waiting, out var taken);
            if (!_macros.TryGetValue(name, out var macro))
            {
                result.Add(piece);
                result.AddRange(taken);
                continue;
            }

            if (++replaced > MostReplacements || piece.Depth >= DeepestReplacement || result.Count > LongestResult || waiting.Count > 2 * LongestResult)
            {
                return new(source, [], [], $"The abbreviation {name} is not unfolded: what it stands for goes on without an end, or the formula gets longer than {LongestResult.ToString(CultureInfo.InvariantCulture)} characters.");
            }

            Replace(macro, piece, taken.Count > 0 ? taken[^1].To : piece.To, waiting, result);
        }

        return replaced == 0 ? null : new(string.Concat(result.Select(piece => piece.Letter)), [.. result.Select(piece => piece.From)], [.. result.Select(piece => piece.To)], null);
    }

    /// <summary>A character, the stretch of the source that it stands for, and how many abbreviations it came through.</summary>
    private readonly record struct Piece(char Letter, int From, int To, int Depth);

    private static string Name(Piece first, Stack<Piece> waiting, out List<Piece> taken)
    {
        taken = [];
        while (waiting.TryPeek(out var next) && char.IsAsciiLetter(next.Letter))
        {
            taken.Add(waiting.Pop());
        }

        if (taken.Count == 0 && waiting.TryPop(out var sign))
        {
            taken.Add(sign);
        }

        return first.Letter + string.Concat(taken.Select(piece => piece.Letter));
    }

    private static void Replace(Macro macro, Piece call, int end, Stack<Piece> waiting, List<Piece> result)
    {
        var arguments = new List<List<Piece>>();
        for (var i = 0; i < macro.Arguments; i++)
        {
            arguments.Add(i == 0 && macro.Optional is { } usual ? Bracketed(waiting) ?? [.. usual.Select(letter => new Piece(letter, call.From, end, call.Depth + 1))] : Argument(waiting));
        }

        foreach (var argument in arguments.Where(argument => argument.Count > 0))
        {
            end = Math.Max(end, argument[^1].To);
        }

        var put = new List<Piece>();
        for (var i = 0; i < macro.Body.Length; i++)
        {
            if (macro.Body[i] == '#' && i + 1 < macro.Body.Length && macro.Body[i + 1] - '1' is >= 0 and var number && number < arguments.Count)
            {
                Append(put, arguments[number].Select(piece => piece with { Depth = call.Depth + 1 }));
                i++;
            }
            else
            {
                put.Add(new(macro.Body[i], call.From, end, call.Depth + 1));
            }
        }

        if (waiting.TryPeek(out var next) && char.IsAsciiLetter(next.Letter) && EndsInCommand(put))
        {
            put.Add(new(' ', call.From, end, call.Depth + 1));
        }

        if (put.Count > 0 && char.IsAsciiLetter(put[0].Letter) && EndsInCommand(result))
        {
            // \mathbf\W with \W for "w": the letters are no part of the command before.
            result.Add(new(' ', call.From, end, call.Depth + 1));
        }

        for (var i = put.Count - 1; i >= 0; i--)
        {
            waiting.Push(put[i]);
        }
    }

    private static void Append(List<Piece> put, IEnumerable<Piece> argument)
    {
        var isFirst = true;
        foreach (var piece in argument)
        {
            if (isFirst && char.IsAsciiLetter(piece.Letter) && EndsInCommand(put))
            {
                put.Add(piece with { Letter = ' ' });
            }

            isFirst = false;
            put.Add(piece);
        }
    }

    private static bool EndsInCommand(List<Piece> pieces)
    {
        var at = pieces.Count - 1;
        while (at >= 0 && char.IsAsciiLetter(pieces[at].Letter))
        {
            at--;
        }

        return at >= 0 && at < pieces.Count - 1 && pieces[at].Letter == '\\' && !(at > 0 && pieces[at - 1].Letter == '\\');
    }

    private static void SkipSpace(Stack<Piece> waiting)
    {
        while (waiting.TryPeek(out var next) && next.Letter is ' ' or '\n' or '\r' or '\t')
        {
            waiting.Pop();
        }
    }

    /// <summary>An argument: a group without its braces, a command, or one character.</summary>
    private static List<Piece> Argument(Stack<Piece> waiting)
    {
        SkipSpace(waiting);
        if (!waiting.TryPeek(out var first) || first.Letter is '}' or '&')
        {
            return [];
        }

        waiting.Pop();
        if (first.Letter == '{')
        {
            return Group(waiting, '{', '}');
        }

        var argument = new List<Piece> { first };
        if (first.Letter == '\\')
        {
            Name(first, waiting, out var taken);
            argument.AddRange(taken);
        }

        return argument;
    }

    private static List<Piece>? Bracketed(Stack<Piece> waiting)
    {
        SkipSpace(waiting);
        if (!waiting.TryPeek(out var first) || first.Letter != '[')
        {
            return null;
        }

        waiting.Pop();
        return Group(waiting, '[', ']');
    }

    private static List<Piece> Group(Stack<Piece> waiting, char open, char close)
    {
        var group = new List<Piece>();
        var depth = 1;
        while (waiting.TryPop(out var piece))
        {
            if (piece.Letter == '\\' && waiting.TryPop(out var escaped))
            {
                group.Add(piece);
                group.Add(escaped);
                continue;
            }

            depth += piece.Letter == open ? 1 : piece.Letter == close ? -1 : 0;
            if (depth == 0)
            {
                break;
            }

            group.Add(piece);
        }

        return group;
    }

    private void Define(string name, Macro macro)
    {
        if (_macros.Count < MostDefinitions && macro.Body.Length <= LongestBody && macro.Arguments is >= 0 and <= MostArguments && !_kept.Contains(name, StringComparer.Ordinal))
        {
            _macros[name] = macro;
        }
    }

    private static List<(int Start, int End)> Definitions(string text, Action<string, Macro> define)
    {
        var places = new List<(int Start, int End)>();
        for (var at = text.IndexOf('\\', StringComparison.Ordinal); at >= 0; at = at + 1 < text.Length ? text.IndexOf('\\', at + 1) : -1)
        {
            var start = at;
            var command = Array.Find(_commands, known => string.CompareOrdinal(text, start, known, 0, known.Length) == 0 && !(start + known.Length < text.Length && char.IsAsciiLetter(text[start + known.Length])));
            if (command is null || IsCommented(text, start))
            {
                at += at + 1 < text.Length && text[at + 1] == '\\' ? 1 : 0;
                continue;
            }

            var cursor = start + command.Length;
            if (Read(text, command, ref cursor) is var (name, macro))
            {
                define(name, macro);
                places.Add((start, cursor));
                at = cursor - 1;
            }
        }

        return places;
    }

    private static bool IsCommented(string text, int at)
    {
        var line = at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;
        var sign = text.IndexOf('%', line, at - line);
        return sign >= 0 && !(sign > 0 && text[sign - 1] == '\\');
    }

    private static (string Name, Macro Macro)? Read(string text, string command, ref int at)
    {
        var isStarred = at < text.Length && text[at] == '*';
        at += isStarred ? 1 : 0;
        if (NameAt(text, ref at) is not { } name)
        {
            return null;
        }

        switch (command)
        {
            case @"\DeclareMathOperator":
                return GroupAt(text, ref at) is { } words ? (name, new(0, null, $@"\operatorname{(isStarred ? "*" : string.Empty)}{{{words}}}")) : null;
            case @"\DeclarePairedDelimiter":
                return GroupAt(text, ref at) is { } left && GroupAt(text, ref at) is { } right ? (name, new(1, null, $@"\left{left} #1 \right{right}")) : null;
            case @"\let":
                Skip(text, ref at);
                at += at < text.Length && text[at] == '=' ? 1 : 0;
                return NameAt(text, ref at) is { } other ? (name, new(0, null, other)) : null;
            case @"\def" or @"\gdef":
                var count = 0;
                while (at + 1 < text.Length && text[at] == '#' && text[at + 1] == '1' + count)
                {
                    count++;
                    at += 2;
                }

                return GroupAt(text, ref at) is { } defined ? (name, new(count, null, defined)) : null;
            default:
                var arguments = 0;
                string? usual = null;
                if (OptionalAt(text, ref at) is { } number)
                {
                    if (!int.TryParse(number.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out arguments))
                    {
                        return null;
                    }

                    usual = OptionalAt(text, ref at);
                }

                return GroupAt(text, ref at) is { } body ? (name, new(arguments, usual, body)) : null;
        }
    }

    private static void Skip(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
    }

    /// <summary>\name or {\name}.</summary>
    private static string? NameAt(string text, ref int at)
    {
        Skip(text, ref at);
        var isBraced = at < text.Length && text[at] == '{';
        at += isBraced ? 1 : 0;
        Skip(text, ref at);
        if (at + 1 >= text.Length || text[at] != '\\')
        {
            return null;
        }

        var end = at + 1;
        while (end < text.Length && char.IsAsciiLetter(text[end]))
        {
            end++;
        }

        end = Math.Max(end, at + 2);
        var name = text[at..end];
        at = end;
        Skip(text, ref at);
        if (!isBraced)
        {
            return name;
        }

        if (at >= text.Length || text[at] != '}')
        {
            return null;
        }

        at++;
        return name;
    }

    private static string? GroupAt(string text, ref int at)
    {
        Skip(text, ref at);
        return at < text.Length && text[at] == '{' ? Between(text, '{', '}', ref at) : null;
    }

    private static string? OptionalAt(string text, ref int at)
    {
        Skip(text, ref at);
        return at < text.Length && text[at] == '[' ? Between(text, '[', ']', ref at) : null;
    }

    private static string? Between(string text, char open, char close, ref int at)
    {
        var depth = 0;
        for (var i = at; i < text.Length && i - at <= LongestBody + 2; i++)
        {
            if (text[i] == '\\')
            {
                i++;
                continue;
            }

            depth += text[i] == open ? 1 : text[i] == close ? -1 : 0;
            if (depth == 0)
            {
                var inner = text[(at + 1)..i];
                at = i + 1;
                return inner;
            }
        }

        return null;
    }
}

/// <summary>A formula after its abbreviations were replaced.</summary>
/// <param name="Text">What is read.</param>
/// <param name="From">For each character, where what it stands for begins in the source.</param>
/// <param name="To">And where that ends.</param>
/// <param name="Problem">Why nothing was replaced, or null.</param>
internal sealed record Expansion(string Text, int[] From, int[] To, string? Problem);
