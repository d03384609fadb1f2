using ChainRule.Kernel.Pages;
using Xunit;

namespace ChainRule.Kernel.Tests;

public class MarkdownTests
{
    [Theory]
    [InlineData("a $x$ b", "a $x$ b")]
    [InlineData("$$x$$", "$$x$$")]
    [InlineData("a $x +\ny$ b", "a $x + y$ b")]
    [InlineData("costs $5 and $6", "costs $5 and $6")]
    [InlineData("$5 and\n\nthen 6$", "$5 and\n\nthen 6$")]
    [InlineData("$$a\n= b$$", "\n$$\na\n= b\n$$\n")]
    [InlineData("see $$a\n= b$$ there", "see \n$$\na\n= b\n$$\nthere")]
    [InlineData("\\begin{align*}\na &= b \\\\\nc\n\\end{align*}", "\n$$\n\\begin{align*}\na &= b \\\\\nc\n\\end{align*}\n$$\n")]
    [InlineData("`$$a\nb$$`", "`$$a\nb$$`")]
    [InlineData("```\n$$a\nb$$\n```\n", "```\n$$a\nb$$\n```\n")]
    [InlineData("\\$$ x\ny $$", "\\$$ x\ny $$")]
    public void Formulas_are_brought_into_the_forms_that_are_known(string markdown, string expected) =>
        Assert.Equal(expected, MarkdownHtml.WithMathOnItsOwnLines(markdown));

    [Theory]
    [InlineData("<script>alert(1)</script>x", "script")]
    [InlineData("<b onclick=\"x()\">b</b>", "onclick")]
    [InlineData("[x](javascript:alert(1))", "javascript")]
    [InlineData("<a href=\" java&#10;script:alert(1)\">x</a>", "script:")]
    [InlineData("<iframe src=\"x\"></iframe>", "iframe")]
    [InlineData("<img src=x onerror=alert(1)>", "onerror")]
    [InlineData("<svg><script>1</script><use href=\"x#y\"/></svg>", "use")]
    [InlineData("<div style=\"background:url(https://example.org)\">x</div>", "url(")]
    [InlineData("<form action=\"https://example.org\"><input name=a></form>", "<form")]
    public void What_runs_or_asks_is_taken_out(string markdown, string trace)
    {
        var document = SafeHtml.Parse(MarkdownHtml.Render(markdown));
        SafeHtml.Clean(document, _ => null);

        Assert.DoesNotContain(trace, document.Body!.InnerHtml, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_picture_from_elsewhere_becomes_a_link()
    {
        var document = SafeHtml.Parse(MarkdownHtml.Render("![a plot](https://example.org/plot.png)"));
        SafeHtml.Clean(document, _ => null);

        Assert.Equal("<p><a href=\"https://example.org/plot.png\">a plot</a></p>", document.Body!.InnerHtml.Trim());
    }

    [Theory]
    [InlineData("<svg viewBox=\"0 0 1 1\"><linearGradient id=\"g\"></linearGradient><path d=\"M0 0\"></path></svg>")]
    [InlineData("<script>if (a < b && c) { d(\"</b>\"); }</script>")]
    [InlineData("<script type=\"application/json\">{\"a\":\"<b>\"}</script>")]
    [InlineData("<math display=\"block\"><mrow><mi mathvariant=\"normal\">x</mi><mo>&lt;</mo><mn>1</mn></mrow></math>")]
    [InlineData("<details open=\"\"><summary>s</summary><p>t</p></details>")]
    public void Outputs_come_through_as_they_are(string html) => Assert.Equal(html, SafeHtml.Parse(html).Body!.InnerHtml);

    [Fact]
    public void An_output_that_closes_more_or_less_than_it_opens_stays_in_its_place() =>
        Assert.Equal("<p>x<b>y</b></p>", SafeHtml.Parse("</div></main><p>x<b>y").Body!.InnerHtml);

    [Fact]
    public void Code_is_marked_character_for_character()
    {
        const string Code = "#r \"nuget: X\"\n// note <b>\nvar s = $\"a {1 + 2} b\"; /* c */\nList<int> xs = [1];\nxs.Add(2";

        var html = CSharpHtml.Render(Code);

        Assert.Equal(Code, SafeHtml.Parse(html).Body!.TextContent);
        Assert.Contains("<span class=\"cs-k\">var</span>", html, StringComparison.Ordinal);
        Assert.Contains("<span class=\"cs-t\">List</span>", html, StringComparison.Ordinal);
        Assert.Contains("<span class=\"cs-m\">Add</span>", html, StringComparison.Ordinal);
        Assert.Contains("<span class=\"cs-c\">// note &lt;b&gt;</span>", html, StringComparison.Ordinal);
    }
}
