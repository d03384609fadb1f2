using System.Text;
using ChainRule.Charts;
using ChainRule.Networks;

namespace ChainRule.Views;

/// <summary>The outlines of nodes: each kind has a form of its own, so that none is told by its colour alone.</summary>
internal static class GraphShape
{
    /// <summary>Draws the outline around a middle.</summary>
    public static void Draw(StringBuilder svg, GraphNodeKind kind, bool isCircle, bool isFolded, double x, double y, double width, double height)
    {
        if (isFolded)
        {
            // A second sheet behind the first.
            Outline("cr-shape", 4, 0);
        }

        Outline("cr-shape", 0, 0);
        if (kind != GraphNodeKind.Value)
        {
            Outline("cr-tint", 0, 0);
        }

        if (kind == GraphNodeKind.Loss)
        {
            Outline("cr-ring", 0, 3);
        }

        void Outline(string style, double shift, double inset)
        {
            var (w, h) = (width - (2 * inset), height - (2 * inset));
            if (isCircle && kind != GraphNodeKind.Parameter)
            {
                svg.Append($"<circle class=\"{style}\" cx=\"{C(x + shift)}\" cy=\"{C(y - shift)}\" r=\"{C(w / 2)}\"/>");
                return;
            }

            var radius = kind switch
            {
                GraphNodeKind.Input or GraphNodeKind.Target => Math.Min(h / 2, 18),
                GraphNodeKind.Parameter => 0,
                _ => Math.Max(0, 7 - inset),
            };
            svg.Append($"<rect class=\"{style}\" x=\"{C(x + shift - (w / 2))}\" y=\"{C(y - shift - (h / 2))}\" width=\"{C(w)}\" height=\"{C(h)}\"{(radius > 0 ? $" rx=\"{C(radius)}\"" : string.Empty)}/>");
        }
    }

    private static string C(double value) => ChartNumber.Coordinate(value);
}
