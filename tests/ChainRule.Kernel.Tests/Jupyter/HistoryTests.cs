using System.Text.Json.Nodes;
using ChainRule.Kernel.Jupyter;
using Xunit;

namespace ChainRule.Kernel.Tests.Jupyter;

/// <summary>What earlier sessions ran.</summary>
public sealed class HistoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cells_of_earlier_sessions_are_found_by_tail_range_and_pattern()
    {
        Run("var first = 1;", "first");
        Run("var second = \"𝑥\n\";");
        var now = Run("1 + 1", "first");

        Assert.Equal(["2/1 var second = \"𝑥\n\";", "3/1 1 + 1", "3/2 first"], Ask(now, new() { ["hist_access_type"] = "tail", ["n"] = 3 }));
        Assert.Equal(["3/1 1 + 1", "3/2 first"], Ask(now, new() { ["hist_access_type"] = "range" }));
        Assert.Equal(["2/1 var second = \"𝑥\n\";"], Ask(now, new() { ["hist_access_type"] = "range", ["session"] = -1 }));
        Assert.Equal(["1/2 first"], Ask(now, new() { ["hist_access_type"] = "range", ["session"] = -2, ["start"] = 2, ["stop"] = 3 }));
        Assert.Equal(["1/1 var first = 1;", "1/2 first"], Ask(now, new() { ["hist_access_type"] = "range", ["session"] = 1 }));
        Assert.Empty(Ask(now, new() { ["hist_access_type"] = "range", ["session"] = 4 }));
        Assert.Empty(Ask(now, new() { ["hist_access_type"] = "range", ["session"] = -9 }));
        Assert.Equal(["1/2 first", "3/2 first"], Ask(now, new() { ["hist_access_type"] = "search", ["pattern"] = "fir*" }));
        Assert.Equal(["3/2 first"], Ask(now, new() { ["hist_access_type"] = "search", ["pattern"] = "fir*", ["unique"] = true }));
    }

    [Fact]
    public void Kernels_that_run_at_once_keep_their_cells_apart()
    {
        var one = New();
        var two = New();
        one.Add(1, "one", null);
        two.Add(1, "two", null);
        one.Add(2, "one again", null);

        Assert.Equal(["1/1 one", "1/2 one again"], Ask(one, new() { ["n"] = 9 }));
        Assert.Equal(["1/1 one", "1/2 one again", "2/1 two", "3/1 three"], Ask(Run("three"), new() { ["n"] = 9 }));
    }

    [Fact]
    public void Old_sessions_are_forgotten()
    {
        for (var i = 0; i < HistoryFolder.MostSessions + 5; i++)
        {
            Run($"{i}");
        }

        Assert.Equal(HistoryFolder.MostSessions, Directory.GetFiles(_folder.Path).Length);
        Assert.Equal([$"{HistoryFolder.MostSessions + 1}/1 last"], Ask(Run("last"), new() { ["n"] = 1 }));
    }

    [Fact]
    public void Half_a_line_and_strange_files_are_passed_over()
    {
        _folder.Write("0000.jsonl", "{\"line\":1,\"code\":\"kept\"}\n{\"line\":2}\n[]\n{\"line\":3,\"co");
        _folder.Write("notes.txt", "no history");

        Assert.Equal(["1/1 kept", "2/1 now"], Ask(Run("now"), new() { ["n"] = 9 }));
    }

    [Fact]
    public void Where_nothing_can_be_written_the_session_has_its_own_history()
    {
        var file = _folder.Write("file", "");
        var history = new KernelHistory(HistoryFolder.In(Path.Combine(file, "folder"), _log.Add));
        history.Add(1, "a", null);
        history.Add(2, "b", null);

        Assert.Equal(["1/1 a", "1/2 b"], Ask(history, []));
        Assert.StartsWith("The history of this session is not kept: ", Assert.Single(_log), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_written_is_the_persons_alone()
    {
        var folder = Path.Combine(_folder.Path, "new");
        new KernelHistory(HistoryFolder.In(folder, _log.Add)).Add(1, "secret", null);

        Assert.Empty(_log);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        }
    }

    private static IEnumerable<string> Ask(KernelHistory history, JsonObject content) =>
        history.Answer(new([], [], "history_request", "id", content))["history"]!.AsArray().Select(entry => $"{entry![0]}/{entry[1]} {entry[2]}");

    private KernelHistory New() => new(HistoryFolder.In(_folder.Path, _log.Add));

    private KernelHistory Run(params string[] cells)
    {
        var history = New();
        for (var i = 0; i < cells.Length; i++)
        {
            history.Add(i + 1, cells[i], null);
        }

        return history;
    }
}
