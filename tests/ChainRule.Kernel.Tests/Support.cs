using System.Text;
using System.Text.Json.Nodes;
using ChainRule.Kernel.Notebooks;
using ChainRule.Kernel.Sessions;
using Xunit;

// Cells share the console and the working folder of the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace ChainRule.Kernel.Tests;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("chainrule-test-").FullName;

    public string Write(string name, string content)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, content);
        return path;
    }

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

internal static class Make
{
    /// <summary>A notebook with the given code cells.</summary>
    public static string Notebook(params string[] code)
    {
        var cells = code.Select((source, i) => (JsonNode)new JsonObject
        {
            ["cell_type"] = "code",
            ["execution_count"] = null,
            ["id"] = $"cell-{i + 1}",
            ["metadata"] = new JsonObject(),
            ["outputs"] = new JsonArray(),
            ["source"] = source,
        });
        return new JsonObject
        {
            ["cells"] = new JsonArray([.. cells]),
            ["metadata"] = new JsonObject(),
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        }.ToJsonString();
    }

    public static Notebook Parse(string json, string name = "test.ipynb") =>
        Notebooks.Notebook.Parse(Encoding.UTF8.GetBytes(json), name);
}

/// <summary>Runs the program in this process.</summary>
internal static class Program
{
    public static async Task<(int Code, string Messages)> RunAsync(params string[] args)
    {
        var messages = new StringWriter();
        var code = await Kernel.Program.RunAsync(args, messages, messages);
        return (code, messages.ToString());
    }
}

/// <summary>How a cell tells a test that it has come so far: cells see the assemblies whose names begin with ChainRule.</summary>
public static class CellSignal
{
    public static TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

internal static class Outputs
{
    public static string? Text(this CellResult result) => result.Outputs.OfType<DisplayOutput>().LastOrDefault()?["text/plain"];

    public static string? Html(this CellResult result) => result.Outputs.OfType<DisplayOutput>().LastOrDefault()?["text/html"];
}
