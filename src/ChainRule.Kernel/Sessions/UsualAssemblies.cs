using System.Collections.Frozen;

namespace ChainRule.Kernel.Sessions;

/// <summary>
/// The assemblies that every cell is compiled with: the library, and of .NET those that have something in the namespaces that every cell
/// uses (a test holds the list to that). So a name that a cell finds here means the same with all of .NET; one that it does not find is
/// looked for there.
/// </summary>
internal static class UsualAssemblies
{
    private static readonly FrozenSet<string> Names = new[]
    {
        "System.Private.CoreLib", "System.Runtime", "System.Private.Uri", "System.Console", "System.Collections", "System.Collections.Immutable",
        "System.Linq", "System.Linq.Expressions", "System.Linq.Queryable", "System.Linq.Parallel", "System.Linq.AsyncEnumerable",
        "System.IO.FileSystem.AccessControl", "System.IO.FileSystem.DriveInfo", "System.IO.FileSystem.Watcher", "System.Text.Encoding.CodePages", "System.Threading", "System.Threading.Tasks.Parallel",
        "System.Memory", "System.ComponentModel", "System.ComponentModel.TypeConverter", "System.ObjectModel", "System.Runtime.Numerics",
        "System.Numerics.Tensors", "netstandard", "Microsoft.AspNetCore.Html.Abstractions", "Microsoft.DotNet.Interactive.Formatting", "MathNet.Numerics",
        "ChainRule", "ChainRule.Interactive", "ChainRule.Kernel",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether an assembly is one of them.</summary>
    /// <param name="name">Its name.</param>
    public static bool Contains(string name) => Names.Contains(name);
}
