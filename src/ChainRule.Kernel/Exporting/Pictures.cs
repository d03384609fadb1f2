using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Xhtml;
using ChainRule.Kernel.Pages;
using ChainRule.Kernel.Sessions;
using ChainRule.Views;

namespace ChainRule.Kernel.Exporting;

/// <summary>The pictures in an output.</summary>
internal static class Pictures
{
    /// <summary>Whether the output is a picture and not a formula with one beside it.</summary>
    public static bool IsChart(DisplayOutput output) =>
        output[MimeBundle.PlotlyType] is not null || (output[MimeBundle.LatexType] is null && Of(output).Count > 0);

    /// <summary>Each picture as a file of its own, with what it says to who can't see it.</summary>
    public static IReadOnlyList<(string Svg, string Alt)> Of(DisplayOutput output)
    {
        if (output["image/svg+xml"] is { } file)
        {
            return [(file, "output")];
        }

        if (output[MimeBundle.HtmlType] is not { } html || !html.Contains("<svg", StringComparison.Ordinal))
        {
            return [];
        }

        // Small ones without a name are ornaments of the page.
        return [.. SafeHtml.Parse(html).QuerySelectorAll("svg[role=img]").Where(svg => svg.ParentElement?.Closest("svg") is null).Select(svg => (Standalone(svg), Alt(svg)))];
    }

    private static string Alt(IElement svg) =>
        (svg.GetAttribute("aria-label") ?? svg.QuerySelector("title")?.TextContent ?? svg.QuerySelector("desc")?.TextContent ?? "output").Trim();

    private static string Standalone(IElement svg)
    {
        if (!svg.HasAttribute("xmlns"))
        {
            svg.SetAttribute("xmlns", "http://www.w3.org/2000/svg");
        }

        return svg.ToHtml(XhtmlMarkupFormatter.Instance) + "\n";
    }
}
