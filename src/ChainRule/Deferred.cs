namespace ChainRule;

/// <summary>
/// A value that is worked out when it is first asked for. Unlike <see cref="Lazy{T}"/> it keeps no exception: work that was
/// interrupted is done anew by whoever asks next.
/// </summary>
/// <param name="make">Works it out.</param>
internal sealed class Deferred<T>(Func<T> make)
{
    private readonly object _gate = new();
    private Func<T>? _make = make;
    private T? _value;

    /// <summary>The value.</summary>
    public T Value
    {
        get
        {
            if (Volatile.Read(ref _make) is not null)
            {
                lock (_gate)
                {
                    if (_make is { } work)
                    {
                        _value = work();
                        Volatile.Write(ref _make, null);
                    }
                }
            }

            return _value!;
        }
    }
}
