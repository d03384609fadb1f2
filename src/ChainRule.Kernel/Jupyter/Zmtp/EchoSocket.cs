using System.Net;

namespace ChainRule.Kernel.Jupyter.Zmtp;

/// <summary>A REP socket that sends every message back as it came, its envelope included.</summary>
internal sealed class EchoSocket : ZmtpSocket
{
    /// <summary>Listens.</summary>
    public EchoSocket(IPEndPoint address, Action<string> log)
        : base("REP", ["REQ", "DEALER"], address, log) => Start();

    /// <inheritdoc/>
    protected override void OnMessage(ZmtpConnection connection, byte[][] parts) =>
        connection.Send(ZmtpFrames.Message([.. parts.Select(part => (ReadOnlyMemory<byte>)part)]));
}
