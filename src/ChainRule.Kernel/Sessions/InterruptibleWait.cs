namespace ChainRule.Kernel.Sessions;

/// <summary>
/// What a cell awaits, ended early if the cell is to stop. .NET can't end code from outside without risking the process, so the code of
/// each cell is given calls of these and checks where it could run on for ever (see <see cref="InterruptionChecks"/>).
/// </summary>
public static class InterruptibleWait
{
    /// <summary>What a cell awaits, ended early if the cell is to stop.</summary>
    /// <param name="task">What it awaits.</param>
    public static Task For(Task task) => task.WaitAsync(Interruption.Token);

    /// <inheritdoc cref="For(Task)"/>
    public static Task<T> For<T>(Task<T> task) => task.WaitAsync(Interruption.Token);

    /// <inheritdoc cref="For(Task)"/>
    public static ValueTask For(ValueTask task) => task.IsCompleted ? task : new(task.AsTask().WaitAsync(Interruption.Token));

    /// <inheritdoc cref="For(Task)"/>
    public static ValueTask<T> For<T>(ValueTask<T> task) => task.IsCompleted ? task : new(task.AsTask().WaitAsync(Interruption.Token));

    /// <summary>Anything else that can be awaited: nothing ends it early.</summary>
    /// <param name="awaitable">What the cell awaits.</param>
    public static T For<T>(T awaitable) => awaitable;
}
