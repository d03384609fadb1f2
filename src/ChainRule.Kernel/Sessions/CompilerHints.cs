using Microsoft.CodeAnalysis;

namespace ChainRule.Kernel.Sessions;

/// <summary>
/// What to write instead, where a cell's top level is not quite a file's: the compiler's messages speak of files with classes.
/// </summary>
internal static class CompilerHints
{
    /// <summary>A sentence for the reader, or null where the compiler says it all.</summary>
    /// <param name="error">The compiler's error.</param>
    public static string? For(Diagnostic error) => error.Id switch
    {
        "CS9283" => "A cell can't declare an extension block; an extension method by itself works: static int Twice(this int x) => 2 * x;",
        "CS7021" => "A cell can't declare a namespace: declare its types without one.",
        _ => null,
    };
}
