using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Xml.Linq;
using ChainRule.Charts;

namespace ChainRule.Tests.Charts;

public class ChartTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Charts");

    public static TheoryData<string> Names => [.. Samples.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_attribute_is_one_of_plotlys_schema(string name)
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(s_folder, "Schema", "plot-schema.json")));
        using var figure = JsonDocument.Parse(Samples.All[name].ToJson());
        var errors = new List<string>();
        foreach (JsonElement trace in figure.RootElement.GetProperty("data").EnumerateArray())
        {
            string type = trace.GetProperty("type").GetString()!;
            PlotlySchema.Check(trace, schema.RootElement.GetProperty("traces").GetProperty(type), type, errors);
        }

        PlotlySchema.Check(figure.RootElement.GetProperty("layout"), schema.RootElement.GetProperty("layout"), "layout", errors);
        PlotlySchema.Check(figure.RootElement.GetProperty("config"), schema.RootElement.GetProperty("config"), "config", errors);
        Assert.Empty(errors);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_svg_is_well_formed_and_its_texts_stay_inside(string name)
    {
        var svg = XElement.Parse(Samples.All[name].ToSvg());
        double[] box = [.. svg.Attribute("viewBox")!.Value.Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        foreach (XElement text in svg.Descendants().Where(e => e.Name.LocalName == "text" && e.Attribute("x") is not null))
        {
            double x = Number(text, "x");
            double width = SvgDrawing.TextWidth(text.Value, text.Attribute("font-size") is null ? 13 : Number(text, "font-size"));
            double start = text.Attribute("text-anchor")?.Value switch { "middle" => x - (width / 2), "end" => x - width, _ => x };
            Assert.True(start >= -1 && start + width <= box[2] + 1, $"“{text.Value}” leaves the figure: {start} … {start + width}.");
            Assert.InRange(Number(text, "y"), 6, box[3]);
        }
    }

    [Theory]
    [InlineData("relu")]
    [InlineData("softplus")]
    [InlineData("reciprocal")]
    [InlineData("jacobian")]
    [InlineData("bars")]
    public void The_svg_is_the_approved_one(string name)
    {
        string svg = Samples.All[name].ToSvg() + "\n";
        Approved.Matches(name + ".svg", svg);
    }

    [Fact]
    public void The_vendored_library_is_the_one_of_the_checksums()
    {
        var sums = File.ReadAllLines(Path.Combine(s_folder, "SHA256SUMS")).Select(l => l.Split("  ")).ToDictionary(p => p[1], p => p[0], StringComparer.Ordinal);
        Assert.Equal(sums["plotly-cartesian.min.js.gz"], Convert.ToHexStringLower(SHA256.HashData(PlotlyLibrary.Packed(PlotlyBundle.Cartesian))));
        Assert.Equal(sums["plotly-gl3d.min.js.gz"], Convert.ToHexStringLower(SHA256.HashData(PlotlyLibrary.Packed(PlotlyBundle.Surface))));
        Assert.Contains("MIT", PlotlyLibrary.License, StringComparison.Ordinal);
    }

    [Fact]
    public void No_piece_of_a_curve_crosses_a_pole_or_a_jump()
    {
        foreach (Func<double, double> f in new Func<double, double>[] { x => 1 / x, x => 1 / (x * x), x => Math.Sign(x) })
        {
            SampledCurve curve = CurveSampler.Sample(f, -3, 4);
            Assert.Equal(0, Assert.Single(curve.Breaks).X, 1e-6);
            Assert.All(curve.Pieces, p => Assert.True(p[^1].X <= 1e-6 || p[0].X >= -1e-6));
        }

        Assert.Empty(CurveSampler.Sample(x => Math.Exp(x), -5, 5).Breaks);
        Assert.Equal(4, CurveSampler.Sample(Math.Tan, -5, 5).Breaks.Count(b => b.IsPole));
    }

    [Fact]
    public void What_is_no_number_is_null_in_json()
    {
        Assert.Contains("\"y\":[0,null]", Samples.All["controls"].ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", Samples.All["jacobian"].ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_stays_within_eighty_columns() =>
        Assert.All(Samples.All.Values, f => Assert.All(f.ToString().Split('\n'), l => Assert.True(l.Length <= 82, l)));

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
