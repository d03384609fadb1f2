using Microsoft.Playwright;
using Xunit;

namespace ChainRule.Kernel.Tests;

/// <summary>The pictures of the README, made by the program. docs/pictures/make.sh writes them; CI checks that they can be made.</summary>
public sealed class PictureTests
{
    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_pictures_of_the_README_can_be_made(ColorScheme scheme)
    {
        using var folder = new TemporaryFolder();
        var (code, messages) = await Program.RunAsync("run", Repository.At("notebooks", "softmax-cross-entropy.ipynb"), "--html", folder.At("page.html"));
        Assert.True(code == 0, messages);
        var (playwright, browser) = await Browser.LaunchAsync();
        using var _ = playwright;
        await using var __ = browser;
        var page = await browser.NewPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = 860, Height = 1200 }, DeviceScaleFactor = 1.5f });
        await page.GoToFileAsync(folder.At("page.html"));

        var target = Environment.GetEnvironmentVariable("CHAINRULE_PICTURES") ?? folder.Path;
        var derivation = page.Locator("section.cr-derivation", new() { HasText = "Gradient of L with respect to z" }).Filter(new() { HasText = "central differences" }).First;
        var chart = page.Locator(".cr-figure").Nth(2);
        foreach (var (name, element) in new[] { ("derivation", derivation), ("chart", chart) })
        {
            var path = Path.Combine(target, $"{name}-{scheme.ToString().ToLowerInvariant()}.png");
            await element.ScreenshotAsync(new() { Path = path });
            Assert.InRange(new FileInfo(path).Length, 5_000, 200_000);
        }
    }
}
