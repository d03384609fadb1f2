using System.Runtime.CompilerServices;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>A form that is the same object for all orders of commutative arguments: a + b and b + a. For matching only, never shown.</summary>
internal static class Canonical
{
    private static readonly ConditionalWeakTable<Expr, Expr> _forms = [];

    /// <summary>The canonical form.</summary>
    public static Expr Of(Expr expression) => expression.Children.IsEmpty ? expression : _forms.GetValue(expression, Sort);

    private static Expr Sort(Expr expression)
    {
        if (DeepStack.IsLow)
        {
            return DeepStack.Continue(() => Sort(expression));
        }

        var children = expression.Children.Select(Of);
        if (expression is Add or Multiply or Delta)
        {
            // The order means nothing beyond being one: hashes do within a process, and identity settles ties.
            children = children.OrderBy(child => child.Hash).ThenBy(RuntimeHelpers.GetHashCode);
        }

        return expression.WithChildren([.. children]);
    }
}
