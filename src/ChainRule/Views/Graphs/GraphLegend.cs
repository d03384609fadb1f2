using System.Collections.Immutable;
using System.Text;
using ChainRule.Charts;
using ChainRule.Expressions;
using ChainRule.Networks;
using ChainRule.Notation;

namespace ChainRule.Views;

/// <summary>What the outlines, lines and colours of a graph mean, in as many rows as the drawing's width asks for.</summary>
internal sealed class GraphLegend
{
    private const double Size = 13;
    private const double Sample = 26;
    private const double RowHeight = 24;
    private const double Between = 20;

    private readonly ImmutableArray<(GraphTextLine Line, Action<StringBuilder, double, double> Draw)> _entries;

    public GraphLegend(ComputationGraph graph)
    {
        var entries = ImmutableArray.CreateBuilder<(GraphTextLine, Action<StringBuilder, double, double>)>();
        foreach (var kind in graph.Nodes.Select(node => node.Kind).Distinct().Order())
        {
            var circle = graph.HasUnits && graph.Nodes.Any(node => node.Kind == kind && node.Shape.Rank == 0 && !node.IsFolded);
            Add(new Atom(GraphWords.Kind(kind), AtomKind.Text), "cr-quiet", (svg, x, y) => Outline(svg, kind, circle, x, y));
        }

        if (graph is { HighlightedBy: { } by, HighlightedOf: { } of })
        {
            var partial = new Atom("∂", AtomKind.Symbol);
            var derivative = new Fraction(new Row(partial, Names.ToFormula(of.Name)), new Row(partial, Names.ToFormula(by.Name)));
            Add(new Row(new Atom("path of ", AtomKind.Text), derivative), "cr-on", Path);
        }

        if (graph.Nodes.Any(node => node.Numbers is not null))
        {
            Add(new Atom("value, forwards", AtomKind.Text), "cr-forward", (svg, x, y) => Arrow(svg, "→", "cr-forward", x, y));
        }

        if (graph.Nodes.Any(node => node.Numbers?.Adjoint is not null))
        {
            var adjoint = new Row(new Atom("adjoint ∂", AtomKind.Text), Names.ToFormula(graph.Result.Name), new Atom("/∂·, backwards", AtomKind.Text));
            Add(adjoint, "cr-backward", (svg, x, y) => Arrow(svg, "←", "cr-backward", x, y));
        }

        _entries = entries.ToImmutable();

        void Add(Formula words, string style, Action<StringBuilder, double, double> draw) => entries.Add((GraphNodeFace.Line(words, Size, style), draw));
    }

    /// <summary>How wide the legend is on one row.</summary>
    public double FullWidth => _entries.Sum(entry => Wide(entry.Line)) - Between;

    /// <summary>Draws the legend.</summary>
    /// <returns>Where it ends.</returns>
    public double Draw(StringBuilder svg, double left, double top, double right)
    {
        svg.Append("<g class=\"cr-legend\">");
        var (x, y) = (left, top + (RowHeight / 2));
        foreach (var (line, draw) in _entries)
        {
            if (x > left && x + Wide(line) - Between > right)
            {
                (x, y) = (left, y + RowHeight);
            }

            draw(svg, x, y);
            svg.Append($"<text class=\"{line.Style}\" x=\"{C(x + Sample + 7)}\" y=\"{C(y + (Size * 0.32))}\" font-size=\"{C(Size)}\">{line.Text.Markup}</text>");
            x += Wide(line);
        }

        svg.Append("</g>\n");
        return y + (RowHeight / 2);
    }

    private static void Outline(StringBuilder svg, GraphNodeKind kind, bool circle, double x, double y)
    {
        svg.Append($"<g class=\"cr-node cr-{kind.ToString().ToLowerInvariant()}\">");
        GraphShape.Draw(svg, kind, circle, isFolded: false, x + (Sample / 2), y, circle ? 15 : 24, 15);
        svg.Append("</g>");
    }

    private static void Path(StringBuilder svg, double x, double y) => svg.Append(
        $"<g class=\"cr-path\"><path class=\"cr-line\" d=\"M{C(x)} {C(y)}H{C(x + Sample - 9)}\"/><path class=\"cr-head\" d=\"M{C(x + Sample)} {C(y)}L{C(x + Sample - 10)} {C(y - 4.2)}V{C(y + 4.2)}Z\"/></g>");

    private static void Arrow(StringBuilder svg, string arrow, string style, double x, double y) =>
        svg.Append($"<text class=\"{style}\" x=\"{C(x + 6)}\" y=\"{C(y + 4)}\" font-size=\"{C(Size)}\">{arrow}</text>");

    private static double Wide(GraphTextLine line) => Sample + 7 + line.Text.Width + Between;

    private static string C(double value) => ChartNumber.Coordinate(value);
}
