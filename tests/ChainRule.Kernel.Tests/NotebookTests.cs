using System.Text.Json.Nodes;
using ChainRule.Kernel.Notebooks;
using ChainRule.Kernel.Sessions;
using Xunit;

namespace ChainRule.Kernel.Tests;

public class NotebookTests
{
    private const string Faithful =
        """
        {
         "cells": [
          {
           "attachments": {
            "dot.png": {
             "image/png": "iVBORw0="
            }
           },
           "cell_type": "markdown",
           "id": "first",
           "metadata": {
            "mine": [
             1,
             2.50,
             1e5
            ]
           },
           "source": [
            "# 𝑥 ∈ ℝ < \"quoted\" \\ / \u0001\n",
            "![](attachment:dot.png)"
           ]
          },
          {
           "cell_type": "code",
           "execution_count": null,
           "id": "second",
           "metadata": {},
           "outputs": [],
           "source": []
          }
         ],
         "metadata": {
          "zeta": null,
          "alpha": {
           "kept": true
          }
         },
         "nbformat": 4,
         "nbformat_minor": 5
        }

        """;

    [Fact]
    public void What_nobody_changes_is_written_as_it_was()
    {
        var json = Faithful.ReplaceLineEndings("\n");

        Assert.Equal(json, Make.Parse(json).ToJson());
    }

    [Fact]
    public void Outputs_are_written_in_the_schema_of_nbformat()
    {
        var notebook = Make.Parse(Make.Notebook("x"));
        notebook.Cells[0].SetResult(
            3,
            [
                new StreamOutput(IsError: false, "a\nb\n"),
                new DisplayOutput([new("text/html", "<b>\n</b>"), new("application/vnd.plotly.v1+json", """{"data":[]}"""), new("image/png", "AAAA")], ExecutionCount: null),
                new DisplayOutput([new("text/plain", "4")], 3),
                new ErrorOutput("E", "message", ["E: message"]),
            ]);

        var cell = JsonNode.Parse(notebook.ToJson())!["cells"]![0]!;

        Assert.Equal(3, cell["execution_count"]!.GetValue<int>());
        Assert.Equal(
            """[{"name":"stdout","output_type":"stream","text":["a\n","b\n"]},{"data":{"application/vnd.plotly.v1+json":{"data":[]},"image/png":"AAAA","text/html":["<b>\n","</b>"]},"metadata":{},"output_type":"display_data"},{"data":{"text/plain":["4"]},"execution_count":3,"metadata":{},"output_type":"execute_result"},{"ename":"E","evalue":"message","output_type":"error","traceback":["E: message"]}]""",
            cell["outputs"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal(4, Make.Parse(notebook.ToJson()).Cells[0].Outputs.Count());
    }

    [Fact]
    public void Missing_ids_are_added_and_are_the_same_each_time()
    {
        const string Old = """{"cells":[{"cell_type":"code","source":"1","metadata":{},"outputs":[]},{"cell_type":"code","source":"1","metadata":{},"outputs":[]}],"metadata":{},"nbformat":4,"nbformat_minor":2}""";

        var first = JsonNode.Parse(Make.Parse(Old).ToJson())!;
        var ids = first["cells"]!.AsArray().Select(cell => cell!["id"]!.GetValue<string>()).ToList();

        Assert.Equal(5, first["nbformat_minor"]!.GetValue<int>());
        Assert.Equal(2, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{8}$", id));
        Assert.Equal(Make.Parse(Old).ToJson(), Make.Parse(Old).ToJson());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"kernelspec\":{\"name\":\".net-csharp\",\"language\":\"C#\"}")]
    [InlineData("\"kernelspec\":{\"name\":\"chainrule\",\"language\":\"C#\"}")]
    [InlineData("\"language_info\":{\"name\":\"C#\"}")]
    [InlineData("\"kernelspec\":{\"name\":\".net-csharp\"},\"language_info\":{\"name\":\"polyglot-notebook\"}")]
    public void Notebooks_in_CSharp_are_read(string metadata) =>
        Assert.Empty(Make.Parse($$"""{"cells":[],"metadata":{{{metadata}}},"nbformat":4,"nbformat_minor":4}""").Cells);

    [Fact]
    public void A_byte_order_mark_does_no_harm() => Assert.Single(Make.Parse("\uFEFF" + Make.Notebook("1")).Cells);

    [Theory]
    [InlineData("not json", NotebookFault.NotJson, "it is not JSON (line 1)")]
    [InlineData("", NotebookFault.NotJson, "it is not JSON")]
    [InlineData("[1]", NotebookFault.NotANotebook, "not an object")]
    [InlineData("{}", NotebookFault.NotANotebook, "which version")]
    [InlineData("""{"nbformat":4,"nbformat_minor":5,"metadata":{}}""", NotebookFault.NotANotebook, "no list of cells")]
    [InlineData("""{"nbformat":3,"worksheets":[]}""", NotebookFault.OtherVersion, "version 3")]
    [InlineData("""{"nbformat":4,"cells":[1]}""", NotebookFault.NotANotebook, "entry 1")]
    [InlineData("""{"nbformat":4,"nbformat":4,"cells":[]}""", NotebookFault.NotJson, "not JSON")]
    [InlineData("""{"nbformat":4,"cells":[],"metadata":{"kernelspec":{"name":"python3","language":"python"}}}""", NotebookFault.OtherLanguage, "written in python")]
    [InlineData("""{"nbformat":4,"cells":[],"metadata":{"language_info":{"name":"F#"}}}""", NotebookFault.OtherLanguage, "written in F#")]
    [InlineData("""{"nbformat":4,"cells":[{"cell_type":"code","source":"1"},{"cell_type":"code","metadata":{"polyglot_notebook":{"kernelName":"fsharp"}},"source":"1"}]}""", NotebookFault.OtherLanguage, "Cell 2 of test.ipynb is written in fsharp")]
    public void What_is_no_notebook_in_CSharp_is_said_to_be_so(string json, object fault, string message)
    {
        var exception = Assert.Throws<NotebookException>(() => Make.Parse(json));

        Assert.Equal(fault, exception.Fault);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_replaced_whole_or_not_at_all()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.txt", "old");

        AtomicFile.Write(path, "new ∂");
        Assert.Equal("new ∂", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder.Path));

        // A folder in the file's place: the move fails, and the draft is gone.
        Directory.CreateDirectory(folder.At("taken"));
        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(folder.At("taken"), "x"));
        Assert.Single(Directory.GetFiles(folder.Path));
    }
}
