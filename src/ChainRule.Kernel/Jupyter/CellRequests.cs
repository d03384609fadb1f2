using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ChainRule.Kernel.Jupyter.Messages;
using ChainRule.Kernel.Jupyter.Workers;

namespace ChainRule.Kernel.Jupyter;

/// <summary>Carries out execute requests.</summary>
internal sealed class CellRequests(JupyterChannels channels, CellParents parents, KernelHistory history, Supervisor supervisor)
{
    /// <summary>The number of the last cell that counted.</summary>
    public int Count { get; private set; }

    /// <summary>Runs a cell.</summary>
    /// <returns>The content of the reply, and whether the cells that wait behind it are to be given up.</returns>
    /// <exception cref="MessageException">The request is not what the protocol says.</exception>
    public async Task<(JsonObject Reply, bool StopsOthers)> RunAsync(JupyterMessage request)
    {
        var code = request.Text("code");
        var silent = request.Flag("silent", missing: false);
        var store = request.Flag("store_history", missing: !silent) && !silent;
        var allowInput = request.Flag("allow_stdin", missing: true);
        var stopOnError = request.Flag("stop_on_error", missing: true);
        var expressions = Expressions(request);
        var count = store ? ++Count : Math.Max(1, Count);
        if (!silent)
        {
            channels.Publish("execute_input", request.RawHeader, new() { ["code"] = code, ["execution_count"] = count });
            if (supervisor.TakeLoss() is { } loss)
            {
                channels.Publish("stream", request.RawHeader, CellOutputs.Stream(isError: true, loss));
            }
        }

        var id = supervisor.NextId();
        var parent = new CellParent(request, silent, count);
        parents.Add(id, parent);
        var ended = await supervisor.RunAsync(new(id, code, count, allowInput, expressions));
        if (store)
        {
            history.Add(count, code, parent.Result);
        }

        if (ended.Error is { } error)
        {
            if (!silent)
            {
                channels.Publish("error", request.RawHeader, Error(error));
            }

            var failure = Error(error);
            failure["status"] = "error";
            failure["execution_count"] = count;
            failure["payload"] = new JsonArray();
            failure["user_expressions"] = new JsonObject();
            return (failure, stopOnError);
        }

        return (
            new()
            {
                ["status"] = "ok",
                ["execution_count"] = count,
                ["payload"] = new JsonArray(),
                ["user_expressions"] = new JsonObject(ended.Expressions.Select(value => KeyValuePair.Create<string, JsonNode?>(value.Name, Value(value)))),
            },
            false);
    }

    private static ImmutableArray<NamedText> Expressions(JupyterMessage request)
    {
        if (request.Content["user_expressions"] is not { } node)
        {
            return [];
        }

        if (node is not JsonObject expressions)
        {
            throw new MessageException("execute_request: \"user_expressions\" should be an object.");
        }

        return
        [
            .. expressions.Select(expression => expression.Value is JsonValue value && value.TryGetValue<string>(out var text)
                ? new NamedText(expression.Key, text)
                : throw new MessageException($"execute_request: the user expression \"{expression.Key}\" should be text.")),
        ];
    }

    private static JsonObject Error(CellFailure error) => new()
    {
        ["ename"] = error.Name,
        ["evalue"] = error.Message,
        ["traceback"] = new JsonArray([.. error.Traceback.Select(line => JsonValue.Create(line))]),
    };

    private static JsonObject Value(ExpressionValue value)
    {
        if (value.Error is { } error)
        {
            var failure = Error(error);
            failure["status"] = "error";
            return failure;
        }

        return new() { ["status"] = "ok", ["data"] = CellOutputs.Data(value.Data), ["metadata"] = new JsonObject() };
    }
}
