using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;

namespace ChainRule.Kernel.Jupyter.Workers;

/// <summary>
/// Keeps a worker alive: passes requests on, and when a worker dies under a cell, makes that the cell's error, starts another and
/// says once that the state is lost.
/// </summary>
internal sealed class Supervisor : IAsyncDisposable
{
    /// <summary>How long a cell that is to stop may take before its worker is ended. The worker itself gives up earlier.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LeaveTime = TimeSpan.FromMilliseconds(500);

    private const string Stuck = "it could not be stopped otherwise than by ending its process";
    private const string Gone = "The session starts anew: the variables, functions and usings of earlier cells are gone.";

    private readonly Action<WorkerEvent> _onEvent;
    private readonly Action<bool, string> _onText;
    private readonly Action<string> _log;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<WorkerAnswer>> _waiting = new();
    private readonly Lock _gate = new();
    private Current _current;
    private string? _loss;
    private bool _leaving;
    private long _requests;
    private int _lastCell;

    /// <summary>Starts the first worker.</summary>
    /// <param name="onEvent">Takes what cells put out.</param>
    /// <param name="onText">Takes what was written past the console's routing.</param>
    /// <param name="log">Takes lines for whoever looks after the kernel.</param>
    public Supervisor(Action<WorkerEvent> onEvent, Action<bool, string> onText, Action<string> log)
    {
        _onEvent = onEvent;
        _onText = onText;
        _log = log;
        _current = Start();
    }

    /// <summary>What is to be said about lost state before the next cell, once; null if nothing is.</summary>
    public string? TakeLoss() => Interlocked.Exchange(ref _loss, null);

    /// <summary>The number of the next request.</summary>
    public long NextId() => Interlocked.Increment(ref _requests);

    /// <summary>Runs a cell.</summary>
    /// <returns>How it ended; also when the worker died.</returns>
    public async Task<CellEnded> RunAsync(RunCell cell)
    {
        _lastCell = cell.Cell;
        var (worker, replaced) = _current;
        var (answer, death) = await AskAsync(worker, cell, cell.Id);
        if (answer is CellEnded { SessionEnded: false } ended)
        {
            return ended;
        }

        if (answer is CellEnded)
        {
            worker.Kill(Stuck);
        }

        // The next request goes to the next worker.
        await replaced;
        return answer as CellEnded ?? new(cell.Id, Failure(death!, worker, cell.Cell), SessionEnded: true, []);
    }

    /// <summary>Asks the worker for anything else.</summary>
    /// <returns>Its answer, or null if it died instead.</returns>
    public async Task<WorkerAnswer?> AskAsync(WorkerRequest request, long id) => (await AskAsync(_current.Worker, request, id)).Answer;

    /// <summary>Stops the cell that runs, if one does.</summary>
    public void Interrupt()
    {
        var worker = _current.Worker;
        var running = _waiting.Values.Select(answer => answer.Task).ToArray();
        worker.Send(new InterruptCell());
        if (running.Length > 0)
        {
            _ = EndIfStuckAsync(worker, running);
        }
    }

    /// <summary>Gives a cell the line that it asked for.</summary>
    public void GiveInput(string? text) => _current.Worker.Send(new InputGiven(text));

    /// <summary>Ends the worker.</summary>
    public async ValueTask DisposeAsync()
    {
        WorkerProcess worker;
        lock (_gate)
        {
            _leaving = true;
            worker = _current.Worker;
        }

        worker.Leave();
        await Task.WhenAny(worker.Ended, Task.Delay(LeaveTime));
        worker.Kill("the kernel ended");
        await worker.Ended;
        worker.Dispose();
    }

    private static CellFailure Failure(WorkerDeath death, WorkerProcess worker, int cell)
    {
        if (worker.KilledBecause is { } reason)
        {
            return new("Interrupted", $"The cell was stopped; {reason}.", [$"Interrupted: The cell was stopped; {reason}.", Gone]);
        }

        var (name, message) = IsOverflow(death)
            ? ("StackOverflow", "The cell called itself too deep: its stack overflowed.")
            : death.Report.Length > 0
                ? ("Crash", $"The cell brought its process down: {death.Report.Split('\n')[0].Trim()}")
                : ("Exit", string.Create(CultureInfo.InvariantCulture, $"The cell ended its process with exit code {death.ExitCode}."));
        var traceback = ImmutableArray.CreateBuilder<string>();
        traceback.Add($"{name}: {message}");
        traceback.AddRange(CrashFrames.Of(death.Report, cell));
        traceback.Add(Gone);
        return new(name, message, traceback.ToImmutable());
    }

    private static bool IsOverflow(WorkerDeath death) => death.Report.StartsWith("Stack overflow.", StringComparison.Ordinal);

    private async Task<(WorkerAnswer? Answer, WorkerDeath? Death)> AskAsync(WorkerProcess worker, WorkerRequest request, long id)
    {
        var answer = new TaskCompletionSource<WorkerAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        try
        {
            worker.Send(request);
            await Task.WhenAny(answer.Task, worker.Ended);
            return answer.Task.IsCompleted ? (await answer.Task, null) : (null, await worker.Ended);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    private static async Task EndIfStuckAsync(WorkerProcess worker, Task[] running)
    {
        if (await Task.WhenAny(Task.WhenAll(running), worker.Ended, Task.Delay(StopTime)) is var first
            && first != worker.Ended
            && !running.All(task => task.IsCompleted))
        {
            worker.Kill(Stuck);
        }
    }

    private Current Start()
    {
        var worker = new WorkerProcess(OnEvent, _onText);
        return new(worker, WatchAsync(worker));
    }

    private async Task WatchAsync(WorkerProcess worker)
    {
        var death = await worker.Ended;
        lock (_gate)
        {
            if (_leaving)
            {
                return;
            }

            if (!worker.Ready.IsCompleted)
            {
                // Starting again would fail again: say so and leave it at that.
                _log($"The worker ended with exit code {death.ExitCode} before it was ready. {death.Report}");
                return;
            }

            var why = worker.KilledBecause ?? (IsOverflow(death) ? "its stack overflowed" : "its process ended");
            _loss = $"The session was started anew after cell {_lastCell} ({why}): what earlier cells declared is gone. Run them again.\n";
            _current = Start();
        }

        worker.Dispose();
    }

    private void OnEvent(WorkerEvent message)
    {
        if (message is not WorkerAnswer answer)
        {
            _onEvent(message);
        }
        else if (_waiting.TryGetValue(answer.Id, out var waiting))
        {
            waiting.TrySetResult(answer);
        }
    }

    private sealed record Current(WorkerProcess Worker, Task Replaced);
}
