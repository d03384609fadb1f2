using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Xunit;

namespace ChainRule.Kernel.Tests;

/// <summary>The notebooks of the repository: their outputs are those of the program as it stands, and their pages read well.</summary>
public sealed class CommittedNotebookTests(CommittedNotebookTests.Runs runs) : IClassFixture<CommittedNotebookTests.Runs>
{
    public static TheoryData<string> Notebooks() => [.. Directory.GetFiles(Repository.At("notebooks"), "*.ipynb").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    public static TheoryData<string, ColorScheme, int> Pages()
    {
        var data = new TheoryData<string, ColorScheme, int>();
        foreach (var row in Notebooks())
        {
            data.Add(row.Data, ColorScheme.Light, 1000);
            data.Add(row.Data, ColorScheme.Dark, 1000);
            data.Add(row.Data, ColorScheme.Light, 320);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public async Task A_committed_notebook_is_what_the_program_makes_of_it(string name)
    {
        await runs.RunAsync(name);
        Assert.True(
            File.ReadAllBytes(Source(name)).AsSpan().SequenceEqual(File.ReadAllBytes(runs.Output(name))),
            $"notebooks/{name} is stale: run notebooks/regenerate.sh and commit what it changes.");
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void Every_derivation_in_it_is_checked_and_no_output_is_an_error(string name)
    {
        var outputs = JsonNode.Parse(File.ReadAllText(Source(name)))!["cells"]!.AsArray().SelectMany(cell => cell!["outputs"]?.AsArray() ?? []).ToList();
        Assert.DoesNotContain(outputs, output => (string?)output!["output_type"] == "error");
        var texts = outputs.Select(output => output!["data"]?["text/plain"]).Where(text => text is not null).Select(text => text is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string)text!).ToList();
        var derivations = texts.Where(text => text.Contains("with respect to", StringComparison.Ordinal) && text.Split(' ')[0] is "Gradient" or "Jacobian" or "Derivative").ToList();
        Assert.NotEmpty(derivations);
        Assert.All(derivations, text => Assert.Contains("all checked", text, StringComparison.Ordinal));
        Assert.All(derivations, text => Assert.DoesNotContain("✗", text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Its_page_reads_well(string name, ColorScheme scheme, int width)
    {
        await runs.RunAsync(name);
        var complaints = new List<string>();
        var requests = new List<string>();
        var page = await runs.Browser.NewPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 800 } });
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) => requests.Add(request.Url);
        await page.GoToFileAsync(runs.Page(name));

        Assert.Empty(complaints);
        Assert.Equal([new Uri(runs.Page(name)).AbsoluteUri], requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal) && !url.StartsWith("blob:", StringComparison.Ordinal)));

        // Formulas are laid out, in the font that travels with the page.
        var sizes = await page.EvaluateAsync<double[]>("[...document.querySelectorAll('math')].filter(m => m.checkVisibility()).map(m => { const r = m.getBoundingClientRect(); return Math.min(r.width, r.height); })");
        Assert.True(sizes.Length > 8, $"{sizes.Length} formulas");
        Assert.All(sizes, size => Assert.True(size > 3, $"{size} px"));
        Assert.True(await page.EvaluateAsync<bool>("document.fonts.check('16px \"ChainRule Math\"')"));

        // Charts drew.
        var charts = await page.EvaluateAsync<double[]>("[...document.querySelectorAll('.cr-figure, .cr-graph-view')].map(f => Math.max(0, ...[...f.querySelectorAll('svg')].map(s => Math.min(s.getBoundingClientRect().width, s.getBoundingClientRect().height))))");
        Assert.Equal(await page.EvaluateAsync<int>("document.querySelectorAll('.cr-figure, .cr-graph-view').length"), charts.Length);
        Assert.All(charts, size => Assert.True(size > 80, $"{size} px"));

        Assert.Equal(width, await page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"));
        Assert.Empty(await Browser.PaleTextAsync(page));

        // What is folded opens by keyboard, and does not break the page.
        await page.Locator(".cr-derivation footer summary").First.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal(1, await page.Locator(".cr-derivation footer details[open]").CountAsync());
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
        Assert.Equal(width, await page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"));
        await page.CloseAsync();
    }

    private static string Source(string name) => Repository.At("notebooks", name);

    /// <summary>One run of each notebook, and one browser, for all tests.</summary>
    public sealed class Runs : IAsyncLifetime
    {
        private readonly TemporaryFolder _folder = new();
        private readonly Dictionary<string, Task<(int Code, string Messages)>> _runs = [];
        private IPlaywright? _playwright;
        private IBrowser? _browser;

        public IBrowser Browser => _browser!;

        public async ValueTask InitializeAsync() => (_playwright, _browser) = await Tests.Browser.LaunchAsync();

        public async ValueTask DisposeAsync()
        {
            await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
            _playwright?.Dispose();
            _folder.Dispose();
        }

        public string Output(string name) => _folder.At(name);

        public string Page(string name) => _folder.At(Path.ChangeExtension(name, ".html"));

        public async Task RunAsync(string name)
        {
            Task<(int Code, string Messages)>? run;
            lock (_runs)
            {
                if (!_runs.TryGetValue(name, out run))
                {
                    _runs[name] = run = Program.RunAsync("run", Source(name), "--output", Output(name), "--html", Page(name));
                }
            }

            var (code, messages) = await run;
            Assert.True(code == 0, messages);
        }
    }
}
