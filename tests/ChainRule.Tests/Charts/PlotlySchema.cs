using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChainRule.Tests.Charts;

/// <summary>Holds JSON against plotly.js's own schema: the names of attributes and the types of their values.</summary>
internal static class PlotlySchema
{
    public static void Check(JsonElement value, JsonElement schema, string path, List<string> errors)
    {
        foreach (JsonProperty property in value.EnumerateObject())
        {
            string name = Regex.Replace(property.Name, "^(?<axis>[xy]axis)[0-9]+$", "${axis}", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
            string here = path + "." + property.Name;
            if (name == "type" && path.Split(' ')[^1] is "scatter" or "bar" or "heatmap" or "contour" or "surface")
            {
                continue;
            }

            if (!schema.TryGetProperty(name, out JsonElement attribute))
            {
                errors.Add(here + ": no such attribute");
            }
            else if (attribute.TryGetProperty("valType", out JsonElement type))
            {
                if (!Fits(property.Value, type.GetString()!, attribute))
                {
                    errors.Add($"{here}: {property.Value.GetRawText()} is no {type.GetString()}");
                }
            }
            else if (property.Value.ValueKind == JsonValueKind.Object)
            {
                Check(property.Value, attribute, here, errors);
            }
            else if (property.Value.ValueKind == JsonValueKind.Array && attribute.TryGetProperty("items", out JsonElement items))
            {
                JsonElement item = items.EnumerateObject().First().Value;
                foreach (JsonElement element in property.Value.EnumerateArray())
                {
                    Check(element, item, here, errors);
                }
            }
            else
            {
                errors.Add(here + ": neither an object nor an array of objects");
            }
        }
    }

    private static bool Fits(JsonElement value, string type, JsonElement attribute)
    {
        if (value.ValueKind == JsonValueKind.Array && attribute.TryGetProperty("arrayOk", out JsonElement many) && many.GetBoolean())
        {
            return true;
        }

        return type switch
        {
            "number" or "integer" or "angle" => value.ValueKind == JsonValueKind.Number,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "string" or "color" or "subplotid" => value.ValueKind == JsonValueKind.String,
            "data_array" or "info_array" or "colorscale" => value.ValueKind == JsonValueKind.Array,
            "enumerated" => attribute.GetProperty("values").EnumerateArray().Any(v => v.GetRawText() == value.GetRawText()
                || (v.ValueKind == JsonValueKind.String && v.GetString() is ['/', .., '/'] pattern && Regex.IsMatch(value.ToString(), pattern[1..^1], RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)))),
            "flaglist" when attribute.TryGetProperty("extras", out JsonElement extras) && extras.EnumerateArray().Any(e => e.GetRawText() == value.GetRawText()) => true,
            "flaglist" => value.ToString().Split('+').All(f => attribute.GetProperty("flags").EnumerateArray().Any(v => v.GetString() == f)),
            _ => true,
        };
    }
}
