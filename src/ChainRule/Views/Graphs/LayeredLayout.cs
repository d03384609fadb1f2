using System.Collections.Immutable;

namespace ChainRule.Views;

/// <summary>A node's size.</summary>
/// <param name="Along">How long it is in the direction of the edges.</param>
/// <param name="Before">How far it reaches across, from where its edges meet it to the side of smaller coordinates.</param>
/// <param name="After">How far it reaches to the other side.</param>
internal readonly record struct LayoutSize(double Along, double Before, double After);

/// <summary>An edge of a layout. Its pull says how much it is worth that it is straight; 0 leaves that to the other edges of its nodes.</summary>
internal readonly record struct LayoutEdge(int From, int To, int Pull);

/// <summary>The part of an edge that passes a level on its way: a straight line from one border of the level to the other.</summary>
internal readonly record struct LayoutPassage(double Start, double End, double Across);

/// <summary>
/// A layered drawing after Sugiyama, Tagawa and Toda (1981), "Methods for Visual Understanding of Hierarchical System Structures":
/// levels are given, long edges pass every level between at a place of their own, barycentres and exchanges of neighbours reduce
/// the crossings, and each level is brought as near to its neighbours' medians as the distances allow.
/// </summary>
/// <remarks>Deterministic: the same graph is drawn in the same way. Edges cross no node, since only levels hold nodes.</remarks>
internal sealed class LayeredLayout
{
    private const int Sweeps = 12;
    private const int PassagePull = 12;
    private const double Loose = 0.01;
    private const double Fixed = 1e6;

    private readonly ImmutableArray<LayoutSize> _sizes;
    private readonly ImmutableArray<int> _levels;
    private readonly double _separation;
    private readonly List<int> _levelOf = [];
    private readonly List<(double Before, double After)> _extent = [];
    private readonly List<List<(int Node, int Pull)>> _before = [];
    private readonly List<List<(int Node, int Pull)>> _after = [];
    private readonly int[][] _passages;
    private readonly List<int>[] _order;
    private double[] _across = [];

    private LayeredLayout(ImmutableArray<LayoutSize> sizes, ImmutableArray<LayoutEdge> edges, ImmutableArray<int> levels, double separation)
    {
        (_sizes, _levels, _separation) = (sizes, levels, separation);
        foreach (var (size, level) in sizes.Zip(levels))
        {
            AddPoint(level, (size.Before, size.After));
        }

        _passages = new int[edges.Length][];
        for (var position = 0; position < edges.Length; position++)
        {
            var edge = edges[position];
            var length = levels[edge.To] - levels[edge.From];
            _passages[position] = new int[length - 1];
            var from = edge.From;
            for (var step = 1; step < length; step++)
            {
                var passage = AddPoint(levels[edge.From] + step, default);
                _passages[position][step - 1] = passage;
                Connect(from, passage, PassagePull);
                from = passage;
            }

            Connect(from, edge.To, length > 1 ? PassagePull : edge.Pull);
        }

        _order = [.. Enumerable.Range(0, levels.IsEmpty ? 0 : levels.Max() + 1).Select(_ => new List<int>())];
    }

    /// <summary>Where the middle of each node is, along and across.</summary>
    public ImmutableArray<(double Along, double Across)> Places { get; private set; }

    /// <summary>The levels that each edge passes on its way, in their order.</summary>
    public ImmutableArray<ImmutableArray<LayoutPassage>> Passages { get; private set; }

    /// <summary>The borders of each level along the direction of the edges.</summary>
    public ImmutableArray<(double Start, double End)> Bands { get; private set; }

    /// <summary>The size of the whole drawing.</summary>
    public (double Along, double Across) Size { get; private set; }

    /// <summary>How often edges cross between levels.</summary>
    public int Crossings { get; private set; }

    /// <summary>Places nodes and edges.</summary>
    /// <param name="sizes">The sizes of the nodes.</param>
    /// <param name="edges">The edges; each leads to a later level. Their order says in which order a person would draw what a node needs.</param>
    /// <param name="levels">The level of each node.</param>
    /// <param name="separation">The distance between neighbours in a level.</param>
    /// <param name="gap">The distance between a level and the one before, given how far across the edges between them reach.</param>
    public static LayeredLayout Of(ImmutableArray<LayoutSize> sizes, ImmutableArray<LayoutEdge> edges, ImmutableArray<int> levels, double separation, Func<int, double, double> gap)
    {
        var layout = new LayeredLayout(sizes, edges, levels, separation);
        layout.Order();
        layout.Place(gap);
        return layout;
    }

    private int AddPoint(int level, (double Before, double After) extent)
    {
        _levelOf.Add(level);
        _extent.Add(extent);
        _before.Add([]);
        _after.Add([]);
        return _levelOf.Count - 1;
    }

    private void Connect(int from, int to, int pull)
    {
        _after[from].Add((to, pull));
        _before[to].Add((from, pull));
    }

    /// <summary>
    /// The start is what a depth-first walk back from the results meets, which draws every tree of definitions without a crossing;
    /// a sweep is kept only where it has fewer crossings, so that the order in which things were written stays where it can.
    /// </summary>
    private void Order()
    {
        var seen = new bool[_levelOf.Count];
        for (var point = 0; point < _sizes.Length; point++)
        {
            if (_after[point].Count == 0)
            {
                Walk(point, seen);
            }
        }

        var best = Snapshot();
        Crossings = CountCrossings();
        for (var sweep = 0; sweep < Sweeps && Crossings > 0; sweep++)
        {
            Sweep(sweep % 2 == 0);
            Exchange();
            var crossings = CountCrossings();
            if (crossings < Crossings)
            {
                (best, Crossings) = (Snapshot(), crossings);
            }
        }

        for (var level = 0; level < _order.Length; level++)
        {
            _order[level] = [.. best[level]];
        }
    }

    private int[][] Snapshot() => [.. _order.Select(level => level.ToArray())];

    private void Walk(int root, bool[] seen)
    {
        var waiting = new Stack<int>([root]);
        while (waiting.TryPop(out var point))
        {
            if (seen[point])
            {
                continue;
            }

            seen[point] = true;
            _order[_levelOf[point]].Add(point);
            for (var part = _before[point].Count - 1; part >= 0; part--)
            {
                waiting.Push(_before[point][part].Node);
            }
        }
    }

    private void Sweep(bool forward)
    {
        var place = Positions();
        for (var step = 1; step < _order.Length; step++)
        {
            var level = forward ? step : _order.Length - 1 - step;
            var sorted = _order[level].Select((point, position) =>
            {
                var neighbours = forward ? _before[point] : _after[point];
                return (point, Centre: neighbours.Count == 0 ? position : neighbours.Average(neighbour => (double)place[neighbour.Node]));
            }).OrderBy(pair => pair.Centre).Select(pair => pair.point).ToList();
            _order[level] = sorted;
            for (var position = 0; position < sorted.Count; position++)
            {
                place[sorted[position]] = position;
            }
        }
    }

    /// <summary>Neighbours change places wherever that alone takes a crossing away.</summary>
    private void Exchange()
    {
        var improved = true;
        for (var round = 0; improved && round < Sweeps; round++)
        {
            improved = false;
            var place = Positions();
            foreach (var level in _order)
            {
                for (var i = 0; i + 1 < level.Count; i++)
                {
                    Interruption.Check();
                    var (upper, lower) = (level[i], level[i + 1]);
                    if (Between(upper, lower, place) > Between(lower, upper, place))
                    {
                        (level[i], level[i + 1]) = (lower, upper);
                        (place[upper], place[lower]) = (i + 1, i);
                        improved = true;
                    }
                }
            }
        }
    }

    private int Between(int upper, int lower, int[] place) =>
        Inversions(_before[upper], _before[lower], place) + Inversions(_after[upper], _after[lower], place);

    private static int Inversions(List<(int Node, int Pull)> upper, List<(int Node, int Pull)> lower, int[] place) =>
        upper.Sum(first => lower.Count(second => place[second.Node] < place[first.Node]));

    private int[] Positions()
    {
        var place = new int[_levelOf.Count];
        foreach (var level in _order)
        {
            for (var position = 0; position < level.Count; position++)
            {
                place[level[position]] = position;
            }
        }

        return place;
    }

    private int CountCrossings()
    {
        var place = Positions();
        var crossings = 0;
        foreach (var level in _order)
        {
            // Edges in the order of their beginnings cross where their ends are in another order.
            var ends = level.SelectMany(point => _after[point].Select(next => place[next.Node]).Order()).ToArray();
            for (var i = 0; i < ends.Length; i++)
            {
                for (var j = i + 1; j < ends.Length; j++)
                {
                    crossings += ends[j] < ends[i] ? 1 : 0;
                }
            }
        }

        return crossings;
    }

    private void Place(Func<int, double, double> gap)
    {
        _across = new double[_levelOf.Count];
        foreach (var level in _order)
        {
            double at = 0;
            for (var i = 0; i < level.Count; i++)
            {
                at += i == 0 ? 0 : Distance(level[i - 1], level[i]);
                _across[level[i]] = at;
            }

            foreach (var point in level)
            {
                _across[point] -= at / 2;
            }
        }

        // The last sweep leads forwards: what is computed stands in the middle of what it is computed from.
        for (var sweep = 0; sweep <= Sweeps; sweep++)
        {
            var forward = sweep % 2 == 0;
            for (var step = 0; step < _order.Length; step++)
            {
                Align(_order[forward ? step : _order.Length - 1 - step], forward ? _before : _after, Loose);
            }
        }

        // Then chains become straight: a link between two that have no other neighbours on that side counts more than a fan.
        List<List<(int Node, int Pull)>> links = [.. Enumerable.Range(0, _levelOf.Count).Select(Links)];
        for (var sweep = 0; sweep <= Sweeps; sweep++)
        {
            for (var step = 0; step < _order.Length; step++)
            {
                Align(_order[sweep % 2 == 0 ? step : _order.Length - 1 - step], links, Loose);
            }
        }

        // What is given goes to what uses it, as far as the rest leaves room.
        foreach (var level in _order.Where(level => level.Exists(point => _before[point].Count == 0)))
        {
            Align(level, [.. _before.Select((before, point) => before.Count == 0 ? _after[point] : [])], Fixed);
        }

        Finish(gap);
    }

    private List<(int Node, int Pull)> Links(int point)
    {
        var (before, after) = (Pulling(_before[point]), Pulling(_after[point]));
        var isLinkedBefore = before.Count == 1 && Pulling(_after[before[0].Node]).Count == 1;
        var isLinkedAfter = after.Count == 1 && Pulling(_before[after[0].Node]).Count == 1;
        return (isLinkedBefore, isLinkedAfter) switch
        {
            (true, true) => [.. before, .. after],
            (false, true) => after,
            _ => before,
        };

        static List<(int Node, int Pull)> Pulling(List<(int Node, int Pull)> neighbours) => neighbours.FindAll(neighbour => neighbour.Pull > 0);
    }

    /// <summary>
    /// Brings a level as near to its neighbours' medians as order and distances allow: the least sum of distances, by pooling
    /// adjacent violators. Distances, and not their squares, since one straight edge is worth more than two that are nearly so.
    /// A point without neighbours on that side stays where it is, if it can.
    /// </summary>
    private void Align(List<int> level, List<List<(int Node, int Pull)>> neighbours, double staying)
    {
        var blocks = new List<List<(double At, double Weight)>>();
        var offsets = new double[level.Count];
        for (var i = 0; i < level.Count; i++)
        {
            offsets[i] = i == 0 ? 0 : offsets[i - 1] + Distance(level[i - 1], level[i]);
            var near = neighbours[level[i]];
            var weight = near.Count == 0 ? staying : Math.Max(Loose, near.Sum(neighbour => neighbour.Pull));
            var wish = near.Count == 0 ? _across[level[i]] : Median(near);
            List<(double At, double Weight)> block = [(wish - offsets[i], weight)];
            while (blocks.Count > 0 && Median(blocks[^1]) > Median(block))
            {
                block = [.. blocks[^1], .. block];
                blocks.RemoveAt(blocks.Count - 1);
            }

            blocks.Add(block);
        }

        var next = 0;
        foreach (var block in blocks)
        {
            var at = Median(block);
            foreach (var _ in block)
            {
                _across[level[next]] = at + offsets[next];
                next++;
            }
        }
    }

    private double Median(List<(int Node, int Pull)> near)
    {
        var pulling = near.FindAll(neighbour => neighbour.Pull > 0);
        return Median((pulling.Count > 0 ? pulling : near).ConvertAll(neighbour => (_across[neighbour.Node], (double)Math.Max(1, neighbour.Pull))));
    }

    /// <summary>The weighted median: from both sides as far as half of the weight; the two meet at one place, or in the middle between two.</summary>
    private static double Median(List<(double At, double Weight)> places)
    {
        var sorted = places.OrderBy(place => place.At).ToList();
        var half = sorted.Sum(place => place.Weight) / 2 * (1 - 1e-9);
        return (First(sorted) + First(Enumerable.Reverse(sorted))) / 2;

        double First(IEnumerable<(double At, double Weight)> side)
        {
            double passed = 0;
            return side.First(place => (passed += place.Weight) >= half).At;
        }
    }

    private double Distance(int upper, int lower) => _extent[upper].After + _extent[lower].Before + _separation;

    private double Reach(int level) =>
        _order[level].SelectMany(point => _before[point].Select(before => Math.Abs(_across[before.Node] - _across[point]))).DefaultIfEmpty(0).Max();

    private void Finish(Func<int, double, double> gap)
    {
        var first = Enumerable.Range(0, _levelOf.Count).Select(point => _across[point] - _extent[point].Before).DefaultIfEmpty(0).Min();
        var last = Enumerable.Range(0, _levelOf.Count).Select(point => _across[point] + _extent[point].After).DefaultIfEmpty(0).Max();
        var bands = ImmutableArray.CreateBuilder<(double Start, double End)>(_order.Length);
        double along = 0;
        for (var level = 0; level < _order.Length; level++)
        {
            along += level == 0 ? 0 : gap(level, Reach(level));
            var extent = _order[level].Where(point => point < _sizes.Length).Select(point => _sizes[point].Along).DefaultIfEmpty(0).Max();
            bands.Add((along, along + extent));
            along += extent;
        }

        Bands = bands.ToImmutable();
        Size = (along, last - first);
        Places = [.. _levels.Select((level, node) => ((Bands[level].Start + Bands[level].End) / 2, _across[node] - first))];
        Passages = [.. _passages.Select(passages => passages.Select(passage => new LayoutPassage(Bands[_levelOf[passage]].Start, Bands[_levelOf[passage]].End, _across[passage] - first)).ToImmutableArray())];
    }
}
