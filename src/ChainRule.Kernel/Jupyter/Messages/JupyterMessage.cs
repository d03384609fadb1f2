using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChainRule.Kernel.Jupyter.Messages;

/// <summary>A message that came from a front end.</summary>
/// <param name="Identities">The envelope: whom to answer.</param>
/// <param name="RawHeader">The header as it came; answers carry it unchanged as their parent.</param>
/// <param name="Type">What kind of message it is.</param>
/// <param name="Id">Its identifier.</param>
/// <param name="Content">What it says.</param>
internal sealed record JupyterMessage(IReadOnlyList<byte[]> Identities, byte[] RawHeader, string Type, string Id, JsonObject Content)
{
    /// <summary>A text of the content.</summary>
    /// <exception cref="MessageException">It is something else.</exception>
    public string Text(string name, string? missing = null)
    {
        if (Content[name] is null && missing is not null)
        {
            return missing;
        }

        try
        {
            return Content[name] is JsonValue value && value.TryGetValue<string>(out var text)
                ? text
                : throw new MessageException($"{Type}: \"{name}\" should be text.");
        }
        catch (Exception exception) when (exception is InvalidOperationException or JsonException)
        {
            // Half a surrogate pair can be written in JSON, but no text holds it.
            throw new MessageException($"{Type}: \"{name}\" is not valid text.", exception);
        }
    }

    /// <summary>A truth value of the content.</summary>
    /// <exception cref="MessageException">It is something else.</exception>
    public bool Flag(string name, bool missing) => Content[name] switch
    {
        null => missing,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        _ => throw new MessageException($"{Type}: \"{name}\" should be true or false."),
    };

    /// <summary>A whole number of the content.</summary>
    /// <exception cref="MessageException">It is something else.</exception>
    public int Number(string name, int missing) => Content[name] switch
    {
        null => missing,
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        _ => throw new MessageException($"{Type}: \"{name}\" should be a whole number."),
    };
}

/// <summary>A message that is not what the protocol says.</summary>
internal sealed class MessageException : ChainRuleException
{
    /// <summary>An error with what is wrong with the message.</summary>
    public MessageException(string message)
        : base(message)
    {
    }

    /// <summary>An error with what is wrong with the message and what caused it.</summary>
    public MessageException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
