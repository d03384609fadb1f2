using System.Text.RegularExpressions;
using ChainRule.Kernel.Notebooks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ChainRule.Kernel.Sessions;

/// <summary>
/// The lines of a cell that speak to a notebook host: <c>#!csharp</c>, <c>#r "nuget: …"</c>, <c>#i "nuget: …"</c>. A notebook
/// written for .NET Interactive begins with them; here ChainRule is already there, so they change nothing.
/// </summary>
internal static partial class CellDirectives
{
    /// <summary>The code without those lines; each leaves an empty line, so that the others keep their numbers.</summary>
    /// <param name="code">The cell as it was typed.</param>
    /// <param name="options">How the cell is parsed.</param>
    /// <exception cref="DirectiveException">A line asks for something that this host doesn't have.</exception>
    public static string Remove(string code, CSharpParseOptions options)
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
            var line = code[start..end];
            var number = root.SyntaxTree.GetLineSpan(trivia.Span).StartLinePosition.Line + 1;
            if (IsForHost(line, number, trivia.GetStructure()))
            {
                characters.AsSpan(start, end - start).Fill(' ');
            }
        }

        return new(characters);
    }

    private static bool IsForHost(string line, int number, SyntaxNode? directive)
    {
        if (directive is BadDirectiveTriviaSyntax && Feed().IsMatch(line))
        {
            return true;
        }

        if (directive is ReferenceDirectiveTriviaSyntax && Package().Match(line) is { Success: true } package)
        {
            var name = package.Groups["name"].Value;
            return name is "ChainRule" or "ChainRule.Interactive"
                ? true
                : throw new DirectiveException(
                    number,
                    $"The package {name} can't be loaded: chainrule doesn't fetch NuGet packages. ChainRule and MathNet.Numerics are already there; another assembly is loaded with #r \"path/to/Assembly.dll\".");
        }

        if (Magic().Match(line) is { Success: true } magic)
        {
            var name = magic.Groups["name"].Value;
            return Languages.IsCSharp(name)
                ? true
                : throw new DirectiveException(
                    number,
                    name is "markdown"
                        ? "#!markdown doesn't work inside a code cell: make it a text cell."
                        : $"#!{name} is not known here: chainrule runs C# alone.");
        }

        return false;
    }

    [GeneratedRegex("""^\#i\s+"nuget:""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Feed();

    [GeneratedRegex("""^\#r\s+"nuget:\s*(?<name>[^,"\s]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Package();

    [GeneratedRegex("""^\#!\s*(?<name>\S*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Magic();
}

/// <summary>A line that asks the host for something that it doesn't have.</summary>
internal sealed class DirectiveException(int line, string message) : ChainRuleException(message)
{
    /// <summary>The number of the line in its cell.</summary>
    public int Line { get; } = line;
}
