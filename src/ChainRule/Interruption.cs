using System.Runtime.CompilerServices;

namespace ChainRule;

/// <summary>
/// Stops long work: derivations, proofs, checks and forward passes look now and then whether they are to stop, and end with an
/// <see cref="OperationCanceledException"/> if so. Notebook hosts use it to interrupt a cell; a program can use it for a time limit.
/// </summary>
/// <example><c>using (Interruption.Heed(token)) { loss.Gradient(x); }</c></example>
public static class Interruption
{
    private static readonly AsyncLocal<StrongBox<CancellationToken>?> Current = new();

    // The only thing that a check reads as long as nothing is to stop: it costs a loop next to nothing.
    private static volatile bool _anyRequested;
    private static int _requests;

    /// <summary>What the work that runs here may pass on to other work that can be cancelled.</summary>
    public static CancellationToken Token => Current.Value?.Value ?? default;

    /// <summary>Throws if the work that runs here is to stop.</summary>
    /// <exception cref="OperationCanceledException">It is to stop.</exception>
    public static void Check()
    {
        if (_anyRequested)
        {
            Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Makes the work that is done here, and what it starts elsewhere, stop when the token says so.</summary>
    /// <param name="token">Says when to stop.</param>
    /// <returns>What ends this when it is disposed.</returns>
    public static IDisposable Heed(CancellationToken token)
    {
        var scope = new Scope(Current.Value, token);
        Current.Value = new(token);
        return scope;
    }

    private sealed class Scope : IDisposable
    {
        private readonly StrongBox<CancellationToken>? _before;
        private readonly CancellationTokenRegistration _registration;
        private readonly object _gate = new();
        private bool _counted;
        private bool _ended;

        public Scope(StrongBox<CancellationToken>? before, CancellationToken token) => (_before, _registration) = (before, token.Register(Count));

        public void Dispose()
        {
            _registration.Dispose();
            Current.Value = _before;
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
