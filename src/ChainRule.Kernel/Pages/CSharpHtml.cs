using System.Net;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ChainRule.Kernel.Pages;

/// <summary>C# with its keywords, names, strings and comments marked.</summary>
internal static class CSharpHtml
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview, kind: SourceCodeKind.Script);

    /// <summary>The code as HTML, character for character.</summary>
    public static string Render(string code)
    {
        var html = new StringBuilder();
        foreach (var token in CSharpSyntaxTree.ParseText(code.TrimEnd(), Options).GetRoot().DescendantTokens(descendIntoTrivia: false))
        {
            Write(html, token.LeadingTrivia);
            Write(html, token.ToString(), ClassOf(token));
            Write(html, token.TrailingTrivia);
        }

        return html.ToString();
    }

    private static void Write(StringBuilder html, SyntaxTriviaList list)
    {
        foreach (var trivia in list)
        {
            var isComment = trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
                or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia;
            Write(html, trivia.ToFullString(), isComment ? "c" : trivia.IsDirective ? "d" : null);
        }
    }

    private static void Write(StringBuilder html, string text, string? kind)
    {
        if (text.Length > 0)
        {
            var content = WebUtility.HtmlEncode(text);
            _ = kind is null ? html.Append(content) : html.Append($"<span class=\"cs-{kind}\">{content}</span>");
        }
    }

    private static string? ClassOf(SyntaxToken token)
    {
        var kind = token.Kind();
        if (kind is SyntaxKind.NumericLiteralToken)
        {
            return "n";
        }

        if (kind is SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken
            or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.Utf8StringLiteralToken or SyntaxKind.InterpolatedStringTextToken
            or SyntaxKind.InterpolatedStringStartToken or SyntaxKind.InterpolatedStringEndToken or SyntaxKind.InterpolatedVerbatimStringStartToken
            or SyntaxKind.InterpolatedSingleLineRawStringStartToken or SyntaxKind.InterpolatedMultiLineRawStringStartToken
            or SyntaxKind.InterpolatedRawStringEndToken)
        {
            return "s";
        }

        if (token.IsKeyword() || SyntaxFacts.IsContextualKeyword(kind) || (token.ValueText is "var" && token.Parent is IdentifierNameSyntax))
        {
            return "k";
        }

        return kind is SyntaxKind.IdentifierToken ? ClassOfName(token) : null;
    }

    /// <summary>There is no compilation of the page's code, so names are told apart by where they stand.</summary>
    private static string? ClassOfName(SyntaxToken token) => token.Parent switch
    {
        BaseTypeDeclarationSyntax or DelegateDeclarationSyntax or TypeParameterSyntax or ConstructorDeclarationSyntax => "t",
        MethodDeclarationSyntax or LocalFunctionStatementSyntax => "m",
        SimpleNameSyntax { Parent: InvocationExpressionSyntax call } name when call.Expression == name => "m",
        SimpleNameSyntax { Parent: MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access } name
            when call.Expression == access && access.Name == name => "m",
        SimpleNameSyntax name when IsTypePosition(name) => "t",
        _ => null,
    };

    private static bool IsTypePosition(SimpleNameSyntax name) => name.Parent switch
    {
        VariableDeclarationSyntax declaration => declaration.Type == name,
        ParameterSyntax parameter => parameter.Type == name,
        ObjectCreationExpressionSyntax creation => creation.Type == name,
        MethodDeclarationSyntax method => method.ReturnType == name,
        LocalFunctionStatementSyntax function => function.ReturnType == name,
        PropertyDeclarationSyntax property => property.Type == name,
        CastExpressionSyntax cast => cast.Type == name,
        TypeArgumentListSyntax or ArrayTypeSyntax or NullableTypeSyntax or BaseTypeSyntax or TypeOfExpressionSyntax => true,
        _ => false,
    };
}
