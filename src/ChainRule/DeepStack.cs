using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace ChainRule;

/// <summary>
/// Lets a recursive walk go deeper than the call stack: when little stack is left, the walk continues on a fresh one. So walks can
/// be written as the recursion they are, and ten thousand nested functions overflow nothing.
/// </summary>
internal static class DeepStack
{
    private const int FreshStackBytes = 16 * 1024 * 1024;

    /// <summary>Whether the walk should continue through <see cref="Continue{T}"/>.</summary>
    public static bool IsLow => !RuntimeHelpers.TryEnsureSufficientExecutionStack();

    /// <summary>Whether this thread's stack is one of those that are made here.</summary>
    [ThreadStatic]
    private static bool _isFresh;

    /// <summary>Runs what may go deep on a stack that is large from the start: on this one, where it is one of them and has room.</summary>
    public static T Ensure<T>(Func<T> work) => _isFresh && !IsLow ? work() : Continue(work);

    /// <summary>Runs the rest of the walk on a fresh stack and waits for it. An exception comes through as it is.</summary>
    public static T Continue<T>(Func<T> rest)
    {
        T result = default!;
        ExceptionDispatchInfo? error = null;
        var thread = new Thread(
            () =>
            {
                _isFresh = true;
                try
                {
                    result = rest();
                }
                catch (Exception exception)
                {
                    error = ExceptionDispatchInfo.Capture(exception);
                }
            },
            FreshStackBytes);
        thread.Start();
        thread.Join();
        error?.Throw();
        return result;
    }
}
