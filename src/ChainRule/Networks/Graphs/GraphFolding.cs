using System.Collections.Immutable;

namespace ChainRule.Networks;

/// <summary>Draws many nodes as few: first those of one level and kind, then what is given with what uses it, then whole runs of levels.</summary>
internal static class GraphFolding
{
    /// <summary>In a graph that is deep rather than wide, this many runs of levels are enough to see where a path goes.</summary>
    private const int MostRuns = 20;

    public static (ImmutableArray<GraphNode> Nodes, ImmutableArray<GraphEdge> Edges) Fold(ComputationGraph graph, int most)
    {
        var levels = graph.Levels;
        var (nodes, edges) = By(graph, position => (levels[position], Kind(position)));
        if (nodes.Length <= most)
        {
            return (nodes, edges);
        }

        // Parameters and other given things move into the level that uses them.
        var height = levels.Max() + 1;
        (nodes, edges) = By(graph, position => (Used(position), IsFirst(position) ? GraphNodeKind.Input : GraphNodeKind.Value));
        if (nodes.Length <= most)
        {
            return (nodes, edges);
        }

        var run = height / Math.Min(most, MostRuns);
        return By(graph, position => (Used(position) / (run + 1), IsFirst(position) ? GraphNodeKind.Input : GraphNodeKind.Value));

        GraphNodeKind Kind(int position) => graph.Nodes[position].Kind;
        bool IsFirst(int position) => Kind(position) == GraphNodeKind.Input && levels[position] == 0;
        int Used(int position) => Kind(position) is GraphNodeKind.Parameter or GraphNodeKind.Target ? levels[position] + 1 : levels[position];
    }

    private static (ImmutableArray<GraphNode> Nodes, ImmutableArray<GraphEdge> Edges) By(ComputationGraph graph, Func<int, (int Level, GraphNodeKind Kind)> key)
    {
        var groups = Enumerable.Range(0, graph.Nodes.Length).GroupBy(key).OrderBy(group => group.Key.Level).ThenBy(group => group.Key.Kind).ToList();
        var place = groups.SelectMany((group, position) => group.Select(member => (member, position))).ToDictionary(pair => pair.member, pair => pair.position);
        var edges = graph.Edges
            .Select(edge => edge with { From = place[edge.From], To = place[edge.To] })
            .Where(edge => edge.From != edge.To)
            .GroupBy(edge => (edge.From, edge.To))
            .OrderBy(group => group.Key.To).ThenBy(group => group.Key.From)
            .Select(group => new GraphEdge(group.Key.From, group.Key.To)
            {
                Weights = [.. group.SelectMany(edge => edge.Weights)],
                IsHighlighted = group.Any(edge => edge.IsHighlighted),
                IsWeightHighlighted = group.Any(edge => edge.IsWeightHighlighted),
            });
        return ([.. groups.Select(group => Join([.. group.Select(position => graph.Nodes[position])]))], [.. edges]);
    }

    private static GraphNode Join(ImmutableArray<GraphNode> nodes)
    {
        if (nodes is [var only])
        {
            return only;
        }

        // A group is called after what is computed in it; parameters that were folded into it are only counted.
        var last = nodes[^1].Kind;
        var named = nodes.Where(node => node.Kind is GraphNodeKind.Value or GraphNodeKind.Loss).ToList();
        var variables = (named.Count > 0 ? named : [.. nodes]).SelectMany(node => node.Variables);
        return new(nodes.Any(node => node.Kind == GraphNodeKind.Loss) ? GraphNodeKind.Loss : last, [.. variables])
        {
            Words = nodes.Select(node => node.Words).Distinct(StringComparer.Ordinal).Count() == 1 ? nodes[0].Words : string.Empty,
            IsHighlighted = nodes.Any(node => node.IsHighlighted),
            IsBiasHighlighted = nodes.Any(node => node.IsBiasHighlighted),
        };
    }
}
