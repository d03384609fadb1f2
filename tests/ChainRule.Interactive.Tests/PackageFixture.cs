using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Xunit;

namespace ChainRule.Interactive.Tests;

/// <summary>The package as <c>dotnet pack</c> makes it, in a folder that goes away.</summary>
public sealed class PackageFixture : IAsyncLifetime
{
    /// <summary>The folder of the package's project.</summary>
    public static string Project => Path.Combine(Root(), "kernel-extension", "ChainRule.Interactive");

    /// <summary>A folder that holds nothing but the package.</summary>
    public string Feed => At("feed");

    /// <summary>Where the package lies unpacked.</summary>
    public string Content => At("content");

    /// <summary>What is in the package.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>Its specification.</summary>
    public XDocument Specification { get; private set; } = new();

    private string Folder { get; } = Directory.CreateTempSubdirectory("chainrule-package-").FullName;

    /// <summary>A place in the folder.</summary>
    public string At(string name) => Path.Combine(Folder, name);

    public async ValueTask InitializeAsync()
    {
        var configuration = typeof(PackageFixture).Assembly.Location.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";
        await DotNetAsync(Folder, "pack", Project, "--no-build", "--configuration", configuration, "--output", Feed);
        await using var archive = await ZipFile.OpenReadAsync(Assert.Single(Directory.GetFiles(Feed, "*.nupkg")));
        Names = [.. archive.Entries.Select(entry => entry.FullName)];
        await archive.ExtractToDirectoryAsync(Content);
        Specification = XDocument.Load(Assert.Single(Directory.GetFiles(Content, "*.nuspec")));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs the SDK.</summary>
    internal static async Task<string> DotNetAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = folder,
            Environment = { ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_UI_LANGUAGE"] = "en", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["MSBUILDDISABLENODEREUSE"] = "1" },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        return output;
    }

    private static string Root([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));
}
