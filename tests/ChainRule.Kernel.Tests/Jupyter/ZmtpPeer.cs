using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChainRule.Kernel.Tests.Jupyter;

/// <summary>The other side of a ZMTP connection, written from the specification alone, so that a test can also break its rules.</summary>
internal sealed class ZmtpPeer : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // As every ZeroMQ library has it: otherwise a second small message waits, for up to 40 ms, until the first is acknowledged.
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private NetworkStream? _stream;

    /// <summary>Connects and shakes hands.</summary>
    public static async Task<ZmtpPeer> ConnectAsync(int port, string type, string identity = "", byte minorVersion = 1)
    {
        var peer = await ConnectBareAsync(port);
        await peer.WriteAsync(Greeting(minorVersion: minorVersion));
        await peer.ReadAsync(64);
        await peer.WriteAsync(Frame(4, Ready(type, identity)));
        var (flags, body) = await peer.ReadFrameAsync();
        if (flags != 4 || !body.AsSpan(1).StartsWith("READY"u8))
        {
            throw new InvalidOperationException("The socket is not READY.");
        }

        return peer;
    }

    /// <summary>Connects and says nothing.</summary>
    public static async Task<ZmtpPeer> ConnectBareAsync(int port)
    {
        var peer = new ZmtpPeer();
        await peer._socket.ConnectAsync(IPAddress.Loopback, port);
        peer._stream = new(peer._socket, ownsSocket: false);
        return peer;
    }

    public static byte[] Greeting(byte version = 3, byte minorVersion = 1, string mechanism = "NULL")
    {
        var greeting = new byte[64];
        greeting[0] = 0xFF;
        greeting[9] = 0x7F;
        greeting[10] = version;
        greeting[11] = minorVersion;
        Encoding.ASCII.GetBytes(mechanism).CopyTo(greeting, 12);
        return greeting;
    }

    public static byte[] Ready(string type, string identity = "") =>
        [5, .. "READY"u8, .. Property("Socket-Type", type), .. identity.Length > 0 ? Property("Identity", identity) : []];

    public static byte[] Command(string name, byte[] data) => [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), .. data];

    public static byte[] Frame(byte flags, byte[] body)
    {
        if (body.Length < 256)
        {
            return [flags, (byte)body.Length, .. body];
        }

        var length = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, body.Length);
        return [(byte)(flags | 2), .. length, .. body];
    }

    public Task WriteAsync(byte[] bytes) => WithPatience(async token =>
    {
        await _stream!.WriteAsync(bytes, token);
        return true;
    });

    public Task SendAsync(params byte[][] parts) =>
        WriteAsync([.. parts.SelectMany((part, i) => Frame(i + 1 < parts.Length ? (byte)1 : (byte)0, part))]);

    public Task<byte[]> ReadAsync(int count) => WithPatience(async token =>
    {
        var bytes = new byte[count];
        await _stream!.ReadExactlyAsync(bytes, token);
        return bytes;
    });

    public async Task<(byte Flags, byte[] Body)> ReadFrameAsync()
    {
        var flags = (await ReadAsync(1))[0];
        var length = (flags & 2) != 0 ? (int)BinaryPrimitives.ReadInt64BigEndian(await ReadAsync(8)) : (await ReadAsync(1))[0];
        return (flags, await ReadAsync(length));
    }

    /// <summary>The next message.</summary>
    public async Task<byte[][]> ReceiveAsync()
    {
        var parts = new List<byte[]>();
        while (true)
        {
            var (flags, body) = await ReadFrameAsync();
            parts.Add(body);
            if ((flags & 1) == 0)
            {
                return [.. parts];
            }
        }
    }

    /// <summary>Waits until the other side closes the connection.</summary>
    /// <returns>What it sent before.</returns>
    public Task<byte[]> ReadToEndAsync() => WithPatience(async token =>
    {
        using var all = new MemoryStream();
        try
        {
            await _stream!.CopyToAsync(all, token);
        }
        catch (IOException)
        {
            // Closed with bytes unread: a reset.
        }

        return all.ToArray();
    });

    public ValueTask DisposeAsync()
    {
        _stream?.Dispose();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static byte[] Property(string name, string value)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, value.Length);
        return [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), .. length, .. Encoding.ASCII.GetBytes(value)];
    }

    private static async Task<T> WithPatience<T>(Func<CancellationToken, Task<T>> act)
    {
        using var limit = new CancellationTokenSource(Patience);
        return await act(limit.Token);
    }
}
