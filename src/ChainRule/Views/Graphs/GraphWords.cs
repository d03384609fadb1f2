using System.Globalization;
using ChainRule.Charts;
using ChainRule.Expressions;
using ChainRule.Matrices;
using ChainRule.Networks;
using ChainRule.Notation;

namespace ChainRule.Views;

/// <summary>What is said of a graph in words, in every format.</summary>
internal static class GraphWords
{
    /// <summary>How many numbers of a tensor are written out.</summary>
    private const int MostNumbers = 3;

    /// <summary>How many nodes are described one by one.</summary>
    private const int MostDescribed = 40;

    /// <summary>What the graph is of and how large it is.</summary>
    public static string Title(ComputationGraph graph) =>
        $"Computation graph of {graph.Result}: {Count(graph.Nodes.Length, "node")}, {Count(graph.Edges.Length, "edge")}";

    /// <summary>The graph for those who do not see it: what is given, what each value is computed from, which path is marked.</summary>
    public static string Describe(ComputationGraph graph)
    {
        var parts = new List<string> { Title(graph) };
        var described = graph.Nodes.Select((node, position) => (node, position)).Take(MostDescribed).ToList();
        foreach (var group in described.Where(pair => graph.Edges.All(edge => edge.To != pair.position)).GroupBy(pair => pair.node.Kind))
        {
            parts.Add($"{Kind(group.Key, many: group.Skip(1).Any() || group.First().node.IsFolded)} {string.Join(", ", group.Select(pair => pair.node.Name.ToString()))}");
        }

        foreach (var (node, position) in described)
        {
            var from = graph.Edges.Where(edge => edge.To == position).Select(edge => graph.Nodes[edge.From].Name.ToString()).ToList();
            if (from.Count > 0)
            {
                parts.Add($"{node.Name} from {string.Join(", ", from)}");
            }
        }

        if (graph.Nodes.Length > MostDescribed)
        {
            parts.Add($"and {Count(graph.Nodes.Length - MostDescribed, "more node")}");
        }

        if (Highlight(graph) is { } marked)
        {
            parts.Add(marked);
        }

        return string.Join("; ", parts) + ".";
    }

    /// <summary>Which path is marked, or null: the path of ∂ℓ/∂W through z₁, z₂.</summary>
    public static string? Highlight(ComputationGraph graph) => graph is { HighlightedBy: { } by, HighlightedOf: { } of }
        ? $"highlighted for ∂{of}/∂{by}: {by} → {string.Join(" → ", graph.Nodes.Zip(graph.Levels).Where(pair => pair.First.IsHighlighted && !pair.First.Variables.Contains(by)).GroupBy(pair => pair.Second).OrderBy(level => level.Key).Select(level => string.Join(", ", level.Select(pair => pair.First.Name.ToString()))))}"
        : null;

    /// <summary>The word for a kind of node.</summary>
    public static string Kind(GraphNodeKind kind, bool many = false) => kind switch
    {
        GraphNodeKind.Input => "given",
        GraphNodeKind.Target => many ? "targets" : "target",
        GraphNodeKind.Parameter => many ? "parameters" : "parameter",
        GraphNodeKind.Value => many ? "values" : "value",
        _ => "result",
    };

    /// <summary>What a folded node holds: 12 units.</summary>
    public static string Folded(GraphNode node) => node.Kind switch
    {
        GraphNodeKind.Input => $"{node.Variables.Length.ToString(CultureInfo.InvariantCulture)} given",
        GraphNodeKind.Value when node.Shape.Rank == 0 => Count(node.Variables.Length, "unit"),
        GraphNodeKind.Loss => Count(node.Variables.Length, "value"),
        _ => Count(node.Variables.Length, Kind(node.Kind)),
    };

    /// <summary>A few numbers: 0.52, or (0.1, −0.3, 2, …).</summary>
    public static string Numbers(NetworkNumbers numbers)
    {
        var shown = string.Join(", ", numbers.Entries.Take(MostNumbers).Select(entry => ChartNumber.Format(entry, numbers.Dimensions.IsEmpty ? 3 : 2)));
        return numbers.Dimensions.IsEmpty ? shown : $"({shown}{(numbers.Entries.Length > MostNumbers ? ", …" : string.Empty)})";
    }

    /// <summary>The node in one line: its equation and set, what computes it, its numbers.</summary>
    public static string Tell(GraphNode node)
    {
        var text = node.Equation is { } equation ? TextPrinter.Print(equation) : node.IsFolded ? $"{node.Name}: {Folded(node)}" : node.Name.ToString();
        var set = node.IsFolded || node.Shape.Rank == 0 ? string.Empty : node.Equation is null ? $" ∈ {Set(node)}" : $", in {Set(node)}";
        var words = node.Words.Length > 0 ? $" – {node.Words}" : node.Equation is null && !node.IsFolded ? $" – {Kind(node.Kind)}" : string.Empty;
        return text + set + words + Tell(node.Numbers) + (node.BiasNumbers is { } bias ? $"; {node.Bias}{Tell(bias)}" : string.Empty);
    }

    /// <summary>The weight on an edge in one line.</summary>
    public static string Tell(ComputationGraph graph, GraphEdge edge)
    {
        var (from, to) = (graph.Nodes[edge.From].Name, graph.Nodes[edge.To].Name);
        return edge.Weights switch
        {
            [var weight] => $"{weight} multiplies {from} on its way to {to}{Tell(edge.WeightNumbers)}",
            [] => $"{from} → {to}",
            _ => $"{Count(edge.Weights.Length, "weight")} from {from} to {to}: {edge.Weights[0]}, …, {edge.Weights[^1]}",
        };
    }

    /// <summary>Of what shape a node is.</summary>
    public static Formula Set(GraphNode node) => MatrixFormula.Set(node.Shape, Letters.Avoiding(node.Shape.Sizes));

    /// <summary>A number with its noun.</summary>
    public static string Count(int number, string noun) => string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? string.Empty : "s")}");

    private static string Tell(GraphNumbers? numbers) => numbers is null ? string.Empty
        : $"; value {Numbers(numbers.Value)}{(numbers.Adjoint is { } adjoint ? $", adjoint {Numbers(adjoint)}" : string.Empty)}";
}
