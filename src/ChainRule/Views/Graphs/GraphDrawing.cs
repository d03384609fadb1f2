using System.Collections.Immutable;
using System.Net;
using System.Text;
using ChainRule.Charts;
using ChainRule.Networks;
using ChainRule.Notation;

namespace ChainRule.Views;

/// <summary>A graph drawn as SVG: from left to right, or from top to bottom for a narrow page.</summary>
internal sealed class GraphDrawing
{
    private const double Margin = 14;
    private const double SmallestGap = 40;
    private const double LayerGap = 34;
    private const double LabelledGap = 116;
    private const double NumbersGap = 230;

    /// <summary>A drawing that would have to shrink further scrolls in its box.</summary>
    private const double Smallest = 0.8;

    /// <summary>The same for units of which only the names are written, in larger letters.</summary>
    private const double SmallestUnits = 0.65;

    /// <summary>The steepest line between two units that still leaves their neighbours alone.</summary>
    private const double Steepest = 2.4;

    /// <summary>With more weights than these between two levels, their names are said on hover only.</summary>
    private const int MostLabels = 12;

    /// <summary>With more edges than these to one level, lines are thin and heads small.</summary>
    private const int MostWithLargeHeads = 30;

    /// <summary>How many names there may be where every weight has its numbers beside it.</summary>
    private const int MostLabelsWithNumbers = 6;

    /// <summary>Where along its edge a weight may be written, the best places first.</summary>
    private static readonly ImmutableArray<double> _labelPlaces = [0.34, 0.66, 0.5, 0.42, 0.58, 0.26, 0.74, 0.3, 0.7, 0.38, 0.62, 0.46, 0.54, 0.22, 0.78];

    /// <summary>Labels are placed one after another, and once more when the others are known.</summary>
    private const int LabelRounds = 3;

    /// <summary>What it costs to stand on another edge, in square pixels of standing on another label.</summary>
    private const double LineCost = 25;

    private readonly ComputationGraph _graph;
    private readonly bool _down;
    private readonly StringBuilder _svg = new();
    private readonly ImmutableArray<GraphNodeFace> _faces;
    private readonly ImmutableArray<int> _levels;
    private readonly ImmutableHashSet<GraphEdge> _labelled;
    private readonly ImmutableHashSet<int> _dense;
    private readonly LayeredLayout _layout;

    private GraphDrawing(ComputationGraph graph, bool down)
    {
        (_graph, _down, _levels) = (graph, down, graph.Levels);
        _faces = [.. graph.Nodes.Select(node => GraphNodeFace.Of(node, graph.HasUnits))];
        var hasNumbers = graph.Edges.Any(edge => edge.WeightNumbers is not null);
        var most = hasNumbers ? MostLabelsWithNumbers : MostLabels;
        var crowded = graph.Edges.Where(edge => !edge.Weights.IsEmpty).GroupBy(edge => _levels[edge.To]).Where(level => level.Count() > most).Select(level => level.Key).ToHashSet();
        _labelled = [.. graph.Edges.Where(edge => !edge.Weights.IsEmpty && (edge.IsWeightHighlighted || !crowded.Contains(_levels[edge.To])))];
        _dense = [.. graph.Edges.GroupBy(edge => _levels[edge.To]).Where(level => level.Count() > MostWithLargeHeads).Select(level => level.Key)];
        var withLabels = _labelled.Select(edge => _levels[edge.To]).ToHashSet();
        _layout = LayeredLayout.Of(
            [.. _faces.Select(face => down
                ? new LayoutSize(face.Height + face.HeightBelow, face.Width / 2, face.Width / 2)
                : new LayoutSize(face.Width, face.Height / 2, (face.Height / 2) + face.HeightBelow))],
            Fans(),
            _levels,
            graph.HasUnits && _labelled.Count > 0 ? 36 : graph.HasUnits ? 22 : 18,
            (level, reach) => graph.HasUnits
                ? Math.Max(!withLabels.Contains(level) ? SmallestGap : hasNumbers ? NumbersGap : LabelledGap, Math.Min(240, (reach / Steepest) - 30))
                : down ? SmallestGap : LayerGap);
    }

    /// <summary>How wide the drawing is.</summary>
    public double Width { get; private set; }

    /// <summary>How high the drawing is.</summary>
    public double Height { get; private set; }

    /// <summary>The style of all graphs.</summary>
    public static string Style { get; } =
        SvgStyle.Css(new HashSet<string>(StringComparer.Ordinal) { "ink", "paper", "help", "s1", "s2", "s3", "s4", "s5", "s6" }) + "\n" + Resources.Text("graph.css").Trim();

    /// <summary>The places of the nodes' outlines and of the lines between them, for whoever wants to check them.</summary>
    public LayeredLayout Layout => _layout;

    /// <summary>Draws the graph.</summary>
    /// <param name="graph">The graph, folded where it has to be.</param>
    /// <param name="down">Whether it leads from top to bottom.</param>
    public static GraphDrawing Of(ComputationGraph graph, bool down = false)
    {
        var drawing = new GraphDrawing(graph, down);
        drawing.Draw();
        return drawing;
    }

    /// <summary>The element, with its style inside or without.</summary>
    public string ToSvg(bool withStyle)
    {
        var about = Encode(GraphWords.Describe(_graph));
        var (least, most) = (C(Width * (_graph.HasUnits && _labelled.Count == 0 ? SmallestUnits : Smallest)), C(Width));
        return $"<svg class=\"cr-svg cr-graph\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {C(Width)} {C(Height)}\" width=\"{most}\" height=\"{C(Height)}\" style=\"width:100%;height:auto;min-width:{least}px;max-width:{most}px\" role=\"img\" aria-label=\"{about}\">"
            + $"<desc>{about}</desc>{(withStyle ? $"<style>{Style}</style>" : string.Empty)}{_svg}</svg>";
    }

    /// <summary>Where the middle of a node is.</summary>
    public (double X, double Y) Centre(int node) => Point(_layout.Places[node].Along, _layout.Places[node].Across);

    /// <summary>
    /// The edges as a person would draw what a node needs: what is computed in the middle, straight on; what else it needs, such as
    /// parameters and targets, above and below. Where nothing is computed yet, the inputs take the middle.
    /// </summary>
    private ImmutableArray<LayoutEdge> Fans()
    {
        var computed = _graph.Edges.Select(edge => edge.To).ToHashSet();
        return [.. _graph.Edges.GroupBy(edge => edge.To).SelectMany(fan =>
        {
            var isFirst = !fan.Any(edge => computed.Contains(edge.From));
            var parameters = fan.Where(edge => _graph.Nodes[edge.From].Kind == GraphNodeKind.Parameter).ToList();
            var middle = fan.Except(parameters).Where(edge => isFirst || computed.Contains(edge.From)).ToList();
            var others = fan.Except(parameters).Except(middle).ToList();
            var (above, over) = ((parameters.Count + 1) / 2, others.Count / 2);
            return parameters.Take(above).Concat(others.Take(over)).Select(Aside)
                .Concat(middle.Select(edge => new LayoutEdge(edge.From, edge.To, 6)))
                .Concat(others.Skip(over).Concat(parameters.Skip(above)).Select(Aside));
        })];

        static LayoutEdge Aside(GraphEdge edge) => new(edge.From, edge.To, 0);
    }

    private void Draw()
    {
        // The layout keeps the order of its edges, which is that of the fans.
        var byEnds = _graph.Edges.ToDictionary(edge => (edge.From, edge.To));
        var routes = Fans().Select((fan, position) => (Edge: byEnds[(fan.From, fan.To)], Passages: _layout.Passages[position])).ToList();
        var (right, bottom) = Point(_layout.Size.Along, _layout.Size.Across);
        var legend = new GraphLegend(_graph);
        Width = Math.Max(right + Margin, _down ? 0 : Math.Min(legend.FullWidth, 420) + (2 * Margin));
        var tips = bottom + 26;
        foreach (var (edge, passages) in routes.OrderBy(route => route.Edge.IsHighlighted))
        {
            DrawEdge(edge, passages, tips);
        }

        DrawLabels();
        for (var node = 0; node < _faces.Length; node++)
        {
            DrawNode(node, tips);
        }

        Text(_graph.HasUnits ? "Point at a unit to see its equation, at an edge to see its weight." : "Point at a node to see its equation.", Margin, tips, 12, "cr-quiet cr-hint");
        Height = legend.Draw(_svg, Margin, tips + 12, Width - Margin) + 6;
    }

    private (double X, double Y) Point(double along, double across) => _down ? (Margin + across, Margin + along) : (Margin + along, Margin + across);

    private double Reach(int node) => (_down ? _faces[node].Height : _faces[node].Width) / 2;

    private void DrawEdge(GraphEdge edge, ImmutableArray<LayoutPassage> passages, double tips)
    {
        var (path, end, direction) = Route(edge, passages);
        var classes = "cr-edge" + (edge.IsHighlighted ? " cr-path" : string.Empty) + (_dense.Contains(_levels[edge.To]) ? " cr-dense" : string.Empty);
        _svg.Append($"<g class=\"{classes}\">");
        if (!edge.Weights.IsEmpty)
        {
            var told = GraphWords.Tell(_graph, edge);
            _svg.Append($"<title>{Encode(told)}</title><path class=\"cr-wide\" d=\"{path}\"/>");
            Tip(new Atom(told, AtomKind.Text), tips);
        }

        _svg.Append($"<path class=\"cr-line\" d=\"{path}\"/>").Append(Head(end, direction, HeadOf(edge) + 1)).Append("</g>\n");
    }

    /// <summary>The line of an edge, where its head points, and in which direction.</summary>
    private (string Path, (double X, double Y) End, (double X, double Y) Direction) Route(GraphEdge edge, ImmutableArray<LayoutPassage> passages)
    {
        var head = HeadOf(edge);
        var (from, to) = (_layout.Places[edge.From], _layout.Places[edge.To]);
        var (start, end) = (from.Along + Reach(edge.From), to.Along - Reach(edge.To));
        if (passages.IsEmpty && IsStraight(edge))
        {
            var (a, b) = Ends(edge);
            var length = Math.Sqrt(((b.X - a.X) * (b.X - a.X)) + ((b.Y - a.Y) * (b.Y - a.Y)));
            var direction = (X: (b.X - a.X) / length, Y: (b.Y - a.Y) / length);
            return ($"M{P(a)}L{P((b.X - (direction.X * head), b.Y - (direction.Y * head)))}", b, direction);
        }

        var path = new StringBuilder($"M{P(Point(start, from.Across))}");
        var band = _layout.Bands[_levels[edge.From]].End;
        var across = from.Across;
        if (band > start + 0.5)
        {
            path.Append($"L{P(Point(band, across))}");
        }

        foreach (var passage in passages)
        {
            Curve(path, band, across, passage.Start, passage.Across);
            path.Append($"L{P(Point(passage.End, passage.Across))}");
            (band, across) = (passage.End, passage.Across);
        }

        var last = _layout.Bands[_levels[edge.To]].Start;
        Curve(path, band, across, Math.Min(last, end - head), to.Across);
        if (end - head > last + 0.5)
        {
            path.Append($"L{P(Point(end - head, to.Across))}");
        }

        return (path.ToString(), Point(end, to.Across), _down ? (0, 1) : (1, 0));
    }

    private double HeadOf(GraphEdge edge) => _dense.Contains(_levels[edge.To]) ? edge.IsHighlighted ? 6 : 4 : edge.IsHighlighted ? 9 : 6;

    private void Curve(StringBuilder path, double fromAlong, double fromAcross, double toAlong, double toAcross)
    {
        if (Math.Abs(fromAcross - toAcross) < 0.5)
        {
            path.Append($"L{P(Point(toAlong, toAcross))}");
            return;
        }

        var middle = (fromAlong + toAlong) / 2;
        path.Append($"C{P(Point(middle, fromAcross))} {P(Point(middle, toAcross))} {P(Point(toAlong, toAcross))}");
    }

    private bool IsStraight(GraphEdge edge) => _faces[edge.From].IsCircle && _faces[edge.To].IsCircle;

    /// <summary>Where a straight edge leaves and arrives: on the circles, or at their outermost points where it is too steep for its neighbours.</summary>
    private ((double X, double Y) From, (double X, double Y) To) Ends(GraphEdge edge)
    {
        var (from, to) = (_layout.Places[edge.From], _layout.Places[edge.To]);
        var (along, across) = (to.Along - from.Along, to.Across - from.Across);
        var length = Math.Sqrt((along * along) + (across * across));
        if (Math.Abs(across) > Steepest * along)
        {
            return (Point(from.Along + Reach(edge.From), from.Across), Point(to.Along - Reach(edge.To), to.Across));
        }

        var (out1, out2) = (Reach(edge.From) / length, Reach(edge.To) / length);
        return (Point(from.Along + (along * out1), from.Across + (across * out1)), Point(to.Along - (along * out2), to.Across - (across * out2)));
    }

    /// <summary>The names of weights stand on their lines, where they hide as little as possible of others.</summary>
    private void DrawLabels()
    {
        var labels = _graph.Edges.Where(_labelled.Contains).Select(edge => (Edge: edge, Lines: GraphNodeFace.OfWeights(edge))).ToList();
        var nodes = Enumerable.Range(0, _faces.Length).Select(Box).ToList();
        var boxes = new Dictionary<GraphEdge, GraphBox>();
        for (var round = 0; round < LabelRounds; round++)
        {
            foreach (var (edge, lines) in labels)
            {
                var (a, b) = Ends(edge);
                var (width, height) = (lines.Max(line => line.Text.Width) + 6, lines.Sum(line => GraphNodeFace.LineHeight(line.Size)));
                var others = _graph.Edges.Where(other => other != edge && _levels[other.To] == _levels[edge.To] && _levels[other.From] == _levels[edge.From]).Select(Ends).ToList();
                boxes[edge] = _labelPlaces
                    .Select((part, preference) => (Box: GraphBox.Around(a.X + (part * (b.X - a.X)), a.Y + (part * (b.Y - a.Y)), width, height), preference))
                    .MinBy(place => place.preference
                        + nodes.Concat(boxes.Where(other => other.Key != edge).Select(other => other.Value)).Sum(place.Box.Overlap)
                        + (LineCost * others.Count(line => place.Box.IsCrossedBy(line.From, line.To)))).Box;
            }
        }

        foreach (var (edge, lines) in labels)
        {
            var box = boxes[edge];
            _svg.Append($"<g class=\"cr-label{(edge.IsWeightHighlighted ? " cr-marked" : string.Empty)}\"><rect x=\"{C(box.Left)}\" y=\"{C(box.Top)}\" width=\"{C(box.Right - box.Left)}\" height=\"{C(box.Bottom - box.Top)}\" rx=\"4\"/>");
            Lines(lines, (box.Left + box.Right) / 2, box.Top);
            _svg.Append("</g>\n");
        }
    }

    /// <summary>What a node covers, with the lines below it.</summary>
    private GraphBox Box(int node)
    {
        var (face, (x, y)) = (_faces[node], Centre(node));
        var half = Math.Max(face.Width, face.Below.Select(line => line.Text.Width).DefaultIfEmpty(0).Max()) / 2;
        return new(x - half, y - (face.Height / 2), x + half, y + (face.Height / 2) + face.HeightBelow);
    }

    private void DrawNode(int position, double tips)
    {
        var (node, face, (x, y)) = (_graph.Nodes[position], _faces[position], Centre(position));
        var kind = node.Kind switch
        {
            GraphNodeKind.Input => "cr-input",
            GraphNodeKind.Target => "cr-target",
            GraphNodeKind.Parameter => "cr-parameter",
            GraphNodeKind.Value => "cr-value",
            _ => "cr-loss",
        };
        _svg.Append($"<g class=\"cr-node {kind}{(node.IsHighlighted ? " cr-path" : string.Empty)}\"><title>{Encode(GraphWords.Tell(node))}</title>");
        GraphShape.Draw(_svg, node.Kind, face.IsCircle, node.IsFolded, x, y, face.Width, face.Height);
        Lines(face.Inside, x, y - (face.Inside.Sum(line => GraphNodeFace.LineHeight(line.Size)) / 2));
        if (!face.Below.IsEmpty)
        {
            var width = face.Below.Max(line => line.Text.Width) + 4;
            _svg.Append($"<rect class=\"cr-back\" x=\"{C(x - (width / 2))}\" y=\"{C(y + (face.Height / 2) + 3)}\" width=\"{C(width)}\" height=\"{C(face.HeightBelow)}\" rx=\"4\"/>");
            Lines(face.Below, x, y + (face.Height / 2) + 2);
        }

        if (node.Equation is { } equation)
        {
            Tip(equation, tips);
        }
        else
        {
            Tip(new Atom(GraphWords.Tell(node), AtomKind.Text), tips);
        }

        _svg.Append("</g>\n");
    }

    private void Tip(Formula formula, double y)
    {
        var line = GraphNodeFace.Line(formula, 15, "cr-tip");
        var room = Width - (2 * Margin);
        var size = line.Text.Width > room ? Math.Max(9, 15 * room / line.Text.Width) : 15;
        line = GraphNodeFace.Line(formula, size, "cr-tip");
        Text(line.Text.Markup, Margin, y, size, "cr-tip");
    }

    private void Lines(ImmutableArray<GraphTextLine> lines, double x, double top)
    {
        foreach (var line in lines)
        {
            var height = GraphNodeFace.LineHeight(line.Size);
            Text(line.Text.Markup, x - (line.Text.Width / 2), top + (height / 2) + (line.Size * 0.32), line.Size, line.Style);
            top += height;
        }
    }

    private void Text(string markup, double x, double y, double size, string style) =>
        _svg.Append($"<text class=\"{style}\" x=\"{C(x)}\" y=\"{C(y)}\" font-size=\"{C(size)}\">{markup}</text>");

    /// <summary>An arrow's head, drawn and not a marker: markers need names, and those would be shared by all drawings of a page.</summary>
    private static string Head((double X, double Y) at, (double X, double Y) direction, double size)
    {
        var (backX, backY) = (at.X - (direction.X * size), at.Y - (direction.Y * size));
        var (sideX, sideY) = (-direction.Y * size * 0.42, direction.X * size * 0.42);
        return $"<path class=\"cr-head\" d=\"M{P(at)}L{P((backX + sideX, backY + sideY))}L{P((backX - sideX, backY - sideY))}Z\"/>";
    }

    private static string P((double X, double Y) point) => $"{C(point.X)} {C(point.Y)}";

    private static string C(double value) => ChartNumber.Coordinate(value);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
