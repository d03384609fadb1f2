using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ChainRule.Kernel.Sessions;

/// <summary>The files of packages.</summary>
/// <param name="Compile">What code is compiled against.</param>
/// <param name="Run">What is loaded when it runs, native libraries included.</param>
/// <param name="Versions">Package → the version that was chosen.</param>
internal sealed record PackageFiles(ImmutableArray<string> Compile, ImmutableArray<string> Run, IReadOnlyDictionary<string, string> Versions);

/// <summary>
/// NuGet packages for cells, fetched as a project would: by the SDK's own <c>dotnet restore</c>, with its settings, its feeds and its
/// cache. A version that is in the cache needs no network.
/// </summary>
internal sealed partial class NuGetPackages
{
    private readonly Dictionary<string, string> _asked = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _feeds = [];

    /// <summary>Adds a feed: an address or a folder.</summary>
    public void AddFeed(string feed) => _feeds.Add(feed);

    /// <summary>Fetches a package together with those that were asked for before, so that all fit together.</summary>
    /// <param name="directive">The line that asks for it.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="DirectiveException">It can't be had; the message says why.</exception>
    public async Task<PackageFiles> AddAsync(HostDirective directive, CancellationToken stop)
    {
        var before = _asked.GetValueOrDefault(directive.Name);
        _asked[directive.Name] = directive.Version.Length > 0 ? directive.Version : before ?? "*";
        try
        {
            return await RestoreAsync(directive, stop);
        }
        catch (DirectiveException)
        {
            // What can't be had must not spoil the next package.
            if (before is null)
            {
                _asked.Remove(directive.Name);
            }
            else
            {
                _asked[directive.Name] = before;
            }

            throw;
        }
    }

    private static PackageFiles ReadAssets(string file)
    {
        var assets = JsonNode.Parse(File.ReadAllText(file))!;
        var folders = assets["packageFolders"]!.AsObject().Select(folder => folder.Key).ToList();
        var libraries = assets["libraries"]!.AsObject();
        var target = assets["targets"]!.AsObject().Last().Value!.AsObject();
        var compile = ImmutableArray.CreateBuilder<string>();
        var run = ImmutableArray.CreateBuilder<string>();
        var versions = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, package) in target)
        {
            var (name, version) = key.Split('/') is [var first, var second] ? (first, second) : (key, "");
            versions[name] = version;
            var path = (string?)libraries[key]?["path"];
            compile.AddRange(Files("compile"));
            run.AddRange(Files("runtime"));
            run.AddRange(Files("native"));

            IEnumerable<string> Files(string kind) => (package![kind]?.AsObject() ?? [])
                .Where(item => path is not null && !item.Key.EndsWith("_._", StringComparison.Ordinal))
                .Select(item => folders.Select(folder => Path.Combine(folder, path!, item.Key)).FirstOrDefault(File.Exists))
                .OfType<string>();
        }

        return new(compile.ToImmutable(), run.ToImmutable(), versions);
    }

    private static string FirstError(string output, string name)
    {
        var error = Error().Match(output);
        return error.Success ? error.Groups["message"].Value.Trim() : $"dotnet restore failed for {name}.";
    }

    private async Task<PackageFiles> RestoreAsync(HostDirective directive, CancellationToken stop)
    {
        var project = new XElement(
            "Project",
            new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement(
                "PropertyGroup",
                new XElement("TargetFramework", $"net{Environment.Version.Major}.0"),
                new XElement("RuntimeIdentifier", RuntimeInformation.RuntimeIdentifier),
                new XElement("SelfContained", "false"),
                new XElement("NuGetAudit", "false"),
                _feeds.Count > 0 ? new XElement("RestoreAdditionalProjectSources", string.Join(';', _feeds)) : null),
            new XElement(
                "ItemGroup",
                _asked.OrderBy(package => package.Key, StringComparer.OrdinalIgnoreCase).Select(package => new XElement(
                    "PackageReference",
                    new XAttribute("Include", package.Key),
                    new XAttribute("Version", package.Value)))));
        var text = project.ToString();
        var folder = Path.Combine(
            Path.GetTempPath(),
            $"chainrule-packages-{Environment.UserName}",
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16] + $"-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            var file = Path.Combine(folder, "packages.csproj");
            await File.WriteAllTextAsync(file, text, stop);

            // Settings of the folder above are none of the notebook's.
            await File.WriteAllTextAsync(Path.Combine(folder, "Directory.Build.props"), "<Project />", stop);
            await File.WriteAllTextAsync(Path.Combine(folder, "Directory.Packages.props"), "<Project />", stop);
            var (code, output) = await DotnetAsync(folder, ["restore", file], directive, stop);
            return code == 0
                ? ReadAssets(Path.Combine(folder, "obj", "project.assets.json"))
                : throw new DirectiveException(directive.Line, $"The package {directive.Name}{(directive.Version.Length > 0 ? " " + directive.Version : "")} can't be had. {FirstError(output, directive.Name)}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int Code, string Output)> DotnetAsync(string folder, string[] arguments, HostDirective directive, CancellationToken stop)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
            Environment = { ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_UI_LANGUAGE"] = "en", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" },
        };
        arguments.ToList().ForEach(start.ArgumentList.Add);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new DirectiveException(directive.Line, $"The package {directive.Name} can't be fetched: that takes the .NET SDK, and there is no dotnet on the PATH ({exception.Message}).");
        }

        using (process)
        {
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(stop);
            try
            {
                var output = await process.StandardOutput.ReadToEndAsync(stop);
                await process.WaitForExitAsync(stop);
                return (process.ExitCode, output + await error);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
    }

    [GeneratedRegex(@"error (?<message>NU\d+: [^\r\n\[]*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Error();
}
