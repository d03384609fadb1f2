using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace ChainRule.Kernel.Sessions;

/// <summary>
/// What to write instead, where a cell's top level is not quite a file's: the compiler's messages speak of files with classes.
/// </summary>
internal static partial class CompilerHints
{
    /// <summary>A sentence for the reader, or null where the compiler says it all.</summary>
    /// <param name="error">The compiler's error.</param>
    /// <param name="line">The line that it points to.</param>
    public static string? For(Diagnostic error, string line) => error.Id switch
    {
        "CS1109" => "In a cell an extension method stands by itself, without a class: static int Twice(this int x) => 2 * x;",
        "CS9283" => "A cell can't declare an extension block; an extension method by itself works: static int Twice(this int x) => 2 * x;",
        "CS7021" => "A cell can't declare a namespace: declare its types without one.",
        _ when UsingDeclaration().IsMatch(line) => "At the top level of a cell, using takes brackets and braces: using (var x = …) { … }",
        _ => null,
    };

    [GeneratedRegex("""^\s*(await\s+)?using\s+(var|[\w.<>]+)\s+\w+\s*=""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UsingDeclaration();
}
