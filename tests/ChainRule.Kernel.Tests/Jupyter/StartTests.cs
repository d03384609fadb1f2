using System.Text.Json.Nodes;
using ChainRule.Kernel.Jupyter;
using Xunit;

namespace ChainRule.Kernel.Tests.Jupyter;

/// <summary>Connection files and kernelspecs.</summary>
public sealed class StartTests : IDisposable
{
    private const string Good = """
        {"transport":"tcp","ip":"127.0.0.1","shell_port":1001,"iopub_port":1002,"stdin_port":1003,"control_port":1004,"hb_port":1005,"signature_scheme":"hmac-sha256","key":"k","kernel_name":"chainrule"}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_connection_file_says_where_to_listen()
    {
        var file = ConnectionFile.Load(_folder.Write("c.json", Good));

        Assert.Equal((1001, 1002, 1003, 1004, 1005), (file.ShellPort, file.IopubPort, file.StdinPort, file.ControlPort, file.HeartbeatPort));
        Assert.Equal("127.0.0.1", file.Address.ToString());
        Assert.Equal("k", file.Key);
    }

    [Theory]
    [InlineData("\"tcp\"", "\"ipc\"", "transport ipc")]
    [InlineData("\"127.0.0.1\"", "\"0.0.0.0\"", "listen on 0.0.0.0")]
    [InlineData("\"127.0.0.1\"", "\"192.168.1.5\"", "listen on 192.168.1.5")]
    [InlineData("\"127.0.0.1\"", "\"*\"", "listen on *")]
    [InlineData("\"127.0.0.1\"", "7", "\"ip\" should be text")]
    [InlineData("1003", "0", "\"stdin_port\" should be a port")]
    [InlineData("1003", "70000", "\"stdin_port\" should be a port")]
    [InlineData("1003", "\"x\"", "\"stdin_port\" should be a port")]
    [InlineData("hmac-sha256", "hmac-md5", "signatures by hmac-md5")]
    [InlineData("{\"transport\"", "{{", "no connection file")]
    public void A_connection_file_that_asks_for_something_else_is_refused(string old, string now, string message)
    {
        var exception = Assert.Throws<KernelException>(() => ConnectionFile.Parse(Good.Replace(old, now, StringComparison.Ordinal), "c.json"));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kernel_that_cannot_start_says_why()
    {
        var (code, messages) = await Program.RunAsync("jupyter", "kernel", "--connection-file", _folder.At("missing.json"));

        Assert.Equal(2, code);
        Assert.StartsWith("The connection file can't be read", messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_kernel_is_installed_listed_and_removed()
    {
        var (code, messages) = await Program.RunAsync("jupyter", "install", "--prefix", _folder.Path);
        var folder = Path.Combine(_folder.Path, "share", "jupyter", "kernels", "chainrule");
        Assert.Equal((0, $"installed {folder}\n"), (code, messages));
        var spec = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "kernel.json"), TestContext.Current.CancellationToken))!;
        var arguments = spec["argv"]!.AsArray().Select(argument => (string)argument!).ToList();
        Assert.EndsWith("ChainRule.Kernel.dll", arguments[1], StringComparison.Ordinal);
        Assert.Equal(["jupyter", "kernel", "--connection-file", "{connection_file}"], arguments[2..]);
        Assert.Equal("message", (string?)spec["interrupt_mode"]);
        var known = JsonNode.Parse(await File.ReadAllTextAsync(Repository.At("notebooks", "softmax-cross-entropy.ipynb"), TestContext.Current.CancellationToken))!["metadata"]!["kernelspec"]!;
        Assert.Equal((string?)known["display_name"], (string?)spec["display_name"]);
        Assert.Equal((string?)known["language"], (string?)spec["language"]);
        Assert.Equal((string?)known["name"], Path.GetFileName(folder));
        foreach (var size in new byte[] { 32, 64 })
        {
            var png = await File.ReadAllBytesAsync(Path.Combine(folder, $"logo-{size}x{size}.png"), TestContext.Current.CancellationToken);
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
            Assert.Equal((size, size), (png[19], png[23]));
        }

        Assert.Contains("<svg", await File.ReadAllTextAsync(Path.Combine(folder, "logo-svg.svg"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal((0, $"removed {folder}\n"), await Program.RunAsync("jupyter", "uninstall", "--prefix", _folder.Path));
        Assert.False(Directory.Exists(folder));
        var (again, complaint) = await Program.RunAsync("jupyter", "uninstall", "--prefix", _folder.Path);
        Assert.Equal(2, again);
        Assert.Contains("not installed", complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Places_exclude_each_other()
    {
        var (code, messages) = await Program.RunAsync("jupyter", "install", "--user", "--prefix", _folder.Path);

        Assert.Equal(2, code);
        Assert.Contains("exclude each other", messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_installed_is_listed_with_its_command()
    {
        await Program.RunAsync("jupyter", "install", "--prefix", _folder.Path);
        using var process = KernelClient.StartProcess(_folder.Path, "jupyter", "list");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);

        var start = process.StartInfo;
        start.Environment["JUPYTER_PATH"] = Path.Combine(_folder.Path, "share", "jupyter");
        start.Environment["JUPYTER_DATA_DIR"] = _folder.At("empty");
        using var listing = System.Diagnostics.Process.Start(start)!;
        var output = await listing.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith($"{Path.Combine(_folder.Path, "share", "jupyter", "kernels", "chainrule")}\n  ", output, StringComparison.Ordinal);
        Assert.Contains("jupyter kernel --connection-file {connection_file}", output, StringComparison.Ordinal);
    }
}
