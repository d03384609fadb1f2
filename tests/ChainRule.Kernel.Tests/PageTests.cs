using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Xunit;

namespace ChainRule.Kernel.Tests;

/// <summary>The page in a real browser.</summary>
public sealed class PageTests : IAsyncLifetime
{
    private const string Dot = "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==";

    private readonly TemporaryFolder _folder = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        (_playwright, _browser) = await Browser.LaunchAsync();
        var (code, messages) = await Program.RunAsync("run", _folder.Write("page.ipynb", Notebook()), "--allow-errors", "--html", _folder.At("page.html"));
        Assert.True(code == 1, messages);
    }

    public async ValueTask DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        _playwright?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_page_asks_for_nothing_and_complains_of_nothing()
    {
        var complaints = new List<string>();
        var requests = new List<string>();
        var page = await _browser!.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) => requests.Add(request.Url);

        await page.GoToFileAsync(_folder.At("page.html"));

        Assert.Empty(complaints);
        Assert.Equal([Address()], requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)));
        Assert.Equal("Softmax", await page.TitleAsync());
        Assert.Equal(5, await page.EvaluateAsync<int>("document.querySelector('img[alt=dot]').naturalWidth"));
    }

    [Fact]
    public async Task Formulas_have_a_size()
    {
        var page = await OpenAsync(ColorScheme.Light, 1000);

        var sizes = await page.EvaluateAsync<double[]>(
            "[...document.querySelectorAll('math, .cr-math')].map(m => { const r = m.getBoundingClientRect(); return Math.min(r.width, r.height); })");

        Assert.True(sizes.Length >= 3, $"{sizes.Length} formulas");
        Assert.All(sizes, size => Assert.True(size > 4, $"{size} px"));
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Text_stands_out_from_its_ground(ColorScheme scheme)
    {
        var page = await OpenAsync(scheme, 1000);

        var pale = await Browser.PaleTextAsync(page);
        var isDark = await page.EvaluateAsync<bool>("getComputedStyle(document.body).backgroundColor !== 'rgb(255, 255, 255)'");

        Assert.Empty(pale);
        Assert.Equal(scheme == ColorScheme.Dark, isDark);
    }

    [Fact]
    public async Task The_reader_can_choose_the_colours()
    {
        var page = await OpenAsync(ColorScheme.Light, 1000);

        await page.ClickAsync(".cr-theme label:has(#cr-dark)");

        Assert.Equal("rgb(20, 23, 30)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
    }

    [Theory]
    [InlineData(320)]
    [InlineData(768)]
    public async Task The_page_is_never_wider_than_the_screen(int width)
    {
        var page = await OpenAsync(ColorScheme.Light, width);

        Assert.Equal(width, await page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"));
    }

    [Fact]
    public async Task Contents_lead_to_their_headings()
    {
        var page = await OpenAsync(ColorScheme.Light, 1000);

        Assert.Equal(4, await page.Locator(".cr-contents a").CountAsync());
        Assert.Equal(0, await page.EvaluateAsync<int>("[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.getElementById(decodeURIComponent(a.hash.slice(1)))).length"));
    }

    [Fact]
    public async Task Errors_and_streams_are_shown_as_such()
    {
        var page = await OpenAsync(ColorScheme.Light, 1000);

        Assert.Contains("cell 3, line 1", await page.TextContentAsync(".cr-error"), StringComparison.Ordinal);
        Assert.Equal("printed", await page.TextContentAsync(".cr-stream:not(.cr-stderr)"));
        Assert.Equal("a warning", await page.TextContentAsync(".cr-stderr"));
    }

    private static string Notebook()
    {
        var json = JsonNode.Parse(Make.Notebook(
            "// a comment\nConsole.WriteLine(\"printed\");\nConsole.Error.WriteLine(\"a warning\");\nnew { Name = \"softmax\", Values = new[] { 0.25, 0.75 } }",
            "HTML(\"<p>one half is <math><mfrac><mn>1</mn><mn>2</mn></mfrac></math></p>\").Display();\nnew string('x', 300)",
            "var y = missing + 1;"))!;
        json["cells"]!.AsArray().Insert(0, new JsonObject
        {
            ["cell_type"] = "markdown",
            ["id"] = "text",
            ["metadata"] = new JsonObject(),
            ["attachments"] = new JsonObject { ["dot.png"] = new JsonObject { ["image/png"] = Dot } },
            ["source"] =
                """
                # Softmax
                With $p_i = e^{z_i} / \sum_k e^{z_k}$ and `code` and [a link](#Two):

                $$ p_1 + p_2 + p_3 + p_4 + p_5 + p_6 + p_7 + p_8 + p_9 + p_{10} + p_{11} + p_{12} + p_{13} + p_{14} + p_{15} + p_{16} = 1 $$

                \begin{align}
                a &= b \\
                c &= d
                \end{align}

                ![dot](attachment:dot.png) ![elsewhere](https://example.org/picture.png)

                <script>console.error("ran")</script>

                | a wide table | with | many | columns | that | goes | on | and on |
                |---|---|---|---|---|---|---|---|
                | $x_1$ | 2 | 3 | 4 | 5 | 6 | 7 | 8888888888888 |

                > A quotation.

                ## One
                ## Two
                ### Three
                ## One

                ```csharp
                var x = 1; // marked
                ```
                """,
        });
        return json.ToJsonString();
    }

    private string Address() => new Uri(_folder.At("page.html")).AbsoluteUri;

    private async Task<IPage> OpenAsync(ColorScheme scheme, int width)
    {
        var page = await _browser!.NewPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 800 } });
        await page.GoToFileAsync(_folder.At("page.html"));
        return page;
    }
}
