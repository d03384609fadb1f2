using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace ChainRule.Kernel.Sessions;

/// <summary>
/// Writes a call of <see cref="Interruption.Check"/> into the bodies of loops, functions and lambdas, and after labels, and makes what
/// is awaited end when the cell is to stop. Only characters within lines are added, so that every line keeps its number.
/// </summary>
/// <remarks>
/// A lambda or function that is a bare expression gets none: wrapping it would change how its type is inferred. It can run on for
/// ever only by calling itself, which ends in a stack overflow, or inside a library's loop.
/// </remarks>
internal sealed class InterruptionChecks : CSharpSyntaxWalker
{
    private const string Check = "global::ChainRule.Kernel.Sessions.Interruption.Check();";

    private const string Await = "global::ChainRule.Kernel.Sessions.Interruption.Await";

    private readonly List<TextChange> _changes = [];

    private InterruptionChecks()
    {
    }

    /// <summary>The code with its checks.</summary>
    public static string AddTo(SyntaxTree tree, CancellationToken cancellation)
    {
        var checks = new InterruptionChecks();
        checks.Visit(tree.GetRoot(cancellation));

        // Two changes at one place (the end of a loop that ends a loop) keep the order in which they were made.
        return tree.GetText(cancellation)
            .WithChanges(checks._changes
                .GroupBy(change => change.Span.Start)
                .OrderBy(group => group.Key)
                .Select(group => new TextChange(new(group.Key, 0), string.Concat(group.Select(change => change.NewText)))))
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
        base.VisitMethodDeclaration(node);
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
        base.VisitOperatorDeclaration(node);
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
        base.VisitLocalFunctionStatement(node);
    }

    /// <inheritdoc/>
    public override void VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node)
    {
        GuardBody(node.Block);
        base.VisitSimpleLambdaExpression(node);
    }

    /// <inheritdoc/>
    public override void VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node)
    {
        GuardBody(node.Block);
        base.VisitParenthesizedLambdaExpression(node);
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
