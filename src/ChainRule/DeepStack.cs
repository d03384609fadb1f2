using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace ChainRule;

/// <summary>
/// Lets a recursive walk go deeper than the call stack: when little stack is left, the walk continues on another one. So walks can
/// be written as the recursion they are, and ten thousand nested functions overflow nothing.
/// </summary>
internal static class DeepStack
{
    private const int StackBytes = 16 * 1024 * 1024;

    /// <summary>Stacks that wait for the next walk: to make one costs as much as to judge a small claim.</summary>
    private static readonly ConcurrentBag<Worker> _idle = [];

    /// <summary>Whether this thread's stack is one of those that are made here.</summary>
    [ThreadStatic]
    private static bool _isDeep;

    /// <summary>Whether the walk should continue through <see cref="Continue{T}"/>.</summary>
    public static bool IsLow => !RuntimeHelpers.TryEnsureSufficientExecutionStack();

    /// <summary>Runs what may go deep on a stack that is large from the start: on this one, where it is one of them and has room.</summary>
    public static T Ensure<T>(Func<T> work) => _isDeep && !IsLow ? work() : Continue(work);

    /// <summary>Runs the rest of the walk on another stack and waits for it. An exception comes through as it is.</summary>
    public static T Continue<T>(Func<T> rest)
    {
        T result = default!;
        ExceptionDispatchInfo? error = null;
        var job = new Job(() =>
        {
            try
            {
                result = rest();
            }
            catch (Exception exception)
            {
                error = ExceptionDispatchInfo.Capture(exception);
            }
        });
        (_idle.TryTake(out var waiting) ? waiting : new Worker()).Begin(job);
        job.Wait();
        error?.Throw();
        return result;
    }

    /// <summary>Work for another thread, with what belongs to its caller, such as the token that interrupts it.</summary>
    private sealed class Job(Action work)
    {
        private readonly object _gate = new();
        private readonly ExecutionContext? _context = ExecutionContext.Capture();
        private bool _isDone;

        public void Do()
        {
            if (_context is null)
            {
                work();
            }
            else
            {
                ExecutionContext.Run(_context, static state => ((Action)state!)(), work);
            }
        }

        public void End()
        {
            lock (_gate)
            {
                _isDone = true;
                Monitor.Pulse(_gate);
            }
        }

        public void Wait()
        {
            lock (_gate)
            {
                while (!_isDone)
                {
                    Monitor.Wait(_gate);
                }
            }
        }
    }

    /// <summary>A thread with a large stack. It puts itself back when a job is done, also where nobody waits for that any more.</summary>
    private sealed class Worker
    {
        private readonly object _gate = new();
        private Job? _next;

        public Worker() => new Thread(Serve, StackBytes) { IsBackground = true, Name = "ChainRule deep stack" }.UnsafeStart();

        public void Begin(Job job)
        {
            lock (_gate)
            {
                _next = job;
                Monitor.Pulse(_gate);
            }
        }

        private void Serve()
        {
            _isDeep = true;
            while (true)
            {
                var job = Next();
                job.Do();
                var isKept = _idle.Count < Environment.ProcessorCount;
                if (isKept)
                {
                    _idle.Add(this);
                }

                job.End();
                if (!isKept)
                {
                    return;
                }
            }
        }

        private Job Next()
        {
            lock (_gate)
            {
                while (_next is null)
                {
                    Monitor.Wait(_gate);
                }

                var job = _next;
                _next = null;
                return job;
            }
        }
    }
}
