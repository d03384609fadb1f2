using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Xunit;

namespace ChainRule.Kernel.Tests;

/// <summary>Derivations in a real browser: short and very long ones, on a telephone and a desk, in light, dark, in an editor's theme and in print.</summary>
public sealed class DerivationPageTests(DerivationPageTests.Pages pages) : IClassFixture<DerivationPageTests.Pages>
{
    [Theory]
    [InlineData(ColorScheme.Light, 320)]
    [InlineData(ColorScheme.Dark, 1000)]
    public async Task Long_formulas_wrap_within_their_boxes(ColorScheme scheme, int width)
    {
        var page = await OpenAsync(scheme, width);

        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        // What can be wrapped is: at the width of a desk no line has to be scrolled.
        Assert.True(await page.EvaluateAsync<int>("[...document.querySelectorAll('.cr-wrap')].filter(w => w.checkVisibility() && w.getClientRects().length && w.querySelectorAll('math').length > 1 && w.getBoundingClientRect().height > 60).length") > 3);
        if (width >= 1000)
        {
            Assert.Empty(await page.EvaluateAsync<string[]>("[...document.querySelectorAll('.cr-r, .cr-boxed')].filter(c => c.checkVisibility() && c.scrollWidth > c.clientWidth + 1).map(c => c.textContent.slice(0, 60))"));
        }

        Assert.Empty(await Browser.PaleTextAsync(page));
    }

    [Fact]
    public async Task Levels_of_detail_are_chosen_without_a_script_and_by_keyboard()
    {
        var page = await OpenAsync(ColorScheme.Light, 1000, scripts: false);
        var card = page.Locator("section.cr-derivation").First;
        Assert.True(await card.Locator(".cr-level-textbook").IsVisibleAsync());
        Assert.False(await card.Locator(".cr-level-steps").IsVisibleAsync());

        await card.Locator(".cr-detail input[value=textbook]").FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");

        Assert.False(await card.Locator(".cr-level-textbook").IsVisibleAsync());
        Assert.True(await card.Locator(".cr-level-steps").IsVisibleAsync());

        await page.Keyboard.PressAsync("ArrowRight");

        Assert.False(await card.Locator(".cr-level-steps").IsVisibleAsync());
        Assert.True(await card.Locator(".cr-result").IsVisibleAsync());
    }

    [Fact]
    public async Task Every_formula_has_a_spoken_form_in_the_accessibility_tree()
    {
        var page = await OpenAsync(ColorScheme.Light, 1000);

        Assert.Equal(0, await page.EvaluateAsync<int>("[...document.querySelectorAll('math')].filter(m => !m.closest('[aria-label]:not(section)') && !m.getAttribute('aria-label')).length"));
        Assert.True(await page.GetByRole(AriaRole.Math, new() { Name = "partial p by partial z equals diag of p minus p times p transpose" }).CountAsync() > 0);
    }

    /// <summary>An editor with a dark theme on a system with a light one: only the editor's variables and class tell.</summary>
    [Theory]
    [InlineData("vscode-dark", "#1e1e1e", "#d4d4d4", ColorScheme.Light)]
    [InlineData("vscode-light", "#ffffff", "#1f2328", ColorScheme.Dark)]
    public async Task An_editors_theme_is_followed_whatever_the_system_says(string theme, string ground, string ink, ColorScheme system)
    {
        var outputs = JsonNode.Parse(await File.ReadAllTextAsync(pages.Folder.At("out.ipynb"), TestContext.Current.CancellationToken))!["cells"]!.AsArray()
            .SelectMany(cell => cell!["outputs"]!.AsArray())
            .Select(output => output!["data"]?["text/html"])
            .Select(html => html is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string?)html);
        var path = pages.Folder.Write("editor.html", $"<!DOCTYPE html><html lang=\"en\" style=\"--vscode-editor-background:{ground};--vscode-editor-foreground:{ink}\"><meta charset=\"utf-8\"><title>editor</title><body class=\"{theme}\" style=\"background:{ground};color:{ink}\">{string.Concat(outputs)}</body></html>");
        var page = await pages.Browser.NewPageAsync(new() { ColorScheme = system, ViewportSize = new() { Width = 800, Height = 900 }, JavaScriptEnabled = true });
        await page.GotoAsync(new Uri(path).AbsoluteUri, new() { WaitUntil = WaitUntilState.Load });
        await page.EvaluateAsync("document.fonts.ready");

        Assert.Empty(await Browser.PaleTextAsync(page));
        Assert.Equal(ground, await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.cr-graph')).getPropertyValue('--cr-fig-paper').trim()"));
        // The notebook's outputs bring the font themselves, once.
        Assert.Equal(1, await page.EvaluateAsync<int>("[...document.querySelectorAll('style')].filter(s => s.textContent.includes('@font-face')).length"));
        Assert.True(await page.EvaluateAsync<bool>("document.fonts.check('16px \"ChainRule Math\"')"));
    }

    [Fact]
    public async Task A_page_has_the_font_once_and_it_is_small()
    {
        var html = await File.ReadAllTextAsync(pages.Folder.At("long.html"), TestContext.Current.CancellationToken);
        var start = html.IndexOf("url(data:font/woff2;base64,", StringComparison.Ordinal);
        Assert.True(start >= 0);
        Assert.Equal(-1, html.IndexOf("@font-face", start, StringComparison.Ordinal));
        Assert.InRange((html.IndexOf(')', start) - start) * 3 / 4, 10_000, 100_000);
    }

    [Fact]
    public async Task Print_shows_the_chosen_level_and_no_controls()
    {
        var page = await OpenAsync(ColorScheme.Light, 800);
        await page.EmulateMediaAsync(new() { Media = Media.Print });

        Assert.False(await page.Locator(".cr-tabs").First.IsVisibleAsync());
        Assert.True(await page.Locator(".cr-level-textbook").First.IsVisibleAsync());
        Assert.Empty(await page.EvaluateAsync<string[]>("[...document.querySelectorAll('.cr-r, .cr-boxed')].filter(c => c.checkVisibility() && c.scrollWidth > c.clientWidth + 1).map(c => c.textContent.slice(0, 60))"));
    }

    private async Task<IPage> OpenAsync(ColorScheme scheme, int width, bool scripts = true)
    {
        var page = await pages.Browser.NewPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 }, JavaScriptEnabled = scripts });
        if (scripts)
        {
            await page.GoToFileAsync(pages.Folder.At("long.html"));
        }
        else
        {
            await page.GotoAsync(new Uri(pages.Folder.At("long.html")).AbsoluteUri, new() { WaitUntil = WaitUntilState.Load });
        }

        return page;
    }

    /// <summary>The page, made once for all tests.</summary>
    public sealed class Pages : IAsyncLifetime
    {
        private static readonly string[] _cells =
        [
            """
            var z = Vector("z", "K");
            var i = Index("i", "K");
            var p = Softmax(z).Named("p");
            p.Jacobian(z).At(z, [1, 2, 3])
            """,
            "Enumerable.Range(1, 7).Select(n => Sum(i, Pow(z[i], n) * Exp(z[i] * n))).Aggregate((a, b) => a + b).Named(\"S\").Gradient(z)",
            "Enumerable.Range(1, 5).Select(n => (Expr)Sigmoid(n * z[i] + n)).Aggregate((a, b) => a * b).Derivative(z[i])",
            "Network.Sequential(Linear(\"N\", \"M\"), Tanh, Linear(\"M\", \"K\"), Identity).WithLoss(SquaredError).Gradient(\"W1\")",
        ];

        private IPlaywright? _playwright;

        internal IBrowser Browser { get; private set; } = null!;

        internal TemporaryFolder Folder { get; } = new();

        public async ValueTask InitializeAsync()
        {
            (_playwright, Browser) = await Kernel.Tests.Browser.LaunchAsync();
            var (code, messages) = await Program.RunAsync("run", Folder.Write("long.ipynb", Make.Notebook(_cells)), "--html", Folder.At("long.html"), "--output", Folder.At("out.ipynb"));
            Assert.True(code == 0, messages);
        }

        public async ValueTask DisposeAsync()
        {
            await Browser.DisposeAsync();
            _playwright?.Dispose();
            Folder.Dispose();
        }
    }
}
