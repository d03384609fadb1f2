using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;

namespace ChainRule.Kernel.Sessions;

/// <summary>Finds the assemblies that cells use: those of earlier cells, and files that were named by <c>#r</c> with what lies beside them.</summary>
internal sealed class SessionLoadContext() : AssemblyLoadContext("cells")
{
    private static readonly Lazy<HashSet<string>> Own = new(() =>
        new(
            ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator).Select(path => Path.GetFileNameWithoutExtension(path)),
            StringComparer.OrdinalIgnoreCase));

    private readonly ConcurrentDictionary<string, Assembly> _cells = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, byte> _folders = new(StringComparer.Ordinal);

    /// <summary>Makes the assembly of a cell known.</summary>
    public void Know(Assembly cell) => _cells[cell.GetName().Name!] = cell;

    /// <summary>Makes files known.</summary>
    public void Know(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            _files.TryAdd(Path.GetFileNameWithoutExtension(file), file);
            _folders.TryAdd(Path.GetDirectoryName(file)!, 0);
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var name = assemblyName.Name!;
        if (_cells.TryGetValue(name, out var cell))
        {
            return cell;
        }

        // What the program itself is made of is the same for cells, so that types are.
        if (Own.Value.Contains(name))
        {
            return null;
        }

        var file = _files.GetValueOrDefault(name) ?? _folders.Keys.Select(folder => Path.Combine(folder, name + ".dll")).FirstOrDefault(File.Exists);
        return file is null ? null : LoadFromAssemblyPath(file);
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        var file = _folders.Keys
            .SelectMany(folder => new[] { unmanagedDllName, unmanagedDllName + ".so", "lib" + unmanagedDllName + ".so", unmanagedDllName + ".dll", "lib" + unmanagedDllName + ".dylib" }.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
        return file is null ? 0 : LoadUnmanagedDllFromPath(file);
    }
}
