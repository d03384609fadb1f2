using System.Collections.Immutable;
using ChainRule.Expressions;

namespace ChainRule.Networks;

/// <summary>
/// The graph of definitions from what is given to a result: <c>net.Graph</c>, <c>point.Graph</c> with numbers, <c>loss.Graph()</c>,
/// and <c>net.GraphOf("W1")</c> with the paths of a derivative highlighted. It is shown as a picture.
/// </summary>
/// <remarks>
/// In a network of named units, a weight that only multiplies one value on its way to another belongs to the edge between them, and
/// a bias to its unit, as in a drawing by hand. Every other parameter is a node.
/// </remarks>
public sealed class ComputationGraph
{
    /// <summary>How many nodes a reader can follow; a larger graph is shown folded.</summary>
    public const int MostReadable = 60;

    internal ComputationGraph(ImmutableArray<GraphNode> nodes, ImmutableArray<GraphEdge> edges) => (Nodes, Edges) = (nodes, edges);

    /// <summary>The nodes, each after those that it is computed from.</summary>
    public ImmutableArray<GraphNode> Nodes { get; }

    /// <summary>The edges, by the node that they lead to.</summary>
    public ImmutableArray<GraphEdge> Edges { get; }

    /// <summary>By what the highlighted derivative is taken, or null where no path is highlighted.</summary>
    public Variable? HighlightedBy { get; private init; }

    /// <summary>Of what the highlighted derivative is taken, or null where no path is highlighted.</summary>
    public Variable? HighlightedOf { get; private init; }

    /// <summary>Whether the graph is that of named units with their weights on the edges.</summary>
    public bool HasUnits => Edges.Any(edge => !edge.Weights.IsEmpty);

    /// <summary>How many steps of computation lie between what is given and each node; what is given stands right before its first use.</summary>
    public ImmutableArray<int> Levels => GraphLevels.Of(this);

    /// <summary>The graph of everything that a network computes.</summary>
    /// <param name="network">The network.</param>
    public static ComputationGraph Of(Network network)
    {
        Require.NotNull(network);
        return GraphBuilder.Of(network);
    }

    /// <summary>The graph of the definitions behind a name.</summary>
    /// <param name="result">A defined variable.</param>
    /// <exception cref="ChainRuleException">The variable is given and not computed from anything.</exception>
    public static ComputationGraph Of(Variable result)
    {
        Require.NotNull(result);
        return GraphBuilder.Of(result);
    }

    /// <summary>The graph with every path highlighted that leads from a variable to the result.</summary>
    /// <param name="by">The name, as on the page or simpler: W^{(1)}, W1, yhat.</param>
    /// <exception cref="ChainRuleException">There is no such name, there are several, or the result does not depend on it.</exception>
    public ComputationGraph Highlight(string by) => Highlight(NameMatching.Find(Variables, by));

    /// <inheritdoc cref="Highlight(string)"/>
    /// <param name="of">The name at which the paths end.</param>
    /// <param name="by">The name at which the paths begin.</param>
    public ComputationGraph Highlight(string of, string by) => Highlight(NameMatching.Find(Variables, of), NameMatching.Find(Variables, by));

    /// <summary>The graph with every path highlighted that leads from a variable to the result.</summary>
    /// <param name="by">Where the paths begin.</param>
    /// <exception cref="ChainRuleException">The graph has no such variable, or the result does not depend on it.</exception>
    public ComputationGraph Highlight(Variable by) => Highlight(Result, by);

    /// <summary>The graph with every path highlighted that leads from one variable to another.</summary>
    /// <param name="of">Where the paths end.</param>
    /// <param name="by">Where the paths begin.</param>
    /// <exception cref="ChainRuleException">The graph has no such variables, or the one does not depend on the other.</exception>
    public ComputationGraph Highlight(Variable of, Variable by)
    {
        Require.NotNull(of);
        Require.NotNull(by);
        var (start, end) = (PlaceOf(by), PlaceOf(of));
        HashSet<int> after = [start.Node];
        foreach (var edge in Edges.Where(edge => after.Contains(edge.From)))
        {
            after.Add(edge.To);
        }

        HashSet<int> before = [end.Node];
        foreach (var edge in Edges.Reverse().Where(edge => before.Contains(edge.To)))
        {
            before.Add(edge.From);
        }

        before.IntersectWith(after);
        return before.Contains(start.Node) && (!by.Equals(of) || start.Edge is null)
            ? Mark(of, by, before.Contains, edge => before.Contains(edge.From) && before.Contains(edge.To))
            : throw new ChainRuleException($"{of} does not depend on {by}, so no path leads from one to the other.");
    }

    /// <summary>The graph with one path highlighted.</summary>
    /// <param name="path">The names from where the path begins to where it ends.</param>
    /// <exception cref="ChainRuleException">The graph has no such variables, or a name is not computed from the one before.</exception>
    public ComputationGraph Highlight(IReadOnlyList<Variable> path)
    {
        Require.NotNull(path);
        if (path.Count < 2)
        {
            throw new ChainRuleException("A path has a beginning and an end: give at least two names.");
        }

        // A weight or a bias is not a node of its own: the path goes on from the unit that it belongs to.
        List<int> nodes = [.. path.Select(variable => PlaceOf(variable).Node)];
        var steps = nodes.Zip(nodes.Skip(1)).Where(step => step.First != step.Second).ToHashSet();
        foreach (var (from, to) in steps)
        {
            if (!Edges.Any(edge => edge.From == from && edge.To == to))
            {
                throw new ChainRuleException($"{Nodes[to].Name} is not computed from {Nodes[from].Name} directly, so no path goes from one to the other.");
            }
        }

        return Mark(path[^1], path[0], nodes.Contains, edge => steps.Contains((edge.From, edge.To)));
    }

    /// <summary>The graph with at most so many nodes: those of one level and kind are drawn as one, with their number.</summary>
    /// <param name="most">How many nodes there may be.</param>
    /// <returns>The graph itself where it is small enough.</returns>
    public ComputationGraph Folded(int most = MostReadable) => most < 1 ? throw new ChainRuleException($"A graph has at least one node, and {most} was asked for.")
        : Nodes.Length <= most ? this
        : GraphFolding.Fold(this, most) is var (nodes, edges) ? new(nodes, edges) { HighlightedBy = HighlightedBy, HighlightedOf = HighlightedOf } : this;

    /// <summary>Every name of the graph, those of weights and biases too.</summary>
    internal ImmutableArray<Variable> Variables =>
        [.. Nodes.SelectMany(node => node.Variables), .. Nodes.Where(node => node.Bias is not null).Select(node => node.Bias!), .. Edges.SelectMany(edge => edge.Weights)];

    /// <summary>What the graph ends in: the loss, or the last value.</summary>
    internal Variable Result => (Nodes.LastOrDefault(node => node.Kind == GraphNodeKind.Loss) ?? Nodes.Last(node => node.Kind == GraphNodeKind.Value)).Variables[^1];

    /// <summary>The graph with numbers for every node, weight and bias.</summary>
    internal ComputationGraph With(Func<Variable, GraphNumbers> numbers) => new(
        [.. Nodes.Select(node => node.IsFolded ? node : node with { Numbers = numbers(node.Variables[0]), BiasNumbers = node.Bias is { } bias ? numbers(bias) : null })],
        [.. Edges.Select(edge => edge.Weights is [var weight] ? edge with { WeightNumbers = numbers(weight) } : edge)])
    {
        HighlightedBy = HighlightedBy,
        HighlightedOf = HighlightedOf,
    };

    private ComputationGraph Mark(Variable of, Variable by, Predicate<int> isOnPath, Predicate<GraphEdge> isStep)
    {
        var start = PlaceOf(by);
        return new(
            [.. Nodes.Select((node, position) => node with { IsHighlighted = isOnPath(position), IsBiasHighlighted = by.Equals(node.Bias) })],
            [.. Edges.Select(edge => edge with { IsHighlighted = isStep(edge) || edge == start.Edge, IsWeightHighlighted = edge == start.Edge })])
        {
            HighlightedBy = by,
            HighlightedOf = of,
        };
    }

    /// <summary>The node of a variable; for a weight, the edge that it stands on and the node which that leads to.</summary>
    private (int Node, GraphEdge? Edge) PlaceOf(Variable variable)
    {
        for (var position = 0; position < Nodes.Length; position++)
        {
            if (Nodes[position].Variables.Contains(variable) || variable.Equals(Nodes[position].Bias))
            {
                return (position, null);
            }
        }

        return Edges.FirstOrDefault(edge => edge.Weights.Contains(variable)) is { } found
            ? (found.To, found)
            : throw new ChainRuleException($"The graph has no {variable}; it has {string.Join(", ", Variables)}.");
    }
}
