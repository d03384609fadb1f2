using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChainRule.Kernel.Jupyter.Messages;

/// <summary>
/// Messages to and from the parts that travel (Jupyter messaging protocol 5.4, "the wire protocol"): envelope, delimiter,
/// signature, header, parent header, metadata, content.
/// </summary>
/// <param name="key">The key that messages are signed with; empty for none.</param>
internal sealed class MessageCodec(string key)
{
    /// <summary>The version of the protocol.</summary>
    public const string ProtocolVersion = "5.4";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly byte[] EmptyObject = "{}"u8.ToArray();

    private readonly byte[] _key = Encoding.UTF8.GetBytes(key);
    private readonly string _session = Guid.NewGuid().ToString("N");
    private readonly string _user = Environment.UserName;
    private int _count;

    private static ReadOnlySpan<byte> Delimiter => "<IDS|MSG>"u8;

    /// <summary>Reads a message.</summary>
    /// <param name="parts">The parts as they came.</param>
    /// <exception cref="MessageException">It is not signed with our key, or not what the protocol says.</exception>
    public JupyterMessage Read(byte[][] parts)
    {
        var delimiter = Array.FindIndex(parts, part => part.AsSpan().SequenceEqual(Delimiter));
        if (delimiter < 0)
        {
            throw new MessageException("A message without delimiter.");
        }

        if (parts.Length < delimiter + 6)
        {
            throw new MessageException("A message with too few parts.");
        }

        // Nothing is parsed before its signature is known to be right.
        var signed = parts.AsSpan(delimiter + 2, 4);
        if (_key.Length > 0 && !CryptographicOperations.FixedTimeEquals(parts[delimiter + 1], Sign(signed)))
        {
            throw new MessageException("A message with a wrong signature.");
        }

        var header = Object(signed[0], "header");
        Object(signed[1], "parent header");
        Object(signed[2], "metadata");
        return new(parts[..delimiter], signed[0], HeaderText(header, "msg_type"), HeaderText(header, "msg_id"), Object(signed[3], "content"));
    }

    /// <summary>Makes the parts of a message.</summary>
    /// <param name="identities">The envelope.</param>
    /// <param name="type">What kind of message it is.</param>
    /// <param name="parent">The header of the message that it answers or belongs to, or null.</param>
    /// <param name="content">What it says.</param>
    public IReadOnlyList<ReadOnlyMemory<byte>> Write(IReadOnlyList<byte[]> identities, string type, byte[]? parent, JsonObject content)
    {
        var header = new JsonObject
        {
            ["msg_id"] = $"{_session}_{Interlocked.Increment(ref _count)}",
            ["session"] = _session,
            ["username"] = _user,
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
            ["msg_type"] = type,
            ["version"] = ProtocolVersion,
        };
        byte[][] signed =
        [
            JsonSerializer.SerializeToUtf8Bytes(header, Json),
            parent ?? EmptyObject,
            EmptyObject,
            JsonSerializer.SerializeToUtf8Bytes(content, Json),
        ];
        List<ReadOnlyMemory<byte>> parts = [.. identities.Select(identity => (ReadOnlyMemory<byte>)identity)];
        parts.Add(Delimiter.ToArray());
        parts.Add(_key.Length > 0 ? Sign(signed) : ReadOnlyMemory<byte>.Empty);
        parts.AddRange(signed.Select(part => (ReadOnlyMemory<byte>)part));
        return parts;
    }

    private static JsonObject Object(byte[] part, string name)
    {
        try
        {
            return JsonNode.Parse(part, documentOptions: Strict) as JsonObject ?? throw new MessageException($"A message whose {name} is no JSON object.");
        }
        catch (JsonException exception)
        {
            throw new MessageException($"A message whose {name} is no JSON: {exception.Message}", exception);
        }
    }

    private static string HeaderText(JsonObject header, string name)
    {
        try
        {
            return header[name] is JsonValue value && value.TryGetValue<string>(out var text)
                ? text
                : throw new MessageException($"A message whose header has no \"{name}\".");
        }
        catch (InvalidOperationException exception)
        {
            throw new MessageException($"A message whose header is not readable: {exception.Message}", exception);
        }
    }

    /// <summary>The signature as the protocol writes it: hexadecimal, in small letters.</summary>
    private byte[] Sign(ReadOnlySpan<byte[]> parts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        foreach (var part in parts)
        {
            hash.AppendData(part);
        }

        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
