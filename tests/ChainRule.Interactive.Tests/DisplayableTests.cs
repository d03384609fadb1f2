using ChainRule.Tests;
using ChainRule.Views;
using Microsoft.DotNet.Interactive.Formatting;
using Xunit;

namespace ChainRule.Interactive.Tests;

/// <summary>One object of every kind that can be shown, as the host shows it.</summary>
public class DisplayableTests
{
    public DisplayableTests() => ChainRuleExtension.Register();

    /// <summary>The places in the catalog.</summary>
    public static TheoryData<int> Kinds() => [.. Enumerable.Range(0, ViewCatalog.Types.Count)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_kind_has_a_formatter_for_every_format_that_it_promises(int kind)
    {
        var value = Showables.All[kind];
        Assert.IsType(ViewCatalog.Types[kind].Key, value, exactMatch: false);
        var bundle = ViewCatalog.Show(value)!;
        string[] promised = [MimeBundle.HtmlType, MimeBundle.LatexType, MimeBundle.TextType];

        var preferred = Formatter.GetPreferredMimeTypesFor(value.GetType()).ToList();

        Assert.Equal(value is Charts.Figure ? [MimeBundle.PlotlyType, .. promised] : promised, preferred);
        Assert.Equal([bundle.Html, bundle.Latex, bundle.Text], promised.Select(value.ToDisplayString));
        Assert.All(preferred, format => Assert.False(string.IsNullOrWhiteSpace(value.ToDisplayString(format))));

        // A preference without a formatter ends the host by stack overflow: it is looked up before it is used.
        Assert.All(preferred, format => Assert.Contains(
            Formatter.RegisteredFormatters(includeDefaults: false),
            formatter => formatter.MimeType == format && formatter.Type.IsInstanceOfType(value)));
    }
}
