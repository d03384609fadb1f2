namespace ChainRule.Charts;

/// <summary>
/// A figure as a fragment of HTML: the SVG, which everybody sees, the JSON, and one line of script that tells the library, if it
/// is on the page or comes later, that there is a figure to draw. Without the library nothing happens, and nothing fails.
/// </summary>
internal static class FigureHtml
{
    public static string Write(Figure figure)
    {
        string bundle = PlotlyLibrary.BundleFor(figure) == PlotlyBundle.Surface ? "surface" : "cartesian";

        // In a notebook the script may run before its element stands in the page, so it speaks up once more a moment later.
        const string Announce = "(function(){var f=function(){window.dispatchEvent(new Event('chainrule:figure'))};f();setTimeout(f,0)})()";
        return $"<div class=\"cr-figure\" data-cr-bundle=\"{bundle}\">{figure.ToSvg()}<script type=\"application/json\">{figure.ToJson()}</script><script>{Announce}</script></div>";
    }
}
