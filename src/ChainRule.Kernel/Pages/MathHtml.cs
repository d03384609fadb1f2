using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using ChainRule.Notation;

namespace ChainRule.Kernel.Pages;

/// <summary>LaTeX formulas as MathML.</summary>
internal static partial class MathHtml
{
    /// <summary>The formula as an element; LaTeX that can't be read stays visible as it was written.</summary>
    /// <param name="latex">The formula without delimiters.</param>
    /// <param name="display">Whether it stands on lines of its own.</param>
    public static string Render(string latex, bool display)
    {
        string math;
        try
        {
            math = MathMLPrinter.Print(LatexReader.Read(latex.Trim()), display);
        }
        catch (ChainRuleException)
        {
            math = $"<code class=\"cr-latex\">{WebUtility.HtmlEncode(latex.Trim())}</code>";
        }

        // A wide formula scrolls by itself, so that the page doesn't; who scrolls with keys has to be able to reach it.
        return display ? $"<span class=\"cr-math\" tabindex=\"0\">{math}</span>" : math;
    }

    /// <summary>A text/latex output: formulas with their delimiters, and text between them.</summary>
    public static string RenderOutput(string latex)
    {
        var html = new StringBuilder();
        var end = 0;
        foreach (Match match in Delimited().Matches(latex))
        {
            html.Append(WebUtility.HtmlEncode(latex[end..match.Index]));
            var inline = match.Groups["inline"];
            html.Append(Render(inline.Success ? inline.Value : match.Groups["display"].Value, display: !inline.Success));
            end = match.Index + match.Length;
        }

        return end == 0 ? Render(latex, display: true) : html.Append(WebUtility.HtmlEncode(latex[end..])).ToString();
    }

    [GeneratedRegex(@"\$\$(?<display>.+?)\$\$|\\\[(?<display>.+?)\\\]|\$(?<inline>[^$]+)\$|\\\((?<inline>.+?)\\\)|(?<display>\\begin\{(?<name>[a-z]+\*?)\}.+?\\end\{\k<name>\})", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Delimited();
}
