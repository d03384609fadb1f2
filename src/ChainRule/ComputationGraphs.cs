using ChainRule.Calculus;
using ChainRule.Expressions;
using ChainRule.Matrices;
using ChainRule.Networks;
using ChainRule.Numerics;

namespace ChainRule;

/// <summary>Asking for computation graphs: <c>L.Graph()</c>, <c>L.Gradient(z).Graph()</c>.</summary>
public static class ComputationGraphs
{
    /// <summary>The graph of the definitions behind a name.</summary>
    /// <param name="result">A defined variable.</param>
    /// <exception cref="ChainRuleException">The variable is given and not computed from anything.</exception>
    public static ComputationGraph Graph(this Variable result) => ComputationGraph.Of(result);

    /// <summary>
    /// The graph of a derivative: what it is taken of, with the paths that the chain rule takes highlighted. A gradient at a point has the
    /// value of every node and its adjoint beside it, where the graph can be read node by node.
    /// </summary>
    /// <param name="derivative">A gradient, also one along a single path, or a Jacobian.</param>
    /// <exception cref="ChainRuleException">What is differentiated does not depend on what it is differentiated by.</exception>
    public static ComputationGraph Graph(this DerivativeResult derivative)
    {
        Require.NotNull(derivative);
        var graph = ComputationGraph.Of(derivative.Of);
        var marked = derivative is Gradient { Path: { IsEmpty: false } path } ? graph.Highlight(path) : graph.Highlight(derivative.Of, derivative.By);
        return derivative is Gradient { Values: { } values } && graph.Nodes.Length <= ComputationGraph.MostReadable
            ? marked.With(variable => new(NetworkNumbers.Of(variable, variable, values.Context), Dependencies.Reaches(derivative.Of, variable) ? Adjoint(values.Context, derivative.Of, variable) : null))
            : marked;
    }

    private static NetworkNumbers Adjoint(PointContext<Real> context, Variable of, Variable by)
    {
        var indices = by.FreshIndices();
        return NetworkNumbers.Of(by, Deriver.Of(Derivative.Of(Element.Of(of, []), (Element)Element.Of(by, [.. indices]))).Result, indices, context);
    }
}
