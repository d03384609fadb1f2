using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChainRule.Kernel.Sessions;

namespace ChainRule.Kernel.Notebooks;

/// <summary>What a cell holds.</summary>
internal enum CellKind
{
    /// <summary>Code to run.</summary>
    Code,

    /// <summary>Markdown to read.</summary>
    Markdown,

    /// <summary>Anything else: it is kept and shown as it is.</summary>
    Raw,
}

/// <summary>
/// A notebook in the nbformat 4 schema. It is a thin view of the JSON that was read: whatever the program doesn't understand stays
/// where it was, and what it doesn't change is written as it was.
/// </summary>
internal sealed class Notebook
{
    private const int Major = 4;
    private const int Minor = 5;

    private readonly JsonObject _root;

    private Notebook(JsonObject root, ImmutableArray<NotebookCell> cells)
    {
        _root = root;
        Cells = cells;
    }

    /// <summary>The cells from top to bottom.</summary>
    public ImmutableArray<NotebookCell> Cells { get; }

    /// <summary>The title in the notebook's metadata, or null.</summary>
    public string? Title => (_root["metadata"] as JsonObject)?["title"] is JsonValue value && value.TryGetValue<string>(out var title)
        ? title
        : null;

    /// <summary>Reads a notebook file.</summary>
    /// <exception cref="NotebookException">The file can't be read, or it is no notebook in C#.</exception>
    public static Notebook Load(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NotebookException(
                NotebookFault.Unreadable,
                Directory.Exists(path) ? $"{path} is a folder, not a notebook." : $"There is no file {path}.",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException(
                NotebookFault.Unreadable,
                Directory.Exists(path) ? $"{path} is a folder, not a notebook." : $"{path} can't be read: {exception.Message}",
                exception);
        }

        return Parse(bytes, Path.GetFileName(path));
    }

    /// <summary>Reads a notebook from its JSON.</summary>
    /// <param name="json">The JSON in UTF-8, with or without a byte order mark.</param>
    /// <param name="name">What messages call the notebook.</param>
    /// <exception cref="NotebookException">It is no notebook in C#.</exception>
    public static Notebook Parse(ReadOnlySpan<byte> json, string name)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        if (json.StartsWith(mark))
        {
            json = json[mark.Length..];
        }

        JsonNode? node;
        try
        {
            node = JsonNode.Parse(json, documentOptions: new() { AllowDuplicateProperties = false, MaxDepth = 256 });
        }
        catch (JsonException exception)
        {
            throw new NotebookException(
                NotebookFault.NotJson,
                $"{name} is not a notebook: it is not JSON ({Place(exception)}).",
                exception);
        }

        if (node is not JsonObject root)
        {
            throw new NotebookException(
                NotebookFault.NotANotebook,
                $"{name} is not a notebook: it is JSON, but not an object with cells.");
        }

        CheckVersion(root, name);
        if (root["cells"] is not JsonArray cellNodes)
        {
            throw new NotebookException(NotebookFault.NotANotebook, $"{name} is not a notebook: it has no list of cells.");
        }

        CheckLanguage(root, name);
        var cells = ImmutableArray.CreateBuilder<NotebookCell>(cellNodes.Count);
        var number = 0;
        foreach (var cellNode in cellNodes)
        {
            var position = cells.Count + 1;
            if (cellNode is not JsonObject cellObject || NotebookCell.KindOf(cellObject) is not { } kind)
            {
                throw new NotebookException(
                    NotebookFault.NotANotebook,
                    $"{name} is not a notebook that can be run: entry {position} of its cells is not a cell.");
            }

            var cell = new NotebookCell(cellObject, kind, kind == CellKind.Code ? ++number : 0);
            if (kind == CellKind.Code && cell.Language is { } language && !Languages.IsCSharp(language))
            {
                throw new NotebookException(
                    NotebookFault.OtherLanguage,
                    $"Cell {number} of {name} is written in {language}. ChainRule runs C# alone: remove the cell or make it a text cell.");
            }

            cells.Add(cell);
        }

        return new(root, cells.MoveToImmutable());
    }

    /// <summary>The notebook as JSON, the way nbformat writes it.</summary>
    public string ToJson()
    {
        if (_root["nbformat_minor"] is not JsonValue minor || !minor.TryGetValue<int>(out var version) || version < Minor)
        {
            _root["nbformat_minor"] = Minor;
        }

        AddMissingIds();
        return NotebookJson.Write(_root);
    }

    /// <summary>Writes the notebook; the file is replaced by a complete new one or not at all.</summary>
    public void Save(string path) => AtomicFile.Write(path, ToJson());

    private static string Place(JsonException exception) =>
        exception.LineNumber is { } line ? $"line {line + 1}" : "it can't be parsed";

    private static void CheckVersion(JsonObject root, string name)
    {
        if (root["nbformat"] is not JsonValue value || !value.TryGetValue<int>(out var version))
        {
            throw new NotebookException(
                NotebookFault.NotANotebook,
                $"{name} is not a notebook: it doesn't say which version of the notebook format it has.");
        }

        if (version != Major)
        {
            throw new NotebookException(
                NotebookFault.OtherVersion,
                $"{name} has version {version} of the notebook format; version {Major} is needed. Open and save it in a current Jupyter or VS Code.");
        }
    }

    private static void CheckLanguage(JsonObject root, string name)
    {
        if (root["metadata"] is not JsonObject metadata)
        {
            return;
        }

        // The kernel decides; the language is asked where no kernel says it. One sign of C# is enough.
        var kernel = metadata["kernelspec"] as JsonObject;
        string?[] signs =
        [
            Text(kernel?["name"]),
            Text(kernel?["language"]),
            Text((metadata["language_info"] as JsonObject)?["name"]),
        ];
        var named = signs.OfType<string>().Where(sign => sign.Length > 0).ToList();
        if (named.Count > 0 && !named.Exists(Languages.IsCSharp))
        {
            throw new NotebookException(
                NotebookFault.OtherLanguage,
                $"{name} is written in {Text(kernel?["language"]) ?? named[^1]}. ChainRule runs notebooks in C#.");
        }
    }

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private void AddMissingIds()
    {
        var taken = Cells.Select(cell => cell.Id).OfType<string>().ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < Cells.Length; i++)
        {
            if (Cells[i].Id is not null)
            {
                continue;
            }

            // Made from the content and not by chance, so that running a notebook twice gives the same file.
            for (var attempt = 0; ; attempt++)
            {
                var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{i}/{attempt}/{Cells[i].Source}"));
                var id = Convert.ToHexStringLower(hash.AsSpan(0, 4));
                if (taken.Add(id))
                {
                    Cells[i].AddId(id);
                    break;
                }
            }
        }
    }
}

/// <summary>A cell of a <see cref="Notebook"/>.</summary>
internal sealed class NotebookCell
{
    private readonly JsonObject _node;

    internal NotebookCell(JsonObject node, CellKind kind, int number)
    {
        _node = node;
        Kind = kind;
        Number = number;
    }

    /// <summary>What the cell holds.</summary>
    public CellKind Kind { get; }

    /// <summary>The number of a code cell, counting code cells from 1: what progress and error messages call it. 0 for others.</summary>
    public int Number { get; }

    /// <summary>The cell's id, or null before the format's version 4.5.</summary>
    public string? Id => _node["id"] is JsonValue value && value.TryGetValue<string>(out var id) && id.Length > 0 ? id : null;

    /// <summary>The cell's text.</summary>
    public string Source => Joined(_node["source"]);

    /// <summary>The language that the cell's metadata names, or null.</summary>
    public string? Language
    {
        get
        {
            var metadata = _node["metadata"] as JsonObject;
            foreach (var key in (ReadOnlySpan<string>)["polyglot_notebook", "dotnet_interactive"])
            {
                var properties = metadata?[key] as JsonObject;
                if ((properties?["kernelName"] ?? properties?["language"]) is JsonValue value
                    && value.TryGetValue<string>(out var language))
                {
                    return language;
                }
            }

            return ((metadata?["vscode"] as JsonObject)?["languageId"] as JsonValue)?.TryGetValue<string>(out var id) == true ? id : null;
        }
    }

    /// <summary>The cell's tags.</summary>
    public IEnumerable<string> Tags => ((_node["metadata"] as JsonObject)?["tags"] as JsonArray)?
        .OfType<JsonValue>()
        .Select(tag => tag.TryGetValue<string>(out var text) ? text : "") ?? [];

    /// <summary>Whether the author expects the cell to raise an exception, by the tag that Jupyter's own tools know.</summary>
    public bool MayFail => Tags.Contains("raises-exception", StringComparer.Ordinal);

    /// <summary>The number in brackets beside the cell, or null.</summary>
    public int? ExecutionCount =>
        _node["execution_count"] is JsonValue value && value.TryGetValue<int>(out var count) ? count : null;

    /// <summary>The outputs below the cell.</summary>
    public IEnumerable<CellOutput> Outputs =>
        (_node["outputs"] as JsonArray)?.OfType<JsonObject>().Select(OutputJson.Read).OfType<CellOutput>() ?? [];

    /// <summary>The attached files: name → format → content in base64.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Attachments
    {
        get
        {
            var files = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
            foreach (var (name, value) in _node["attachments"] as JsonObject ?? [])
            {
                if (value is JsonObject formats)
                {
                    files[name] = formats.ToDictionary(format => format.Key, format => Joined(format.Value), StringComparer.Ordinal);
                }
            }

            return files;
        }
    }

    /// <summary>Replaces what the cell's last run left.</summary>
    /// <param name="executionCount">The number of this run, or null when the cell has not been run.</param>
    /// <param name="outputs">What it put out.</param>
    public void SetResult(int? executionCount, IEnumerable<CellOutput> outputs)
    {
        _node["execution_count"] = executionCount;
        _node["outputs"] = new JsonArray([.. outputs.Select(OutputJson.Write)]);
    }

    internal static CellKind? KindOf(JsonObject node) => node["cell_type"] is JsonValue value && value.TryGetValue<string>(out var kind)
        ? kind switch
        {
            "code" => CellKind.Code,
            "markdown" => CellKind.Markdown,
            _ => CellKind.Raw,
        }
        : null;

    /// <summary>The text of nbformat's multi-line strings: one string, or a list of lines.</summary>
    internal static string Joined(JsonNode? node) => node switch
    {
        JsonArray lines => string.Concat(lines.Select(Joined)),
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => "",
    };

    internal void AddId(string id) => _node["id"] = id;
}

/// <summary>The names under which hosts know C#.</summary>
internal static class Languages
{
    private static readonly HashSet<string> CSharp =
        new(StringComparer.OrdinalIgnoreCase) { "c#", "csharp", ".net-csharp", "dotnet-csharp", "polyglot-notebook", "chainrule" };

    /// <summary>Whether <paramref name="name"/> is a name of C#.</summary>
    public static bool IsCSharp(string name) => CSharp.Contains(name);
}
