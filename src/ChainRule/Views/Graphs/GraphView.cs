using System.Globalization;
using System.Net;
using ChainRule.Networks;

namespace ChainRule.Views;

/// <summary>A computation graph in every format.</summary>
internal static class GraphView
{
    /// <summary>The breakpoints are multiples of this, so that graphs of similar width share one rule.</summary>
    private const int BreakpointStep = 40;

    public static MimeBundle Show(ComputationGraph graph)
    {
        var folded = graph.Folded();
        var (latex, text) = (GraphText.Latex(folded), GraphText.Plain(folded));
        var html = $"<style>{GraphDrawing.Style}</style>\n<figure class=\"cr-graph-view\">{Pictures(folded)}<details><summary>the graph in words</summary><pre tabindex=\"0\">{WebUtility.HtmlEncode(text)}</pre></details></figure>\n";
        return new(html, latex, text);
    }

    /// <summary>The graph as a part of another view, folded where it has to be.</summary>
    public static string Part(ComputationGraph graph) => $"<style>{GraphDrawing.Style}</style>\n<div class=\"cr-graph-view\">{Pictures(graph.Folded())}</div>\n";

    /// <summary>The graph as one SVG element that can stand alone in a file.</summary>
    public static string Svg(ComputationGraph graph, bool down) => GraphDrawing.Of(graph.Folded(), down).ToSvg(withStyle: true);

    /// <summary>From left to right, in a box that scrolls; where the page is too narrow for that, from top to bottom. Units keep to their columns.</summary>
    private static string Pictures(ComputationGraph graph)
    {
        var wide = GraphDrawing.Of(graph);
        var scroll = Scroll("cr-graph-wide", wide);
        if (graph.HasUnits)
        {
            return scroll;
        }

        var breakpoint = ((int)(wide.Width * 0.8) / BreakpointStep * BreakpointStep) + BreakpointStep;
        var name = string.Create(CultureInfo.InvariantCulture, $"cr-graph-at-{breakpoint}");
        return $"<style>@container (max-width:{breakpoint.ToString(CultureInfo.InvariantCulture)}px){{.{name}>.cr-graph-wide{{display:none}}.{name}>.cr-graph-tall{{display:block}}}}</style>"
            + $"<div class=\"{name}\">{scroll}{Scroll("cr-graph-tall", GraphDrawing.Of(graph, down: true))}</div>";
    }

    private static string Scroll(string name, GraphDrawing drawing) =>
        $"<div class=\"cr-scroll {name}\" tabindex=\"0\" role=\"group\" aria-label=\"Computation graph\">{drawing.ToSvg(withStyle: false)}</div>";
}
