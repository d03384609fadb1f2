using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Xunit;

namespace ChainRule.Kernel.Tests;

/// <summary>Figures in a real browser: they draw in light and dark, at phone and desktop width, and answer a hover, a slide and a click.</summary>
public sealed class FigurePageTests : IAsyncLifetime
{
    /// <summary>A notebook may bring the library for its own front end; the page must not have it twice.</summary>
    private const string Library = "Figures.Interactive()";

    private static readonly string[] _cells =
    [
        "Figures.FunctionWithDerivative(\"tanh\", Math.Tanh, x => 1 - Math.Pow(Math.Tanh(x), 2), (-3, 3), secondDerivative: x => -2 * Math.Tanh(x) * (1 - Math.Pow(Math.Tanh(x), 2)))",
        "Activations.WithSlider(\"α\", [0, 0.1, 0.5], a => LeakyRelu(a))",
        "Activations.Compare(Relu, Gelu, Softplus())",
        "Figures.Heatmap(new[,] { { 0.2, -0.1 }, { -0.1, 0.4 } }, title: \"J\")",
        "Figures.PlaneMap(PlaneMap.Shear(1), Relu)",
        "Figures.DecisionBoundary((a, b) => 1 / (1 + Math.Exp(-3 * (a - b))), [(0, 1, 0), (1, 0, 1)])",
        "Experiments.GradientByDepth([Sigmoid, Relu], depth: 8, width: 20, samples: 5)",
        "Figures.SoftmaxTemperature([1, 2, 3])",
    ];

    private readonly TemporaryFolder _folder = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        (_playwright, _browser) = await Browser.LaunchAsync();
        var notebook = new JsonObject
        {
            ["cells"] = new JsonArray([.. _cells.Append(Library).Select((cell, i) => new JsonObject
            {
                ["cell_type"] = "code",
                ["id"] = $"cell{i}",
                ["metadata"] = new JsonObject(),
                ["execution_count"] = null,
                ["outputs"] = new JsonArray(),
                ["source"] = cell,
            })]),
            ["metadata"] = new JsonObject { ["kernelspec"] = new JsonObject { ["name"] = "chainrule", ["display_name"] = "ChainRule", ["language"] = "C#" } },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        var (code, messages) = await Program.RunAsync("run", _folder.Write("figures.ipynb", notebook.ToJsonString()), "--html", _folder.At("figures.html"));
        Assert.True(code == 0, messages);
    }

    public async ValueTask DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        _playwright?.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 360)]
    [InlineData(ColorScheme.Dark, 1200)]
    public async Task Every_figure_draws_within_its_box(ColorScheme scheme, int width)
    {
        var page = await OpenAsync(scheme, width);

        var boxes = await page.EvaluateAsync<double[][]>(
            """
            () => [...document.querySelectorAll('.cr-plot')].map(plot => {
              const own = plot.getBoundingClientRect(), svg = plot.querySelector('.main-svg').getBoundingClientRect();
              return [svg.width, own.width, svg.height, own.height];
            })
            """);
        Assert.Equal(_cells.Length, boxes.Length);
        Assert.All(boxes, box => Assert.True(box[0] > 150 && box[0] <= box[1] + 1 && box[2] > 100 && box[2] <= box[3] + 1, string.Join(' ', box)));
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));

        // The library stands in the page once.
        Assert.Equal(1, await page.EvaluateAsync<int>("[...document.scripts].filter(s => s.textContent.includes('chainRuleCharts.define')).length"));
    }

    [Fact]
    public async Task Colours_are_those_of_the_page_and_follow_its_switch()
    {
        var page = await OpenAsync(ColorScheme.Light, 1000);
        var light = await ColoursAsync(page);
        await page.Locator("label", new() { HasText = "dark" }).ClickAsync();
        await page.WaitForFunctionAsync("ink => document.querySelectorAll('.cr-plot')[0].layout.font.color !== ink", light[0]);
        var dark = await ColoursAsync(page);

        // Ink, paper, and the ends of the heatmap's scale.
        Assert.All(light.Zip(dark), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.All(light.Concat(dark), color => Assert.Matches("^#[0-9a-f]{6}$", color));
        Assert.Equal("#ffffff", light[1]);
    }

    [Fact]
    public async Task The_tangent_follows_the_pointer()
    {
        var page = await OpenAsync(ColorScheme.Light, 1000);
        await PointAtAsync(page, figure: 0, x: 1, y: Math.Tanh(1));
        await page.WaitForFunctionAsync("() => (document.querySelectorAll('.cr-plot')[0].layout.shapes || []).some(s => s.name === 'cr-tangent')");
        var line = await page.EvaluateAsync<double[]>("() => { const s = document.querySelectorAll('.cr-plot')[0].layout.shapes.find(s => s.name === 'cr-tangent'); return [s.x0, s.y0, s.x1, s.y1]; }");
        var slope = (line[3] - line[1]) / (line[2] - line[0]);
        Assert.Equal(1 - Math.Pow(Math.Tanh(1), 2), slope, 0.05);

        await page.Mouse.MoveAsync(2, 2);
        await page.WaitForFunctionAsync("() => !(document.querySelectorAll('.cr-plot')[0].layout.shapes || []).some(s => s.name === 'cr-tangent')");
    }

    [Fact]
    public async Task The_second_derivative_comes_and_goes_with_its_button()
    {
        var page = await OpenAsync(ColorScheme.Light, 1000);
        const string Visible = "() => document.querySelectorAll('.cr-plot')[0].data[2].visible";
        Assert.Equal("legendonly", (await page.EvaluateAsync(Visible)).ToString());
        var button = page.Locator(".cr-plot").Nth(0).Locator(".updatemenu-button");
        await button.ClickAsync();
        await page.WaitForFunctionAsync("() => document.querySelectorAll('.cr-plot')[0].data[2].visible === true");
        await button.ClickAsync();
        await page.WaitForFunctionAsync("() => document.querySelectorAll('.cr-plot')[0].data[2].visible === 'legendonly'");
    }

    [Fact]
    public async Task A_slider_shows_another_value()
    {
        var page = await OpenAsync(ColorScheme.Light, 1000);
        foreach (var (figure, expected) in new[] { (1, -0.5 * 4.5), (7, Math.Exp(-0.2) / (1 + Math.Exp(-0.1) + Math.Exp(-0.2))) })
        {
            await page.Locator(".cr-plot").Nth(figure).ScrollIntoViewIfNeededAsync();
            var rail = (await page.Locator(".cr-plot").Nth(figure).Locator(".slider-rail-touch-rect").BoundingBoxAsync())!;
            await page.Mouse.ClickAsync(rail.X + rail.Width - 3, rail.Y + (rail.Height / 2));
            await page.WaitForFunctionAsync("([figure, value]) => Math.abs(document.querySelectorAll('.cr-plot')[figure].data[0].y[0] - value) < 1e-6", new object[] { figure, expected });
        }
    }

    [Fact]
    public async Task One_click_in_the_legend_leaves_one_activation()
    {
        var page = await OpenAsync(ColorScheme.Light, 1000);
        await page.Locator(".cr-plot").Nth(2).Locator(".legendtoggle").Nth(1).ClickAsync();
        await page.WaitForFunctionAsync(
            "() => { const shown = document.querySelectorAll('.cr-plot')[2].data.filter(t => t.visible !== 'legendonly'); return shown.length >= 2 && shown.every(t => t.name === 'GELU'); }");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task In_a_notebook_the_packed_library_draws_what_comes_before_and_after_it(bool first)
    {
        var figure = Charts.Figures.Bars(["a", "b"], [1, 2]).Show().Html;
        var library = Charts.Figures.Interactive().Show().Html;
        var page = await _browser!.NewPageAsync();
        await page.GotoAsync(new Uri(_folder.Write("notebook.html", $"<!DOCTYPE html><html><body>{(first ? library + figure : figure + library)}{figure}</body></html>")).AbsoluteUri);
        await page.WaitForFunctionAsync("() => document.querySelectorAll('.cr-plot .main-svg .bars .point').length === 4");
    }

    private static Task<string[]> ColoursAsync(IPage page) => page.EvaluateAsync<string[]>(
        "() => { const plots = document.querySelectorAll('.cr-plot'); const l = plots[0].layout, scale = plots[3].data[0].colorscale; return [l.font.color, l.hoverlabel.bgcolor, scale[0][1], scale[2][1]]; }");

    private static async Task PointAtAsync(IPage page, int figure, double x, double y)
    {
        await page.Locator(".cr-plot").Nth(figure).ScrollIntoViewIfNeededAsync();
        var at = await page.EvaluateAsync<float[]>(
            """
            ([figure, x, y]) => {
              const plot = document.querySelectorAll('.cr-plot')[figure], layout = plot._fullLayout, box = plot.getBoundingClientRect();
              return [box.left + layout._size.l + layout.xaxis.l2p(x), box.top + layout._size.t + layout.yaxis.l2p(y)];
            }
            """,
            new object[] { figure, x, y });
        await page.Mouse.MoveAsync(at[0] - 3, at[1] - 3);
        await page.Mouse.MoveAsync(at[0], at[1]);
    }

    private async Task<IPage> OpenAsync(ColorScheme scheme, int width)
    {
        var page = await _browser!.NewPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 } });
        await page.GoToFileAsync(_folder.At("figures.html"));
        await page.WaitForFunctionAsync("count => [...document.querySelectorAll('.cr-plot')].filter(p => p.querySelector('.main-svg')).length === count", _cells.Length);
        return page;
    }
}
