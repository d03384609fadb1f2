using System.Buffers.Binary;
using System.Text;

namespace ChainRule.Kernel.Jupyter.Zmtp;

/// <summary>A peer that doesn't speak ZMTP 3 with the NULL mechanism, or a socket of a type that doesn't fit.</summary>
internal sealed class ZmtpException(string message) : ChainRuleException(message);

/// <summary>One frame: a part of a message, or a command.</summary>
/// <param name="IsCommand">Whether it is a command and no part of a message.</param>
/// <param name="HasMore">Whether further parts of the message follow.</param>
/// <param name="Body">The content.</param>
internal readonly record struct ZmtpFrame(bool IsCommand, bool HasMore, byte[] Body);

/// <summary>
/// The octets of ZMTP 3.1 (rfc.zeromq.org/spec/23): the greeting, frames and commands. Only what the NULL mechanism needs.
/// </summary>
internal static class ZmtpFrames
{
    /// <summary>The length of a greeting.</summary>
    public const int GreetingLength = 64;

    /// <summary>The largest frame that is read: a peer that announces more is not one of ours.</summary>
    public const long MaxFrameLength = 512 * 1024 * 1024;

    private const byte More = 1;
    private const byte Long = 2;
    private const byte Command = 4;

    /// <summary>Our greeting: version 3.1, the NULL mechanism, neither client nor server.</summary>
    public static byte[] Greeting()
    {
        var greeting = new byte[GreetingLength];
        greeting[0] = 0xFF;
        greeting[9] = 0x7F;
        greeting[10] = 3;
        greeting[11] = 1;
        "NULL"u8.CopyTo(greeting.AsSpan(12));
        return greeting;
    }

    /// <summary>Reads a peer's greeting.</summary>
    /// <exception cref="ZmtpException">It is none, or asks for something else.</exception>
    public static void CheckGreeting(ReadOnlySpan<byte> greeting)
    {
        if (greeting[0] != 0xFF || greeting[9] != 0x7F)
        {
            throw new ZmtpException("The peer's first bytes are no ZMTP greeting.");
        }

        if (greeting[10] < 3)
        {
            throw new ZmtpException($"The peer speaks ZMTP {greeting[10]}; 3.0 or later is needed.");
        }

        var mechanism = greeting.Slice(12, 20).TrimEnd((byte)0);
        if (!mechanism.SequenceEqual("NULL"u8))
        {
            throw new ZmtpException($"The peer asks for the mechanism {Encoding.ASCII.GetString(mechanism)}; only NULL is there.");
        }
    }

    /// <summary>A whole message in one buffer, so that it goes out in as few packets as possible.</summary>
    public static byte[] Message(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        var buffer = new byte[parts.Sum(part => Prefix(part.Length) + part.Length)];
        var rest = buffer.AsSpan();
        for (var i = 0; i < parts.Count; i++)
        {
            rest = Write(rest, parts[i].Span, i + 1 < parts.Count ? More : (byte)0);
        }

        return buffer;
    }

    /// <summary>A command frame.</summary>
    /// <param name="name">The command's name.</param>
    /// <param name="data">What follows the name.</param>
    public static byte[] CommandFrame(string name, ReadOnlySpan<byte> data)
    {
        var body = new byte[1 + name.Length + data.Length];
        body[0] = (byte)name.Length;
        Encoding.ASCII.GetBytes(name, body.AsSpan(1));
        data.CopyTo(body.AsSpan(1 + name.Length));
        var buffer = new byte[Prefix(body.Length) + body.Length];
        Write(buffer, body, Command);
        return buffer;
    }

    /// <summary>The READY command with the type of our socket.</summary>
    public static byte[] Ready(string socketType)
    {
        const string Property = "Socket-Type";
        var data = new byte[1 + Property.Length + 4 + socketType.Length];
        data[0] = (byte)Property.Length;
        Encoding.ASCII.GetBytes(Property, data.AsSpan(1));
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(1 + Property.Length), socketType.Length);
        Encoding.ASCII.GetBytes(socketType, data.AsSpan(5 + Property.Length));
        return CommandFrame("READY", data);
    }

    /// <summary>Takes a command apart.</summary>
    /// <exception cref="ZmtpException">It is no command.</exception>
    public static (string Name, byte[] Data) ReadCommand(byte[] body)
    {
        if (body.Length == 0 || body.Length < 1 + body[0])
        {
            throw new ZmtpException("The peer sent a command that is cut off.");
        }

        return (Encoding.ASCII.GetString(body, 1, body[0]), body[(1 + body[0])..]);
    }

    /// <summary>Reads the properties of a READY command. Their names are compared without regard to case.</summary>
    /// <exception cref="ZmtpException">They are cut off.</exception>
    public static Dictionary<string, byte[]> ReadProperties(ReadOnlySpan<byte> data)
    {
        var properties = new Dictionary<string, byte[]>(StringComparer.OrdinalIgnoreCase);
        while (data.Length > 0)
        {
            var nameLength = data[0];
            if (data.Length < 1 + nameLength + 4)
            {
                throw new ZmtpException("The peer's READY is cut off.");
            }

            var name = Encoding.ASCII.GetString(data.Slice(1, nameLength));
            var length = BinaryPrimitives.ReadUInt32BigEndian(data[(1 + nameLength)..]);
            data = data[(5 + nameLength)..];
            if (length > data.Length)
            {
                throw new ZmtpException("The peer's READY is cut off.");
            }

            properties[name] = data[..(int)length].ToArray();
            data = data[(int)length..];
        }

        return properties;
    }

    /// <summary>Reads the next frame.</summary>
    /// <returns>The frame, or null where the peer has closed the connection between two frames.</returns>
    /// <exception cref="EndOfStreamException">The peer has closed the connection inside a frame.</exception>
    /// <exception cref="ZmtpException">The frame is not one of ZMTP 3.</exception>
    public static async ValueTask<ZmtpFrame?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var prefix = new byte[9];
        if (await stream.ReadAtLeastAsync(prefix.AsMemory(0, 1), 1, throwOnEndOfStream: false, cancellation) == 0)
        {
            return null;
        }

        var flags = prefix[0];
        if ((flags & ~(More | Long | Command)) != 0)
        {
            throw new ZmtpException($"A frame begins with the flags 0x{flags:x2}, which ZMTP 3 doesn't know.");
        }

        var isLong = (flags & Long) != 0;
        await stream.ReadExactlyAsync(prefix.AsMemory(1, isLong ? 8 : 1), cancellation);
        var length = isLong ? BinaryPrimitives.ReadUInt64BigEndian(prefix.AsSpan(1)) : prefix[1];
        if (length > MaxFrameLength)
        {
            throw new ZmtpException($"A frame claims {length} bytes; {MaxFrameLength} are the most.");
        }

        return new((flags & Command) != 0, (flags & More) != 0, await ReadBodyAsync(stream, (int)length, cancellation));
    }

    private static async ValueTask<byte[]> ReadBodyAsync(Stream stream, int length, CancellationToken cancellation)
    {
        // Memory is given out as bytes arrive: a length alone costs its sender nothing.
        const int Step = 1024 * 1024;
        var body = new byte[Math.Min(length, Step)];
        for (var read = 0; ;)
        {
            await stream.ReadExactlyAsync(body.AsMemory(read), cancellation);
            read = body.Length;
            if (read == length)
            {
                return body;
            }

            Array.Resize(ref body, (int)Math.Min(length, 2L * read));
        }
    }

    private static int Prefix(int length) => length > byte.MaxValue ? 9 : 2;

    private static Span<byte> Write(Span<byte> buffer, ReadOnlySpan<byte> body, byte flags)
    {
        var prefix = Prefix(body.Length);
        if (prefix == 9)
        {
            buffer[0] = (byte)(flags | Long);
            BinaryPrimitives.WriteInt64BigEndian(buffer[1..], body.Length);
        }
        else
        {
            buffer[0] = flags;
            buffer[1] = (byte)body.Length;
        }

        body.CopyTo(buffer[prefix..]);
        return buffer[(prefix + body.Length)..];
    }
}
