using Microsoft.Playwright;
using Xunit;

namespace ChainRule.Kernel.Tests;

/// <summary>Computation graphs in a real browser, made by a notebook.</summary>
public sealed class GraphPageTests : IAsyncLifetime
{
    private const int Graphs = 5;

    private readonly TemporaryFolder _folder = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        (_playwright, _browser) = await Browser.LaunchAsync();
        var notebook = Make.Notebook(
            "var net = Network.Sequential(Linear(\"N\", \"M\"), 5 * Relu, Linear(\"M\", \"K\"), Identity).WithLoss(SquaredError);\nnet",
            "net.Sample(seed: 1).Graph",
            "var drawn = Network.FullyConnected(\"x1 x2\", \"h1 h2\", \"h3 h4\", \"o1 o2\", Sigmoid, output: Softmax, loss: CrossEntropy);\ndrawn.GraphOf(\"W_{x2,h1}\")",
            "drawn.Sample(seed: 1).Graph",
            "Network.Sequential(Residual(Linear(\"N\", \"M\"), Tanh, Linear(\"M\", \"N\")), Linear(\"N\", 2)).WithLoss(SquaredError).GraphOf(\"x\")");
        var (code, messages) = await Program.RunAsync("run", _folder.Write("page.ipynb", notebook), "--html", _folder.At("page.html"));
        Assert.True(code == 0, messages);
    }

    public async ValueTask DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        _playwright?.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1200)]
    [InlineData(ColorScheme.Dark, 1200)]
    [InlineData(ColorScheme.Light, 320)]
    [InlineData(ColorScheme.Dark, 320)]
    public async Task Every_graph_is_there_once_with_its_text_inside_its_outlines(ColorScheme scheme, int width)
    {
        var page = await OpenAsync(scheme, width);

        Assert.Equal(width, await page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"));
        Assert.Equal(Graphs, await page.EvaluateAsync<int>("[...document.querySelectorAll('svg.cr-graph')].filter(g => g.checkVisibility()).length"));

        // The widths that the drawing reckons with are those of the font that the page carries.
        var outside = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('svg.cr-graph .cr-node')].filter(g => g.checkVisibility() && g.querySelector(':scope > .cr-shape')).flatMap(g => {
              const shape = g.querySelector(':scope > .cr-shape').getBBox();
              return [...g.querySelectorAll(':scope > text:not(.cr-tip)')].map(t => [t.textContent, t.getBBox()])
                .filter(([, box]) => box.y < shape.y + shape.height - 2 && (box.x < shape.x + 1 || box.x + box.width > shape.x + shape.width - 1))
                .map(([text]) => text);
            })
            """);
        Assert.Empty(outside);
        var beyond = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('svg.cr-graph')].filter(g => g.checkVisibility()).flatMap(g => [...g.querySelectorAll('text')]
              .filter(t => t.checkVisibility()).filter(t => { const b = t.getBBox(); return b.x < 0 || b.x + b.width > g.viewBox.baseVal.width || b.y + b.height > g.viewBox.baseVal.height; })
              .map(t => t.textContent))
            """);
        Assert.Empty(beyond);
    }

    [Fact]
    public async Task A_narrow_page_shows_layers_from_top_to_bottom_and_units_in_a_box_that_scrolls()
    {
        var wide = await OpenAsync(ColorScheme.Light, 1200);
        Assert.True(await wide.Locator(".cr-network .cr-graph-wide > svg").IsVisibleAsync());
        Assert.False(await wide.Locator(".cr-network .cr-graph-tall > svg").IsVisibleAsync());
        var narrow = await OpenAsync(ColorScheme.Light, 360);
        Assert.Equal(3, await Visible(narrow, ".cr-graph-tall"));
        Assert.Equal(2, await Visible(narrow, ".cr-graph-wide"));
        Assert.True(await narrow.EvaluateAsync<bool>("[...document.querySelectorAll('.cr-graph-wide')].filter(g => g.checkVisibility()).every(g => g.scrollWidth > g.clientWidth)"));
        // Nothing is scaled to what nobody can read.
        Assert.True(await narrow.EvaluateAsync<double>("Math.min(...[...document.querySelectorAll('svg.cr-graph')].filter(g => g.checkVisibility()).map(g => g.getBoundingClientRect().width / g.viewBox.baseVal.width))") > 0.79);
    }

    [Fact]
    public async Task Pointing_at_a_node_shows_its_equation()
    {
        var page = await OpenAsync(ColorScheme.Light, 1200);
        var node = page.Locator(".cr-graph-wide svg.cr-graph .cr-node", new() { HasText = "z₁ = W⁽¹⁾ x + b⁽¹⁾" }).First;
        var tip = node.Locator(".cr-tip");
        Assert.False(await tip.IsVisibleAsync());
        await node.Locator(".cr-shape").First.HoverAsync(new() { Position = new() { X = 4, Y = 20 } });
        Assert.True(await tip.IsVisibleAsync());
        Assert.Equal(0, await page.Locator(".cr-hint").First.EvaluateAsync<int>("hint => hint.checkVisibility() ? 1 : 0"));
    }

    private static Task<int> Visible(IPage page, string selector) =>
        page.EvaluateAsync<int>($"[...document.querySelectorAll('{selector} > svg')].filter(g => g.checkVisibility()).length");

    private async Task<IPage> OpenAsync(ColorScheme scheme, int width)
    {
        var page = await _browser!.NewPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 } });
        await page.GoToFileAsync(_folder.At("page.html"));
        await page.EvaluateAsync("document.fonts.ready");
        return page;
    }
}
