using System.Collections.Immutable;
using ChainRule.Views;

namespace ChainRule.Tests.Views.Graphs;

/// <summary>What holds for the drawing of any graph.</summary>
public class LayeredLayoutTests
{
    private const double Separation = 18;
    private const double Gap = 40;

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Nodes_keep_their_distance_and_edges_lead_on(int seed)
    {
        var (sizes, edges, levels) = RandomGraph(seed);
        var layout = Draw(sizes, edges, levels);
        foreach (var level in Enumerable.Range(0, sizes.Length).GroupBy(node => levels[node]))
        {
            var sorted = level.OrderBy(node => layout.Places[node].Across).ToList();
            foreach (var (upper, lower) in sorted.Zip(sorted.Skip(1)))
            {
                var free = layout.Places[lower].Across - sizes[lower].Before - (layout.Places[upper].Across + sizes[upper].After);
                Assert.True(free >= Separation - 1e-6, $"nodes {upper} and {lower} are {free} apart");
            }
        }

        Assert.All(edges, edge => Assert.True(
            layout.Places[edge.To].Along - (sizes[edge.To].Along / 2) - (layout.Places[edge.From].Along + (sizes[edge.From].Along / 2)) >= Gap - 1e-6));
        Assert.All(Enumerable.Range(0, sizes.Length), node =>
        {
            var (along, across) = layout.Places[node];
            Assert.InRange(along - (sizes[node].Along / 2), -1e-6, layout.Size.Along);
            Assert.InRange(along + (sizes[node].Along / 2), 0, layout.Size.Along + 1e-6);
            Assert.InRange(across - sizes[node].Before, -1e-6, layout.Size.Across);
            Assert.InRange(across + sizes[node].After, 0, layout.Size.Across + 1e-6);
        });
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_long_edge_passes_between_the_nodes_of_every_level_on_its_way(int seed)
    {
        var (sizes, edges, levels) = RandomGraph(seed);
        var layout = Draw(sizes, edges, levels);
        foreach (var (edge, passages) in edges.Zip(layout.Passages))
        {
            Assert.Equal(levels[edge.To] - levels[edge.From] - 1, passages.Length);
            foreach (var (passage, step) in passages.Select((passage, step) => (passage, step)))
            {
                var level = levels[edge.From] + step + 1;
                Assert.Equal(layout.Bands[level], (passage.Start, passage.End));
                Assert.All(Enumerable.Range(0, sizes.Length).Where(node => levels[node] == level), node =>
                    Assert.False(passage.Across > layout.Places[node].Across - sizes[node].Before && passage.Across < layout.Places[node].Across + sizes[node].After));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_crossings_that_it_counts_are_those_of_the_picture_and_no_more_than_at_first(int seed)
    {
        var (sizes, edges, levels) = RandomGraph(seed);
        var layout = Draw(sizes, edges, levels);
        var lines = edges.Zip(layout.Passages).SelectMany(pair =>
        {
            double[] stations = [layout.Places[pair.First.From].Across, .. pair.Second.Select(passage => passage.Across), layout.Places[pair.First.To].Across];
            return stations.Zip(stations.Skip(1)).Select((piece, step) => (Level: levels[pair.First.From] + step, piece.First, piece.Second));
        }).ToList();
        var crossings = lines.GroupBy(line => line.Level).Sum(level =>
        {
            var pieces = level.ToList();
            return pieces.Select((one, position) => pieces.Skip(position + 1).Count(other => (one.First - other.First) * (one.Second - other.Second) < -1e-9)).Sum();
        });
        Assert.Equal(crossings, layout.Crossings);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_same_graph_is_drawn_in_the_same_way(int seed)
    {
        var (sizes, edges, levels) = RandomGraph(seed);
        Assert.Equal(Draw(sizes, edges, levels).Places, Draw(sizes, edges, levels).Places);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_tree_of_definitions_has_no_crossing(int seed)
    {
        // Every node but the last is used by one later node, and the nodes come in any order.
        var random = new Random(seed);
        var count = random.Next(2, 40);
        var edges = Enumerable.Range(0, count - 1).Select(node => (From: node, To: random.Next(node + 1, count))).ToImmutableArray();
        var levels = ChainRule.Networks.GraphLevels.Of(count, edges);
        var layout = Draw([.. Enumerable.Range(0, count).Select(_ => Size(random))], [.. edges.Select(edge => new LayoutEdge(edge.From, edge.To, 1))], levels);
        Assert.Equal(0, layout.Crossings);
    }

    [Fact]
    public void A_chain_is_a_straight_line_also_with_things_beside_it()
    {
        // 0 → 1 → 2 → 3 with two parameters at every link.
        ImmutableArray<(int From, int To)> links = [(0, 1), (1, 2), (2, 3)];
        var beside = links.SelectMany((link, position) => new[] { (From: 4 + (2 * position), link.To), (From: 5 + (2 * position), link.To) }).ToList();
        var levels = ImmutableArray.Create(0, 1, 2, 3, 0, 0, 1, 1, 2, 2);
        var layout = Draw(
            [.. Enumerable.Range(0, 10).Select(node => new LayoutSize(60, 15 + node, 20))],
            [.. links.SelectMany((link, position) => new[] { new LayoutEdge(beside[2 * position].From, link.To, 0), new LayoutEdge(link.From, link.To, 6), new LayoutEdge(beside[(2 * position) + 1].From, link.To, 0) })],
            levels);
        Assert.Equal(0, layout.Crossings);
        Assert.All(links, link => Assert.Equal(layout.Places[link.From].Across, layout.Places[link.To].Across, 6));
    }

    [Fact]
    public void Complete_layers_keep_the_order_in_which_they_were_written()
    {
        var edges = Enumerable.Range(0, 4).SelectMany(to => Enumerable.Range(0, 5).Select(from => new LayoutEdge(from, 5 + to, 6))).ToImmutableArray();
        var layout = Draw([.. Enumerable.Range(0, 9).Select(_ => new LayoutSize(40, 20, 20))], edges, [0, 0, 0, 0, 0, 1, 1, 1, 1]);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8], Enumerable.Range(0, 9).OrderBy(node => node < 5 ? 0 : 1).ThenBy(node => layout.Places[node].Across));
        // The middles of both layers are at one height.
        Assert.Equal(layout.Places[2].Across, (layout.Places[6].Across + layout.Places[7].Across) / 2, 6);
    }

    [Fact]
    public void Crossings_that_need_not_be_are_taken_away()
    {
        // Written crosswise: 0 → 3, 1 → 2, each with a use of its own behind, which fixes nothing.
        var layout = Draw([.. Enumerable.Range(0, 6).Select(_ => new LayoutSize(40, 20, 20))], [new(1, 2, 1), new(0, 3, 1), new(0, 2, 1), new(2, 5, 1), new(3, 4, 1)], [0, 0, 1, 1, 2, 2]);
        Assert.Equal(0, layout.Crossings);
    }

    private static LayeredLayout Draw(ImmutableArray<LayoutSize> sizes, ImmutableArray<LayoutEdge> edges, ImmutableArray<int> levels) =>
        LayeredLayout.Of(sizes, edges, levels, Separation, (_, _) => Gap);

    private static LayoutSize Size(Random random) => new(random.Next(30, 200), random.Next(10, 50), random.Next(10, 80));

    private static (ImmutableArray<LayoutSize> Sizes, ImmutableArray<LayoutEdge> Edges, ImmutableArray<int> Levels) RandomGraph(int seed)
    {
        var random = new Random(seed);
        var count = random.Next(2, 60);
        var edges = new List<(int From, int To)>();
        for (var to = 1; to < count; to++)
        {
            edges.AddRange(Enumerable.Range(0, random.Next(0, 4)).Select(_ => random.Next(0, to)).Distinct().Order().Select(from => (from, to)));
        }

        return (
            [.. Enumerable.Range(0, count).Select(_ => Size(random))],
            [.. edges.Select(edge => new LayoutEdge(edge.From, edge.To, random.Next(0, 7)))],
            ChainRule.Networks.GraphLevels.Of(count, [.. edges]));
    }
}
