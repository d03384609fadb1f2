using System.Reflection;
using System.Text.Json.Nodes;
using ChainRule.Kernel.Editing;
using ChainRule.Kernel.Jupyter.Messages;
using ChainRule.Kernel.Jupyter.Workers;
using ChainRule.Kernel.Jupyter.Zmtp;

namespace ChainRule.Kernel.Jupyter;

/// <summary>Answers the requests of front ends (Jupyter messaging protocol 5.4).</summary>
internal sealed class KernelServer : IAsyncDisposable
{
    private readonly JupyterChannels _channels;
    private readonly Action<string> _log;
    private readonly CellParents _parents = new();
    private readonly KernelHistory _history;
    private readonly Supervisor _supervisor;
    private readonly CellRequests _cells;
    private readonly TaskCompletionSource _shutdown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many of the requests that wait on shell are to be given up if they are cells: one before them failed.</summary>
    private int _aborting;

    /// <summary>A kernel on these channels.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="log">Takes lines for whoever looks after the kernel.</param>
    public KernelServer(JupyterChannels channels, Action<string> log)
    {
        _channels = channels;
        _log = log;
        _history = new(HistoryFolder.OfUser(log));
        var outputs = new CellOutputs(channels, _parents, () => _supervisor!.GiveInput(null));
        _supervisor = new(outputs.Pass, outputs.PassText, log);
        _cells = new(channels, _parents, _history, _supervisor);
    }

    /// <summary>Answers requests until one asks to shut down.</summary>
    public async Task RunAsync()
    {
        _channels.Publish("status", parent: null, new() { ["execution_state"] = "starting" });
        Task[] serving = [ServeAsync(_channels.Shell), ServeAsync(_channels.Control), ServeInputAsync()];
        var first = await Task.WhenAny([.. serving, _shutdown.Task]);
        await first;
    }

    /// <summary>Asks it to end, as a front end would.</summary>
    public void Shutdown() => _shutdown.TrySetResult();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _supervisor.DisposeAsync();

    private static JsonObject KernelInfo()
    {
        var version = typeof(KernelServer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        return new()
        {
            ["status"] = "ok",
            ["protocol_version"] = MessageCodec.ProtocolVersion,
            ["implementation"] = "chainrule",
            ["implementation_version"] = version,
            ["language_info"] = new JsonObject
            {
                ["name"] = "C#",
                ["version"] = "14.0",
                ["mimetype"] = "text/x-csharp",
                ["file_extension"] = ".cs",
                ["pygments_lexer"] = "csharp",
            },
            ["banner"] = $"ChainRule {version}: C# on .NET {Environment.Version}, with the chain rule worked out step by step.",
            ["help_links"] = new JsonArray(
                new JsonObject { ["text"] = "C#", ["url"] = "https://learn.microsoft.com/dotnet/csharp/" }),
            ["debugger"] = false,
        };
    }

    private async Task ServeAsync(IRouter channel)
    {
        await foreach (var parts in channel.Messages.ReadAllAsync())
        {
            var isShell = channel == _channels.Shell;
            var isAborted = isShell && _aborting > 0 && _aborting-- > 0;
            if (_channels.Read(parts) is not { } request)
            {
                continue;
            }

            Status(request, "busy");
            try
            {
                await HandleAsync(channel, request, isAborted);
            }
            catch (MessageException exception)
            {
                Refuse(channel, request, exception);
            }

            Status(request, "idle");
            if (request.Type is "shutdown_request")
            {
                _shutdown.TrySetResult();
                return;
            }
        }
    }

    private async Task HandleAsync(IRouter channel, JupyterMessage request, bool isAborted)
    {
        switch (request.Type)
        {
            case "kernel_info_request":
                Reply(channel, request, KernelInfo());
                break;
            case "execute_request" when channel != _channels.Shell:
                throw new MessageException("execute_request: cells run on the shell channel.");
            case "execute_request" when isAborted:
                Reply(channel, request, new() { ["status"] = "aborted", ["execution_count"] = _cells.Count });
                break;
            case "execute_request":
                var (reply, failed) = await _cells.RunAsync(request);
                if (failed)
                {
                    // A request that was sent while the cell ran waits, whether its turn to be read has come or not.
                    await channel.ReadArrivedAsync();
                    _aborting = channel.Messages.Count;
                }

                Reply(channel, request, reply);
                break;
            case "is_complete_request":
                Reply(channel, request, await IsCompleteAsync(request));
                break;
            case "complete_request":
                Reply(channel, request, await CompleteAsync(request));
                break;
            case "inspect_request":
                Reply(channel, request, await InspectAsync(request));
                break;
            case "history_request":
                Reply(channel, request, _history.Answer(request));
                break;
            case "comm_info_request":
                Reply(channel, request, new() { ["status"] = "ok", ["comms"] = new JsonObject() });
                break;
            case "comm_open":
                // No cell can register a target, so every target is unknown, and an unknown one is closed at once.
                _log($"No comm target is called {request.Text("target_name")}.");
                _channels.Publish("comm_close", request.RawHeader, new() { ["comm_id"] = request.Text("comm_id"), ["data"] = new JsonObject() });
                break;
            case "comm_msg" or "comm_close":
                _log($"There is no comm {request.Text("comm_id")}.");
                break;
            case "interrupt_request":
                _supervisor.Interrupt();
                Reply(channel, request, new() { ["status"] = "ok" });
                break;
            case "shutdown_request":
                JsonObject Answer() => new() { ["status"] = "ok", ["restart"] = request.Flag("restart", missing: false) };
                Reply(channel, request, Answer());
                _channels.Publish("shutdown_reply", request.RawHeader, Answer());
                break;
            default:
                _log($"Nobody knows what to do with a {request.Type}.");
                break;
        }
    }

    private async Task ServeInputAsync()
    {
        await foreach (var parts in _channels.Stdin.Messages.ReadAllAsync())
        {
            if (_channels.Read(parts) is not { } message)
            {
                continue;
            }

            try
            {
                if (message.Type is "input_reply")
                {
                    _supervisor.GiveInput(message.Text("value"));
                }
                else
                {
                    _log($"A {message.Type} has no place on the stdin channel.");
                }
            }
            catch (MessageException exception)
            {
                _log($"Dropped: {exception.Message}");
            }
        }
    }

    private async Task<T> AskAsync<T>(JupyterMessage request, Func<long, WorkerRequest> question)
        where T : WorkerAnswer
    {
        var id = _supervisor.NextId();
        return await _supervisor.AskAsync(question(id), id) switch
        {
            T known => known,
            RequestFailed failed => throw new MessageException($"{request.Type}: {failed.Message}"),
            _ => throw new MessageException($"{request.Type}: the worker has ended; it is started anew."),
        };
    }

    private async Task<JsonObject> IsCompleteAsync(JupyterMessage request)
    {
        var known = await AskAsync<CompletenessKnown>(request, id => new CheckCompleteness(id, request.Text("code")));

        JsonObject answer = new() { ["status"] = known.Status };
        if (known.Status is "incomplete")
        {
            answer["indent"] = known.Indent;
        }

        return answer;
    }

    private async Task<JsonObject> CompleteAsync(JupyterMessage request)
    {
        var code = request.Text("code");
        var cursor = CodePoints.ToUtf16(code, request.Number("cursor_pos", missing: int.MaxValue));
        var known = await AskAsync<CompletionsKnown>(request, id => new CompleteCode(id, code, cursor));

        var (start, end) = (CodePoints.FromUtf16(code, known.Start), CodePoints.FromUtf16(code, known.End));
        return new()
        {
            ["status"] = "ok",
            ["matches"] = new JsonArray([.. known.Items.Select(item => JsonValue.Create(item.Text))]),
            ["cursor_start"] = start,
            ["cursor_end"] = end,
            ["metadata"] = new JsonObject
            {
                // JupyterLab and VS Code show what each match is.
                ["_jupyter_types_experimental"] = new JsonArray(
                [
                    .. known.Items.Select(item => new JsonObject { ["start"] = start, ["end"] = end, ["text"] = item.Text, ["type"] = item.Name }),
                ]),
            },
        };
    }

    private async Task<JsonObject> InspectAsync(JupyterMessage request)
    {
        var code = request.Text("code");
        var cursor = CodePoints.ToUtf16(code, request.Number("cursor_pos", missing: int.MaxValue));
        var known = await AskAsync<InspectionKnown>(request, id => new InspectCode(id, code, cursor));

        return new()
        {
            ["status"] = "ok",
            ["found"] = !known.Data.IsEmpty,
            ["data"] = CellOutputs.Data(known.Data),
            ["metadata"] = new JsonObject(),
        };
    }

    private void Reply(IRouter channel, JupyterMessage request, JsonObject content) =>
        _channels.Send(channel, request.Type.Replace("_request", "_reply", StringComparison.Ordinal), request, content);

    /// <summary>Answers a request that can't be carried out, so that nobody waits for an answer that doesn't come.</summary>
    private void Refuse(IRouter channel, JupyterMessage request, MessageException exception)
    {
        _log(exception.Message);
        if (request.Type.EndsWith("_request", StringComparison.Ordinal))
        {
            Reply(channel, request, new()
            {
                ["status"] = "error",
                ["ename"] = "BadRequest",
                ["evalue"] = exception.Message,
                ["traceback"] = new JsonArray(exception.Message),
                ["execution_count"] = _cells.Count,
            });
        }
    }

    private void Status(JupyterMessage request, string state) =>
        _channels.Publish("status", request.RawHeader, new() { ["execution_state"] = state });
}
