using System.Runtime.CompilerServices;
using ChainRule.Expressions;

namespace ChainRule.Calculus;

/// <summary>A form that is the same object for all orders of commutative arguments: a + b and b + a. For matching only, never shown.</summary>
internal static class Canonical
{
    /// <summary>The canonical form.</summary>
    public static Expr Of(Expr expression)
    {
        if (expression.Children.IsEmpty)
        {
            return expression;
        }

        if (expression.CanonicalForm is { } known)
        {
            return known;
        }

        if (DeepStack.IsLow)
        {
            return DeepStack.Continue(() => Of(expression));
        }

        var form = Sort(expression);
        form.CanonicalForm = form;
        expression.CanonicalForm = form;
        return form;
    }

    private static Expr Sort(Expr expression)
    {
        var children = expression.Children.Select(Of);
        if (expression is Add or Multiply or Delta)
        {
            // The order means nothing beyond being one: hashes do within a process, and identity settles ties.
            children = children.OrderBy(child => child.Hash).ThenBy(RuntimeHelpers.GetHashCode);
        }

        return expression.WithChildren([.. children]);
    }
}
