using ChainRule.Views;
using Microsoft.DotNet.Interactive.Formatting;
using Xunit;

namespace ChainRule.Interactive.Tests;

public class FormatterTests
{
    private static readonly string[] AllFormats = [MimeBundle.HtmlType, MimeBundle.LatexType, MimeBundle.TextType];

    public FormatterTests() => ChainRuleExtension.Register();

    public static TheoryData<object, string, string, string> Values() => new()
    {
        { new Plain(), "<b class=\"it\">x &lt; 1</b>", "$$x < 1$$", "x < 1" },
        { new Derived(), "<b class=\"it\">x &lt; 1</b>", "$$x < 1$$", "x < 1" },
        { new Recorded(7), "<i>7</i>", "$$7$$", "number 7" },
        { new Sequence { 1, 2 }, "<p>sequence</p>", "$$s$$", "a sequence" },
        { new Figure(), "<svg></svg>", "$$f$$", "a figure" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Each_format_is_the_bundles_own(object value, string html, string latex, string text)
    {
        // This is what a host does with a value.
        var preferred = Formatter.GetPreferredMimeTypesFor(value.GetType());

        Assert.Equal(AllFormats, preferred);
        Assert.Equal([html, latex, text], preferred.Select(value.ToDisplayString));
    }

    [Fact]
    public void The_first_format_is_html_for_hosts_that_take_one() =>
        Assert.Equal(MimeBundle.HtmlType, Formatter.GetPreferredMimeTypesFor(typeof(Plain)).First());

    [Fact]
    public void A_figure_is_written_in_the_Plotly_schema_and_another_view_as_an_empty_one()
    {
        Assert.Equal("""{"data":[1],"layout":{}}""", new Figure().ToDisplayString(MimeBundle.PlotlyType));
        Assert.Equal("""{"data":[],"layout":{}}""", new Plain().ToDisplayString(MimeBundle.PlotlyType));
    }

    [Fact]
    public void Every_format_that_a_type_prefers_has_a_formatter()
    {
        // Without one the host would overflow its stack, and no test could report it.
        var types = typeof(IShowable).Assembly.GetExportedTypes()
            .Where(type => type.IsAssignableTo(typeof(IShowable)))
            .Append(typeof(Plain));

        foreach (var type in types)
        {
            var registered = Formatter.RegisteredFormatters(includeDefaults: false)
                .Where(formatter => formatter.Type.IsAssignableFrom(type))
                .Select(formatter => formatter.MimeType)
                .ToHashSet(StringComparer.Ordinal);
            Assert.Subset(registered, Formatter.GetPreferredMimeTypesFor(type).ToHashSet(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void A_list_shows_each_element_as_itself()
    {
        var list = new List<IShowable> { new Plain(), new Recorded(7) };

        var html = list.ToDisplayString(MimeBundle.HtmlType);
        Assert.Contains("<b class=\"it\">x &lt; 1</b>", html, StringComparison.Ordinal);
        Assert.Contains("<i>7</i>", html, StringComparison.Ordinal);
        Assert.Contains("number 7", list.ToDisplayString(MimeBundle.TextType), StringComparison.Ordinal);
    }

    [Fact]
    public void An_anonymous_object_a_tuple_and_a_dictionary_show_what_they_hold_as_itself()
    {
        object[] holders =
        [
            new { Name = "softmax", View = new Recorded(7) },
            (1, new Recorded(7)),
            Tuple.Create("softmax", new Recorded(7)),
            new Dictionary<string, IShowable>(StringComparer.Ordinal) { ["softmax"] = new Recorded(7) },
        ];

        foreach (var holder in holders)
        {
            Assert.Contains("<i>7</i>", holder.ToDisplayString(MimeBundle.HtmlType), StringComparison.Ordinal);
            Assert.Contains("number 7", holder.ToDisplayString(MimeBundle.TextType), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Registering_again_changes_nothing()
    {
        var before = Formatter.RegisteredFormatters(includeDefaults: false).Count();

        var line = ChainRuleExtension.Register();

        Assert.Equal(before, Formatter.RegisteredFormatters(includeDefaults: false).Count());
        Assert.StartsWith("ChainRule 0.1.0 is ready", line, StringComparison.Ordinal);
    }

    [Fact]
    public void The_registration_survives_a_reset_of_the_host()
    {
        Formatter.ResetToDefault();
        ChainRuleExtension.Register();

        Assert.Equal("x < 1", new Plain().ToDisplayString(MimeBundle.TextType));
        Assert.Equal(AllFormats, Formatter.GetPreferredMimeTypesFor(typeof(Plain)));
    }

    [Fact]
    public void A_missing_view_is_written_as_null() =>
        Assert.Equal("<null>", ((IShowable?)null).ToDisplayString(MimeBundle.TextType));
}
