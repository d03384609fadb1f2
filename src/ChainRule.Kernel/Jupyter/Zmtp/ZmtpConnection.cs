using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace ChainRule.Kernel.Jupyter.Zmtp;

/// <summary>One peer of a socket: the handshake, the messages that it sends, and a queue of those that go to it.</summary>
internal sealed class ZmtpConnection : IDisposable
{
    /// <summary>How long a peer may take to say who it is.</summary>
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(30);

    private const int MaxParts = 10_000;

    private readonly Socket _socket;
    private readonly BufferedReadStream _stream;
    private readonly Channel<byte[]> _outgoing = Channel.CreateUnbounded<byte[]>(new() { SingleReader = true });
    private long _queued;

    /// <summary>A connection that has just been accepted.</summary>
    public ZmtpConnection(Socket socket)
    {
        _socket = socket;
        _socket.NoDelay = true;
        _stream = new(socket);
    }

    /// <summary>The name that the peer gave itself; empty if it gave none.</summary>
    public byte[] Identity { get; private set; } = [];

    /// <summary>Whether everything that the peer has sent and that has arrived was read and passed on.</summary>
    public bool IsRead => _stream.IsRead;

    /// <summary>How many bytes wait to be sent.</summary>
    public long Queued => Interlocked.Read(ref _queued);

    /// <summary>Exchanges greetings and READY commands.</summary>
    /// <param name="socketType">The type of our socket.</param>
    /// <param name="peerTypes">The types that may connect to it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ZmtpException">The peer doesn't fit.</exception>
    public async Task HandshakeAsync(string socketType, IReadOnlyCollection<string> peerTypes, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(HandshakeTime);
        await _stream.WriteAsync(ZmtpFrames.Greeting(), limit.Token);
        var greeting = new byte[ZmtpFrames.GreetingLength];
        await _stream.ReadExactlyAsync(greeting, limit.Token);
        ZmtpFrames.CheckGreeting(greeting);
        await _stream.WriteAsync(ZmtpFrames.Ready(socketType), limit.Token);

        var frame = await ZmtpFrames.ReadAsync(_stream, limit.Token) ?? throw new ZmtpException("The peer left before it was READY.");
        if (!frame.IsCommand)
        {
            throw new ZmtpException("The peer sent a message before it was READY.");
        }

        var (name, data) = ZmtpFrames.ReadCommand(frame.Body);
        if (!string.Equals(name, "READY", StringComparison.Ordinal))
        {
            throw new ZmtpException($"The peer answered the greeting with {name}.");
        }

        var properties = ZmtpFrames.ReadProperties(data);
        var type = properties.TryGetValue("Socket-Type", out var value) ? Encoding.ASCII.GetString(value) : "";
        if (!peerTypes.Contains(type, StringComparer.Ordinal))
        {
            var reason = $"A {type} socket can't talk to a {socketType} socket.";
            await _stream.WriteAsync(ZmtpFrames.CommandFrame("ERROR", [(byte)reason.Length, .. Encoding.ASCII.GetBytes(reason)]), limit.Token);
            throw new ZmtpException(reason);
        }

        Identity = properties.GetValueOrDefault("Identity", []);
    }

    /// <summary>The messages of the peer, until it closes the connection.</summary>
    /// <param name="command">Takes the commands that come between them, PING excepted, which is answered here.</param>
    /// <param name="cancellation">Gives up.</param>
    public async IAsyncEnumerable<byte[][]> ReadAsync(
        Action<string, byte[]> command,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var parts = new List<byte[]>();
        var length = 0L;
        while (true)
        {
            _stream.IsBetweenMessages = parts.Count == 0;
            if (await ZmtpFrames.ReadAsync(_stream, cancellation) is not { } frame)
            {
                yield break;
            }

            if (frame.IsCommand)
            {
                var (name, data) = ZmtpFrames.ReadCommand(frame.Body);
                if (string.Equals(name, "PING", StringComparison.Ordinal))
                {
                    // Two bytes say how long the peer will wait; what follows is to be sent back.
                    Send(ZmtpFrames.CommandFrame("PONG", data.AsSpan(Math.Min(2, data.Length))));
                }
                else
                {
                    command(name, data);
                }

                continue;
            }

            parts.Add(frame.Body);
            length += frame.Body.Length;
            if (parts.Count > MaxParts || length > ZmtpFrames.MaxFrameLength)
            {
                throw new ZmtpException($"A message has {parts.Count} parts and {length} bytes already.");
            }

            if (!frame.HasMore)
            {
                yield return [.. parts];
                parts.Clear();
                length = 0;
            }
        }
    }

    /// <summary>Queues bytes for the peer.</summary>
    public void Send(byte[] bytes)
    {
        Interlocked.Add(ref _queued, bytes.Length);
        if (!_outgoing.Writer.TryWrite(bytes))
        {
            Interlocked.Add(ref _queued, -bytes.Length);
        }
    }

    /// <summary>Sends what is queued, until <see cref="Finish"/> is called and everything is out, or the peer is gone.</summary>
    public async Task WriteAsync(CancellationToken cancellation)
    {
        await foreach (var bytes in _outgoing.Reader.ReadAllAsync(cancellation))
        {
            await _stream.WriteAsync(bytes, cancellation);
            Interlocked.Add(ref _queued, -bytes.Length);
        }
    }

    /// <summary>Lets nothing more into the queue.</summary>
    public void Finish() => _outgoing.Writer.TryComplete();

    /// <summary>Tells the peer that nothing more will come.</summary>
    public void EndSending()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The peer has left before.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Finish();
        _stream.Dispose();
        _socket.Dispose();
    }
}
