using System.Net.Sockets;

namespace ChainRule.Kernel.Jupyter.Zmtp;

/// <summary>
/// Reads a socket through a buffer and writes straight through, and may do both at once. (<see cref="BufferedStream"/> has one buffer
/// and one lock for both directions: a pending read would hold up every write.) It knows whether its reader has made something of all
/// that has arrived.
/// </summary>
internal sealed class BufferedReadStream(Socket socket) : Stream
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly byte[] _buffer = new byte[16 * 1024];
    private volatile bool _hasTaken;
    private int _start;
    private int _end;

    /// <summary>Whether the next byte to read is the first of a message.</summary>
    public bool IsBetweenMessages { get; set; }

    /// <summary>Whether the reader waits for a message and nothing of one is there.</summary>
    public bool IsRead
    {
        get
        {
            try
            {
                // In this order: what has left the socket is in the reader's hands until it asks for the next message.
                return socket.Available == 0 && !_hasTaken;
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start == _end)
        {
            // Waits until something is there and leaves it where it is, so that nobody can find it neither here nor there.
            _hasTaken &= !IsBetweenMessages;
#pragma warning disable CA2022 // A read of nothing only waits; there is no count to look at.
            _ = await _stream.ReadAsync(Memory<byte>.Empty, cancellationToken);
#pragma warning restore CA2022
            _hasTaken = true;
            IsBetweenMessages = false;
            if (buffer.Length >= _buffer.Length)
            {
                return await _stream.ReadAsync(buffer, cancellationToken);
            }

            _start = 0;
            _end = await _stream.ReadAsync(_buffer, cancellationToken);
        }

        IsBetweenMessages = false;
        var count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(buffer.Span);
        _start += count;
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _stream.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _stream.WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush() => _stream.Flush();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
        }

        base.Dispose(disposing);
    }
}
