using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace ChainRule.Kernel.Tests;

/// <summary>The program as people install it: packed as a tool, taken from a folder, started by its name.</summary>
public sealed class ToolTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_packed_tool_installs_runs_and_makes_its_kernel_known()
    {
        var configuration = typeof(ToolTests).Assembly.Location.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";
        await RunAsync("dotnet", "pack", Repository.At("src", "ChainRule.Kernel"), "--no-build", "--configuration", configuration, "--output", _folder.At("feed"));

        await RunAsync("dotnet", "tool", "install", "--tool-path", _folder.At("tools"), "--source", _folder.At("feed"), "ChainRule.Kernel");

        var chainrule = _folder.At(Path.Combine("tools", OperatingSystem.IsWindows() ? "chainrule.exe" : "chainrule"));
        Assert.StartsWith("0.1.0", await RunAsync(chainrule, "--version"), StringComparison.Ordinal);
        var notebook = _folder.Write("one.ipynb", Make.Notebook("Softmax(Vector(\"z\", \"K\")).Named(\"p\")"));
        await RunAsync(chainrule, "run", notebook, "--in-place");
        Assert.Contains("ℝ^K", await File.ReadAllTextAsync(notebook, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await RunAsync(chainrule, "jupyter", "install", "--prefix", _folder.Path);
        var spec = JsonNode.Parse(await File.ReadAllTextAsync(_folder.At(Path.Combine("share", "jupyter", "kernels", "chainrule", "kernel.json")), TestContext.Current.CancellationToken))!;
        var command = spec["argv"]!.AsArray().Select(argument => (string)argument!).TakeWhile(argument => argument != "jupyter").ToList();
        Assert.All(command.Where(Path.IsPathRooted), path => Assert.True(File.Exists(path), path));
        Assert.StartsWith(_folder.At("tools"), command[^1], StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = _folder.Path,
            Environment = { ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_UI_LANGUAGE"] = "en", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["MSBUILDDISABLENODEREUSE"] = "1" },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        return output;
    }
}
