using System.Collections.Immutable;
using System.Text.RegularExpressions;
using ChainRule.Interactive;
using ChainRule.Kernel.Notebooks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ChainRule.Kernel.Sessions;

/// <summary>What a line asks of the host.</summary>
internal enum HostDirectiveKind
{
    /// <summary>Something that is so anyway: <c>#!csharp</c>.</summary>
    Nothing,

    /// <summary>ChainRule's own package, which other hosts need: <c>#r "nuget: ChainRule.Interactive"</c>.</summary>
    BuiltIn,

    /// <summary>A NuGet package: <c>#r "nuget: Name, Version"</c>.</summary>
    Package,

    /// <summary>A feed for packages: <c>#i "nuget: folder or address"</c>.</summary>
    Feed,

    /// <summary><c>#!time</c>: how long the cell takes.</summary>
    Time,

    /// <summary><c>#!about</c>: what this is.</summary>
    About,

    /// <summary><c>#!who</c>: what the cells have declared.</summary>
    Who,
}

/// <summary>A line that speaks to the host.</summary>
/// <param name="Kind">What it asks.</param>
/// <param name="Line">The number of the line in its cell.</param>
/// <param name="Name">The package or the feed.</param>
/// <param name="Version">The version of the package; empty for the latest.</param>
internal sealed record HostDirective(HostDirectiveKind Kind, int Line, string Name = "", string Version = "");

/// <summary>
/// The lines of a cell that speak to a notebook host and not to the compiler: <c>#!csharp</c>, <c>#r "nuget: …"</c>. A notebook
/// written for .NET Interactive begins with them; ChainRule itself is already there.
/// </summary>
internal static partial class CellDirectives
{
    /// <summary>The magic commands that are known.</summary>
    public static ImmutableArray<string> Magics { get; } = [.. HomeworkCells.Commands.Select(command => command.Name).Concat(["#!about", "#!csharp", "#!time", "#!who"]).Order(StringComparer.Ordinal)];

    /// <summary>Takes those lines out of a cell.</summary>
    /// <param name="code">The cell as it was typed.</param>
    /// <param name="options">How the cell is parsed.</param>
    /// <returns>The code with an empty line for each, so that the others keep their numbers, and what they ask.</returns>
    /// <exception cref="DirectiveException">A line asks for something that this host doesn't have.</exception>
    public static (string Code, ImmutableArray<HostDirective> Directives) Read(string code, CSharpParseOptions options)
    {
        var directives = ImmutableArray.CreateBuilder<HostDirective>();
        return (Without(code, options, (line, number, node) => Parse(line, number, node) is { } directive && Keep(directive)), directives.ToImmutable());

        bool Keep(HostDirective directive)
        {
            directives.Add(directive);
            return true;
        }
    }

    /// <summary>The code with an empty line for each of those lines, whatever they ask.</summary>
    public static string Blank(string code, CSharpParseOptions options) => Without(code, options, (line, _, node) =>
        Magic().IsMatch(line) || Feed().IsMatch(line) || (node is ReferenceDirectiveTriviaSyntax && Package().IsMatch(line)));

    private static string Without(string code, CSharpParseOptions options, Func<string, int, SyntaxNode?, bool> isForHost)
    {
        if (!code.Contains('#', StringComparison.Ordinal))
        {
            return code;
        }

        // Only the parser knows a directive from a line of a raw string that looks like one.
        var root = CSharpSyntaxTree.ParseText(code, options).GetRoot();
        var characters = code.ToCharArray();
        foreach (var trivia in root.DescendantTrivia(descendIntoTrivia: true).Where(trivia => trivia.IsDirective))
        {
            var start = trivia.SpanStart;
            var end = code.AsSpan(start).IndexOfAny('\r', '\n') is var length and >= 0 ? start + length : code.Length;
            var number = root.SyntaxTree.GetLineSpan(trivia.Span).StartLinePosition.Line + 1;
            if (isForHost(code[start..end], number, trivia.GetStructure()))
            {
                characters.AsSpan(start, end - start).Fill(' ');
            }
        }

        return new(characters);
    }

    private static HostDirective? Parse(string line, int number, SyntaxNode? directive)
    {
        if (directive is BadDirectiveTriviaSyntax && Feed().Match(line) is { Success: true } feed)
        {
            return new(HostDirectiveKind.Feed, number, feed.Groups["name"].Value.Trim());
        }

        if (directive is ReferenceDirectiveTriviaSyntax && Package().Match(line) is { Success: true } package)
        {
            var name = package.Groups["name"].Value;
            return name is "ChainRule" or "ChainRule.Interactive"
                ? new(HostDirectiveKind.BuiltIn, number, name)
                : new(HostDirectiveKind.Package, number, name, package.Groups["version"].Value);
        }

        if (Magic().Match(line) is { Success: true } magic)
        {
            var name = magic.Groups["name"].Value;
            return new(
                name switch
                {
                    "time" => HostDirectiveKind.Time,
                    "about" => HostDirectiveKind.About,
                    "who" => HostDirectiveKind.Who,
                    _ when Languages.IsCSharp(name) => HostDirectiveKind.Nothing,
                    _ when HomeworkCells.Commands.Any(command => command.Name == "#!" + name) => throw new DirectiveException(number, $"#!{name} has to be the first line of its cell: what stands there is judged, not compiled."),
                    "markdown" => throw new DirectiveException(number, "#!markdown doesn't work inside a code cell: make it a text cell."),
                    _ => throw new DirectiveException(number, $"#!{name} is not known here: chainrule runs C# alone. Known are {string.Join(", ", Magics)}."),
                },
                number);
        }

        return null;
    }

    [GeneratedRegex("""^\#i\s+"nuget:(?<name>[^"]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Feed();

    [GeneratedRegex("""^\#r\s+"nuget:\s*(?<name>[^,"\s]*)\s*(,\s*(?<version>[^"\s]*))?""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Package();

    [GeneratedRegex("""^\#!\s*(?<name>\S*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Magic();
}

/// <summary>A line that asks the host for something that it doesn't have.</summary>
internal sealed class DirectiveException : ChainRuleException
{
    /// <summary>An error with the number of the line in its cell and what the person will read.</summary>
    public DirectiveException(int line, string message)
        : base(message) => Line = line;

    /// <summary>The number of the line in its cell.</summary>
    public int Line { get; }
}
