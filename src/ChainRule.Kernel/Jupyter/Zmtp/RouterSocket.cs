using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;

namespace ChainRule.Kernel.Jupyter.Zmtp;

/// <summary>Messages from many peers, and answers to each of them.</summary>
internal interface IRouter
{
    /// <summary>The messages in the order in which they arrived; the first part is the name of the peer.</summary>
    ChannelReader<byte[][]> Messages { get; }

    /// <summary>Completes when everything that has arrived by now is among the messages.</summary>
    Task ReadArrivedAsync();

    /// <summary>Sends a message.</summary>
    /// <param name="parts">Its parts; the first is the name of the peer.</param>
    /// <returns>Whether the peer is there.</returns>
    bool Send(IReadOnlyList<ReadOnlyMemory<byte>> parts);
}

/// <summary>A ROUTER socket.</summary>
internal sealed class RouterSocket : ZmtpSocket, IRouter
{
    private readonly Channel<byte[][]> _messages = Channel.CreateUnbounded<byte[][]>();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ZmtpConnection> _peers = new(StringComparer.Ordinal);
    private readonly Dictionary<ZmtpConnection, byte[]> _names = [];

    /// <summary>Listens.</summary>
    public RouterSocket(IPEndPoint address, Action<string> log)
        : base("ROUTER", ["DEALER", "REQ", "ROUTER"], address, log) => Start();

    /// <inheritdoc/>
    public ChannelReader<byte[][]> Messages => _messages.Reader;

    /// <inheritdoc/>
    public bool Send(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        ZmtpConnection? peer;
        lock (_gate)
        {
            _peers.TryGetValue(Convert.ToHexString(parts[0].Span), out peer);
        }

        peer?.Send(ZmtpFrames.Message([.. parts.Skip(1)]));
        return peer is not null;
    }

    /// <inheritdoc/>
    protected override void Joined(ZmtpConnection connection)
    {
        // A name of our own begins with a zero byte, which no peer may use.
        var name = connection.Identity is { Length: > 0 } own ? own : [0, .. RandomNumberGenerator.GetBytes(8)];
        lock (_gate)
        {
            // A client that connects anew under its name has lost its old connection.
            _names[connection] = name;
            _peers[Convert.ToHexString(name)] = connection;
        }
    }

    /// <inheritdoc/>
    protected override void Left(ZmtpConnection connection)
    {
        lock (_gate)
        {
            if (_names.Remove(connection, out var name)
                && Convert.ToHexString(name) is var key
                && ReferenceEquals(_peers.GetValueOrDefault(key), connection))
            {
                _peers.Remove(key);
            }
        }
    }

    /// <inheritdoc/>
    protected override void OnMessage(ZmtpConnection connection, byte[][] parts)
    {
        byte[] name;
        lock (_gate)
        {
            name = _names[connection];
        }

        _messages.Writer.TryWrite([name, .. parts]);
    }
}
