using System.Globalization;
using ChainRule.Networks;
using static ChainRule.Networks.Layers;
using static ChainRule.Networks.Losses;

namespace ChainRule.Tests.Views.Graphs;

/// <summary>What a computation graph holds.</summary>
public class ComputationGraphTests
{
    private static readonly Network _layers = Network.Sequential(Linear("N", "M"), 5 * Activations.Relu, Linear("M", "K"), Activations.Identity).WithLoss(SquaredError);
    private static readonly Network _units = Network.FullyConnected("x1 x2", "h1 h2", "h3 h4", "o1 o2", Activations.Sigmoid, output: Softmax, loss: CrossEntropy);

    [Fact]
    public void A_network_of_layers_has_a_node_for_every_name_and_an_edge_for_every_use()
    {
        var graph = _layers.Graph;
        Assert.Equal(["x", "W⁽¹⁾", "b⁽¹⁾", "W⁽²⁾", "b⁽²⁾", "y", "z₁", "z₂", "z₃", "ŷ", "ℓ"], graph.Nodes.Select(node => node.Name.ToString()));
        Assert.Equal(
            ["x → z₁", "W⁽¹⁾ → z₁", "b⁽¹⁾ → z₁", "z₁ → z₂", "z₂ → z₃", "W⁽²⁾ → z₃", "b⁽²⁾ → z₃", "z₃ → ŷ", "ŷ → ℓ", "y → ℓ"],
            graph.Edges.Select(edge => $"{graph.Nodes[edge.From].Name} → {graph.Nodes[edge.To].Name}"));
        Assert.Equal([0, 0, 0, 2, 2, 4, 1, 2, 3, 4, 5], graph.Levels);
        Assert.Equal("z₁ = W⁽¹⁾ x + b⁽¹⁾", graph.Nodes[6].Equation!.ToString());
        Assert.Equal("Linear(N, M)", graph.Nodes[6].Words);
        Assert.Equal(GraphNodeKind.Target, graph.Nodes[5].Kind);
        Assert.Equal(GraphNodeKind.Loss, graph.Nodes[^1].Kind);
        Assert.Null(graph.Nodes[0].Equation);
        Assert.False(graph.HasUnits);
    }

    [Fact]
    public void A_loss_brings_the_names_inside_it()
    {
        var graph = Network.Sequential(Linear(3, 2)).WithLoss(CrossEntropyWithLogits()).GraphOf("x");
        Assert.Contains("p", graph.Nodes.Select(node => node.Name.ToString()));
        Assert.Equal(["x", "ŷ", "p", "ℓ"], graph.Nodes.Where(node => node.IsHighlighted).Select(node => node.Name.ToString()));
    }

    [Fact]
    public void In_a_network_of_units_weights_stand_on_edges_and_biases_at_units()
    {
        var graph = Network.FullyConnected("x1 x2", "h1 h2 h3", "o1", Activations.Tanh, loss: SquaredError, bias: true).Graph;
        Assert.True(graph.HasUnits);
        Assert.DoesNotContain(graph.Nodes, node => node.Kind == GraphNodeKind.Parameter);
        Assert.Equal(9, graph.Edges.Count(edge => edge.Weights.Length == 1));
        Assert.All(graph.Edges.Where(edge => edge.Weights.Length == 1), edge =>
            Assert.Contains(edge.Weights[0].Name, new[] { $"W_{{{Plain(edge.From)},{Unit(edge.To)}}}" }));
        Assert.Equal(4, graph.Nodes.Count(node => node.Bias is not null));

        // W_{x1,h1} leads to z_1, the input of h1.
        string Plain(int node) => graph.Nodes[node].Variables[0].Name.Replace("_", string.Empty, StringComparison.Ordinal);
        string Unit(int node) => graph.Nodes[node].Variables[0].Name is ['z', '_', var number] ? string.Create(CultureInfo.InvariantCulture, $"h{number}") : Plain(node);
    }

    [Fact]
    public void A_weight_that_is_used_twice_is_a_node()
    {
        var (w, x) = (Scalar("w"), Scalar("x"));
        var h1 = Tanh(w * x).Named("h_1");
        var h2 = Tanh(w * h1).Named("h_2");
        var network = Network.Of(Pow(h2 - 1, 2).Named("L"), x);
        Assert.Contains(network.Graph.Nodes, node => node.Kind == GraphNodeKind.Parameter && node.Variables[0].Equals(w));
        Assert.All(network.Graph.Edges, edge => Assert.Empty(edge.Weights));
    }

    [Fact]
    public void The_definitions_alone_tell_a_network_of_units_from_other_scalars()
    {
        Assert.True(_units.Loss!.Graph().HasUnits);
        Assert.Equal(_units.Graph.Nodes.Length, _units.Loss!.Graph().Nodes.Length);
        var (x, k) = (Scalar("x"), Scalar("k"));
        var a = Sin(x).Named("a");
        Assert.False((k * a + a * a).Named("L").Graph().HasUnits);
    }

    [Fact]
    public void Every_path_is_highlighted_and_nothing_else()
    {
        var graph = _units.GraphOf("W_{x2,h1}");
        Assert.Equal(
            ["z₁", "h₁", "z₃", "z₄", "h₃", "h₄", "o₁", "o₂", "ŷ₁", "ŷ₂", "L"],
            graph.Nodes.Where(node => node.IsHighlighted).Select(node => node.Name.ToString()));
        var marked = Assert.Single(graph.Edges, edge => edge.IsWeightHighlighted);
        Assert.Equal("x₂", graph.Nodes[marked.From].Name.ToString());
        Assert.True(marked.IsHighlighted);
        Assert.All(graph.Edges.Where(edge => edge.IsHighlighted && edge != marked), edge => Assert.True(graph.Nodes[edge.From].IsHighlighted && graph.Nodes[edge.To].IsHighlighted));
        Assert.Equal(("L", "W_(x2,h1)"), (graph.HighlightedOf!.ToString(), graph.HighlightedBy!.ToString()));
    }

    [Fact]
    public void The_highlighted_nodes_are_those_of_all_paths_one_by_one()
    {
        var network = Network.Sequential(Residual(Linear("N", "M"), Activations.Tanh, Linear("M", "N")), Residual(Linear("N", "N")), Linear("N", 2)).WithLoss(SquaredError);
        foreach (var by in network.Inputs.Concat(network.Parameters).Concat(network.Values.Select(value => value.Variable)))
        {
            var expected = Dependencies.Paths(by, network.Loss!, 1000).SelectMany(path => path).ToHashSet();
            var graph = network.Graph.Highlight(by);
            Assert.Equal(expected, graph.Nodes.Where(node => node.IsHighlighted).SelectMany(node => node.Variables).ToHashSet());
        }
    }

    [Fact]
    public void A_gradient_along_one_path_highlights_that_path()
    {
        var x = Scalar("x");
        var a = Sin(x).Named("a");
        var (b, c) = (Exp(a).Named("b"), (a * a).Named("c"));
        var loss = (b * c).Named("L");
        var one = loss.GradientAlong(x, a, b).Graph();
        Assert.Equal(["x", "a", "b", "L"], one.Nodes.Where(node => node.IsHighlighted).Select(node => node.Name.ToString()));
        Assert.Equal(3, one.Edges.Count(edge => edge.IsHighlighted));
        var all = loss.Gradient(x).Graph();
        Assert.Equal(5, all.Nodes.Count(node => node.IsHighlighted));
        Assert.Equal(5, all.Edges.Count(edge => edge.IsHighlighted));
    }

    [Fact]
    public void A_bias_is_marked_at_its_unit()
    {
        var graph = Network.FullyConnected("x1 x2", "h1 h2", "o1", Activations.Tanh, loss: SquaredError, bias: true).GraphOf("b_{h2}");
        Assert.Equal("z₂", Assert.Single(graph.Nodes, node => node.IsBiasHighlighted).Name.ToString());
        Assert.Equal(["z₂", "h₂", "o₁", "ŷ₁", "L"], graph.Nodes.Where(node => node.IsHighlighted).Select(node => node.Name.ToString()));
    }

    [Fact]
    public void Numbers_are_those_of_the_network_at_the_point()
    {
        var point = _units.Sample(seed: 3);
        var graph = point.Graph;
        Assert.All(graph.Nodes.Where(node => node.Kind != GraphNodeKind.Target), node =>
        {
            Assert.Equal(point.Value(node.Variables[0].Name).Entries, node.Numbers!.Value.Entries);
            Assert.Equal(point.Gradient(node.Variables[0].Name).Entries, node.Numbers.Adjoint!.Entries);
        });
        var edge = graph.Edges.First(edge => !edge.Weights.IsEmpty);
        Assert.Equal(point.Gradient(edge.Weights[0].Name).Entries, edge.WeightNumbers!.Adjoint!.Entries);
        // The chain rule in the picture: the weight's adjoint is its unit's adjoint times what comes in.
        Assert.Equal(graph.Nodes[edge.From].Numbers!.Value.Entries[0] * graph.Nodes[edge.To].Numbers!.Adjoint!.Entries[0], edge.WeightNumbers.Adjoint.Entries[0], 12);
        Assert.All(Network.Sequential(Linear(2, 2)).Sample(1).Graph.Nodes, node => Assert.Null(node.Numbers!.Adjoint));
    }

    [Fact]
    public void The_graph_of_a_gradient_at_a_point_has_its_numbers()
    {
        var (a, b) = (Scalar("a"), Scalar("b"));
        var u = (a * b).Named("u");
        var w = Sin(u).Named("w");
        var loss = (w * w + u).Named("L");
        var graph = loss.Gradient(b).At((a, 0.5), (b, 3)).Graph();
        GraphNumbers NumbersOf(string name) => graph.Nodes.Single(node => node.Variables[0].Name == name).Numbers!;
        var slope = (2 * Math.Sin(1.5) * Math.Cos(1.5)) + 1;
        Assert.Equal(1.5, NumbersOf("u").Value.Entries.Single(), 12);
        Assert.Equal((Math.Sin(1.5) * Math.Sin(1.5)) + 1.5, NumbersOf("L").Value.Entries.Single(), 12);
        Assert.Equal(1, NumbersOf("L").Adjoint!.Entries.Single(), 12);
        Assert.Equal(2 * Math.Sin(1.5), NumbersOf("w").Adjoint!.Entries.Single(), 12);
        Assert.Equal(slope, NumbersOf("u").Adjoint!.Entries.Single(), 12);
        Assert.Equal(0.5 * slope, NumbersOf("b").Adjoint!.Entries.Single(), 12);
        Assert.True(graph.Nodes.Single(node => node.Variables[0].Name == "u").IsHighlighted);
    }

    [Fact]
    public void A_softmax_is_called_by_its_name_and_what_only_resembles_one_is_not()
    {
        var z = Vector("z", "K");
        var j = Index("j", "K");
        Assert.Equal("p = softmax(z)", Equation(Softmax(z).Named("p")));
        Assert.Equal("p = softmax(1/2 ⋅ z)", Equation(Softmax(z / 2).Named("p")));
        Assert.DoesNotContain("softmax", Equation(Sigmoid(z).Named("p")), StringComparison.Ordinal);
        Assert.DoesNotContain("softmax", Equation((2 * Softmax(z)).Named("p")), StringComparison.Ordinal);
        Assert.DoesNotContain("softmax", Equation(z.Map(entry => Exp(entry) / (1 + Sum(j, Exp(z[j])))).Named("p")), StringComparison.Ordinal);

        static string Equation(Variable variable) => ComputationGraph.Of(variable).Nodes[^1].Equation!.ToString();
    }

    [Theory]
    [InlineData(61)]
    [InlineData(200)]
    [InlineData(3000)]
    public void A_wide_network_is_folded_by_layers(int units)
    {
        var hidden = string.Join(' ', Enumerable.Range(1, units).Select(unit => $"h{unit}"));
        var graph = Network.FullyConnected(["x1 x2 x3", hidden, "o1 o2"], Activations.Tanh, loss: SquaredError).GraphOf("W_{x2,h1}");
        var folded = graph.Folded();
        Assert.Equal(graph.Nodes.Length, folded.Nodes.Sum(node => node.Variables.Length));
        Assert.Equal([3, units, units, 2, 2, 2, 1], folded.Nodes.Select(node => node.Variables.Length));
        Assert.Equal(5 * units, folded.Edges.Sum(edge => edge.Weights.Length));
        Assert.Equal(folded.Edges.Length, folded.Edges.Select(edge => (edge.From, edge.To)).Distinct().Count());
        Assert.All(folded.Edges, edge => Assert.True(edge.From < edge.To));
        Assert.Contains(folded.Edges, edge => edge.IsWeightHighlighted);
        Assert.Equal("h₁, …, " + Scalar($"h{units}"), folded.Nodes.First(node => node.Variables[0].Name == "h_1").Name.ToString());
    }

    [Fact]
    public void A_deep_network_is_folded_into_runs_of_layers()
    {
        var graph = Network.Sequential([.. Enumerable.Range(0, 100).SelectMany(_ => new Layer[] { Linear("N", "N"), Activations.Tanh })]).WithLoss(SquaredError).GraphOf("W60");
        var folded = graph.Folded();
        Assert.InRange(folded.Nodes.Length, 5, ComputationGraph.MostReadable);
        Assert.All(folded.Edges, edge => Assert.True(folded.Levels[edge.From] < folded.Levels[edge.To]));
        Assert.False(folded.Nodes[2].IsHighlighted);
        Assert.True(folded.Nodes[^1].IsHighlighted);
        Assert.Same(folded, folded.Folded());
    }

    [Fact]
    public void A_small_graph_is_not_folded() => Assert.Same(_drawn, _drawn.Folded());

    private static readonly ComputationGraph _drawn = _units.Graph;

    [Fact]
    public void What_cannot_be_drawn_says_why()
    {
        Assert.Contains("is given and not computed", Assert.Throws<ChainRuleException>(() => Scalar("x").Graph()).Message, StringComparison.Ordinal);
        Assert.Contains("W_7", Assert.Throws<ChainRuleException>(() => _layers.Graph.Highlight("W_7")).Message, StringComparison.Ordinal);
        Assert.Contains("does not depend on", Assert.Throws<ChainRuleException>(() => _layers.Graph.Highlight("z1", "z3")).Message, StringComparison.Ordinal);
        Assert.Contains("The graph has no q", Assert.Throws<ChainRuleException>(() => _layers.Graph.Highlight(Scalar("q"))).Message, StringComparison.Ordinal);
        Assert.Contains("not computed from", Assert.Throws<ChainRuleException>(() => _layers.Graph.Highlight([_layers["z1"], _layers["z3"]])).Message, StringComparison.Ordinal);
        Assert.Throws<ChainRuleException>(() => _layers.Graph.Folded(0));
        Assert.Throws<ChainRuleException>(() => Network.Sequential(Linear(2, 2)).GraphOf("x"));
    }
}
