using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ChainRule.Kernel.Jupyter.Workers;

/// <summary>Messages over a pipe: four bytes of length, then JSON.</summary>
internal static class WorkerPipe
{
    /// <summary>Sends a message. Callers take turns.</summary>
    public static void Send<T>(Stream pipe, T message, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, type);
        var bytes = new byte[4 + json.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, 4);
        pipe.Write(bytes);
        pipe.Flush();
    }

    /// <summary>Waits for the next message.</summary>
    /// <returns>The message, or null where the other side is gone.</returns>
    public static T? Receive<T>(Stream pipe, JsonTypeInfo<T> type)
        where T : class
    {
        // A side that dies while it writes leaves half a message, which is none.
        var length = new byte[4];
        if (pipe.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) < length.Length)
        {
            return null;
        }

        var json = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
        return pipe.ReadAtLeast(json, json.Length, throwOnEndOfStream: false) < json.Length
            ? null
            : JsonSerializer.Deserialize(json, type);
    }
}
