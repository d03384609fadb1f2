using System.Collections.Immutable;
using System.Text;
using ChainRule.Checking;
using ChainRule.Interactive;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;

namespace ChainRule.Kernel.Sessions;

/// <summary>How a cell ended.</summary>
/// <param name="Outputs">What it put out; an error is the last.</param>
/// <param name="Error">The error, or null.</param>
/// <param name="SessionEnded">Whether the cell could not be stopped, so that no further cell can run.</param>
internal sealed record CellResult(ImmutableArray<CellOutput> Outputs, ErrorOutput? Error, bool SessionEnded = false)
{
    /// <summary>Whether the cell did what it says.</summary>
    public bool Succeeded => Error is null;
}

/// <summary>A C# session: cells run one after the other and share what they declare.</summary>
internal sealed class CSharpSession
{
    /// <summary>Recursion over deep expressions is a normal thing to write in this subject.</summary>
    private const int StackSize = 64 * 1024 * 1024;

    /// <summary>How long a cell that was asked to stop may take before it is given up.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Preview, kind: SourceCodeKind.Script);

    private readonly string _folder;
    private readonly List<string> _givens = [];
    private readonly ScriptOptions _options;
    private ScriptState<object>? _state;
    private bool _ended;

    /// <summary>A session without variables.</summary>
    /// <param name="folder">The folder of the notebook: <c>#r</c> and <c>#load</c> start from there.</param>
    public CSharpSession(string folder)
    {
        ConsoleRouter.Install();
        ChainRuleExtension.Register();
        _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _options = ScriptOptions.Default
            .WithLanguageVersion(LanguageVersion.Preview)
            .WithReferences(ReferencePaths().Select(path => MetadataReference.CreateFromFile(path)))
            .WithImports(Imports.All.Select(import => import.Name))
            .AddImports(typeof(NotebookFunctions).FullName!, typeof(NotebookExtensions).FullName!)
            .WithMetadataResolver(ScriptMetadataResolver.Default.WithBaseDirectory(_folder))
            .WithSourceResolver(ScriptSourceResolver.Default.WithBaseDirectory(_folder))
            .WithFileEncoding(Encoding.UTF8)
            .WithEmitDebugInformation(true);
    }

    /// <summary>Runs a cell.</summary>
    /// <param name="code">Its code.</param>
    /// <param name="cell">Its number, for error messages and for its value.</param>
    /// <param name="timeout">How long it may run, or null.</param>
    /// <param name="interrupt">Stops it.</param>
    public async Task<CellResult> RunAsync(string code, int cell, TimeSpan? timeout = null, CancellationToken interrupt = default)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        var outputs = new OutputCollector();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        var run = Start(() => RunHere(code, cell, outputs, stop.Token));

        // The limit is for the cell's own work, so it is held by a clock and not by the token that the cell sees.
        using var limit = new CancellationTokenSource();
        var alarm = Task.Delay(timeout ?? Timeout.InfiniteTimeSpan, limit.Token);
        using var interrupted = interrupt.Register(limit.Cancel);
        await Task.WhenAny(run, alarm);
        var stopped = !run.IsCompleted;
        var error = stopped ? StopError(timeout, interrupt) : null;
        if (stopped)
        {
            await stop.CancelAsync();
            await Task.WhenAny(run, Task.Delay(Grace, CancellationToken.None));
            _ended = !run.IsCompleted;
        }

        await limit.CancelAsync();
        if (!_ended)
        {
            var own = await run;
            error ??= own;
        }
        else
        {
            error = error! with
            {
                Value = error.Value + " It could not be stopped, so the session ends here.",
                Traceback = [.. error.Traceback, "It could not be stopped, so the session ends here."],
            };
        }

        if (error is not null)
        {
            outputs.Add(error);
        }

        return new(outputs.Close(), error, _ended);
    }

    private static ErrorOutput StopError(TimeSpan? timeout, CancellationToken interrupt) => interrupt.IsCancellationRequested
        ? CellErrors.Stopped("Interrupted", "The cell was stopped.")
        : CellErrors.Stopped("Timeout", $"The cell ran longer than the {timeout!.Value.TotalSeconds} s that it may take.");

    private static Task<ErrorOutput?> Start(Func<ErrorOutput?> run)
    {
        var completion = new TaskCompletionSource<ErrorOutput?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                try
                {
                    completion.SetResult(run());
                }
                catch (Exception exception)
                {
                    // A fault of the session itself and not of the cell: whoever awaits the cell gets it.
                    completion.SetException(exception);
                }
            },
            StackSize)
        {
            IsBackground = true,
            Name = "cell",
        };
        thread.Start();
        return completion.Task;
    }

    /// <summary>What scripts can use: .NET itself, the library and what it is made with.</summary>
    private static IEnumerable<string> ReferencePaths()
    {
        var platform = ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator);
        return platform.Where(path => IsForScripts(Path.GetFileNameWithoutExtension(path)));

        static bool IsForScripts(string name) =>
            name is "mscorlib" or "netstandard" or "System" or "Microsoft.CSharp" or "Microsoft.AspNetCore.Html.Abstractions"
            || name.StartsWith("System.", StringComparison.Ordinal)
            || name.StartsWith("ChainRule", StringComparison.Ordinal)
            || name.StartsWith("MathNet.", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.DotNet.Interactive.Formatting", StringComparison.Ordinal);
    }

    /// <summary>Whether the cell ends with an expression without semicolon that has a value.</summary>
    private static bool HasValue(Compilation compilation)
    {
        var tree = compilation.SyntaxTrees.Last();
        return tree.GetRoot() is CompilationUnitSyntax { Members: [.., GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last }] }
            && compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression).Type?.SpecialType != SpecialType.System_Void;
    }

    private static bool HasErrors(IEnumerable<Diagnostic> diagnostics) =>
        diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    /// <summary>Compiles and runs the cell on this thread.</summary>
    /// <returns>What went wrong, or null.</returns>
    private ErrorOutput? RunHere(string code, int cell, OutputCollector outputs, CancellationToken stop)
    {
        OutputCollector.Current = outputs;
        using var heeded = Interruption.Heed(stop);
        try
        {
            if (HomeworkText.IsCell(code))
            {
                // Claims and givens are no C#: they are judged, and what a later cell claims sees what an earlier one gave.
                Homework(code, cell, outputs);
                return null;
            }

            var plain = CellDirectives.Remove(code, ParseOptions);
            var script = Compile(plain, cell, stop, out var diagnostics);
            if (script is null)
            {
                return CellErrors.Compilation(diagnostics, plain, _folder);
            }

            _state = script.RunFromAsync(_state, static _ => true, stop).GetAwaiter().GetResult();
            if (_state.Exception is not null)
            {
                return CellErrors.Runtime(_state.Exception, _folder);
            }

            if (HasValue(script.GetCompilation()))
            {
                outputs.Add(new DisplayOutput(ValueFormats.Of(_state.ReturnValue), cell));
            }

            return null;
        }
        catch (DirectiveException exception)
        {
            return CellErrors.Directive(exception, cell);
        }
        catch (Exception exception)
        {
            // A value that can't be shown is the notebook's fault, whatever it throws.
            return CellErrors.Runtime(exception, _folder);
        }
    }

    private void Homework(string code, int cell, OutputCollector outputs)
    {
        var parts = HomeworkText.FromCell(code);
        var report = HomeworkText.Check(parts, _givens);
        _givens.AddRange(parts.Where(part => part.IsGiven).SelectMany(part => HomeworkText.Givens(part.Text)));
        if (report.Claims.Length > 0 || report.UnreadGivens.Length > 0)
        {
            outputs.Add(new DisplayOutput(ValueFormats.Of(report), cell));
        }
    }

    /// <summary>The cell compiled with its interruption checks, or null and what the compiler says about the cell as it was typed.</summary>
    private Script<object>? Compile(string code, int cell, CancellationToken stop, out ImmutableArray<Diagnostic> diagnostics)
    {
        _state ??= CSharpScript.RunAsync<object>("", _options, cancellationToken: stop).GetAwaiter().GetResult();
        var options = _options.WithFilePath(CellErrors.CellName(cell));
        var tree = CSharpSyntaxTree.ParseText(code, ParseOptions, cancellationToken: stop);
        if (!HasErrors(tree.GetDiagnostics(stop)))
        {
            var guarded = _state.Script.ContinueWith<object>(InterruptionChecks.AddTo(tree, stop), options);
            diagnostics = guarded.Compile(stop);
            if (!HasErrors(diagnostics))
            {
                return guarded;
            }
        }

        // The compiler speaks about the code that was typed. Should only the checks have made it fail, it runs without them.
        var script = _state.Script.ContinueWith<object>(code, options);
        diagnostics = script.Compile(stop);
        return HasErrors(diagnostics) ? null : script;
    }
}
