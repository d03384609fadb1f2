using ChainRule.Calculus;
using ChainRule.Expressions;
using ChainRule.Matrices;
using ChainRule.Networks;

namespace ChainRule;

/// <summary>
/// Derivatives of what was not given a name, <c>Softmax(z).Jacobian(z)</c>, and by a name that is spelled out, <c>L.Gradient("W1")</c>.
/// A value without a name is called f, or the next letter that is free.
/// </summary>
public static class UnnamedDifferentiation
{
    private static readonly string[] _letters = ["f", "g", "h", "q", "s", "u", "v"];

    /// <summary>The gradient of a scalar without a name.</summary>
    /// <param name="scalar">The scalar.</param>
    /// <param name="by">What it is differentiated by.</param>
    /// <exception cref="ShapeException">The first is no scalar.</exception>
    public static Gradient Gradient(this Tensor scalar, Variable by) => Named(scalar).Gradient(by);

    /// <summary>The gradient of an expression, <c>Dot(x, x).Gradient(x)</c>.</summary>
    /// <param name="scalar">The expression.</param>
    /// <param name="by">What it is differentiated by.</param>
    public static Gradient Gradient(this Expr scalar, Variable by) => Named(scalar).Gradient(by);

    /// <summary>The gradient of a scalar by a name, as people type it: W1 or W_1 for W⁽¹⁾, yhat for ŷ.</summary>
    /// <param name="scalar">The scalar.</param>
    /// <param name="by">The name.</param>
    /// <exception cref="ChainRuleException">The scalar depends on no such name.</exception>
    public static Gradient Gradient(this Variable scalar, string by) => scalar.Gradient(Find(scalar, by));

    /// <summary>The Jacobian of a vector without a name.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="by">What it is differentiated by.</param>
    /// <param name="layout">Whether rows belong to the numerator (the default) or to the denominator.</param>
    /// <exception cref="ShapeException">One of them is a matrix.</exception>
    public static Jacobian Jacobian(this Tensor vector, Variable by, Layout layout = Layout.Numerator) => Named(vector).Jacobian(by, layout);

    /// <summary>The Jacobian of a vector by a name, as people type it.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="by">The name.</param>
    /// <param name="layout">Whether rows belong to the numerator (the default) or to the denominator.</param>
    /// <exception cref="ChainRuleException">The vector depends on no such name.</exception>
    public static Jacobian Jacobian(this Variable vector, string by, Layout layout = Layout.Numerator) => vector.Jacobian(Find(vector, by), layout);

    /// <summary>The Hessian of a scalar without a name.</summary>
    /// <param name="scalar">The scalar.</param>
    /// <param name="by">A vector.</param>
    /// <exception cref="ShapeException">The first is no scalar, or the second no vector.</exception>
    public static Jacobian Hessian(this Tensor scalar, Variable by) => Named(scalar).Hessian(by);

    /// <summary>The Hessian of an expression.</summary>
    /// <param name="scalar">The expression.</param>
    /// <param name="by">A vector.</param>
    /// <exception cref="ShapeException">The second is no vector.</exception>
    public static Jacobian Hessian(this Expr scalar, Variable by) => Named(scalar).Hessian(by);

    /// <summary>The derivative of an expression by a scalar's name, as people type it: <c>Pow(x, 2).Derivative("x")</c>.</summary>
    /// <param name="expression">What is differentiated.</param>
    /// <param name="by">The name.</param>
    /// <exception cref="ChainRuleException">The expression depends on no such name.</exception>
    /// <exception cref="ShapeException">The name is that of a vector or matrix.</exception>
    public static Derivation Derivative(this Expr expression, string by)
    {
        Require.NotNull(expression);
        var variable = NameMatching.Find([.. Dependencies.All(expression).OrderBy(variable => variable.Name, StringComparer.Ordinal)], by, expression.ToString());
        return expression.Derivative((Expr)variable);
    }

    /// <summary>The derivative of a scalar with a name by another name: <c>L.Derivative("w")</c>.</summary>
    /// <param name="scalar">What is differentiated.</param>
    /// <param name="by">The name.</param>
    /// <exception cref="ChainRuleException">The scalar depends on no such name.</exception>
    /// <exception cref="ShapeException">One of them is no scalar.</exception>
    public static Derivation Derivative(this Tensor scalar, string by) => ((Expr)scalar).Derivative(by);

    /// <summary>The derivative of what a derivation has come to: the second derivative, or one more, <c>Pow(x, 3).Derivative(x).Derivative(x)</c>.</summary>
    /// <param name="derivation">The derivation.</param>
    /// <param name="by">A scalar variable, or an entry of a variable.</param>
    /// <exception cref="ChainRuleException">The second is no variable.</exception>
    public static Derivation Derivative(this Derivation derivation, Expr by)
    {
        Require.NotNull(derivation);
        return derivation.Result.Derivative(by);
    }

    private static Variable Find(Variable of, string name)
    {
        Require.NotNull(of);
        return NameMatching.Find([.. Dependencies.All(of).Where(variable => !variable.Equals(of)).OrderBy(variable => variable.Name, StringComparer.Ordinal)], name, of.ToString());
    }

    private static Variable Named(Tensor tensor)
    {
        Require.NotNull(tensor);
        return tensor as Variable ?? tensor.Named(Free(tensor.At([.. tensor.FreshIndices()])));
    }

    private static Variable Named(Expr expression)
    {
        Require.NotNull(expression);
        return expression is Element { Indices.IsEmpty: true } element ? element.Variable : expression.Named(Free(expression));
    }

    private static string Free(Expr expression)
    {
        var taken = Dependencies.All(expression).Select(variable => variable.Name).ToHashSet(StringComparer.Ordinal);
        return _letters.FirstOrDefault(letter => !taken.Contains(letter)) ?? "f_0";
    }
}
