using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ChainRule.Kernel.Sessions;

/// <summary>Whether code could be run as it stands: a console asks before it takes a line end for the end of the cell.</summary>
internal static class CellCompleteness
{
    private const string Step = "    ";

    /// <summary>Errors of a comment, a verbatim text or a raw text whose end is yet to come.</summary>
    private static readonly string[] Unterminated = ["CS1035", "CS1039", "CS8997", "CS9000", "CS9004"];

    /// <summary>Judges code.</summary>
    /// <param name="code">The code.</param>
    /// <returns><c>complete</c>, <c>incomplete</c> or <c>invalid</c>, and the indentation of the next line of incomplete code.</returns>
    public static (string Status, string Indent) Of(string code)
    {
        // Directives of the host are none of C#'s; they make no difference here.
        var plain = TopLevel.Blank(CellDirectives.Blank(code, Submissions.ParseOptions));
        var tree = CSharpSyntaxTree.ParseText(plain, Submissions.ParseOptions);
        var end = plain.AsSpan().TrimEnd().Length;
        var errors = tree.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();

        // Something that is wrong before the end does not get right by going on.
        if (!SyntaxFactory.IsCompleteSubmission(tree)
            && errors.TrueForAll(error => error.Location.SourceSpan.Start >= end || Unterminated.Contains(error.Id)))
        {
            var last = plain.TrimEnd().Split('\n')[^1];
            var indent = string.Concat(last.TakeWhile(c => c is ' ' or '\t'));
            return ("incomplete", last.TrimEnd() is [.., '{' or '(' or '['] ? indent + Step : indent);
        }

        return (errors.Count > 0 ? "invalid" : "complete", "");
    }
}
