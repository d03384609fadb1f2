using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace ChainRule.Kernel.Tests.Jupyter;

/// <summary>A message from the kernel.</summary>
internal sealed record KernelMessage(string Type, string? ParentId, JsonObject Header, JsonObject ParentHeader, JsonObject Content)
{
    public string? Text(string name) => (string?)Content[name];
}

/// <summary>What came of an execute request.</summary>
internal sealed record Executed(JsonObject Reply, IReadOnlyList<KernelMessage> Published)
{
    public string? Status => (string?)Reply["status"];

    /// <summary>What was put out: everything but status and the echo of the code.</summary>
    public IReadOnlyList<KernelMessage> Outputs => [.. Published.Where(message => message.Type is not ("status" or "execute_input"))];

    public string? Result => (string?)Published.SingleOrDefault(message => message.Type == "execute_result")?.Content["data"]?["text/plain"];

    public string Stream(string name) =>
        string.Concat(Published.Where(message => message.Type == "stream" && message.Text("name") == name).Select(message => message.Text("text")));
}

/// <summary>Starts the kernel as Jupyter does and talks to it as a front end, or as nobody should.</summary>
internal sealed class KernelClient : IAsyncDisposable
{
    private const string Identity = "test-client";

    private readonly TemporaryFolder _folder = new();
    private readonly StringBuilder _log = new();
    private readonly string _key = "6f1c4a0e-test-key";
    private int _sent;

    private KernelClient(Process process) => Process = process;

    public Process Process { get; private set; }

    public string Folder => _folder.Path;

    public int ShellPort { get; private set; }

    public ZmtpPeer Shell { get; private set; } = null!;

    public ZmtpPeer Control { get; private set; } = null!;

    public ZmtpPeer Iopub { get; private set; } = null!;

    public ZmtpPeer Stdin { get; private set; } = null!;

    public ZmtpPeer Heartbeat { get; private set; } = null!;

    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts the kernel.</summary>
    /// <param name="environment">Variables that it is to have besides its own.</param>
    public static async Task<KernelClient> StartAsync(IReadOnlyDictionary<string, string>? environment = null)
    {
        var client = new KernelClient(null!);
        var ports = FreePorts(5);
        var file = client._folder.Write("connection.json", new JsonObject
        {
            ["transport"] = "tcp",
            ["ip"] = "127.0.0.1",
            ["shell_port"] = ports[0],
            ["iopub_port"] = ports[1],
            ["stdin_port"] = ports[2],
            ["control_port"] = ports[3],
            ["hb_port"] = ports[4],
            ["signature_scheme"] = "hmac-sha256",
            ["key"] = client._key,
            ["kernel_name"] = "chainrule",
        }.ToJsonString());
        client.Process = StartProcess(client._folder.Path, environment, "jupyter", "kernel", "--connection-file", file);
        client.Process.ErrorDataReceived += (_, line) =>
        {
            lock (client._log)
            {
                client._log.AppendLine(line.Data);
            }
        };
        client.Process.BeginErrorReadLine();
        client.ShellPort = ports[0];

        // The heartbeat is there first; a client tries until it is.
        while (true)
        {
            try
            {
                client.Shell = await ZmtpPeer.ConnectAsync(ports[0], "DEALER", Identity);
                break;
            }
            catch (SocketException) when (!client.Process.HasExited)
            {
                await Task.Yield();
            }
        }

        client.Iopub = await ZmtpPeer.ConnectAsync(ports[1], "SUB");
        client.Stdin = await ZmtpPeer.ConnectAsync(ports[2], "DEALER", Identity);
        client.Control = await ZmtpPeer.ConnectAsync(ports[3], "DEALER", Identity);
        client.Heartbeat = await ZmtpPeer.ConnectAsync(ports[4], "REQ");
        await client.Iopub.WriteAsync(ZmtpPeer.Frame(4, ZmtpPeer.Command("SUBSCRIBE", [])));

        // The subscription is heeded once the answer to a request is seen to be published.
        string id;
        KernelMessage seen;
        var next = client.Iopub.ReceiveAsync();
        do
        {
            id = await client.SendAsync(client.Shell, "kernel_info_request", []);
            await client.ReceiveAsync(client.Shell);
            await Task.WhenAny(next, Task.Delay(100, TestContext.Current.CancellationToken));
        }
        while (!next.IsCompleted);
        for (seen = client.Read(await next); !(seen.Type == "status" && seen.Text("execution_state") == "idle" && seen.ParentId == id);)
        {
            seen = await client.ReceiveAsync(client.Iopub);
        }

        return client;
    }

    /// <summary>Starts the program in a process of its own.</summary>
    public static Process StartProcess(string folder, params string[] arguments) => StartProcess(folder, environment: null, arguments);

    private static Process StartProcess(string folder, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
            Environment = { ["CHAINRULE_HISTORY"] = "" },
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ChainRule.Kernel.dll"));
        arguments.ToList().ForEach(start.ArgumentList.Add);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Sends a signed message.</summary>
    /// <returns>Its identifier.</returns>
    public async Task<string> SendAsync(ZmtpPeer channel, string type, JsonObject content, JsonObject? parent = null)
    {
        var id = $"message-{++_sent}";
        await channel.SendAsync(Parts(type, id, content.ToJsonString(), parent?.ToJsonString() ?? "{}"));
        return id;
    }

    /// <summary>The parts of a signed message.</summary>
    public byte[][] Parts(string type, string id, string content, string parent = "{}", string? key = null)
    {
        var header = new JsonObject
        {
            ["msg_id"] = id,
            ["session"] = "test-session",
            ["username"] = "tester",
            ["date"] = "2026-01-01T00:00:00.000000Z",
            ["msg_type"] = type,
            ["version"] = "5.3",
        };
        return Signed([header.ToJsonString(), parent, "{}", content], key);
    }

    /// <summary>The delimiter, the signature and the given parts.</summary>
    public byte[][] Signed(string[] texts, string? key = null)
    {
        var parts = texts.Select(Encoding.UTF8.GetBytes).ToArray();
        return [Encoding.ASCII.GetBytes("<IDS|MSG>"), Encoding.ASCII.GetBytes(Sign(parts, key ?? _key)), .. parts];
    }

    /// <summary>The next message on a channel; its signature is checked.</summary>
    public async Task<KernelMessage> ReceiveAsync(ZmtpPeer channel) => Read(await channel.ReceiveAsync());

    /// <summary>Everything that is published until the request is done.</summary>
    public async Task<IReadOnlyList<KernelMessage>> PublishedAsync(string id)
    {
        var messages = new List<KernelMessage>();
        while (true)
        {
            var message = await ReceiveAsync(Iopub);
            if (message.ParentId != id)
            {
                continue;
            }

            messages.Add(message);
            if (message.Type == "status" && message.Text("execution_state") == "idle")
            {
                return messages;
            }
        }
    }

    /// <summary>Sends a request and waits for its answer and for the end of what is published about it.</summary>
    public async Task<(KernelMessage Reply, IReadOnlyList<KernelMessage> Published)> AskAsync(ZmtpPeer channel, string type, JsonObject content)
    {
        var id = await SendAsync(channel, type, content);
        var reply = await ReceiveAsync(channel);
        Assert.Equal(id, reply.ParentId);
        Assert.Equal(type.Replace("_request", "_reply", StringComparison.Ordinal), reply.Type);
        return (reply, await PublishedAsync(id));
    }

    /// <summary>Runs a cell.</summary>
    public async Task<Executed> RunAsync(string code, JsonObject? more = null)
    {
        var (reply, published) = await AskAsync(Shell, "execute_request", Cell(code, more));
        return new(reply.Content, published);
    }

    /// <summary>Sends a cell and waits until it reads a line: <see cref="LetGoAsync"/> gives it one.</summary>
    /// <returns>The cell's identifier and its question.</returns>
    public async Task<(string Id, KernelMessage Question)> HoldAsync(string code, JsonObject? more = null)
    {
        var content = Cell(code, more);
        content["allow_stdin"] = true;
        var id = await SendAsync(Shell, "execute_request", content);
        return (id, await ReceiveAsync(Stdin));
    }

    /// <summary>Answers what a cell asked.</summary>
    public Task LetGoAsync(KernelMessage question) => SendAsync(Stdin, "input_reply", new() { ["value"] = "" }, question.Header);

    /// <summary>The content of an execute request.</summary>
    public static JsonObject Cell(string code, JsonObject? more = null)
    {
        var content = new JsonObject
        {
            ["code"] = code,
            ["silent"] = false,
            ["store_history"] = true,
            ["user_expressions"] = new JsonObject(),
            ["allow_stdin"] = false,
            ["stop_on_error"] = true,
        };
        foreach (var (name, value) in more ?? [])
        {
            content[name] = value?.DeepClone();
        }

        return content;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in new[] { Shell, Control, Iopub, Stdin, Heartbeat })
        {
            await (peer?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        Process.Kill(entireProcessTree: true);
        await Process.WaitForExitAsync();
        Process.Dispose();
        _folder.Dispose();
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }

    private static string Sign(byte[][] parts, string key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), parts.SelectMany(part => part).ToArray()));

    private KernelMessage Read(byte[][] parts)
    {
        var delimiter = Array.FindIndex(parts, part => part.AsSpan().SequenceEqual("<IDS|MSG>"u8));
        Assert.Equal(delimiter + 6, parts.Length);
        Assert.Equal(Sign(parts[(delimiter + 2)..], _key), Encoding.ASCII.GetString(parts[delimiter + 1]));
        var objects = parts[(delimiter + 2)..].Select(part => JsonNode.Parse(part)!.AsObject()).ToArray();
        return new((string)objects[0]["msg_type"]!, (string?)objects[1]["msg_id"], objects[0], objects[1], objects[3]);
    }
}
