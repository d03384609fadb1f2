using System.Globalization;
using System.Text;

namespace ChainRule.Charts;

/// <summary>The SVG's own style: light and dark without help from the page, and the page's or the editor's colours where it names some.</summary>
internal static class SvgStyle
{
    // Hosts that have a light page although the system is dark (and the other way round) say so; classic Notebook is always light,
    // and our own pages have a switch. :is() forgives a browser that doesn't know one of the selectors.
    private const string LightHosts = ":is(.vscode-light,[data-jp-theme-light=\"true\"],body.notebook_app,:root:has(#cr-light:checked)) .cr-svg";
    private const string DarkHosts = ":is(.vscode-dark,.vscode-high-contrast,[data-jp-theme-light=\"false\"],:root:has(#cr-dark:checked)) .cr-svg";

    public static string Css(IReadOnlySet<string> used)
    {
        var css = new StringBuilder();
        string light = Variables(used, dark: false);
        string dark = Variables(used, dark: true);
        css.Append(CultureInfo.InvariantCulture, $".cr-svg{{{light}}}");
        css.Append(CultureInfo.InvariantCulture, $"@media (prefers-color-scheme:dark){{.cr-svg{{{dark}}}}}");
        css.Append(CultureInfo.InvariantCulture, $"{LightHosts}{{{light}}}{DarkHosts}{{{dark}}}");

        // Paper is white, whatever the screen was; it comes last to win, and needs the hosts' selectors to be as specific as they are.
        css.Append(CultureInfo.InvariantCulture, $"@media print{{.cr-svg,{LightHosts},{DarkHosts}{{{PrintVariables(used)}}}}}");
        css.Append(CultureInfo.InvariantCulture, $".cr-svg{{font-family:{SvgRenderer.FontFamily};font-size:13px;background:var(--cr-fig-paper);max-width:100%}}");
        css.Append(".cr-svg text{fill:var(--cr-fig-ink)}.cr-svg .cr-num{font-variant-numeric:lining-nums tabular-nums}");
        css.Append(".cr-svg .cr-halo{paint-order:stroke;stroke:var(--cr-fig-paper);stroke-width:4px;stroke-linejoin:round}");
        css.Append(".cr-svg .cr-hit{fill:transparent;stroke:none}.cr-svg .cr-hit:hover{fill:var(--cr-fig-ink)}.cr-svg .cr-cell:hover{stroke:var(--cr-fig-ink);stroke-width:2px}");
        foreach ((string name, _, _) in Palette.Variables)
        {
            if (used.Contains(name))
            {
                css.Append(CultureInfo.InvariantCulture, $".cr-svg .cr-f-{name}{{fill:var(--cr-fig-{name})}}.cr-svg .cr-l-{name}{{stroke:var(--cr-fig-{name})}}");
            }
        }

        return css.ToString();
    }

    private static string Variables(IReadOnlySet<string> used, bool dark) => string.Join(
        ';',
        Palette.Variables.Where(v => used.Contains(v.Variable)).Select(v => Variable(v.Variable, dark ? v.Dark : v.Light)));

    private static string PrintVariables(IReadOnlySet<string> used) => string.Join(
        ';',
        Palette.Variables.Where(v => used.Contains(v.Variable)).Select(v => $"--cr-fig-{v.Variable}:{v.Light}"));

    private static string Variable(string name, string color) => name switch
    {
        "ink" => $"--cr-fig-ink:var(--vscode-editor-foreground,var(--cr-ink,{color}))",
        "paper" => $"--cr-fig-paper:var(--vscode-editor-background,var(--cr-paper,{color}))",
        _ => $"--cr-fig-{name}:var(--cr-{name},{color})",
    };
}
