using Microsoft.Playwright;

namespace ChainRule.Kernel.Tests;

/// <summary>Debian's Chromium, driven by Playwright.</summary>
internal static class Browser
{
    public static async Task<(IPlaywright Playwright, IBrowser Browser)> LaunchAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium(),
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        }));
    }

    /// <summary>Opens a file and returns when nothing changes any more: the page is read to its end, its fonts are there and its charts drawn.</summary>
    public static async Task GoToFileAsync(this IPage page, string path)
    {
        // A busy machine reads a large page so slowly that the network is idle long before its end.
        await page.GotoAsync(new Uri(path).AbsoluteUri, new() { WaitUntil = WaitUntilState.Load });
        await page.WaitForFunctionAsync("() => [...document.querySelectorAll('.cr-figure')].every(figure => figure.querySelector('.cr-plot .main-svg'))");
        await page.EvaluateAsync("document.fonts.ready");
    }

    /// <summary>Every element with text of its own that stands out too little from the nearest ground below it, by the formula of WCAG 2.</summary>
    public static Task<string[]> PaleTextAsync(IPage page) => page.EvaluateAsync<string[]>(
        """
        () => {
          const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const rgba = color => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return canvas.getImageData(0, 0, 1, 1).data; };
          const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] / 255 + under[i] * (1 - top[3] / 255));
          const light = c => [0.2126, 0.7152, 0.0722].reduce((sum, w, i) => { const v = c[i] / 255; return sum + w * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); }, 0);
          const ground = e => { if (!e) return [255, 255, 255]; const c = rgba(getComputedStyle(e).backgroundColor); return c[3] === 255 ? c : over(c, ground(e.parentElement)); };
          const found = [];
          for (const e of document.querySelectorAll('body, body *:not(svg *):not(script):not(style)')) {
            if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
            if (!e.checkVisibility()) continue;
            const below = ground(e), a = light(over(rgba(getComputedStyle(e).color), below)), b = light(below);
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (ratio < 4.5) found.push(`${e.tagName}.${e.className} "${e.textContent.trim().slice(0, 20)}": ${ratio.toFixed(2)}`);
          }
          return found;
        }
        """);

    private static string Chromium()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return folders.Select(folder => Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("These tests need chromium on the PATH; tests/run.sh installs it.");
    }
}
