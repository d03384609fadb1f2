using System.Xml.Linq;
using AngleSharp.Html.Parser;
using ChainRule.Networks;
using ChainRule.Views;

namespace ChainRule.Tests.Networks;

/// <summary>The cards of vector functions and losses.</summary>
public class FunctionCardTests
{
    private static readonly Dictionary<string, object> _cards = VectorFunctions.All.Select(function => (object)function)
        .Concat([VectorFunctions.Softmax(Scalar("tau").Positive()), VectorFunctions.AveragePool(2, 1)])
        .Concat(Losses.All)
        .Concat([Losses.SquaredError.Mean, Losses.CrossEntropyWithLogits(0.1)])
        .ToDictionary(card => card.ToString()!, StringComparer.Ordinal);

    public static TheoryData<string> All => [.. _cards.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_card_has_every_format_and_every_step_is_checked(string name)
    {
        var bundle = ViewCatalog.Show(_cards[name])!;
        Assert.All(bundle.Formats, format => Assert.False(string.IsNullOrWhiteSpace(format.Value)));
        var document = new HtmlParser().ParseDocument(bundle.Html);
        Assert.All(document.QuerySelectorAll("math"), math => Assert.NotNull(XElement.Parse(math.OuterHtml.Replace("&nbsp;", " ", StringComparison.Ordinal))));
        Assert.NotEmpty(document.QuerySelectorAll(".cr-statement math"));
        Assert.Contains("all checked", bundle.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("refuted", bundle.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_computed_on_the_way_is_stated_first()
    {
        var text = ViewCatalog.Show(VectorFunctions.LayerNorm())!.Text.Split('\n');
        Assert.Equal("LayerNorm", text[0]);
        Assert.Equal(["μ_z = (Σ_k z_k)/K, μ_z ∈ ℝ", "v_z = (Σ_k (z_k − μ_z)²)/K, v_z ∈ ℝ", "ε = 0.00001, ε ∈ ℝ", "y_i = (z_i − μ_z)/√(v_z + ε), y ∈ ℝ^K"], text.Skip(1).Take(4).Select(line => line.Trim()));
    }
}
