using System.Net;

namespace ChainRule.Kernel.Jupyter.Zmtp;

/// <summary>Messages for whoever wants them.</summary>
internal interface IPublisher
{
    /// <summary>Sends a message to those who subscribed to the beginning of its first part.</summary>
    void Publish(IReadOnlyList<ReadOnlyMemory<byte>> parts);
}

/// <summary>A PUB socket.</summary>
internal sealed class PublisherSocket : ZmtpSocket, IPublisher
{
    /// <summary>A subscriber that lets more than this pile up misses messages instead of taking the kernel's memory.</summary>
    private const long MaxQueued = 256 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<ZmtpConnection, List<byte[]>> _subscriptions = [];
    private readonly Action<string> _log;

    /// <summary>Listens.</summary>
    public PublisherSocket(IPEndPoint address, Action<string> log)
        : base("PUB", ["SUB", "XSUB"], address, log)
    {
        _log = log;
        Start();
    }

    /// <inheritdoc/>
    public void Publish(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        byte[]? bytes = null;
        lock (_gate)
        {
            foreach (var (connection, topics) in _subscriptions)
            {
                if (!topics.Any(topic => parts[0].Span.StartsWith(topic)))
                {
                    continue;
                }

                if (connection.Queued > MaxQueued)
                {
                    _log("PUB: a subscriber doesn't keep up; a message was dropped.");
                    continue;
                }

                connection.Send(bytes ??= ZmtpFrames.Message(parts));
            }
        }
    }

    /// <inheritdoc/>
    protected override void Joined(ZmtpConnection connection)
    {
        lock (_gate)
        {
            _subscriptions[connection] = [];
        }
    }

    /// <inheritdoc/>
    protected override void Left(ZmtpConnection connection)
    {
        lock (_gate)
        {
            _subscriptions.Remove(connection);
        }
    }

    /// <inheritdoc/>
    protected override void OnCommand(ZmtpConnection connection, string name, byte[] data)
    {
        if (name is "SUBSCRIBE" or "CANCEL")
        {
            Subscribe(connection, data, name is "SUBSCRIBE");
        }
    }

    /// <inheritdoc/>
    protected override void OnMessage(ZmtpConnection connection, byte[][] parts)
    {
        // Peers of version 3.0 subscribe by message.
        if (parts is [[0 or 1, ..] message])
        {
            Subscribe(connection, message[1..], message[0] == 1);
        }
    }

    private void Subscribe(ZmtpConnection connection, byte[] topic, bool add)
    {
        lock (_gate)
        {
            var topics = _subscriptions[connection];
            if (add)
            {
                topics.Add(topic);
            }
            else if (topics.FindIndex(other => other.AsSpan().SequenceEqual(topic)) is var i and >= 0)
            {
                topics.RemoveAt(i);
            }
        }
    }
}
