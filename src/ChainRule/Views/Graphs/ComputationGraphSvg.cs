using ChainRule.Networks;

namespace ChainRule.Views;

/// <summary>Computation graphs as pictures for use outside a notebook.</summary>
public static class ComputationGraphSvg
{
    /// <summary>The graph as one SVG element with its own style, which can stand in a page or alone in a file.</summary>
    /// <param name="graph">The graph; with more than 60 nodes it is drawn folded.</param>
    /// <param name="down">Whether it leads from top to bottom rather than from left to right.</param>
    public static string ToSvg(this ComputationGraph graph, bool down = false)
    {
        Require.NotNull(graph);
        return GraphView.Svg(graph, down);
    }
}
