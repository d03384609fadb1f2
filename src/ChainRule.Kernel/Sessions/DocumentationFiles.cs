using System.Collections.Concurrent;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace ChainRule.Kernel.Sessions;

/// <summary>
/// The XML documentation of assemblies, read when somebody asks about one of their members: from the file beside the assembly, and
/// for .NET itself, whose files lie elsewhere, from the reference pack of the SDK if there is one.
/// </summary>
internal sealed class DocumentationFiles : DocumentationProvider
{
    private static readonly string[] CoreFiles = ["System.Runtime", "System.Collections", "System.Threading"];

    private static readonly ConcurrentDictionary<string, Lazy<Dictionary<string, string>>> Files = new(StringComparer.Ordinal);

    private readonly string _assembly;

    private DocumentationFiles(string assembly) => _assembly = assembly;

    /// <summary>The documentation of an assembly.</summary>
    /// <param name="assembly">The path of the assembly.</param>
    public static DocumentationProvider Of(string assembly) => new DocumentationFiles(assembly);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DocumentationFiles other && string.Equals(_assembly, other._assembly, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_assembly);

    /// <inheritdoc/>
    protected override string? GetDocumentationForSymbol(string documentationMemberID, CultureInfo preferredCulture, CancellationToken cancellationToken = default)
    {
        foreach (var file in Candidates())
        {
            if (Files.GetOrAdd(file, static path => new(() => Read(path))).Value.TryGetValue(documentationMemberID, out var text))
            {
                return text;
            }
        }

        return "";
    }

    private static Dictionary<string, string> Read(string path)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        using var reader = XmlReader.Create(path);
        while (reader.ReadToFollowing("member"))
        {
            if (reader.GetAttribute("name") is { } name && XNode.ReadFrom(reader) is XElement member)
            {
                members[name] = member.ToString();
            }
        }

        return members;
    }

    /// <summary>The folder of the reference pack that fits the runtime, or null where no SDK is installed.</summary>
    private static string? ReferencePack(string folder)
    {
        // …/shared/Microsoft.NETCore.App/10.0.1 has its documentation in …/packs/Microsoft.NETCore.App.Ref/10.0.*/ref/net10.0.
        var parts = folder.Split(Path.DirectorySeparatorChar);
        if (parts is not [.. var root, "shared", var framework, var version])
        {
            return null;
        }

        var major = version.Split('.')[0];
        var packs = Path.Combine([Path.DirectorySeparatorChar.ToString(), .. root, "packs", framework + ".Ref"]);
        return Directory.Exists(packs)
            ? Directory.GetDirectories(packs, major + ".*")
                .Select(pack => Path.Combine(pack, "ref", $"net{major}.0"))
                .Where(Directory.Exists)
                .Order(StringComparer.Ordinal)
                .LastOrDefault()
            : null;
    }

    private IEnumerable<string> Candidates()
    {
        var beside = Path.ChangeExtension(_assembly, ".xml");
        if (File.Exists(beside))
        {
            yield return beside;
        }
        else if (ReferencePack(Path.GetDirectoryName(_assembly)!) is { } pack)
        {
            // The types that everybody uses live in System.Private.CoreLib and are documented where programs see them.
            var own = Path.Combine(pack, Path.GetFileNameWithoutExtension(_assembly) + ".xml");
            IEnumerable<string> files = File.Exists(own)
                ? [own]
                : CoreFiles.Select(name => Path.Combine(pack, name + ".xml")).Where(File.Exists);
            foreach (var file in files)
            {
                yield return file;
            }
        }
    }
}
