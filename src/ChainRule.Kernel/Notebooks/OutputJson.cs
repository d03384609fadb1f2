using System.Text.Json.Nodes;
using ChainRule.Kernel.Sessions;

namespace ChainRule.Kernel.Notebooks;

/// <summary>Cell outputs to and from the nbformat schema. Keys are in alphabetical order, as nbformat writes them.</summary>
internal static class OutputJson
{
    /// <summary>The JSON of an output.</summary>
    public static JsonNode Write(CellOutput output) => output switch
    {
        StreamOutput stream => new JsonObject
        {
            ["name"] = stream.IsError ? "stderr" : "stdout",
            ["output_type"] = "stream",
            ["text"] = Lines(stream.Text),
        },
        DisplayOutput { ExecutionCount: { } count } result => new JsonObject
        {
            ["data"] = Data(result.Data),
            ["execution_count"] = count,
            ["metadata"] = new JsonObject(),
            ["output_type"] = "execute_result",
        },
        DisplayOutput display => new JsonObject
        {
            ["data"] = Data(display.Data),
            ["metadata"] = new JsonObject(),
            ["output_type"] = "display_data",
        },
        ErrorOutput error => new JsonObject
        {
            ["ename"] = error.Name,
            ["evalue"] = error.Value,
            ["output_type"] = "error",
            ["traceback"] = new JsonArray([.. error.Traceback.Select(line => JsonValue.Create(line))]),
        },
        _ => throw new ArgumentOutOfRangeException(nameof(output)),
    };

    /// <summary>The output that the JSON stands for, or null for a kind of output that is not in the schema.</summary>
    public static CellOutput? Read(JsonObject node) => NotebookCell.Joined(node["output_type"]) switch
    {
        "stream" => new StreamOutput(
            string.Equals(NotebookCell.Joined(node["name"]), "stderr", StringComparison.Ordinal),
            NotebookCell.Joined(node["text"])),
        "execute_result" or "display_data" => new DisplayOutput(
            [.. (node["data"] as JsonObject ?? []).Select(format => KeyValuePair.Create(format.Key, Content(format.Value)))],
            node["execution_count"] is JsonValue value && value.TryGetValue<int>(out var count) ? count : null),
        "error" => new ErrorOutput(
            NotebookCell.Joined(node["ename"]),
            NotebookCell.Joined(node["evalue"]),
            [.. (node["traceback"] as JsonArray ?? []).Select(NotebookCell.Joined)]),
        _ => null,
    };

    private static JsonObject Data(IEnumerable<KeyValuePair<string, string>> formats)
    {
        var data = new JsonObject();
        foreach (var (type, content) in formats.OrderBy(format => format.Key, StringComparer.Ordinal))
        {
            data[type] = IsJson(type) ? JsonNode.Parse(content) : IsText(type) ? Lines(content) : content;
        }

        return data;
    }

    private static string Content(JsonNode? node) => node is JsonObject ? node.ToJsonString() : NotebookCell.Joined(node);

    /// <summary>Whether content of this MIME type is JSON itself.</summary>
    public static bool IsJson(string type) =>
        type is "application/json" || (type.StartsWith("application/", StringComparison.Ordinal) && type.EndsWith("+json", StringComparison.Ordinal));

    private static bool IsText(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal) || type is "image/svg+xml" or "application/javascript";

    private static JsonArray Lines(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) + 1;
            end = end == 0 ? text.Length : end;
            lines.Add(JsonValue.Create(text[start..end]));
            start = end;
        }

        return lines;
    }
}
