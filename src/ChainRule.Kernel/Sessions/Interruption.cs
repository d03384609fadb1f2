using System.Runtime.CompilerServices;

namespace ChainRule.Kernel.Sessions;

/// <summary>
/// Stops a cell that runs for too long. .NET can't end a thread from outside without risking the process, so each cell is given
/// checks where it could run on for ever (see <see cref="InterruptionChecks"/>), and they throw once the cell is to stop.
/// </summary>
public static class Interruption
{
    private static readonly AsyncLocal<StrongBox<CancellationToken>?> Current = new();

    // The only thing that a check reads as long as nothing is to stop: it costs a loop next to nothing.
    private static volatile bool _anyRequested;
    private static int _requests;

    /// <summary>What a cell's code may pass on to work that can be cancelled.</summary>
    public static CancellationToken Token => Current.Value?.Value ?? default;

    /// <summary>Throws if the cell that runs here is to stop.</summary>
    /// <exception cref="OperationCanceledException">The cell is to stop.</exception>
    public static void Check()
    {
        if (_anyRequested)
        {
            Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>What a cell awaits, ended early if the cell is to stop.</summary>
    /// <param name="task">What it awaits.</param>
    public static Task Await(Task task) => task.WaitAsync(Token);

    /// <inheritdoc cref="Await(Task)"/>
    public static Task<T> Await<T>(Task<T> task) => task.WaitAsync(Token);

    /// <inheritdoc cref="Await(Task)"/>
    public static ValueTask Await(ValueTask task) => task.IsCompleted ? task : new(task.AsTask().WaitAsync(Token));

    /// <inheritdoc cref="Await(Task)"/>
    public static ValueTask<T> Await<T>(ValueTask<T> task) => task.IsCompleted ? task : new(task.AsTask().WaitAsync(Token));

    /// <summary>Anything else that can be awaited: nothing ends it early.</summary>
    /// <param name="awaitable">What the cell awaits.</param>
    public static T Await<T>(T awaitable) => awaitable;

    /// <summary>Makes the checks of the code that runs here, and of what it starts, heed <paramref name="token"/>.</summary>
    internal static IDisposable Heed(CancellationToken token)
    {
        Current.Value = new(token);
        return new Scope(token);
    }

    private sealed class Scope : IDisposable
    {
        private readonly CancellationTokenRegistration _registration;
        private readonly Lock _gate = new();
        private bool _counted;
        private bool _ended;

        public Scope(CancellationToken token) => _registration = token.Register(Count);

        public void Dispose()
        {
            _registration.Dispose();
            lock (_gate)
            {
                _ended = true;
                if (_counted)
                {
                    _anyRequested = Interlocked.Decrement(ref _requests) > 0;
                }
            }
        }

        private void Count()
        {
            lock (_gate)
            {
                if (!_ended)
                {
                    _counted = true;
                    Interlocked.Increment(ref _requests);
                    _anyRequested = true;
                }
            }
        }
    }
}
