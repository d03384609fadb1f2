using System.Xml.Linq;
using AngleSharp.Html.Parser;
using ChainRule.Views;

namespace ChainRule.Tests.Views;

/// <summary>What derivations look like, against approved files; and that everything has every format.</summary>
public class ViewTests
{
    private static readonly Variable _z = Vector("z", "K");
    private static readonly Variable _p = Softmax(_z).Named("p");
    private static readonly Variable _y = Vector("y", "K").OneHot();
    private static readonly IndexVariable _i = Index("i", "K");
    private static readonly Variable _loss = (-Sum(_i, _y[_i] * Log(_p[_i]))).Named("L");

    private static readonly Dictionary<string, Func<object>> _views = new(StringComparer.Ordinal)
    {
        ["softmax-jacobian"] = () => _p.Jacobian(_z),
        ["cross-entropy-gradient"] = () => _loss.Gradient(_z),
        ["cross-entropy-gradient-at"] = () => _loss.Gradient(_z).At((_z, [1, 2, 3]), (_y, [0, 1, 0])),
        ["he-initialisation"] = () => ChainRule.Networks.Initialisation.He(),
        ["rectified-second-moment"] = () => E(Pow(Relu(Scalar("a").Random(0, Pow(Scalar("sigma").Positive(), 2)).Symmetric()).Named("b"), 2)).Simplified(),
        ["relu-derivative"] = () => (_z[1] * Relu(2 * _z[1] + 1)).Derivative(_z[1]),
    };

    public static TheoryData<string> Views() => [.. _views.Keys];

    [Theory]
    [MemberData(nameof(Views))]
    public void A_view_is_the_approved_one(string name)
    {
        var bundle = ViewCatalog.Show(_views[name]())!;
        Approved.Matches(name + ".txt", bundle.Text);
        Approved.Matches(name + ".tex", bundle.Latex);
        // The style is a file of its own and is not approved once more in every view.
        Approved.Matches(name + ".html", bundle.Html[(bundle.Html.IndexOf("</style>", StringComparison.Ordinal) + "</style>\n".Length)..]);
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void Its_HTML_is_well_formed_and_runs_no_script(string name)
    {
        var html = ViewCatalog.Show(_views[name]())!.Html;
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        var document = new HtmlParser(new HtmlParserOptions { IsStrictMode = false }).ParseDocument(html);
        Assert.NotEmpty(document.QuerySelectorAll("math"));
        Assert.All(document.QuerySelectorAll("math"), math => Assert.NotNull(XElement.Parse(math.OuterHtml.Replace("&nbsp;", " ", StringComparison.Ordinal))));
        Assert.All(document.QuerySelectorAll(".cr-v span"), sign => Assert.False(string.IsNullOrEmpty(sign.GetAttribute("aria-label"))));
    }

    [Fact]
    public void Text_keeps_to_80_columns_where_the_formula_allows()
    {
        var lines = ViewCatalog.Show(_loss.Gradient(_z))!.Text.Split('\n');
        // Only a formula may be longer, never the words beside it.
        Assert.All(lines.Where(line => line.Length > 80), line => Assert.Contains("e^(", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_very_deep_derivation_is_cut_and_says_so()
    {
        Expr nested = Scalar("x");
        for (var depth = 0; depth < 600; depth++)
        {
            nested = Tanh(nested);
        }

        var bundle = ViewCatalog.Show(nested.Derivative(Scalar("x")))!;
        Assert.Contains("Only the first 3 lines are shown; the whole derivation has 601 steps.", bundle.Text, StringComparison.Ordinal);
        Assert.Contains("and the result were checked", bundle.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_nested_functions_are_printed_without_overflow()
    {
        Expr nested = Scalar("x");
        for (var depth = 0; depth < 10_000; depth++)
        {
            nested = Tanh(nested);
        }

        // On a small stack, as a host may have it.
        var text = string.Empty;
        var thread = new Thread(() => text = nested.ToString(), 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.StartsWith("tanh(tanh(", text, StringComparison.Ordinal);
        Assert.EndsWith("tanh x" + new string(')', 9_999), text, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_can_be_shown_has_every_format()
    {
        Assert.Equal(ViewCatalog.Types.Count, Showables.All.Count);
        foreach (var ((type, _), sample) in ViewCatalog.Types.Zip(Showables.All))
        {
            Assert.IsAssignableFrom(type, sample);
            var bundle = ViewCatalog.Show(sample)!;
            Assert.All(bundle.Formats, format => Assert.False(string.IsNullOrWhiteSpace(format.Value), $"{type.Name}: {format.Key}"));
        }

        Assert.Null(ViewCatalog.Show("a string"));
    }
}
