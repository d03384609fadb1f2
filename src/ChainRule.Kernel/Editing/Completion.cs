using System.Collections.Immutable;
using ChainRule.Kernel.Sessions;
using ChainRule.Notation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ChainRule.Kernel.Editing;

/// <summary>One way to go on.</summary>
/// <param name="Text">What would stand there.</param>
/// <param name="Kind">What it is, in one word: method, property, class, keyword, …</param>
internal sealed record CompletionItem(string Text, string Kind);

/// <summary>The ways to go on at a place.</summary>
/// <param name="Start">Where what they replace begins (UTF-16).</param>
/// <param name="End">Where it ends.</param>
/// <param name="Items">The ways.</param>
internal sealed record CompletionList(int Start, int End, ImmutableArray<CompletionItem> Items);

/// <summary>Completes code from what the compiler knows, and <c>\alpha</c> to α.</summary>
internal static class Completion
{
    private static readonly ImmutableArray<string> Keywords =
    [
        .. SyntaxFacts.GetKeywordKinds()
            .Where(kind => !SyntaxFacts.IsPreprocessorKeyword(kind) || SyntaxFacts.IsReservedKeyword(kind) || SyntaxFacts.IsContextualKeyword(kind))
            .Select(SyntaxFacts.GetText)
            .Where(text => text.All(char.IsAsciiLetterLower))
            .Distinct(StringComparer.Ordinal),
    ];

    /// <summary>The ways to go on.</summary>
    /// <param name="cells">The cells that have run.</param>
    /// <param name="code">The code that is typed.</param>
    /// <param name="position">The place of the cursor in it (UTF-16).</param>
    /// <param name="stop">Gives up.</param>
    public static CompletionList At(Submissions cells, string code, int position, CancellationToken stop)
    {
        var compilation = cells.Next(TopLevel.Blank(CellDirectives.Blank(code, Submissions.ParseOptions)), "", stop);
        var tree = compilation.SyntaxTrees[^1];
        var root = tree.GetRoot(stop);
        var token = root.FindToken(Math.Max(0, position - 1), findInsideTrivia: true);
        var inText = IsInText(root, token, position);
        if (Symbol(code, position, inText) is { } symbol)
        {
            return symbol;
        }

        if (Magic(code, position) is { } magic)
        {
            return magic;
        }

        var start = position;
        while (start > 0 && SyntaxFacts.IsIdentifierPartCharacter(code[start - 1]))
        {
            start--;
        }

        var prefix = code[start..position];
        if (inText || (prefix.Length > 0 && !SyntaxFacts.IsIdentifierStartCharacter(prefix[0])))
        {
            return new(position, position, []);
        }

        var model = compilation.GetSemanticModel(tree);
        var before = start == 0 ? default : root.FindToken(start - 1, findInsideTrivia: false);
        var items = (Receiver(before) is { } receiver
                ? Members(model, receiver, start).Select(Item)
                : Names(model, before, start).Select(Item).Concat(IsTypePlace(before) ? [] : Keywords.Select(word => new CompletionItem(word, "keyword"))))
            .Where(item => item.Text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            .DistinctBy(item => item.Text, StringComparer.Ordinal)
            .OrderByDescending(item => item.Text.StartsWith(prefix, StringComparison.Ordinal))
            .ThenBy(item => item.Text, StringComparer.OrdinalIgnoreCase)
            .ThenBy(item => item.Text, StringComparer.Ordinal);
        return new(start, position, [.. items]);
    }

    /// <summary>What <paramref name="symbol"/> is, in one word.</summary>
    public static string Kind(ISymbol symbol) => symbol switch
    {
        IMethodSymbol => "method",
        IPropertySymbol => "property",
        IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } => "enum member",
        IFieldSymbol { ContainingType.IsScriptClass: true } or ILocalSymbol => "variable",
        IFieldSymbol => "field",
        IEventSymbol => "event",
        IParameterSymbol => "parameter",
        INamespaceSymbol => "namespace",
        INamedTypeSymbol { IsRecord: true } => "record",
        ITypeSymbol { TypeKind: TypeKind.Struct } => "struct",
        ITypeSymbol type => type.TypeKind.ToString().ToLowerInvariant(),
        _ => symbol.Kind.ToString().ToLowerInvariant(),
    };

    private static CompletionItem Item(ISymbol symbol) =>
        new(SyntaxFacts.GetKeywordKind(symbol.Name) != SyntaxKind.None ? "@" + symbol.Name : symbol.Name, Kind(symbol));

    private static CompletionList? Symbol(string code, int position, bool inText)
    {
        var start = position;
        while (start > 0 && char.IsAsciiLetter(code[start - 1]))
        {
            start--;
        }

        // Inside text \n is a line end; a longer word there can only be meant as a symbol.
        if (start == 0 || code[start - 1] != '\\' || (inText && position - start < 2))
        {
            return null;
        }

        var command = code[(start - 1)..position];
        if (SymbolNames.All.TryGetValue(command, out var exact))
        {
            return new(start - 1, position, [new(exact, "symbol")]);
        }

        var names = SymbolNames.All.Where(symbol => symbol.Key.StartsWith(command, StringComparison.Ordinal)).OrderBy(symbol => symbol.Key, StringComparer.Ordinal).ToList();
        return new(start - 1, position, names is [var only] ? [new(only.Value, "symbol")] : [.. names.Select(symbol => new CompletionItem(symbol.Key, "symbol"))]);
    }

    private static CompletionList? Magic(string code, int position)
    {
        var start = code.LastIndexOf('\n', Math.Max(0, position - 1)) + 1;
        if (start > position || !code.AsSpan(start, position - start).StartsWith("#!", StringComparison.Ordinal))
        {
            return null;
        }

        var typed = code[start..position];
        return new(start, position, [.. CellDirectives.Magics.Where(name => name.StartsWith(typed, StringComparison.Ordinal)).Select(name => new CompletionItem(name, "magic"))]);
    }

    /// <summary>Whether the cursor is inside a literal or a comment, where no name can stand.</summary>
    private static bool IsInText(SyntaxNode root, SyntaxToken token, int position)
    {
        var trivia = root.FindTrivia(Math.Max(0, position - 1));
        if (trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia)
        {
            return position > trivia.FullSpan.Start;
        }

        if (trivia.IsKind(SyntaxKind.MultiLineCommentTrivia))
        {
            return position < trivia.FullSpan.End || !trivia.ToString().EndsWith("*/", StringComparison.Ordinal);
        }

        var isLiteral = token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken
            or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken
            or SyntaxKind.Utf8StringLiteralToken or SyntaxKind.InterpolatedStringTextToken;
        var isNumber = token.IsKind(SyntaxKind.NumericLiteralToken);
        return (isLiteral && position > token.SpanStart && (position < token.Span.End || IsOpen(token))) || (isNumber && position == token.Span.End);

        // An unfinished literal reaches to wherever the cursor is; interpolated text ends where the next part begins.
        static bool IsOpen(SyntaxToken literal) =>
            literal.IsKind(SyntaxKind.InterpolatedStringTextToken)
            || literal.GetDiagnostics().Any(diagnostic => diagnostic.Id is "CS1010" or "CS1039" or "CS8997" or "CS9004" or "CS1012");
    }

    /// <summary>What stands left of the dot at whose right side the cursor is, or null.</summary>
    private static SyntaxNode? Receiver(SyntaxToken before) => before.Parent switch
    {
        MemberAccessExpressionSyntax access when before == access.OperatorToken => access.Expression,
        QualifiedNameSyntax name when before == name.DotToken => name.Left,
        AliasQualifiedNameSyntax name when before == name.ColonColonToken => name.Alias,
        MemberBindingExpressionSyntax binding when before == binding.OperatorToken =>
            binding.Ancestors().OfType<ConditionalAccessExpressionSyntax>().First(access => access.WhenNotNull.Span.Contains(binding.Span)).Expression,
        _ => null,
    };

    private static IEnumerable<ISymbol> Members(SemanticModel model, SyntaxNode receiver, int position)
    {
        var symbol = model.GetSymbolInfo(receiver).Symbol;
        if (symbol is INamespaceSymbol space)
        {
            return space.GetMembers().Where(IsOffered);
        }

        if (symbol is ITypeSymbol named)
        {
            return model.LookupStaticMembers(position, named)
                .Concat(model.LookupNamespacesAndTypes(position, named))
                .Where(IsOffered);
        }

        var type = model.GetTypeInfo(receiver).Type;
        if (type is null or IErrorTypeSymbol)
        {
            // x.First().| while the line is unfinished: what the method would give.
            type = (symbol ?? model.GetSymbolInfo(receiver).CandidateSymbols.FirstOrDefault()) switch
            {
                IMethodSymbol method => method.ReturnType,
                IPropertySymbol property => property.Type,
                IFieldSymbol field => field.Type,
                ILocalSymbol local => local.Type,
                _ => null,
            };
        }

        return type is null or IErrorTypeSymbol
            ? []
            : model.LookupSymbols(position, type, includeReducedExtensionMethods: true)
                .Where(member => !member.IsStatic || member is IMethodSymbol { IsExtensionMethod: true })
                .Where(member => member is not ITypeSymbol)
                .Where(IsOffered);
    }

    private static IEnumerable<ISymbol> Names(SemanticModel model, SyntaxToken before, int position)
    {
        var names = IsTypePlace(before) ? model.LookupNamespacesAndTypes(position) : model.LookupSymbols(position);

        // Inside { } of "new T { … }" the properties of T come first to mind.
        var initializer = before.Parent as InitializerExpressionSyntax;
        if (initializer?.Parent is BaseObjectCreationExpressionSyntax creation && model.GetTypeInfo(creation).Type is { } type)
        {
            names = [.. names, .. model.LookupSymbols(position, type).Where(member => member is IPropertySymbol { IsReadOnly: false, IsStatic: false } or IFieldSymbol { IsReadOnly: false, IsStatic: false })];
        }

        return names.Where(IsOffered);
    }

    private static bool IsTypePlace(SyntaxToken before) =>
        before.Kind() is SyntaxKind.NewKeyword or SyntaxKind.UsingKeyword or SyntaxKind.AsKeyword
        || (before.IsKind(SyntaxKind.StaticKeyword) && before.Parent is UsingDirectiveSyntax);

    private static bool IsOffered(ISymbol symbol) =>
        symbol is { CanBeReferencedByName: true, Name.Length: > 0 }
        && symbol is not IMethodSymbol { MethodKind: not (MethodKind.Ordinary or MethodKind.ReducedExtension or MethodKind.LocalFunction) }
        && !symbol.GetAttributes().Any(attribute =>
            attribute is { AttributeClass.Name: "EditorBrowsableAttribute", ConstructorArguments: [{ Value: 1 }] });
}
