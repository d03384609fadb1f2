using System.Text.Json.Nodes;
using ChainRule.Kernel.Jupyter.Workers;
using ChainRule.Kernel.Notebooks;

namespace ChainRule.Kernel.Jupyter;

/// <summary>Passes what cells put out to the front ends.</summary>
/// <param name="channels">Lead to the front ends.</param>
/// <param name="parents">Know who asked for what.</param>
/// <param name="noInput">Is called when a cell asks for input and nobody is there to be asked.</param>
internal sealed class CellOutputs(JupyterChannels channels, CellParents parents, Action noInput)
{
    /// <summary>Passes an event of the worker on.</summary>
    public void Pass(WorkerEvent message)
    {
        switch (message)
        {
            case TextWritten text when Seen(text.Id) is { } parent:
                Stream(parent, text.IsError, text.Text);
                break;
            case ValueShown value when Seen(value.Id) is { } parent:
                Show(parent, value);
                break;
            case OutputCleared clear when Seen(clear.Id) is { } parent:
                channels.Publish("clear_output", parent.Request.RawHeader, new() { ["wait"] = clear.Wait });
                break;
            case InputWanted wanted when parents[wanted.Id] is { } parent:
                Ask(parent);
                break;
        }
    }

    /// <summary>Passes on what was written past the console's routing; it belongs to the cell that was started last.</summary>
    public void PassText(bool isError, string text)
    {
        if (parents.Last is { IsSilent: false } parent)
        {
            Stream(parent, isError, text);
        }
    }

    /// <summary>Text for a front end.</summary>
    public static JsonObject Stream(bool isError, string text) => new() { ["name"] = isError ? "stderr" : "stdout", ["text"] = text };

    /// <summary>Formats for a front end.</summary>
    public static JsonObject Data(IEnumerable<NamedText> formats)
    {
        var data = new JsonObject();
        foreach (var (type, content) in formats)
        {
            data[type] = OutputJson.IsJson(type) ? JsonNode.Parse(content) : content;
        }

        return data;
    }

    private CellParent? Seen(long id) => parents[id] is { IsSilent: false } parent ? parent : null;

    private void Stream(CellParent parent, bool isError, string text) =>
        channels.Publish("stream", parent.Request.RawHeader, Stream(isError, text));

    private void Show(CellParent parent, ValueShown value)
    {
        var content = new JsonObject { ["data"] = Data(value.Data), ["metadata"] = new JsonObject() };
        if (value.IsResult)
        {
            content["execution_count"] = parent.Count;
            parent.Result = value.Data.FirstOrDefault(format => format.Name is "text/plain")?.Text;
        }
        else
        {
            content["transient"] = new JsonObject { ["display_id"] = value.DisplayId };
        }

        channels.Publish(
            value.IsResult ? "execute_result" : value.IsUpdate ? "update_display_data" : "display_data",
            parent.Request.RawHeader,
            content);
    }

    private void Ask(CellParent parent)
    {
        // What the cell wrote last is the question; the front end shows it already.
        if (!channels.Send(channels.Stdin, "input_request", parent.Request, new() { ["prompt"] = "", ["password"] = false }))
        {
            noInput();
        }
    }
}
