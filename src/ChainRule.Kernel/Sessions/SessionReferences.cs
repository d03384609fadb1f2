using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting;

namespace ChainRule.Kernel.Sessions;

/// <summary>Finds the assemblies that cells name by <c>#r</c>, and those that these need.</summary>
/// <param name="folder">The folder that paths start from.</param>
/// <param name="own">The files of the program itself, which every session has.</param>
/// <remarks>
/// What the program itself is made with beyond what cells can use (the compiler, above all) is not looked for: to read it was a quarter of the
/// time until a first cell's answer, and no cell can name any of it.
/// </remarks>
internal sealed class SessionReferences(string folder, IEnumerable<string> own) : MetadataReferenceResolver
{
    private readonly ScriptMetadataResolver _scripts = ScriptMetadataResolver.Default.WithBaseDirectory(folder);
    private readonly HashSet<string> _own = new(own, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool ResolveMissingAssemblies => true;

    /// <inheritdoc/>
    public override ImmutableArray<PortableExecutableReference> ResolveReference(string reference, string? baseFilePath, MetadataReferenceProperties properties) =>
        _scripts.ResolveReference(reference, baseFilePath, properties);

    /// <inheritdoc/>
    public override PortableExecutableReference? ResolveMissingAssembly(MetadataReference definition, AssemblyIdentity referenceIdentity) =>
        definition is PortableExecutableReference { FilePath: { } path } && _own.Contains(path) ? null : _scripts.ResolveMissingAssembly(definition, referenceIdentity);

    /// <inheritdoc/>
    public override bool Equals(object? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
