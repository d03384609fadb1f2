namespace ChainRule.Kernel.Sessions;

/// <summary>What the cell that runs has declared by <c>using var</c>: it is disposed of when the cell ends, the last first.</summary>
public sealed class CellScope : IDisposable
{
    private static readonly AsyncLocal<CellScope?> Current = new();

    private readonly Stack<object> _kept = new();

    private CellScope()
    {
    }

    /// <summary>Keeps something until the cell ends. (The code of a cell is given calls of this; see <see cref="TopLevel"/>.)</summary>
    /// <param name="value">Something that can be disposed of, or null.</param>
    public static void Keep(object? value)
    {
        if (value is not null)
        {
            Current.Value?._kept.Push(value);
        }
    }

    /// <summary>Begins the scope of a cell.</summary>
    internal static CellScope Open() => Current.Value = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_kept.TryPop(out var value))
        {
            if (value is IAsyncDisposable asynchronous and not IDisposable)
            {
                asynchronous.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
            else
            {
                ((IDisposable)value).Dispose();
            }
        }
    }
}
