using ChainRule.Kernel.Jupyter.Messages;

namespace ChainRule.Kernel.Jupyter;

/// <summary>Which message started which cell: what a cell puts out goes to whoever asked for it, also after it has ended.</summary>
internal sealed class CellParents
{
    /// <summary>A thread that an older cell left behind is no longer listened to.</summary>
    private const int Most = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, CellParent> _parents = [];
    private readonly Queue<long> _order = new();
    private CellParent? _last;

    /// <summary>The cell that was started last.</summary>
    public CellParent? Last
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    /// <summary>The cell of a request to the worker, or null if it is too long ago.</summary>
    public CellParent? this[long id]
    {
        get
        {
            lock (_gate)
            {
                return _parents.GetValueOrDefault(id);
            }
        }
    }

    /// <summary>A cell is about to run.</summary>
    public void Add(long id, CellParent parent)
    {
        lock (_gate)
        {
            _last = _parents[id] = parent;
            _order.Enqueue(id);
            if (_order.Count > Most)
            {
                _parents.Remove(_order.Dequeue());
            }
        }
    }
}

/// <summary>The message that started a cell.</summary>
/// <param name="Request">The message.</param>
/// <param name="IsSilent">Whether nothing that it puts out is to be seen.</param>
/// <param name="Count">The number of the cell.</param>
internal sealed record CellParent(JupyterMessage Request, bool IsSilent, int Count)
{
    /// <summary>The text of the cell's value, once there is one.</summary>
    public string? Result { get; set; }
}
