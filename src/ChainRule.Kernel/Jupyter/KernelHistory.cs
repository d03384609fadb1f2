using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChainRule.Kernel.Jupyter.Messages;

namespace ChainRule.Kernel.Jupyter;

/// <summary>What was run: in this session, and in earlier ones where they are kept.</summary>
/// <param name="folder">The earlier sessions, or null where none are kept.</param>
internal sealed partial class KernelHistory(HistoryFolder? folder)
{
    private readonly List<HistoryEntry> _entries = [];
    private IReadOnlyList<HistoryEntry>? _earlier;

    /// <summary>The number of this session.</summary>
    private int Session => folder?.Session ?? 1;

    /// <summary>The cells of all sessions, the oldest first. Earlier sessions are read when somebody asks for them.</summary>
    private IEnumerable<HistoryEntry> All => (_earlier ??= folder?.Earlier() ?? []).Concat(Own);

    private IEnumerable<HistoryEntry> Own => _entries.Select(entry => entry with { Session = Session });

    /// <summary>Adds a cell.</summary>
    /// <param name="line">Its number.</param>
    /// <param name="code">Its code.</param>
    /// <param name="output">The text of its value, or null.</param>
    public void Add(int line, string code, string? output)
    {
        _entries.Add(new(0, line, code, output));
        folder?.Add(line, code);
    }

    /// <summary>Answers a history_request.</summary>
    /// <exception cref="MessageException">The request asks for no known kind of access.</exception>
    public JsonObject Answer(JupyterMessage request)
    {
        var withOutput = request.Flag("output", missing: false);
        var entries = request.Text("hist_access_type", "tail") switch
        {
            "tail" => All.TakeLast(Math.Max(0, request.Number("n", missing: 10))),
            "range" => Range(request.Number("session", 0), request.Number("start", 0), request.Content["stop"] is null ? null : request.Number("stop", 0)),
            "search" => Search(request),
            var other => throw new MessageException($"history_request: hist_access_type {other} is not known; tail, range and search are."),
        };
        return new()
        {
            ["status"] = "ok",
            ["history"] = new JsonArray([.. entries.Select(entry => new JsonArray(
                entry.Session,
                entry.Line,
                withOutput ? new JsonArray(entry.Code, entry.Output) : entry.Code))]),
        };
    }

    /// <summary>Cells of one session: 0 is this one, −1 the one before it, and a positive number that of the session.</summary>
    private IEnumerable<HistoryEntry> Range(int session, int start, int? stop)
    {
        var wanted = session > 0 ? session : Session + session;
        return (wanted == Session ? Own : All.Where(entry => entry.Session == wanted))
            .Where(entry => entry.Line >= start && (stop is null || entry.Line < stop));
    }

    private IEnumerable<HistoryEntry> Search(JupyterMessage request)
    {
        // A glob, as IPython has it: * for any text, ? for any character, [abc] for any of these.
        var pattern = Glob(
            "^" + GlobPart().Replace(request.Text("pattern", "*"), part => part.Value switch
            {
                "*" => ".*",
                "?" => ".",
                ['[', .. var characters, ']'] => $"[{Regex.Escape(characters).Replace("]", "\\]", StringComparison.Ordinal)}]",
                var text => Regex.Escape(text),
            }) + "$");
        var found = All.Where(entry => pattern.IsMatch(entry.Code));
        if (request.Flag("unique", missing: false))
        {
            found = found.Reverse().DistinctBy(entry => entry.Code, StringComparer.Ordinal).Reverse();
        }

        return request.Content["n"] is null ? found : found.TakeLast(Math.Max(0, request.Number("n", 0)));
    }

    private static Regex Glob(string pattern)
    {
        try
        {
            return new(pattern, RegexOptions.Singleline | RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException exception)
        {
            throw new MessageException($"history_request: the pattern makes no sense: {exception.Message}", exception);
        }
    }

    [GeneratedRegex(@"\*|\?|\[[^\]]+\]|[^*?\[]+|\[", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GlobPart();
}
