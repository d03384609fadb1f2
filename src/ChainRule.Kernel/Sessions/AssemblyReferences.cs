using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;

namespace ChainRule.Kernel.Sessions;

/// <summary>Assemblies as the compiler sees them.</summary>
internal static class AssemblyReferences
{
    /// <summary>An assembly and its documentation.</summary>
    /// <remarks>
    /// Only what the compiler reads is loaded. MetadataReference.CreateFromFile takes the whole file into memory, machine code included:
    /// for the assemblies of .NET that is 100 MB and much of the time until the first cell.
    /// </remarks>
    /// <param name="path">The path of the assembly.</param>
    public static MetadataReference Of(string path)
    {
        var module = ModuleMetadata.CreateFromStream(File.OpenRead(path), PEStreamOptions.PrefetchMetadata);
        return AssemblyMetadata.Create(module).GetReference(DocumentationFiles.Of(path), filePath: path);
    }
}
