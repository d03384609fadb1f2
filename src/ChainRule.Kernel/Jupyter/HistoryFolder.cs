using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChainRule.Kernel.Jupyter;

/// <summary>A cell that was run.</summary>
/// <param name="Session">The number of its session.</param>
/// <param name="Line">Its number.</param>
/// <param name="Code">Its code.</param>
/// <param name="Output">The text of its value, or null; only the session that runs knows it.</param>
internal sealed record HistoryEntry(int Session, int Line, string Code, string? Output = null);

/// <summary>
/// What was run in earlier sessions: a file for each in the person's data folder, a line of JSON for each cell. Kernels that run at once
/// write to different files. Where nothing can be written there is no history of earlier sessions, and nothing else is missing.
/// </summary>
internal sealed class HistoryFolder
{
    /// <summary>The variable that names another folder; empty for none.</summary>
    public const string Variable = "CHAINRULE_HISTORY";

    /// <summary>How many sessions are kept.</summary>
    public const int MostSessions = 100;

    /// <summary>How many characters of a session are kept.</summary>
    private const long MostCharacters = 1024 * 1024;

    private const string Ending = ".jsonl";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _folder;
    private readonly string _name = $"{DateTime.UtcNow.ToString("yyyyMMdd-HHmmss-fffffff", CultureInfo.InvariantCulture)}-{Environment.ProcessId}{Ending}";
    private readonly Action<string> _log;
    private readonly Lazy<IReadOnlyList<string>> _earlier;
    private long _written;
    private bool _isOff;

    private HistoryFolder(string folder, Action<string> log)
    {
        (_folder, _log) = (folder, log);
        _earlier = new(FilesBefore);
    }

    /// <summary>The number of the session that runs: those before it are kept and counted from 1.</summary>
    public int Session => _earlier.Value.Count + 1;

    /// <summary>The folder of the person who runs the program, or null where there is to be none.</summary>
    /// <param name="log">Takes a line where nothing can be written.</param>
    public static HistoryFolder? OfUser(Action<string> log)
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        var folder = named ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "chainrule", "history");
        return Path.IsPathRooted(folder) ? In(folder, log) : null;
    }

    /// <summary>The history in a folder.</summary>
    public static HistoryFolder In(string folder, Action<string> log) => new(folder, log);

    /// <summary>The cells of the earlier sessions, the oldest first.</summary>
    public IReadOnlyList<HistoryEntry> Earlier() => [.. _earlier.Value.SelectMany((file, position) => Read(file, position + 1))];

    /// <summary>Keeps a cell.</summary>
    public void Add(int line, string code)
    {
        if (_isOff || _written + code.Length > MostCharacters)
        {
            return;
        }

        try
        {
            if (_written == 0)
            {
                // Numbered before anything is removed, so that a number stays the same as long as the session runs.
                _ = Session;
                Begin();
            }

            var entry = new JsonObject { ["line"] = line, ["code"] = code }.ToJsonString(Json);
            File.AppendAllText(Path.Combine(_folder, _name), entry + "\n");
            _written += code.Length + 1;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _isOff = true;
            _log($"The history of this session is not kept: {exception.Message}");
        }
    }

    private static IEnumerable<HistoryEntry> Read(string file, int session)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another kernel has removed it as too old.
            yield break;
        }

        foreach (var line in lines)
        {
            if (Parse(line, session) is { } entry)
            {
                yield return entry;
            }
        }
    }

    /// <summary>An entry, or null: a process that was killed while it wrote leaves half a line.</summary>
    private static HistoryEntry? Parse(string line, int session)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject entry && entry["line"] is JsonValue number && number.TryGetValue<int>(out var count) && entry["code"] is JsonValue code && code.TryGetValue<string>(out var text)
                ? new(session, count, text)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private List<string> FilesBefore()
    {
        try
        {
            // Their names begin with the time, so that their order is that of the sessions.
            return [.. Directory.GetFiles(_folder, "*" + Ending)
                .Where(file => string.CompareOrdinal(Path.GetFileName(file), _name) < 0)
                .Order(StringComparer.Ordinal)
                .TakeLast(MostSessions)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private void Begin()
    {
        // Code may hold what is nobody else's business.
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_folder);
        }
        else
        {
            Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        foreach (var old in Directory.GetFiles(_folder, "*" + Ending).Order(StringComparer.Ordinal).SkipLast(MostSessions - 1))
        {
            File.Delete(old);
        }
    }
}
