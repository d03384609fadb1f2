using System.IO.Compression;
using System.Text;

namespace ChainRule.Charts;

/// <summary>A part of plotly.js: the smallest one that draws a figure is taken.</summary>
public enum PlotlyBundle
{
    /// <summary>Curves, bars, heatmaps, contour lines.</summary>
    Cartesian,

    /// <summary>Surfaces in three dimensions.</summary>
    Surface,
}

/// <summary>How the library stands in the page.</summary>
public enum ScriptForm
{
    /// <summary>As it is: for pages, which servers and browsers compress anyway.</summary>
    Plain,

    /// <summary>As base64 of gzip, unpacked by the browser: for notebooks, which would otherwise be more than twice as large.</summary>
    Compressed,
}

/// <summary>
/// plotly.js, carried along with its licence so that figures need no network. A page or notebook holds its script element once,
/// wherever it likes: figures before and after it are found.
/// </summary>
public static class PlotlyLibrary
{
    private const string Prefix = "ChainRule.Charts.Assets.";

    /// <summary>The licence of plotly.js (MIT).</summary>
    public static string License => Encoding.UTF8.GetString(Resource("plotly.LICENSE"));

    /// <summary>The bundle that draws a figure.</summary>
    /// <param name="figure">The figure.</param>
    public static PlotlyBundle BundleFor(Figure figure)
    {
        Require.NotNull(figure);
        return figure.Data.Any(t => t is SurfaceTrace) ? PlotlyBundle.Surface : PlotlyBundle.Cartesian;
    }

    /// <summary>A self-contained script element that brings the library and draws every figure of the page with it.</summary>
    /// <param name="form">How the library stands in it.</param>
    /// <param name="bundle">Which part of the library; a page with surfaces and other charts holds both.</param>
    public static string ScriptElement(ScriptForm form = ScriptForm.Plain, PlotlyBundle bundle = PlotlyBundle.Cartesian)
    {
        string name = bundle == PlotlyBundle.Surface ? "surface" : "cartesian";
        string theme = ThemeTable();
        string drawing = Encoding.UTF8.GetString(Resource("draw-figures.js"))
            .Replace("\"@THEME@\"", theme, StringComparison.Ordinal)
            .Replace("@BUNDLE@", name, StringComparison.Ordinal);
        byte[] packed = Packed(bundle);
        return form == ScriptForm.Plain
            ? $"<script>{drawing}\nchainRuleCharts.define(\"{name}\",function(module,define){{\n{Closed(Unpack(packed))}\n}});</script>"
            : $"<script>{drawing}\nchainRuleCharts.unpack(\"{name}\",\"{Convert.ToBase64String(packed)}\");</script>";
    }

    /// <summary>The vendored file as it stands in the assembly: JavaScript, packed with gzip.</summary>
    /// <param name="bundle">Which part of the library.</param>
    internal static byte[] Packed(PlotlyBundle bundle) =>
        Resource(bundle == PlotlyBundle.Surface ? "plotly-gl3d.min.js.gz" : "plotly-cartesian.min.js.gz");

    /// <summary>The colours that the script exchanges: what a figure's JSON says → the CSS variable that its SVG takes.</summary>
    private static string ThemeTable() =>
        "{" + string.Join(',', Palette.Variables.Select(v => $"\"{v.Light}\":[\"--cr-fig-{v.Variable}\",\"{v.Dark}\"]")) + "}";

    /// <summary>Nothing in the library may end the script element that it stands in.</summary>
    private static string Closed(string script) => script.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);

    private static string Unpack(byte[] packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static byte[] Resource(string name)
    {
        using Stream stream = typeof(PlotlyLibrary).Assembly.GetManifestResourceStream(Prefix + name)
            ?? throw new ChartException($"The chart library {name} isn't in this build of ChainRule; Charts/Assets/refresh.sh brings it.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
