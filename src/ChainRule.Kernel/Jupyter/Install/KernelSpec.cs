using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChainRule.Kernel.Notebooks;

namespace ChainRule.Kernel.Jupyter.Install;

/// <summary>What tells Jupyter that the kernel is there and how it is started.</summary>
internal static class KernelSpec
{
    /// <summary>The name that notebooks ask for.</summary>
    public const string Name = "chainrule";

    private const string FileName = "kernel.json";

    private static readonly string[] Logos = ["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"];

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the kernelspec.</summary>
    /// <param name="data">A data folder of Jupyter.</param>
    /// <returns>The folder that was written.</returns>
    /// <exception cref="KernelException">It can't be written.</exception>
    public static string Install(string data)
    {
        var folder = JupyterPaths.Kernel(data, Name);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var logo in Logos)
            {
                using var source = Assembly.GetExecutingAssembly().GetManifestResourceStream(logo)!;
                using var target = File.Create(Path.Combine(folder, logo));
                source.CopyTo(target);
            }

            AtomicFile.Write(Path.Combine(folder, FileName), Content().ToJsonString(Json) + "\n");
            return folder;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KernelException($"The kernel can't be installed in {folder}: {exception.Message}", exception);
        }
    }

    /// <summary>Removes the kernelspec.</summary>
    /// <param name="data">A data folder of Jupyter.</param>
    /// <returns>The folder that was removed, or null if there was none.</returns>
    /// <exception cref="KernelException">It can't be removed.</exception>
    public static string? Uninstall(string data)
    {
        var folder = JupyterPaths.Kernel(data, Name);
        try
        {
            if (!File.Exists(Path.Combine(folder, FileName)))
            {
                return null;
            }

            Directory.Delete(folder, recursive: true);
            return folder;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KernelException($"{folder} can't be removed: {exception.Message}", exception);
        }
    }

    /// <summary>The kernelspecs that Jupyter finds, with the command that each starts, or what is wrong with it.</summary>
    public static IEnumerable<(string Folder, string Command)> Installed()
    {
        foreach (var folder in JupyterPaths.All.Select(data => JupyterPaths.Kernel(data, Name)))
        {
            var file = Path.Combine(folder, FileName);
            if (File.Exists(file))
            {
                yield return (folder, Command(file));
            }
        }
    }

    private static string Command(string file)
    {
        try
        {
            var arguments = (JsonNode.Parse(File.ReadAllText(file))?["argv"] as JsonArray ?? []).Select(NotebookCell.Joined).ToList();
            return arguments.Count == 0 ? "kernel.json names no command"
                : !Path.IsPathRooted(arguments[0]) || File.Exists(arguments[0]) ? string.Join(' ', arguments)
                : $"{arguments[0]} is not there any more: install the kernel again";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return $"kernel.json can't be read: {exception.Message}";
        }
    }

    private static JsonObject Content()
    {
        var command = SelfCommand.With(JupyterCommand.Name, JupyterCommand.KernelName, JupyterCommand.ConnectionFileOption, "{connection_file}");
        var content = new JsonObject
        {
            ["argv"] = new JsonArray([.. command.Select(argument => JsonValue.Create(argument))]),
            ["display_name"] = "ChainRule (C#)",
            ["language"] = "C#",
            ["interrupt_mode"] = "message",
            ["metadata"] = new JsonObject { ["debugger"] = false },
        };

        // A runtime that is not where the system looks for it is found by this variable, which front ends may not have.
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root)
        {
            content["env"] = new JsonObject { ["DOTNET_ROOT"] = root };
        }

        return content;
    }
}
