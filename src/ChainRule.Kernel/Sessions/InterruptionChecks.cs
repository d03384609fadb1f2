using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace ChainRule.Kernel.Sessions;

/// <summary>
/// Writes a call of <see cref="Interruption.Check"/> into the bodies of loops, functions and lambdas, and after labels, and makes what
/// is awaited end when the cell is to stop. Only characters within lines are changed, so that every line keeps its number.
/// </summary>
/// <remarks>
/// A lambda that is a bare expression becomes a block, which means the same to the compiler: whether it returns something is asked of
/// the compiler, and one that becomes an expression tree is left alone.
/// </remarks>
internal sealed class InterruptionChecks : CSharpSyntaxWalker
{
    private const string Check = "global::ChainRule.Interruption.Check();";

    private const string Await = "global::ChainRule.Kernel.Sessions.InterruptibleWait.For";

    private readonly List<TextChange> _changes = [];
    private readonly Lazy<SemanticModel> _model;

    private InterruptionChecks(CSharpCompilation compilation) => _model = new(() => compilation.GetSemanticModel(compilation.SyntaxTrees[^1]));

    /// <summary>The code of a compilation's last tree with its checks, or null where it needs none.</summary>
    public static string? AddTo(CSharpCompilation compilation, CancellationToken cancellation)
    {
        var checks = new InterruptionChecks(compilation);
        var tree = compilation.SyntaxTrees[^1];
        checks.Visit(tree.GetRoot(cancellation));
        if (checks._changes.Count == 0)
        {
            return null;
        }

        // Changes at one place (the end of a loop that ends a loop) keep the order in which they were made.
        return tree.GetText(cancellation)
            .WithChanges(checks._changes
                .GroupBy(change => change.Span.Start)
                .OrderBy(group => group.Key)
                .Select(group => new TextChange(new(group.Key, group.Max(change => change.Span.Length)), string.Concat(group.Select(change => change.NewText)))))
            .ToString();
    }

    /// <inheritdoc/>
    public override void VisitWhileStatement(WhileStatementSyntax node)
    {
        Guard(node.Statement);
        base.VisitWhileStatement(node);
    }

    /// <inheritdoc/>
    public override void VisitDoStatement(DoStatementSyntax node)
    {
        Guard(node.Statement);
        base.VisitDoStatement(node);
    }

    /// <inheritdoc/>
    public override void VisitForStatement(ForStatementSyntax node)
    {
        Guard(node.Statement);
        base.VisitForStatement(node);
    }

    /// <inheritdoc/>
    public override void VisitForEachStatement(ForEachStatementSyntax node)
    {
        Guard(node.Statement);
        base.VisitForEachStatement(node);
    }

    /// <inheritdoc/>
    public override void VisitForEachVariableStatement(ForEachVariableStatementSyntax node)
    {
        Guard(node.Statement);
        base.VisitForEachVariableStatement(node);
    }

    /// <inheritdoc/>
    public override void VisitLabeledStatement(LabeledStatementSyntax node)
    {
        Insert(node.ColonToken.Span.End, Check);
        base.VisitLabeledStatement(node);
    }

    /// <inheritdoc/>
    public override void VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        GuardBody(node.Body);
        Open(node.ExpressionBody, node.ReturnType is RefTypeSyntax, IsVoid(node.ReturnType, node.Modifiers));
        base.VisitMethodDeclaration(node);
        Close(node.ExpressionBody, node.SemicolonToken);
    }

    /// <inheritdoc/>
    public override void VisitConstructorDeclaration(ConstructorDeclarationSyntax node)
    {
        GuardBody(node.Body);
        base.VisitConstructorDeclaration(node);
    }

    /// <inheritdoc/>
    public override void VisitOperatorDeclaration(OperatorDeclarationSyntax node)
    {
        GuardBody(node.Body);
        Open(node.ExpressionBody, node.ReturnType is RefTypeSyntax, false);
        base.VisitOperatorDeclaration(node);
        Close(node.ExpressionBody, node.SemicolonToken);
    }

    /// <inheritdoc/>
    public override void VisitAccessorDeclaration(AccessorDeclarationSyntax node)
    {
        GuardBody(node.Body);
        base.VisitAccessorDeclaration(node);
    }

    /// <inheritdoc/>
    public override void VisitLocalFunctionStatement(LocalFunctionStatementSyntax node)
    {
        GuardBody(node.Body);
        Open(node.ExpressionBody, node.ReturnType is RefTypeSyntax, IsVoid(node.ReturnType, node.Modifiers));
        base.VisitLocalFunctionStatement(node);
        Close(node.ExpressionBody, node.SemicolonToken);
    }

    /// <inheritdoc/>
    public override void VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node)
    {
        GuardBody(node.Block);
        var end = OpenLambda(node);
        base.VisitSimpleLambdaExpression(node);
        Close(node.ExpressionBody, end);
    }

    /// <inheritdoc/>
    public override void VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node)
    {
        GuardBody(node.Block);
        var end = OpenLambda(node);
        base.VisitParenthesizedLambdaExpression(node);
        Close(node.ExpressionBody, end);
    }

    /// <inheritdoc/>
    public override void VisitAnonymousMethodExpression(AnonymousMethodExpressionSyntax node)
    {
        GuardBody(node.Block);
        base.VisitAnonymousMethodExpression(node);
    }

    /// <inheritdoc/>
    public override void VisitAwaitExpression(AwaitExpressionSyntax node)
    {
        Insert(node.Expression.SpanStart, Await + "(");
        base.VisitAwaitExpression(node);
        Insert(node.Expression.Span.End, ")");
    }

    private static bool CanReturn(ExpressionSyntax? body) => body is not (null or ThrowExpressionSyntax or RefExpressionSyntax);

    /// <summary>Whether a function that is an expression gives nothing back: the name of the type is enough to tell.</summary>
    private static bool IsVoid(TypeSyntax type, SyntaxTokenList modifiers) =>
        type is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword }
        || (modifiers.Any(SyntaxKind.AsyncKeyword) && type is IdentifierNameSyntax { Identifier.Text: "Task" or "ValueTask" } or QualifiedNameSyntax { Right: IdentifierNameSyntax { Identifier.Text: "Task" or "ValueTask" } });

    /// <summary>Makes <c>=> x;</c> the beginning of <c>{ check; return x; }</c>.</summary>
    private void Open(ArrowExpressionClauseSyntax? arrow, bool isReference, bool isVoid)
    {
        if (arrow is not null && !isReference && CanReturn(arrow.Expression))
        {
            _changes.Add(new(arrow.ArrowToken.Span, "{" + Check + (isVoid ? "" : "return ")));
        }
    }

    private void Close(ArrowExpressionClauseSyntax? arrow, SyntaxToken semicolon)
    {
        if (arrow is not null && _changes.Exists(change => change.Span == arrow.ArrowToken.Span))
        {
            Insert(semicolon.Span.End, "}");
        }
    }

    /// <summary>Begins the block that an expression becomes.</summary>
    /// <returns>What ends it, or null where nothing was begun.</returns>
    private string? OpenLambda(LambdaExpressionSyntax lambda)
    {
        if (!CanReturn(lambda.ExpressionBody)
            || lambda.AncestorsAndSelf().OfType<LambdaExpressionSyntax>().Any(outer => _model.Value.GetTypeInfo(outer).ConvertedType is not { TypeKind: TypeKind.Delegate })
            || _model.Value.GetSymbolInfo(lambda).Symbol is not IMethodSymbol { ReturnsByRef: false, ReturnsByRefReadonly: false } method)
        {
            return null;
        }

        var givesNothing = method.ReturnsVoid || (method.IsAsync && method.ReturnType is INamedTypeSymbol { IsGenericType: false });
        Insert(lambda.ExpressionBody!.SpanStart, "{" + Check + (givesNothing ? "" : "return "));
        return ";}";
    }

    private void Close(ExpressionSyntax? body, string? end)
    {
        if (end is not null)
        {
            Insert(body!.Span.End, end);
        }
    }

    private void Guard(StatementSyntax body)
    {
        if (body is BlockSyntax block)
        {
            GuardBody(block);
        }
        else
        {
            Insert(body.SpanStart, "{" + Check);
            Insert(body.Span.End, "}");
        }
    }

    private void GuardBody(BlockSyntax? block)
    {
        if (block is not null)
        {
            Insert(block.OpenBraceToken.Span.End, Check);
        }
    }

    private void Insert(int position, string text) => _changes.Add(new(new TextSpan(position, 0), text));
}
