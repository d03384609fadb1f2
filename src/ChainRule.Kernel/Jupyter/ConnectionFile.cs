using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChainRule.Kernel.Jupyter;

/// <summary>Where a front end wants to meet its kernel.</summary>
/// <param name="Address">The address that the kernel listens on: this machine's own.</param>
/// <param name="ShellPort">Requests.</param>
/// <param name="ControlPort">Requests that don't wait for others.</param>
/// <param name="IopubPort">What cells put out.</param>
/// <param name="StdinPort">What cells ask for.</param>
/// <param name="HeartbeatPort">Whether the kernel lives.</param>
/// <param name="Key">The key that messages are signed with; empty for none.</param>
internal sealed record ConnectionFile(
    IPAddress Address,
    int ShellPort,
    int ControlPort,
    int IopubPort,
    int StdinPort,
    int HeartbeatPort,
    string Key)
{
    /// <summary>Reads a connection file.</summary>
    /// <exception cref="KernelException">It can't be read or asks for something that the kernel doesn't do.</exception>
    public static ConnectionFile Load(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KernelException($"The connection file can't be read: {exception.Message}", exception);
        }

        return Parse(text, path);
    }

    /// <summary>Reads the content of a connection file.</summary>
    /// <exception cref="KernelException">It asks for something that the kernel doesn't do.</exception>
    public static ConnectionFile Parse(string text, string path)
    {
        JsonObject json;
        try
        {
            json = JsonNode.Parse(text) as JsonObject ?? throw new KernelException($"{path} is no connection file: it holds no JSON object.");
        }
        catch (JsonException exception)
        {
            throw new KernelException($"{path} is no connection file: {exception.Message}", exception);
        }

        if (Text("transport", "tcp") is var transport and not "tcp")
        {
            throw new KernelException($"The connection file asks for the transport {transport}; the kernel speaks tcp.");
        }

        var key = Text("key", "");
        if (key.Length > 0 && Text("signature_scheme", "hmac-sha256") is var scheme and not "hmac-sha256")
        {
            throw new KernelException($"The connection file asks for signatures by {scheme}; the kernel signs by hmac-sha256.");
        }

        var ip = Text("ip", "127.0.0.1");
        var address = ip is "localhost" ? IPAddress.Loopback : IPAddress.TryParse(ip, out var parsed) ? parsed : null;
        if (address is null || !IPAddress.IsLoopback(address))
        {
            throw new KernelException($"The connection file asks the kernel to listen on {ip}; it listens on this machine's own addresses alone, such as 127.0.0.1.");
        }

        return new(address, Port("shell_port"), Port("control_port"), Port("iopub_port"), Port("stdin_port"), Port("hb_port"), key);

        string Text(string name, string missing) => json[name] switch
        {
            null => missing,
            JsonValue value when value.TryGetValue<string>(out var content) => content,
            _ => throw new KernelException($"{path} is no connection file: \"{name}\" should be text."),
        };

        int Port(string name) => json[name] is JsonValue value && value.TryGetValue<int>(out var port) && port is > 0 and <= ushort.MaxValue
            ? port
            : throw new KernelException($"{path} is no connection file: \"{name}\" should be a port, 1 to 65535.");
    }
}
