using System.Diagnostics;
using System.IO.Pipes;
using System.Text;

namespace ChainRule.Kernel.Jupyter.Workers;

/// <summary>How a worker ended.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Report">What the runtime said about it, if it said anything.</param>
internal sealed record WorkerDeath(int ExitCode, string Report);

/// <summary>The supervisor's hand on one worker.</summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>How long the pipes of a dead worker may stay open: a process that a cell started can hold them.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly AnonymousPipeServerStream _requests = new(PipeDirection.Out, HandleInheritability.Inheritable);
    private readonly AnonymousPipeServerStream _events = new(PipeDirection.In, HandleInheritability.Inheritable);
    private readonly CrashReport _crash;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts a worker.</summary>
    /// <param name="onEvent">Takes its events, in order.</param>
    /// <param name="onText">Takes what was written past the console's routing: by native code, by other processes.</param>
    public WorkerProcess(Action<WorkerEvent> onEvent, Action<bool, string> onText)
    {
        _crash = new(text => onText(true, text));
        var start = SelfCommand.Process(JupyterCommand.Name, JupyterCommand.WorkerName, _requests.GetClientHandleAsString(), _events.GetClientHandleAsString());
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);

        // A cell that allocates without end gets an exception before the machine is out of memory. The number is hexadecimal: 80 %.
        start.Environment.TryAdd("DOTNET_GCHeapHardLimitPercent", "50");
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _requests.DisposeLocalCopyOfClientHandle();
        _events.DisposeLocalCopyOfClientHandle();

        var output = ReadTextAsync(_process.StandardOutput.BaseStream, text => onText(false, text));
        var error = ReadTextAsync(_process.StandardError.BaseStream, _crash.Write);
        var events = Task.Factory.StartNew(() => ReadEvents(onEvent), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Ended = EndAsync(Task.WhenAll(output, error, events));
    }

    /// <summary>Completes when the worker takes requests. It never fails; see <see cref="Ended"/>.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Completes when the process is gone and everything that it said has been passed on.</summary>
    public Task<WorkerDeath> Ended { get; }

    /// <summary>Why we ended it, or null.</summary>
    public string? KilledBecause { get; private set; }

    /// <summary>Sends a request. A worker that is gone takes none; <see cref="Ended"/> says so.</summary>
    public void Send(WorkerRequest request)
    {
        try
        {
            lock (_gate)
            {
                WorkerPipe.Send(_requests, request, WorkerJson.Default.WorkerRequest);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Whoever waits for an answer also waits for the end.
        }
    }

    /// <summary>Asks the process to leave: that its requests end is the sign.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _requests.Dispose();
        }
    }

    /// <summary>Ends the process and those that it started.</summary>
    /// <param name="reason">Why, for whoever reads of it.</param>
    public void Kill(string reason)
    {
        KilledBecause ??= reason;
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It is gone already.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Dispose();
        Leave();
        _events.Dispose();
    }

    private static async Task ReadTextAsync(Stream stream, Action<string> onText)
    {
        var decoder = Encoding.UTF8.GetDecoder();
        var bytes = new byte[8192];
        var characters = new char[bytes.Length + 1];
        while (await stream.ReadAsync(bytes) is var count and > 0)
        {
            if (decoder.GetChars(bytes.AsSpan(0, count), characters, flush: false) is var length and > 0)
            {
                onText(new(characters, 0, length));
            }
        }
    }

    private void ReadEvents(Action<WorkerEvent> onEvent)
    {
        try
        {
            while (WorkerPipe.Receive(_events, WorkerJson.Default.WorkerEvent) is { } message)
            {
                if (message is WorkerReady)
                {
                    _ready.TrySetResult();
                }
                else
                {
                    onEvent(message);
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // The drain has taken too long.
        }
    }

    private async Task<WorkerDeath> EndAsync(Task reading)
    {
        await _process.WaitForExitAsync();
        await Task.WhenAny(reading, Task.Delay(Drain));
        return new(_process.ExitCode, _crash.Close());
    }
}
