using System.Collections.Immutable;

namespace ChainRule.Kernel.Sessions;

/// <summary>
/// What one cell puts out, in order. It follows the cell's code into tasks and threads, so that what they write belongs to the cell
/// that started them; after the cell has ended it takes nothing more.
/// </summary>
internal sealed class OutputCollector
{
    private static readonly AsyncLocal<OutputCollector?> CurrentCollector = new();

    private readonly Lock _gate = new();
    private readonly List<CellOutput> _outputs = [];
    private bool _closed;

    /// <summary>The collector of the cell that runs here, or null outside cells.</summary>
    public static OutputCollector? Current
    {
        get => CurrentCollector.Value;
        set => CurrentCollector.Value = value;
    }

    /// <summary>Adds text; text that directly follows text of the same stream continues it.</summary>
    public void Write(bool isError, string text)
    {
        lock (_gate)
        {
            if (_closed || text.Length == 0)
            {
                return;
            }

            if (_outputs.Count > 0 && _outputs[^1] is StreamOutput last && last.IsError == isError)
            {
                _outputs[^1] = last with { Text = last.Text + text };
            }
            else
            {
                _outputs.Add(new StreamOutput(isError, text));
            }
        }
    }

    /// <summary>Adds an output.</summary>
    /// <returns>Its place, for <see cref="Replace"/>.</returns>
    public int Add(CellOutput output)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _outputs.Add(output);
            }

            return _outputs.Count - 1;
        }
    }

    /// <summary>Puts another output in the place of one that was added before.</summary>
    public void Replace(int place, CellOutput output)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _outputs[place] = output;
            }
        }
    }

    /// <summary>Ends the cell.</summary>
    /// <returns>All that it put out.</returns>
    public ImmutableArray<CellOutput> Close()
    {
        lock (_gate)
        {
            _closed = true;
            return [.. _outputs];
        }
    }
}
