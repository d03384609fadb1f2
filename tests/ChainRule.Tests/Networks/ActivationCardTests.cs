using System.Xml.Linq;
using AngleSharp.Html.Parser;
using ChainRule.Charts;
using ChainRule.Networks;
using ChainRule.Views;

namespace ChainRule.Tests.Networks;

public class ActivationCardTests
{
    private static readonly Dictionary<string, Activation> _cards = Activations.All
        .Concat([5 * Activations.Relu, Activations.Softplus(1, 20), Activations.Swish(Scalar("beta")), Swoosh.Left])
        .ToDictionary(activation => activation.ToString(), StringComparer.Ordinal);

    public static TheoryData<string> All => [.. _cards.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_card_has_every_format(string name)
    {
        var bundle = ViewCatalog.Show(_cards[name])!;
        Assert.All(bundle.Formats, format => Assert.False(string.IsNullOrWhiteSpace(format.Value)));
        var document = new HtmlParser().ParseDocument(bundle.Html);
        Assert.NotEmpty(document.QuerySelectorAll("math"));
        Assert.All(document.QuerySelectorAll("math"), math => Assert.NotNull(XElement.Parse(math.OuterHtml.Replace("&nbsp;", " ", StringComparison.Ordinal))));
        Assert.DoesNotContain("refuted", bundle.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("not all could be checked", bundle.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", bundle.Text, StringComparison.Ordinal);
        Assert.Equal(_cards[name].IsNumeric, document.QuerySelector(".cr-values") is not null);
        Assert.Equal(_cards[name].IsNumeric, document.QuerySelector("svg") is not null);
    }

    [Theory]
    [InlineData("GELU")]
    [InlineData("Sigmoid")]
    [InlineData("HardSwish")]
    [InlineData("SwooshL")]
    public void A_card_is_the_approved_one(string name)
    {
        var bundle = ViewCatalog.Show(_cards[name])!;
        Approved.Matches($"{name}.txt", bundle.Text);
        Approved.Matches($"{name}.tex", bundle.Latex);
    }

    [Fact]
    public void A_kink_is_marked_in_the_chart()
    {
        var chart = FunctionCard.Of(Activations.LeakyRelu()).Chart!;
        Assert.Contains(chart.Data.OfType<ScatterTrace>(), trace => trace.Mode == ScatterMode.Markers && trace.Name == "LeakyReLU(x)");
        Assert.DoesNotContain(FunctionCard.Of(Activations.Gelu).Chart!.Data.OfType<ScatterTrace>(), trace => trace.Mode == ScatterMode.Markers);
        var asymptote = Assert.Single(FunctionCard.Of(Activations.Elu()).Chart!.Layout.Shapes);
        Assert.Equal(-1, asymptote.Y0);
    }

    [Fact]
    public void Activations_are_compared_side_by_side()
    {
        var figure = Activations.Compare(Activations.Relu, Activations.LeakyRelu(0.01), Activations.Softplus(), Activations.Gelu);
        Assert.Equal(4, figure.Data.OfType<ScatterTrace>().Count(trace => trace.Mode == ScatterMode.Lines && trace.YAxis == 1));
        Assert.Equal(4, figure.Data.OfType<ScatterTrace>().Count(trace => trace.Mode == ScatterMode.Lines && trace.YAxis == 2));
        Assert.Contains("ReLU, LeakyReLU, Softplus, GELU", figure.ToString(), StringComparison.Ordinal);
        Assert.NotNull(XDocument.Parse(figure.ToSvg()));
        Assert.Throws<ChartException>(() => Activations.Compare());
    }

    [Fact]
    public void A_parameter_gets_a_slider()
    {
        var figure = Activations.WithSlider("α", [0.5, 1, 2], alpha => Activations.Elu(alpha));
        Assert.Equal(["0.5", "1", "2"], figure.Frames!.Select(frame => frame.Name));
        Assert.All(figure.Frames!, frame => Assert.Equal(figure.Data.Count, frame.Data.Count));
        Assert.Equal("α = ", Assert.Single(figure.Layout.Sliders).Prefix);
        // Where α = 1 there is no kink, and nothing is marked.
        Assert.All(figure.Frames![1].Data.OfType<ScatterTrace>().Where(trace => trace.Mode == ScatterMode.Markers), trace => Assert.Equal(0, trace.X.Count));
        Assert.Contains(figure.Frames![0].Data.OfType<ScatterTrace>(), trace => trace.Mode == ScatterMode.Markers && trace.X.Count == 1);
    }

    [Fact]
    public void One_file_is_all_that_a_new_activation_needs()
    {
        var swoosh = Swoosh.Left;
        Assert.Equal(Math.Log(1 + Math.Exp(-3)) - 0.08 - 0.035, swoosh.Evaluate(1), 1e-14);
        Assert.Equal((1 / (1 + Math.Exp(3))) - 0.08, swoosh.EvaluateDerivative(1), 1e-14);
        Assert.Equal(1000 - 4 - 80 - 0.035, swoosh.Evaluate(1000), 1e-9);
        Assert.Equal(-0.08, swoosh.Analysis.AtMinusInfinity.Slope, 1e-12);
        Assert.Single(swoosh.Analysis.Range);
        Assert.Equal(2, swoosh.Analysis.Zeros.Length);
        var z = Vector("z", "K");
        Assert.Equal("diag(SwooshL′(z))", swoosh.Of(z).Named("h").Jacobian(z).Matrix!.Matrix.ToString());
    }
}
