using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using ChainRule.Interactive;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ChainRule.Kernel.Sessions;

/// <summary>How a cell ended.</summary>
/// <param name="Outputs">What it put out; an error is the last.</param>
/// <param name="Error">The error, or null.</param>
/// <param name="SessionEnded">Whether the cell could not be stopped, so that no further cell can run.</param>
internal sealed record CellResult(ImmutableArray<CellOutput> Outputs, ErrorOutput? Error, bool SessionEnded = false)
{
    /// <summary>Whether the cell did what it says.</summary>
    public bool Succeeded => Error is null;

    /// <summary>What it put out, as later cells have left it: they can exchange what it shows.</summary>
    public required Func<ImmutableArray<CellOutput>> OutputsNow { get; init; }
}

/// <summary>A C# session: cells run one after the other and share what they declare.</summary>
internal sealed class CSharpSession
{
    /// <summary>Recursion over deep expressions is a normal thing to write in this subject.</summary>
    private const int StackSize = 64 * 1024 * 1024;

    /// <summary>How long a cell that was asked to stop may take before it is given up.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>How long a cell that was asked to stop has until a wait in which it hangs is broken off.</summary>
    private static readonly TimeSpan Heed = TimeSpan.FromMilliseconds(25);

    private readonly string _folder;
    private readonly Submissions _submissions;
    private readonly NuGetPackages _packages = new();
    private readonly HomeworkCells _homework = new();
    private readonly SessionFont _font = new();
    private bool _prepared;
    private bool _ended;

    /// <summary>A session without variables.</summary>
    /// <param name="folder">The folder of the notebook: <c>#r</c> and <c>#load</c> start from there.</param>
    public CSharpSession(string folder)
    {
        ConsoleRouter.Install();
        ChainRuleExtension.Register();
        _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _submissions = new(
            _folder,
            [.. Imports.All.Select(import => import.Name), typeof(NotebookFunctions).FullName!, typeof(NotebookExtensions).FullName!]);
    }

    /// <summary>The cells as the compiler sees them.</summary>
    public Submissions Cells => _submissions;

    /// <summary>Runs a cell.</summary>
    /// <param name="code">Its code.</param>
    /// <param name="cell">Its number, for error messages and for its value.</param>
    /// <param name="timeout">How long it may run, or null.</param>
    /// <param name="frontEnd">Sees and keeps what it puts out, errors excepted; null to have everything in the result.</param>
    /// <param name="interrupt">Stops it.</param>
    public async Task<CellResult> RunAsync(
        string code,
        int cell,
        TimeSpan? timeout = null,
        ICellFrontEnd? frontEnd = null,
        CancellationToken interrupt = default)
    {
        ObjectDisposedException.ThrowIf(_ended, this);

        // A cell that gave the console another stream and failed, or forgot it, would silence all that come after it.
        ConsoleRouter.Install();
        var outputs = new OutputCollector(frontEnd, _font.For(code));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = Start(() => RunHere(code, cell, outputs, began.SetResult, stop.Token), out var thread);

        // The limit is for the cell's own work, so it is held by a clock and not by the token that the cell sees.
        using var limit = new CancellationTokenSource();
        var alarm = Task.Delay(timeout ?? Timeout.InfiniteTimeSpan, limit.Token);
        using var interrupted = interrupt.Register(limit.Cancel);
        await Task.WhenAny(run, alarm);
        var stopped = !run.IsCompleted;
        var error = stopped ? StopError(timeout, interrupt) : null;
        if (stopped)
        {
            // The compiler heeds the token by itself, when it comes to it: only the cell's own code can be stuck.
            await stop.CancelAsync();
            await Task.WhenAny(run, began.Task);
            await Task.WhenAny(run, Task.Delay(Heed, CancellationToken.None));
            if (!run.IsCompleted)
            {
                // Ends a sleep, a lock or a wait for a task; code that runs is not touched.
                thread.Interrupt();
                await Task.WhenAny(run, Task.Delay(Grace, CancellationToken.None));
            }

            _ended = !run.IsCompleted;
        }

        await limit.CancelAsync();
        if (!_ended)
        {
            // A cell that heeds the interrupt at once may have ended before it was seen to be stopped.
            var own = await run;
            error ??= own is { Name: nameof(OperationCanceledException) or nameof(TaskCanceledException) } && interrupt.IsCancellationRequested
                ? StopError(timeout, interrupt)
                : own;
        }
        else
        {
            error = CellErrors.Stopped(error!.Name, "The cell was asked to stop and did not, so the session ends here.");
        }

        if (error is not null)
        {
            outputs.Add(error);
        }

        return new(outputs.Close(), error, _ended) { OutputsNow = outputs.Snapshot };
    }

    /// <summary>
    /// Runs cells as if somebody had typed them, and forgets them: the compiler then knows the assemblies and the names that every
    /// session has.
    /// </summary>
    /// <param name="cells">The cells.</param>
    /// <param name="frontEnd">Takes what they put out.</param>
    /// <param name="after">Is told each cell after it has run.</param>
    /// <exception cref="InvalidOperationException">A cell failed.</exception>
    public async Task RehearseAsync(IEnumerable<string> cells, ICellFrontEnd frontEnd, Action<string> after)
    {
        Prepare(CancellationToken.None);
        var moment = _submissions.Moment;
        try
        {
            foreach (var code in cells)
            {
                if ((await RunAsync(code, cell: 0, frontEnd: frontEnd)).Error is { } error)
                {
                    throw new InvalidOperationException($"{code}: {error.Value}");
                }

                after(code);
            }
        }
        finally
        {
            _submissions.Forget(moment);
        }
    }

    private static ErrorOutput StopError(TimeSpan? timeout, CancellationToken interrupt) => interrupt.IsCancellationRequested
        ? CellErrors.Stopped("Interrupted", "The cell was stopped.")
        : CellErrors.Stopped("Timeout", $"The cell ran longer than the {timeout!.Value.TotalSeconds} s that it may take.");

    private static Task<ErrorOutput?> Start(Func<ErrorOutput?> run, out Thread thread)
    {
        var completion = new TaskCompletionSource<ErrorOutput?>(TaskCreationOptions.RunContinuationsAsynchronously);
        thread = new(
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

    /// <summary>Whether the cell ends with an expression without semicolon that has a value.</summary>
    private static bool HasValue(CSharpCompilation compilation)
    {
        var tree = compilation.SyntaxTrees[^1];
        return tree.GetRoot() is CompilationUnitSyntax { Members: [.., GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last }] }
            && compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression).Type?.SpecialType != SpecialType.System_Void;
    }

    /// <summary>Shows what the compiler warns of. The columns are right in lines into which no checks were written.</summary>
    private static void ShowWarnings(ImmutableArray<Diagnostic> diagnostics, string code, OutputCollector outputs)
    {
        foreach (var line in CellErrors.Warnings(diagnostics, code))
        {
            outputs.Write(isError: true, line + "\n");
        }
    }

    private static bool HasErrors(IEnumerable<Diagnostic> diagnostics) =>
        diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    /// <summary>Compiles and runs the cell on this thread.</summary>
    /// <returns>What went wrong, or null.</returns>
    private ErrorOutput? RunHere(string code, int cell, OutputCollector outputs, Action begin, CancellationToken stop)
    {
        OutputCollector.Current = outputs;
        using var heeded = Interruption.Heed(stop);
        try
        {
            using var kept = CellScope.Open();
            if (HomeworkCells.Owns(code))
            {
                begin();

                // Claims and givens are no C#: they are judged, and what a later cell claims sees what an earlier one gave.
                if (_homework.Run(code) is { } report)
                {
                    outputs.Add(new DisplayOutput(ValueFormats.Of(report), cell));
                }

                return null;
            }

            Prepare(stop);
            var started = Stopwatch.GetTimestamp();
            var (plain, directives) = CellDirectives.Read(code, Submissions.ParseOptions);
            Obey(directives, outputs, stop);
            var submission = Compile(plain, cell, stop, out var diagnostics, out var typed);
            if (submission is null)
            {
                return CellErrors.Compilation(diagnostics, plain, _folder, typed);
            }

            ShowWarnings(diagnostics, plain, outputs);
            stop.ThrowIfCancellationRequested();
            begin();
            var value = _submissions.RunAsync(submission).GetAwaiter().GetResult();

            // Only a return statement gives a cell a value where its last line has none. What display(…) showed is there already.
            if (value is not DisplayedValue && (value is not null || HasValue(submission.Compilation)))
            {
                outputs.Add(new DisplayOutput(ValueFormats.Of(value), cell));
            }

            kept.Dispose();
            if (directives.Any(directive => directive.Kind is HostDirectiveKind.Time))
            {
                outputs.Add(SessionReport.Text(string.Create(CultureInfo.InvariantCulture, $"Wall time: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0.0} ms")));
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

    /// <summary>Declares what every session has from its first cell.</summary>
    private void Prepare(CancellationToken stop)
    {
        if (_prepared)
        {
            return;
        }

        var (declarations, diagnostics) = _submissions.Compile(_submissions.Next(string.Join('\n', Imports.Declarations), Submissions.Prelude, stop), stop);
        _submissions.RunAsync(declarations ?? throw new InvalidOperationException(string.Join('\n', diagnostics))).GetAwaiter().GetResult();
        _prepared = true;
    }

    /// <summary>Does what the lines for the host ask.</summary>
    private void Obey(ImmutableArray<HostDirective> directives, OutputCollector outputs, CancellationToken stop)
    {
        foreach (var directive in directives)
        {
            switch (directive.Kind)
            {
                case HostDirectiveKind.About:
                    outputs.Add(SessionReport.About());
                    break;
                case HostDirectiveKind.Who:
                    outputs.Add(SessionReport.Who(_submissions));
                    break;
                case HostDirectiveKind.BuiltIn:
                    outputs.Add(SessionReport.Text($"{directive.Name} is built into this kernel: nothing to fetch."));
                    break;
                case HostDirectiveKind.Feed:
                    _packages.AddFeed(directive.Name);
                    break;
                case HostDirectiveKind.Package:
                    var place = outputs.Add(SessionReport.Text($"Fetching {directive.Name} {directive.Version}".TrimEnd() + " …"));
                    var files = _packages.AddAsync(directive, stop).GetAwaiter().GetResult();
                    _submissions.Know(files);
                    outputs.Replace(place, SessionReport.Text($"Package {directive.Name} {files.Versions.GetValueOrDefault(directive.Name)} is there."));
                    break;
            }
        }
    }

    /// <summary>The cell compiled with its interruption checks, or null and what the compiler says about the cell as it was typed.</summary>
    private Submission? Compile(string code, int cell, CancellationToken stop, out ImmutableArray<Diagnostic> diagnostics, out CSharpCompilation typed)
    {
        var path = CellErrors.CellName(cell);
        typed = _submissions.Next(TopLevel.Adapt(code), path, stop);
        if (!HasErrors(typed.SyntaxTrees[^1].GetDiagnostics(stop)))
        {
            var (guarded, found) = _submissions.Compile(InterruptionChecks.AddTo(typed, stop) is { } checks ? _submissions.Next(checks, path, stop) : typed, stop);
            if (guarded is not null)
            {
                diagnostics = found;
                return guarded;
            }
        }

        // The compiler speaks about the code that was typed. Should only the checks have made it fail, it runs without them.
        (var plain, diagnostics) = _submissions.Compile(typed, stop);
        return plain;
    }
}
