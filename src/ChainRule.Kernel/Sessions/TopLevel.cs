using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace ChainRule.Kernel.Sessions;

/// <summary>
/// Makes a cell's top level what a file's is, where the compiler's scripts differ: <c>using var</c> keeps its value until the cell ends, and
/// a class may declare extension methods. Only characters within lines are changed, and what the person typed keeps its column.
/// </summary>
internal static class TopLevel
{
    private const string Keep = "global::ChainRule.Kernel.Sessions.CellScope.Keep";

    private static readonly CSharpParseOptions File = Submissions.ParseOptions.WithKind(SourceCodeKind.Regular);

    /// <summary>The code as the compiler takes it.</summary>
    /// <param name="code">The cell as it was typed.</param>
    public static string Adapt(string code) => Change(code, forEditing: false);

    /// <summary>The same for questions about the code: every character that stays has its place.</summary>
    public static string Blank(string code) => Change(code, forEditing: true);

    private static string Change(string code, bool forEditing)
    {
        // Most cells have neither, and are parsed once.
        if (!code.Contains("using", StringComparison.Ordinal) && !code.Contains("this", StringComparison.Ordinal))
        {
            return code;
        }

        // A file's parser knows the statement that the script's takes for a directive.
        var changes = new List<TextChange>();
        var text = SourceText.From(code);
        foreach (var member in ((CompilationUnitSyntax)CSharpSyntaxTree.ParseText(text, File).GetRoot()).Members)
        {
            if (member is GlobalStatementSyntax { Statement: LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } declaration })
            {
                Blank(declaration.AwaitKeyword);
                Blank(declaration.UsingKeyword);
                Add(declaration.Span.End, string.Concat(declaration.Declaration.Variables.Select(variable => $"{Keep}({variable.Identifier.Text});")));
            }
            else if (member is ClassDeclarationSyntax { TypeParameterList: null } type)
            {
                foreach (var method in type.Members.OfType<MethodDeclarationSyntax>().Where(IsExtension))
                {
                    Blank(method.ParameterList.Parameters[0].Modifiers.First(modifier => modifier.IsKind(SyntaxKind.ThisKeyword)));
                    Add(type.Span.End, Forwarder(type, method));
                }
            }
        }

        return changes.Count == 0 ? code : text.WithChanges(changes.GroupBy(change => change.Span.Start).Select(group => new TextChange(group.First().Span, string.Concat(group.Select(change => change.NewText))))).ToString();

        void Blank(SyntaxToken token)
        {
            if (token.Span.Length > 0)
            {
                changes.Add(new(token.Span, new(' ', token.Span.Length)));
            }
        }

        void Add(int position, string more)
        {
            if (!forEditing)
            {
                changes.Add(new(new(position, 0), more));
            }
        }
    }

    private static bool IsExtension(MethodDeclarationSyntax method) =>
        method.ParameterList.Parameters is [{ Modifiers: var modifiers }, ..] && modifiers.Any(SyntaxKind.ThisKeyword);

    /// <summary>An extension method of the cell itself, which later cells find and a later declaration hides, for one of a class.</summary>
    private static string Forwarder(ClassDeclarationSyntax type, MethodDeclarationSyntax method)
    {
        var arguments = method.ParameterList.Parameters.Select(parameter =>
        {
            var kind = parameter.Modifiers.FirstOrDefault(modifier => modifier.Kind() is SyntaxKind.RefKeyword or SyntaxKind.OutKeyword or SyntaxKind.InKeyword);
            return $"{kind.Text} {parameter.Identifier.Text}";
        });
        var generic = method.TypeParameterList is { } parameters ? $"<{string.Join(", ", parameters.Parameters.Select(parameter => parameter.Identifier.Text))}>" : "";
        var reference = method.ReturnType is RefTypeSyntax ? "ref " : "";
        var line = $"static {method.ReturnType} {method.Identifier.Text}{method.TypeParameterList}{method.ParameterList} {string.Join(' ', method.ConstraintClauses)} => {reference}{type.Identifier.Text}.{method.Identifier.Text}{generic}({string.Join(", ", arguments)});";
        return " " + line.ReplaceLineEndings(" ");
    }
}
