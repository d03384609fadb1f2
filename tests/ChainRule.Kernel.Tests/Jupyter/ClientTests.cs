using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace ChainRule.Kernel.Tests.Jupyter;

/// <summary>The kernel under Debian's Jupyter (tests/run.sh installs it): the public conformance suite, jupyter_client, nbconvert.</summary>
public sealed partial class ClientTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("conformance.py", 12)]
    [InlineData("clients.py", 8)]
    public async Task Python_clients_are_content(string script, int least)
    {
        var (code, messages) = await Program.RunAsync("jupyter", "install", "--prefix", _folder.Path);
        Assert.True(code == 0, messages);
        var start = new ProcessStartInfo("/usr/bin/python3")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
            Environment =
            {
                ["JUPYTER_PATH"] = Path.Combine(_folder.Path, "share", "jupyter"),
                ["JUPYTER_DATA_DIR"] = _folder.At("data"),
                ["JUPYTER_RUNTIME_DIR"] = _folder.At("runtime"),
                ["CHAINRULE_HISTORY"] = "",
                ["IPYTHONDIR"] = _folder.At("ipython"),
                ["PYTHONDONTWRITEBYTECODE"] = "1",
                ["CHAINRULE_REPOSITORY"] = Repository.At(),
                ["CHAINRULE_PROGRAM"] = new JsonArray("dotnet", Path.Combine(AppContext.BaseDirectory, "ChainRule.Kernel.dll")).ToJsonString(),
            },
        };
        start.ArgumentList.Add(Repository.At("tests", "ChainRule.Kernel.Tests", "Jupyter", "Python", script));
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var report = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, $"{report}\n{await output}");
        var ran = Ran().Match(report);
        Assert.True(ran.Success && int.Parse(ran.Groups["count"].Value) >= least, report);
    }

    [GeneratedRegex(@"^Ran (?<count>\d+) tests", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ran();
}
