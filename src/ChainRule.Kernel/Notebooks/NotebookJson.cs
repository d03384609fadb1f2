using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChainRule.Kernel.Notebooks;

/// <summary>
/// Writes JSON as nbformat does, byte for byte: one space of indentation, characters as they are, numbers as they were read.
/// </summary>
/// <remarks>
/// System.Text.Json always escapes characters beyond the basic plane, whatever its encoder, and so would rewrite every 𝑥 in cells
/// that nobody touched.
/// </remarks>
internal static class NotebookJson
{
    /// <summary>The document with a line feed at its end.</summary>
    public static string Write(JsonNode node)
    {
        var text = new StringBuilder();
        Write(text, node, depth: 0);
        return text.Append('\n').ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, int depth)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject { Count: 0 }:
                text.Append("{}");
                break;
            case JsonArray { Count: 0 }:
                text.Append("[]");
                break;
            case JsonObject properties:
                var next = "{";
                foreach (var (name, value) in properties)
                {
                    NewLine(text.Append(next), depth + 1);
                    WriteString(text, name);
                    text.Append(": ");
                    Write(text, value, depth + 1);
                    next = ",";
                }

                NewLine(text, depth);
                text.Append('}');
                break;
            case JsonArray items:
                next = "[";
                foreach (var item in items)
                {
                    NewLine(text.Append(next), depth + 1);
                    Write(text, item, depth + 1);
                    next = ",";
                }

                NewLine(text, depth);
                text.Append(']');
                break;
            default:
                WriteValue(text, node.AsValue());
                break;
        }
    }

    private static void WriteValue(StringBuilder text, JsonValue value)
    {
        if (value.GetValueKind() != JsonValueKind.String)
        {
            text.Append(value.ToJsonString());
            return;
        }

        string content;
        try
        {
            content = value.GetValue<string>();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is legal in JSON but no text: it stays escaped, as it was read.
            text.Append(value.GetValue<JsonElement>().GetRawText());
            return;
        }

        WriteString(text, content);
    }

    private static void WriteString(StringBuilder text, string content)
    {
        text.Append('"');
        foreach (var c in content)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append(@"\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append(@"\u").Append(((int)c).ToString("x4")),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }

    private static void NewLine(StringBuilder text, int depth) => text.Append('\n').Append(' ', depth);
}
