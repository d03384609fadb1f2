using System.Collections.Immutable;
using System.Text;

namespace ChainRule.Kernel.Sessions;

/// <summary>
/// What one cell puts out, in order. It follows the cell's code into tasks and threads, so that what they write belongs to the cell
/// that started them. After the cell has ended it takes nothing more (a front end that watches still sees it), but what it shows can be
/// exchanged.
/// </summary>
/// <param name="frontEnd">Sees everything at once and keeps it; null where everything is kept here until the cell has ended.</param>
/// <param name="dress">What is done to an output before anybody sees it; null for nothing.</param>
internal sealed class OutputCollector(ICellFrontEnd? frontEnd = null, Func<int, DisplayOutput, DisplayOutput>? dress = null)
{
    private static readonly AsyncLocal<OutputCollector?> CurrentCollector = new();

    private readonly Lock _gate = new();
    private readonly List<(int Place, CellOutput Output)> _outputs = [];
    private readonly StringBuilder _text = new();
    private bool _textIsError;
    private int _shown;
    private bool _clearFirst;
    private bool _closed;

    /// <summary>The collector of the cell that runs here, or null outside cells.</summary>
    public static OutputCollector? Current
    {
        get => CurrentCollector.Value;
        set => CurrentCollector.Value = value;
    }

    /// <summary>The line that the person types, or null where nobody can.</summary>
    /// <exception cref="OperationCanceledException">The cell is to stop.</exception>
    public string? ReadLine() => frontEnd?.ReadLine(Interruption.Token);

    /// <summary>Adds text; text that directly follows text of the same stream continues it.</summary>
    public void Write(bool isError, string text)
    {
        lock (_gate)
        {
            if (text.Length == 0)
            {
                return;
            }

            if (frontEnd is not null)
            {
                frontEnd.Write(isError, text);
                return;
            }

            if (_closed)
            {
                return;
            }

            ClearIfDue();
            if (_textIsError != isError)
            {
                EndText();
            }

            _textIsError = isError;
            _text.Append(text);
        }
    }

    /// <summary>Adds an output.</summary>
    /// <returns>Its place, for <see cref="Replace"/>.</returns>
    public int Add(CellOutput output)
    {
        lock (_gate)
        {
            if (frontEnd is not null)
            {
                if (output is DisplayOutput display)
                {
                    frontEnd.Show(_shown, Dressed(_shown, display));
                }

                return _shown++;
            }

            if (!_closed)
            {
                ClearIfDue();
                EndText();
                _outputs.Add((_shown, output is DisplayOutput display ? Dressed(_shown, display) : output));
            }

            return _shown++;
        }
    }

    /// <summary>Puts another output in the place of one that was added before, also after the cell has ended.</summary>
    public void Replace(int place, DisplayOutput output)
    {
        lock (_gate)
        {
            output = Dressed(place, output);
            if (frontEnd is not null)
            {
                frontEnd.Update(place, output);
            }
            else if (_outputs.FindIndex(shown => shown.Place == place) is var i and >= 0)
            {
                _outputs[i] = (place, output);
            }
        }
    }

    /// <summary>Takes back what was put out.</summary>
    /// <param name="wait">Whether to wait for the next output.</param>
    public void Clear(bool wait)
    {
        lock (_gate)
        {
            if (frontEnd is not null)
            {
                frontEnd.Clear(wait);
            }
            else if (!_closed)
            {
                _clearFirst = true;
                if (!wait)
                {
                    ClearIfDue();
                }
            }
        }
    }

    /// <summary>Ends the cell.</summary>
    /// <returns>All that it put out; nothing where a front end keeps it.</returns>
    public ImmutableArray<CellOutput> Close()
    {
        lock (_gate)
        {
            EndText();
            _closed = true;
            return [.. _outputs.Select(shown => shown.Output)];
        }
    }

    /// <summary>What the cell has put out, as later cells have left it.</summary>
    public ImmutableArray<CellOutput> Snapshot()
    {
        lock (_gate)
        {
            return [.. _outputs.Select(shown => shown.Output)];
        }
    }

    private DisplayOutput Dressed(int place, DisplayOutput output) => dress is null ? output : dress(place, output);

    private void ClearIfDue()
    {
        if (_clearFirst)
        {
            _clearFirst = false;
            _text.Clear();
            _outputs.Clear();
        }
    }

    private void EndText()
    {
        if (_text.Length > 0)
        {
            _outputs.Add((_shown++, new StreamOutput(_textIsError, _text.ToString())));
            _text.Clear();
        }
    }
}
