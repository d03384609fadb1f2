using System.Collections.Immutable;
using System.Net;
using System.Text;
using ChainRule.Kernel.Sessions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ChainRule.Kernel.Editing;

/// <summary>What a name in the code means.</summary>
/// <param name="Text">The signature and the documentation, to be read as they are.</param>
/// <param name="Html">The same as HTML.</param>
internal sealed record InspectionResult(string Text, string Html);

/// <summary>Tells what the name at a place means: its signature and its documentation.</summary>
internal static class Inspection
{
    private static readonly SymbolDisplayFormat Signature = new(
        SymbolDisplayGlobalNamespaceStyle.Omitted,
        SymbolDisplayTypeQualificationStyle.NameOnly,
        SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeContainingType
            | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeRef,
        SymbolDisplayDelegateStyle.NameAndSignature,
        SymbolDisplayExtensionMethodStyle.StaticMethod,
        SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeExtensionThis,
        SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        SymbolDisplayLocalOptions.IncludeType | SymbolDisplayLocalOptions.IncludeConstantValue,
        SymbolDisplayKindOptions.IncludeTypeKeyword | SymbolDisplayKindOptions.IncludeNamespaceKeyword,
        SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    /// <summary>What the name means that the cursor touches, or the method in whose call it stands.</summary>
    /// <param name="cells">The cells that have run.</param>
    /// <param name="code">The code that is typed.</param>
    /// <param name="position">The place of the cursor in it (UTF-16).</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>Null if there is nothing to tell.</returns>
    public static InspectionResult? At(Submissions cells, string code, int position, CancellationToken stop)
    {
        var compilation = cells.Next(TopLevel.Blank(CellDirectives.Blank(code, Submissions.ParseOptions)), "", stop);
        var tree = compilation.SyntaxTrees[^1];
        var root = tree.GetRoot(stop);
        var model = compilation.GetSemanticModel(tree);
        foreach (var node in Nodes(root, position))
        {
            var symbols = Symbols(model, node, stop);
            if (!symbols.IsEmpty)
            {
                return Describe(symbols, compilation, stop);
            }
        }

        return null;
    }

    private static IEnumerable<SyntaxNode> Nodes(SyntaxNode root, int position)
    {
        // The cursor touches the token on its right, and the one that ends where it stands.
        var tokens = new[] { root.FindToken(Math.Min(position, Math.Max(0, root.FullSpan.End - 1))), root.FindToken(Math.Max(0, position - 1)) };
        var touched = tokens.Where(token => token.Span.Start <= position && position <= token.Span.End).ToList();
        foreach (var token in touched.Where(token => token.IsKind(SyntaxKind.IdentifierToken) || token.Parent is PredefinedTypeSyntax))
        {
            yield return token.Parent!;
        }

        foreach (var call in tokens[1].Parent?.AncestorsAndSelf() ?? [])
        {
            if (call is InvocationExpressionSyntax invocation && invocation.ArgumentList.SpanStart < position)
            {
                yield return invocation.Expression;
            }
            else if (call is ObjectCreationExpressionSyntax creation && creation.ArgumentList?.SpanStart < position)
            {
                yield return creation;
            }
        }
    }

    private static ImmutableArray<ISymbol> Symbols(SemanticModel model, SyntaxNode node, CancellationToken stop)
    {
        if (model.GetDeclaredSymbol(node, stop) is { } declared)
        {
            return [declared];
        }

        var info = model.GetSymbolInfo(node, stop);
        if (info.Symbol is { } symbol)
        {
            return [symbol];
        }

        var group = model.GetMemberGroup(node, stop);
        return !group.IsEmpty ? group : info.CandidateSymbols;
    }

    private static InspectionResult Describe(ImmutableArray<ISymbol> symbols, Compilation compilation, CancellationToken stop)
    {
        var first = symbols[0];
        var signatures = symbols.Select(symbol => symbol is IFieldSymbol { ContainingType.IsScriptClass: true } variable
            ? $"{variable.Type.ToDisplayString(Signature)} {variable.Name}"
            : symbol.ToDisplayString(Signature).Replace($"{symbol.ContainingType?.Name}.", symbol.ContainingType is { IsScriptClass: true } ? "" : $"{symbol.ContainingType?.Name}.", StringComparison.Ordinal)).ToList();
        var documentation = Documentation.Of(first, compilation, stop);
        var text = new StringBuilder(string.Join('\n', signatures)).Append('\n');
        var html = new StringBuilder().Append("<pre>").Append(WebUtility.HtmlEncode(string.Join('\n', signatures))).Append("</pre>");
        foreach (var (title, content) in documentation)
        {
            text.Append('\n').Append(title.Length > 0 ? title + ": " : "").Append(content).Append('\n');
            html.Append("<p>").Append(title.Length > 0 ? $"<b>{WebUtility.HtmlEncode(title)}</b>: " : "").Append(WebUtility.HtmlEncode(content)).Append("</p>");
        }

        return new(text.ToString(), html.ToString());
    }
}
