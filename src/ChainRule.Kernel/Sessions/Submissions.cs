using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Text;

namespace ChainRule.Kernel.Sessions;

/// <summary>
/// The cells of a session as the compiler sees them: a chain of script compilations, each of which knows what those before it
/// declare.
/// </summary>
/// <remarks>
/// Microsoft.CodeAnalysis.Scripting does the same, but passes all references to every compilation, although each has those of the
/// one before it: cell 400 then takes four times as long as cell 1. Here they are given once, and a cell costs the same wherever it
/// stands.
/// </remarks>
internal sealed class Submissions
{
    // All of .NET at once: a cell compiled with a part of it, and a later one with the rest, would see two of each class of the library,
    // because the compiler takes an assembly whose references change for another one.
    private static readonly Lazy<ImmutableArray<MetadataReference>> Platform = new(() => [.. PlatformPaths().Where(IsForScripts).Select(AssemblyReferences.Of)]);

    private static readonly ConditionalWeakTable<Assembly, string> OneLineCells = [];

    private readonly CSharpCompilationOptions _options;
    private readonly SessionLoadContext _loader = new();
    private readonly SourceReferenceResolver _sources;
    private readonly HashSet<string> _known = new(PlatformPaths().Where(IsForScripts).Select(path => Path.GetFileName(path)), StringComparer.OrdinalIgnoreCase);

    /// <summary>Assemblies that the next cell is the first to use. They wait until a cell succeeds in being compiled with them.</summary>
    private ImmutableArray<MetadataReference> _new = Platform.Value;
    private CSharpCompilation? _last;
    private object?[] _states = new object?[16];
    private int _count;
    private int _emitted;

    /// <summary>A chain without cells.</summary>
    /// <param name="folder">The folder that <c>#r</c> and <c>#load</c> start from.</param>
    /// <param name="imports">The namespaces and classes that every cell uses.</param>
    public Submissions(string folder, IEnumerable<string> imports)
    {
        _sources = ScriptSourceResolver.Default.WithBaseDirectory(folder);
        _options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            usings: imports,
            optimizationLevel: OptimizationLevel.Debug,
            allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Enable,
            concurrentBuild: false,
            metadataReferenceResolver: new SessionReferences(folder, PlatformPaths().Where(IsForScripts)),
            sourceReferenceResolver: _sources,
            assemblyIdentityComparer: DesktopAssemblyIdentityComparer.Default);
    }

    /// <summary>The path of what is declared before the first cell.</summary>
    public const string Prelude = "prelude";

    /// <summary>How cells are parsed.</summary>
    public static CSharpParseOptions ParseOptions { get; } =
        new(LanguageVersion.Preview, kind: SourceCodeKind.Script, documentationMode: DocumentationMode.Parse);

    /// <summary>The last compilation that declares something, or null.</summary>
    public CSharpCompilation? Last => _last;

    /// <summary>How far the chain has come, for <see cref="Forget"/>.</summary>
    public SessionMoment Moment => new(_last, _count, _new);

    /// <summary>What a cell would be as the next one.</summary>
    /// <param name="code">Its code.</param>
    /// <param name="path">Its name in errors.</param>
    /// <param name="stop">Stops the compiler.</param>
    public CSharpCompilation Next(string code, string path, CancellationToken stop)
    {
        var tree = CSharpSyntaxTree.ParseText(SourceText.From(code, Encoding.UTF8), ParseOptions, path, stop);
        var name = $"cell-{_count}-{Interlocked.Increment(ref _emitted)}";
        return CSharpCompilation.CreateScriptCompilation(
            name,
            tree,
            _new,
            _options.WithScriptClassName($"Submission#{_count}"),
            _last,
            typeof(object));
    }

    /// <summary>Compiles a cell into an assembly that is loaded.</summary>
    /// <param name="compilation">What <see cref="Next"/> made of the cell.</param>
    /// <param name="stop">Stops the compiler.</param>
    /// <returns>The cell ready to run, or null with what is wrong, and the compiler's diagnostics.</returns>
    public (Submission? Submission, ImmutableArray<Diagnostic> Diagnostics) Compile(CSharpCompilation compilation, CancellationToken stop)
    {
        // The compiler emits nothing for a cell that has only using directives and comments, and gives it no place among the states.
        if (!HasCode(compilation))
        {
            var found = compilation.GetDiagnostics(stop);
            return (HasErrors(found) ? null : new(compilation, null), found);
        }

        // Where an error is in a cell of one line is known without symbols, which are a third of what the compiler writes.
        var path = compilation.SyntaxTrees[^1].FilePath;
        var isOneLine = compilation.SyntaxTrees is [var tree] && tree.GetText(stop).Lines.Count == 1 && !Declares(compilation);
        using var assembly = new MemoryStream();
        using var symbols = isOneLine ? null : new MemoryStream();
        var result = compilation.Emit(
            assembly,
            symbols,
            options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb, pdbChecksumAlgorithm: System.Security.Cryptography.HashAlgorithmName.SHA256),
            cancellationToken: stop);
        if (!result.Success)
        {
            return (null, result.Diagnostics);
        }

        assembly.Position = 0;
        symbols?.Position = 0;
        _loader.Know(compilation.DirectiveReferences.OfType<PortableExecutableReference>().Select(reference => reference.FilePath).OfType<string>());
        var loaded = _loader.LoadFromStream(assembly, symbols);
        _loader.Know(loaded);
        if (isOneLine)
        {
            OneLineCells.Add(loaded, path);
        }

        var entry = compilation.GetEntryPoint(stop)!;
        var factory = loaded.GetType(entry.ContainingType.MetadataName, throwOnError: true)!
            .GetMethod(entry.MetadataName, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!;
        return (new(compilation, factory.CreateDelegate<Func<object?[], Task<object?>>>()), result.Diagnostics);
    }

    /// <summary>Runs a cell and makes what it declares known to those that follow, also when it fails half-way.</summary>
    /// <returns>Its value.</returns>
    public async Task<object?> RunAsync(Submission submission)
    {
        if (_count + 2 >= _states.Length)
        {
            Array.Resize(ref _states, 2 * _states.Length);
        }

        if (Declares(submission.Compilation) || _last is null)
        {
            _last = submission.Compilation;
            _count++;
            _new = [];
        }

        return submission.Run is null ? null : await submission.Run(_states);
    }

    /// <summary>Forgets the cells that came after a moment.</summary>
    /// <param name="moment">What <see cref="Moment"/> was then.</param>
    public void Forget(SessionMoment moment)
    {
        (_last, _count, _new) = moment;
        _states.AsSpan(_count + 1).Clear();
    }

    /// <summary>Makes the files of packages usable.</summary>
    public void Know(PackageFiles packages)
    {
        _loader.Know(packages.Run);

        // What the program has itself is the same for cells.
        _new = _new.AddRange(packages.Compile.Where(file => _known.Add(Path.GetFileName(file))).Select(AssemblyReferences.Of));
    }

    /// <summary>The name of the cell of one line that code belongs to, or null: such cells have no symbols to ask.</summary>
    public static string? OneLineCell(MethodBase? method) => method is not null && OneLineCells.TryGetValue(method.Module.Assembly, out var path) ? path : null;

    private static bool HasErrors(ImmutableArray<Diagnostic> diagnostics) =>
        diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    private static bool HasCode(CSharpCompilation compilation) =>
        compilation.SyntaxTrees.Any(tree => tree.GetRoot() is CompilationUnitSyntax { Members.Count: > 0 });

    /// <summary>
    /// Whether later cells can see anything of this one. A cell that only computes or shows something need not stay in the chain
    /// (nor in memory).
    /// </summary>
    private static bool Declares(CSharpCompilation compilation) =>
        compilation.DirectiveReferences.Any()
        || compilation.SyntaxTrees.Length > 1
        || compilation.SyntaxTrees[0].GetRoot() is CompilationUnitSyntax { Usings.Count: > 0 }
        || compilation.ScriptClass!.GetMembers().Any(member => !member.IsImplicitlyDeclared)
        || !compilation.ExternalReferences.IsEmpty;

    private static IEnumerable<string> PlatformPaths() =>
        ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator);

    /// <summary>What scripts can use: .NET itself, the library and what it is made with.</summary>
    private static bool IsForScripts(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return name is "mscorlib" or "netstandard" or "System" or "Microsoft.CSharp" or "Microsoft.AspNetCore.Html.Abstractions"
            || name.StartsWith("System.", StringComparison.Ordinal)
            || name.StartsWith("ChainRule", StringComparison.Ordinal)
            || name.StartsWith("MathNet.", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.DotNet.Interactive.Formatting", StringComparison.Ordinal);
    }
}

/// <summary>A cell that is ready to run.</summary>
/// <param name="Compilation">What the compiler knows about it.</param>
/// <param name="Run">Runs it, given the states of the cells before it; null if there is nothing to run.</param>
internal sealed record Submission(CSharpCompilation Compilation, Func<object?[], Task<object?>>? Run);

/// <summary>How far a session has come.</summary>
/// <param name="Last">The last cell that declares something.</param>
/// <param name="Count">How many there are.</param>
/// <param name="New">The assemblies that the next cell is the first to use.</param>
internal readonly record struct SessionMoment(CSharpCompilation? Last, int Count, ImmutableArray<MetadataReference> New);
