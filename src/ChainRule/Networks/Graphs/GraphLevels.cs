using System.Collections.Immutable;

namespace ChainRule.Networks;

/// <summary>The columns of a graph: the longest way from what is given, so that every edge leads on.</summary>
internal static class GraphLevels
{
    public static ImmutableArray<int> Of(ComputationGraph graph) => Of(
        graph.Nodes.Length,
        [.. graph.Edges.Select(edge => (edge.From, edge.To))]);

    /// <summary>The level of every node; a node without anything before it stands right before the first that uses it.</summary>
    /// <param name="nodes">How many nodes there are, in an order in which every edge leads from a smaller to a larger position.</param>
    /// <param name="edges">The edges, by the node that they lead to.</param>
    public static ImmutableArray<int> Of(int nodes, ImmutableArray<(int From, int To)> edges)
    {
        var levels = new int[nodes];
        foreach (var (from, to) in edges.OrderBy(edge => edge.To))
        {
            levels[to] = Math.Max(levels[to], levels[from] + 1);
        }

        var computed = edges.Select(edge => edge.To).ToHashSet();
        foreach (var uses in edges.Where(edge => !computed.Contains(edge.From)).GroupBy(edge => edge.From))
        {
            levels[uses.Key] = uses.Min(edge => levels[edge.To]) - 1;
        }

        return [.. levels];
    }
}
