using System.Text.Json.Nodes;
using Xunit;

namespace ChainRule.Kernel.Tests;

public sealed class RunCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_good_notebook_runs_and_is_written_where_it_was_asked()
    {
        var source = Make.Notebook("var x = 2;", "x + 1");
        var notebook = _folder.Write("good.ipynb", source);

        var (code, messages) = await Program.RunAsync("run", notebook, "--output", _folder.At("out/new.ipynb"), "--html", _folder.At("page.html"));

        Assert.True(code == 0, messages);
        Assert.Contains("good.ipynb: cell 2 of 2 …", messages, StringComparison.Ordinal);
        Assert.Contains("good.ipynb: 2 cells ran.", messages, StringComparison.Ordinal);
        Assert.Equal(source, await ReadAsync(notebook));
        var cells = JsonNode.Parse(await ReadAsync(_folder.At("out/new.ipynb")))!["cells"]!;
        Assert.Equal("3", cells[1]!["outputs"]![0]!["data"]!["text/plain"]![0]!.GetValue<string>());
        Assert.Equal([1, 2], cells.AsArray().Select(cell => cell!["execution_count"]!.GetValue<int>()));
        Assert.StartsWith("<!DOCTYPE html>", await ReadAsync(_folder.At("page.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Running_twice_gives_the_same_bytes()
    {
        var notebook = _folder.Write("twice.ipynb", Make.Notebook("display(new { A = 1, B = new[] { 1.5 } });", "throw new Exception(\"x\");", "typeof(int)"));
        string[] Arguments(string name) => ["run", notebook, "--allow-errors", "--output", _folder.At(name + ".ipynb"), "--html", _folder.At(name + ".html")];

        await Program.RunAsync(Arguments("one"));
        await Program.RunAsync(Arguments("two"));

        Assert.Equal(await ReadAsync(_folder.At("one.ipynb")), await ReadAsync(_folder.At("two.ipynb")));
        Assert.Equal(await ReadAsync(_folder.At("one.html")), await ReadAsync(_folder.At("two.html")));
        Assert.DoesNotContain(_folder.Path, await ReadAsync(_folder.At("one.ipynb")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_later_cell_changes_what_an_earlier_one_shows()
    {
        var notebook = _folder.Write("update.ipynb", Make.Notebook("Console.Write(\"before\");\nvar shown = display(\"old\");\n1", "shown.Update(\"new\");"));

        var (code, messages) = await Program.RunAsync("run", notebook, "--in-place");

        Assert.True(code == 0, messages);
        var cells = JsonNode.Parse(await ReadAsync(notebook))!["cells"]!;
        Assert.Equal(["stream", "display_data", "execute_result"], cells[0]!["outputs"]!.AsArray().Select(output => (string?)output!["output_type"]));
        Assert.Equal("new", (string?)cells[0]!["outputs"]![1]!["data"]!["text/plain"]![0]);
        Assert.Empty(cells[1]!["outputs"]!.AsArray());
    }

    [Fact]
    public async Task A_failing_cell_ends_the_run_and_leaves_the_file_as_it_was()
    {
        var source = Make.Notebook("1", "missing", "3");
        var notebook = _folder.Write("bad.ipynb", source);

        var (code, messages) = await Program.RunAsync("run", notebook, "--in-place");

        Assert.Equal(1, code);
        Assert.Equal(source, await ReadAsync(notebook));
        Assert.Contains("CS0103", messages, StringComparison.Ordinal);
        Assert.Contains("cell 2 failed; 1 of 3 cells did not run", messages, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task What_did_not_run_has_no_outputs_in_the_new_file()
    {
        var ran = _folder.Write("bad.ipynb", Make.Notebook("1", "throw new Exception();", "3"));
        await Program.RunAsync("run", ran, "--allow-errors", "--in-place");

        var (code, _) = await Program.RunAsync("run", ran, "--stop-on-error", "-o", _folder.At("new.ipynb"));

        Assert.Equal(1, code);
        var cells = JsonNode.Parse(await ReadAsync(_folder.At("new.ipynb")))!["cells"]!;
        Assert.Equal("error", cells[1]!["outputs"]![0]!["output_type"]!.GetValue<string>());
        Assert.Empty(cells[2]!["outputs"]!.AsArray());
        Assert.Null(cells[2]!["execution_count"]);
    }

    [Fact]
    public async Task With_errors_allowed_the_run_goes_on_and_still_says_that_it_failed()
    {
        var notebook = _folder.Write("bad.ipynb", Make.Notebook("missing", "40 + 2"));

        var (code, _) = await Program.RunAsync("run", notebook, "--in-place", "--allow-errors");

        Assert.Equal(1, code);
        Assert.Contains("42", await ReadAsync(notebook), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cell_that_is_tagged_may_fail()
    {
        var json = JsonNode.Parse(Make.Notebook("missing", "1"))!;
        json["cells"]![0]!["metadata"] = new JsonObject { ["tags"] = new JsonArray("raises-exception") };

        var (code, messages) = await Program.RunAsync("run", _folder.Write("lesson.ipynb", json.ToJsonString()));

        Assert.True(code == 0, messages);
    }

    [Fact]
    public async Task A_cell_over_the_limit_has_failed()
    {
        var (code, messages) = await Program.RunAsync("run", _folder.Write("slow.ipynb", Make.Notebook("while (true) ;", "1")), "--timeout", "0.2");

        Assert.Equal(1, code);
        Assert.Contains("Timeout: The cell ran longer than the 0.2 s that it may take.", messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cells_find_the_files_beside_their_notebook()
    {
        _folder.Write("data.txt", "content");
        var before = Directory.GetCurrentDirectory();

        var (code, messages) = await Program.RunAsync("run", _folder.Write("reads.ipynb", Make.Notebook("if (File.ReadAllText(\"data.txt\") != \"content\") throw new Exception();")));

        Assert.True(code == 0, messages);
        Assert.Equal(before, Directory.GetCurrentDirectory());
    }

    [Theory]
    [InlineData("not json", "not JSON")]
    [InlineData("""{"nbformat":3,"worksheets":[]}""", "version 3")]
    [InlineData("""{"nbformat":4,"cells":[],"metadata":{"kernelspec":{"name":"python3","language":"python"}}}""", "python")]
    public async Task A_broken_notebook_gets_a_message_and_another_exit_code(string content, string message)
    {
        var notebook = _folder.Write("broken.ipynb", content);

        var (code, messages) = await Program.RunAsync("run", notebook, "--in-place", "--html", _folder.At("page.html"));

        Assert.Equal(2, code);
        Assert.Contains(message, messages, StringComparison.Ordinal);
        Assert.Equal(content, await ReadAsync(notebook));
        Assert.False(File.Exists(_folder.At("page.html")));
    }

    [Theory]
    [InlineData("There is no file", "run", "nowhere.ipynb")]
    [InlineData("exclude each other", "run", "a.ipynb", "--stop-on-error", "--allow-errors")]
    [InlineData("exclude each other", "run", "a.ipynb", "--in-place", "--output", "b.ipynb")]
    [InlineData("use --in-place", "run", "a.ipynb", "--output", "./a.ipynb")]
    [InlineData("names the notebook itself", "run", "a.ipynb", "--html", "a.ipynb")]
    [InlineData("the same file", "run", "a.ipynb", "--html", "b", "--output", "b")]
    [InlineData("above 0", "run", "a.ipynb", "--timeout", "-1")]
    [InlineData("above 0", "run", "a.ipynb", "--timeout", "long")]
    [InlineData("NOTEBOOK", "run")]
    [InlineData("--nonsense", "run", "a.ipynb", "--nonsense")]
    public async Task A_wrong_command_line_has_an_exit_code_of_its_own(string message, params string[] args)
    {
        var (code, messages) = await Program.RunAsync(args);

        Assert.Equal(2, code);
        Assert.Contains(message, messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_tells_the_defaults_and_the_exit_codes()
    {
        var (code, messages) = await Program.RunAsync("run", "--help");

        Assert.Equal(0, code);
        Assert.Contains("Exit codes: 0", messages, StringComparison.Ordinal);
        Assert.Contains("nothing is written", messages, StringComparison.Ordinal);
        Assert.Contains("chainrule run <NOTEBOOK>", messages, StringComparison.Ordinal);
    }

    private static Task<string> ReadAsync(string path) => File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
}
