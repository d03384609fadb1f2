using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Xml.Linq;
using ChainRule.Charts;
using ChainRule.Networks;

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

        if (figure.RootElement.TryGetProperty("frames", out JsonElement frames))
        {
            foreach (JsonElement trace in frames.EnumerateArray().SelectMany(frame => frame.GetProperty("data").EnumerateArray()))
            {
                string type = trace.GetProperty("type").GetString()!;
                PlotlySchema.Check(trace, schema.RootElement.GetProperty("traces").GetProperty(type), "frame " + type, errors);
            }
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
    [InlineData("leaky")]
    [InlineData("temperature")]
    [InlineData("reflection")]
    [InlineData("boundary")]
    [InlineData("lines")]
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
    public void A_slider_has_one_frame_for_each_value_and_every_frame_the_same_traces()
    {
        foreach (string name in new[] { "slider", "leaky", "waves", "temperature" })
        {
            Figure figure = Samples.All[name];
            Slider slider = Assert.Single(figure.Layout.Sliders);
            Assert.Equal(figure.Frames!.Select(frame => new ShowFrame(frame.Name)), slider.Steps.Select(step => step.Command));
            Assert.All(figure.Frames!, frame => Assert.Equal(figure.Data.Select(t => (t.Type, t.Name)), frame.Data.Select(t => (t.Type, t.Name))));

            // A still picture shows a few values side by side, and says which.
            Assert.Empty(figure.Still!.Layout.Sliders);
            Assert.Contains(slider.Prefix + slider.Steps[^1].Label, figure.ToSvg(), StringComparison.Ordinal);
            Assert.Contains(slider.Prefix + slider.Steps[0].Label, figure.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Softmax_grows_even_with_the_temperature()
    {
        Figure figure = Figures.SoftmaxTemperature([1, 2, 3], [0.5, 1, 100]);
        double[] largest = [.. figure.Frames!.Select(frame => ((BarTrace)frame.Data[0]).Y.Numbers![2])];
        Assert.Equal(1 / (1 + Math.Exp(-2) + Math.Exp(-4)), largest[0], 1e-12);
        Assert.Equal(1 / (1 + Math.Exp(-1) + Math.Exp(-2)), largest[1], 1e-12);
        Assert.InRange(largest[2], 1.0 / 3, 0.34);
    }

    [Fact]
    public void A_curve_with_a_derivative_knows_the_slope_at_each_of_its_points()
    {
        var curve = (ScatterTrace)Samples.All["card"].Data[0];
        Assert.Equal(curve.X.Count, curve.Slopes!.Count);
        Assert.All(curve.X.Numbers!.Zip(curve.Slopes), point => Assert.Equal(1 - Math.Pow(Math.Tanh(point.First), 2), point.Second, 1e-12));
        Assert.True(Samples.All["card"].Data[2].OnDemand);
        Assert.DoesNotContain("tanh″", Samples.All["card"].ToSvg(), StringComparison.Ordinal);
        Assert.Contains("\"visible\":\"legendonly\"", Samples.All["card"].ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_boundary_is_where_the_probability_is_one_half()
    {
        var line = (ScatterTrace)Samples.All["boundary"].Data.Single(t => t.Name == "p = ½");
        Assert.True(line.X.Count > 60);
        Assert.All(line.X.Numbers!.Zip(line.Y.Numbers!).Where(p => !double.IsNaN(p.First)), p => Assert.Equal(Math.Sqrt(1.2), Math.Sqrt((p.First * p.First) + (p.Second * p.Second)), 0.01));
        Assert.Contains("5 are on their side", Samples.All["boundary"].Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_of_the_plane_carries_the_unit_square_and_says_its_determinant()
    {
        Figure figure = Figures.PlaneMap(new[,] { { 2.0, 1.0 }, { 0.0, -3.0 } });
        var square = (ScatterTrace)figure.Data.Single(t => t.Name == "unit square");
        foreach ((double x, double y) in new[] { (0.0, 0.0), (2.0, 0.0), (3.0, -3.0), (1.0, -3.0) })
        {
            Assert.Contains((x, y), square.X.Numbers!.Zip(square.Y.Numbers!));
        }

        Assert.Contains("det = −6", figure.ToSvg(), StringComparison.Ordinal);
        Assert.Equal(-1, PlaneMap.Reflection(37).Determinant, 1e-12);
        Assert.Equal(1, (PlaneMap.Shear(3) * PlaneMap.Rotation(51)).Determinant, 1e-12);
        Assert.Equal((0, 1), PlaneMap.Rotation(90).Apply(1, 0));
    }

    [Fact]
    public void A_logarithmic_axis_leaves_out_what_is_not_positive_and_has_ticks_at_powers_of_ten()
    {
        string svg = Samples.All["lines"].ToSvg();
        Assert.Contains(">10⁻³</text>", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
        Assert.Contains("\"type\":\"log\"", Samples.All["lines"].ToJson(), StringComparison.Ordinal);
        Assert.Equal([1e-12, 1e-9, 1e-6, 1e-3, 1], Ticks.Powers(1e-13, 3, 6).Select(t => double.Round(t, 15)));
        Assert.Equal([0.5, 1, 2, 5, 10], Ticks.Powers(0.4, 12, 6).Select(t => Math.Round(t, 9)));
    }

    [Fact]
    public void A_cell_of_a_matrix_is_called_by_its_labels_or_counted_from_one()
    {
        Assert.Contains("\"hovertext\":[[\"p₁, z₁\",\"p₁, z₂\"", Samples.All["jacobian"].ToJson(), StringComparison.Ordinal);
        Figure plain = Figures.Heatmap(new double[2, 2]);
        Assert.Contains("\"x\":[1,2],\"y\":[1,2]", plain.ToJson(), StringComparison.Ordinal);
        Assert.Contains("row 1, column 2: 0", plain.ToSvg(), StringComparison.Ordinal);

        // Of 60 rows not every one has a tick; each is counted all the same.
        Assert.Contains("row 60, column 1: 0", Figures.Heatmap(new double[60, 1]).ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_notebook_takes_the_library_in_one_cell()
    {
        string html = Figures.Interactive().Show().Html;
        Assert.Contains("chainRuleCharts.unpack(\"cartesian\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("unpack(\"surface\"", html, StringComparison.Ordinal);
        Assert.Contains("unpack(\"surface\"", Figures.Interactive(surfaces: true).Show().Html, StringComparison.Ordinal);
        Assert.InRange(html.Length, 100_000, 800_000);
    }

    [Fact]
    public void Wrong_data_are_named()
    {
        Assert.Contains("class 2", Assert.Throws<ChartException>(() => Figures.DecisionBoundary((_, _) => 0.5, [(0, 0, 2)])).Message, StringComparison.Ordinal);
        Assert.Contains("[0.5, 1, 2]", Assert.Throws<ChartException>(() => Figures.WithSlider("k", [], _ => Samples.All["bars"])).Message, StringComparison.Ordinal);
        Assert.Contains("series", Assert.Throws<ChartException>(() => Figures.LossCurve()).Message, StringComparison.Ordinal);
        Assert.Contains("3 × 2", Assert.Throws<ShapeException>(() => PlaneMap.Of(new double[3, 2])).Message, StringComparison.Ordinal);
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
