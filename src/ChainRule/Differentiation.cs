using ChainRule.Calculus;
using ChainRule.Expressions;
using ChainRule.Matrices;

namespace ChainRule;

/// <summary>Asking for derivatives: <c>L.Gradient(z)</c>, <c>p.Jacobian(z)</c>.</summary>
public static class Differentiation
{
    /// <summary>The gradient of a scalar with respect to a variable, with its derivation. It has the variable's shape.</summary>
    /// <param name="scalar">A named scalar, such as a loss.</param>
    /// <param name="by">What it is differentiated by: a given variable or a name on the way.</param>
    /// <exception cref="ShapeException">The first is no scalar.</exception>
    /// <param name="accumulation">Whether the chain rule goes back from the scalar (the default) or on from the variable.</param>
    /// <param name="kinks">What counts as the derivative at a kink, where there is none.</param>
    public static Gradient Gradient(this Variable scalar, Variable by, Accumulation accumulation = Accumulation.Reverse, Kinks kinks = Kinks.PyTorch)
    {
        Require.NotNull(scalar);
        Require.NotNull(by);
        return Matrices.Gradient.Make(scalar, by, accumulation, kinks);
    }

    /// <summary>Says what is asked for instead: a gradient is taken by a whole variable.</summary>
    /// <param name="scalar">A named scalar.</param>
    /// <param name="by">An entry, a number or an index.</param>
    /// <exception cref="ChainRuleException">Always.</exception>
    public static Gradient Gradient(this Variable scalar, Expr by) => throw new ChainRuleException(by is Element element
        ? $"A gradient is taken by a whole variable: ask for {scalar}.Gradient({element.Variable}), or for this one entry, {scalar}.Derivative({element})."
        : $"A derivative is taken by a variable, such as {scalar}.Gradient({(scalar.Body is { } body ? Dependencies.Direct(body).Select(name => name.ToString()).Order(StringComparer.Ordinal).FirstOrDefault() : null) ?? "x"}), not by {by}.");

    /// <summary>Says what is asked for instead: what is differentiated by needs a name.</summary>
    /// <param name="scalar">A named scalar.</param>
    /// <param name="by">Something without a name.</param>
    /// <exception cref="ChainRuleException">Always.</exception>
    public static Gradient Gradient(this Variable scalar, Tensor by) => by is Variable variable ? scalar.Gradient(variable) : throw new ChainRuleException(
        $"{by} has no name, so nothing is known to depend on it: define it with a name, var z = (…).Named(\"z\"), use z in the definition of {scalar}, and ask for {scalar}.Gradient(z).");

    /// <summary>
    /// What one way through the graph of definitions contributes to a gradient: <c>L.GradientAlong(w, [z1, h1, z3])</c>. The
    /// gradient is the sum over all ways.
    /// </summary>
    /// <param name="scalar">A named scalar, such as a loss.</param>
    /// <param name="by">Where the path begins.</param>
    /// <param name="through">The names on the way, from the variable towards the scalar.</param>
    /// <exception cref="ChainRuleException">One of the names is not computed from the one before.</exception>
    public static Gradient GradientAlong(this Variable scalar, Variable by, params Variable[] through)
    {
        Require.NotNull(scalar);
        Require.NotNull(by);
        Require.NotNull(through);
        return Matrices.Gradient.MakeAlong(scalar, by, [.. through]);
    }

    /// <summary>The Jacobian of a vector with respect to a vector, with its derivation.</summary>
    /// <param name="vector">A named vector, such as the output of a layer.</param>
    /// <param name="by">What it is differentiated by.</param>
    /// <param name="layout">Whether rows belong to the numerator (the default) or to the denominator.</param>
    /// <param name="kinks">What counts as the derivative at a kink, where there is none.</param>
    /// <exception cref="ShapeException">One of them is a matrix.</exception>
    public static Jacobian Jacobian(this Variable vector, Variable by, Layout layout = Layout.Numerator, Kinks kinks = Kinks.PyTorch)
    {
        Require.NotNull(vector);
        Require.NotNull(by);
        return Matrices.Jacobian.Make(vector, by, layout, kinks);
    }

    /// <summary>
    /// The Hessian of a scalar: the Jacobian of its gradient, ∂²L/∂z_i∂z_j. It is symmetric where L is smooth. By a scalar it is the
    /// second derivative.
    /// </summary>
    /// <param name="scalar">A named scalar, such as a loss.</param>
    /// <param name="by">A vector or a scalar.</param>
    /// <exception cref="ShapeException">The first is no scalar, or the second a matrix.</exception>
    public static Jacobian Hessian(this Variable scalar, Variable by)
    {
        Require.NotNull(scalar);
        Require.NotNull(by);
        var gradient = scalar.Gradient(by);
        return gradient.Indices.Length <= 1
            ? Matrices.Jacobian.MakeSecond(gradient)
            : throw new ShapeException($"The Hessian is taken by a vector or a scalar, and {by} {by.Shape.Said}: of a matrix it has four indices.");
    }

    /// <summary>The derivation of the derivative of a scalar by an entry of a variable: <c>L.Derivative(z[j])</c>.</summary>
    /// <param name="scalar">What is differentiated.</param>
    /// <param name="by">An entry of a variable, or a scalar variable.</param>
    /// <param name="kinks">What counts as the derivative at a kink, where there is none.</param>
    /// <exception cref="ShapeException">The first is no scalar.</exception>
    public static Derivation Derivative(this Tensor scalar, Expr by, Kinks kinks = Kinks.PyTorch) => ((Expr)scalar).Derivative(by, kinks);

    /// <summary>The derivation of one partial derivative: <c>p[i].Derivative(z[j])</c>.</summary>
    /// <param name="expression">What is differentiated.</param>
    /// <param name="by">An entry of a variable, or a scalar variable.</param>
    /// <param name="kinks">What counts as the derivative at a kink, where there is none.</param>
    /// <exception cref="ChainRuleException">The second is no variable.</exception>
    public static Derivation Derivative(this Expr expression, Expr by, Kinks kinks = Kinks.PyTorch)
    {
        Require.NotNull(expression);
        return by is Element element
            ? Deriver.Of(Expressions.Derivative.Of(expression, element), kinks: kinks)
            : throw new ChainRuleException($"A derivative is taken by a variable or one of its entries, not by {by}.");
    }
}
