using System.Diagnostics;
using System.Text;

namespace ChainRule.Kernel.Jupyter.Workers;

/// <summary>
/// Sends the worker's events in order. A line is sent at once when none was sent for a while; other text is gathered for a moment: a
/// loop that prints numbers must not become a message per number.
/// </summary>
internal sealed class EventWriter : IDisposable
{
    private const int MaxPending = 32 * 1024;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(15);

    private readonly Stream _pipe;
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private readonly Timer _timer;
    private long _textId;
    private bool _textIsError;
    private long _lastSent;

    /// <summary>A writer.</summary>
    /// <param name="pipe">Leads to the supervisor.</param>
    public EventWriter(Stream pipe)
    {
        _pipe = pipe;
        _timer = new(_ => Flush());
    }

    /// <summary>Sends an event after the text that waits.</summary>
    public void Send(WorkerEvent message)
    {
        lock (_gate)
        {
            SendText();
            WorkerPipe.Send(_pipe, message, WorkerJson.Default.WorkerEvent);
        }
    }

    /// <summary>Sends text, now or in a moment.</summary>
    public void Write(long id, bool isError, string text)
    {
        lock (_gate)
        {
            if (_text.Length > 0 && (_textId != id || _textIsError != isError))
            {
                SendText();
            }

            (_textId, _textIsError) = (id, isError);
            var isFirst = _text.Length == 0;
            _text.Append(text);
            if (_text.Length > MaxPending || (_text[^1] == '\n' && Stopwatch.GetElapsedTime(_lastSent) > Moment))
            {
                SendText();
            }
            else if (isFirst)
            {
                _timer.Change(Moment, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Sends the text that waits.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            SendText();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void SendText()
    {
        if (_text.Length > 0)
        {
            WorkerPipe.Send(_pipe, new TextWritten(_textId, _textIsError, _text.ToString()), WorkerJson.Default.WorkerEvent);
            _text.Clear();
            _lastSent = Stopwatch.GetTimestamp();
        }
    }
}
