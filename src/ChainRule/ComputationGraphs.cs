using ChainRule.Expressions;
using ChainRule.Matrices;
using ChainRule.Networks;

namespace ChainRule;

/// <summary>Asking for computation graphs: <c>L.Graph()</c>, <c>L.Gradient(z).Graph()</c>.</summary>
public static class ComputationGraphs
{
    /// <summary>The graph of the definitions behind a name.</summary>
    /// <param name="result">A defined variable.</param>
    /// <exception cref="ChainRuleException">The variable is given and not computed from anything.</exception>
    public static ComputationGraph Graph(this Variable result) => ComputationGraph.Of(result);

    /// <summary>The graph of a derivative: what it is taken of, with the paths that the chain rule takes highlighted.</summary>
    /// <param name="derivative">A gradient, also one along a single path, or a Jacobian.</param>
    /// <exception cref="ChainRuleException">What is differentiated does not depend on what it is differentiated by.</exception>
    public static ComputationGraph Graph(this DerivativeResult derivative)
    {
        Require.NotNull(derivative);
        var graph = ComputationGraph.Of(derivative.Of);
        return derivative is Gradient { Path: { IsEmpty: false } path } ? graph.Highlight(path) : graph.Highlight(derivative.Of, derivative.By);
    }
}
