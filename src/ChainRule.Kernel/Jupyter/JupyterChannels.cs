using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ChainRule.Kernel.Jupyter.Messages;
using ChainRule.Kernel.Jupyter.Zmtp;

namespace ChainRule.Kernel.Jupyter;

/// <summary>The five sockets that a kernel and its front ends meet on.</summary>
internal sealed class JupyterChannels : IAsyncDisposable
{
    private readonly MessageCodec _codec;
    private readonly Action<string> _log;
    private readonly List<ZmtpSocket> _sockets = [];
    private readonly PublisherSocket _iopub;

    /// <summary>Listens on all of them.</summary>
    /// <param name="file">Where.</param>
    /// <param name="log">Takes lines for whoever looks after the kernel.</param>
    /// <exception cref="KernelException">A port is taken.</exception>
    public JupyterChannels(ConnectionFile file, Action<string> log)
    {
        _codec = new(file.Key);
        _log = log;
        try
        {
            // The heartbeat never waits for a cell: cells run in another process.
            Listen("heartbeat", file.HeartbeatPort, address => new EchoSocket(address, log));
            _iopub = Listen("iopub", file.IopubPort, address => new PublisherSocket(address, log));
            Stdin = Listen("stdin", file.StdinPort, address => new RouterSocket(address, log));
            Control = Listen("control", file.ControlPort, address => new RouterSocket(address, log));
            Shell = Listen("shell", file.ShellPort, address => new RouterSocket(address, log));
        }
        catch (KernelException)
        {
            _sockets.ForEach(socket => _ = socket.DisposeAsync().AsTask());
            throw;
        }

        T Listen<T>(string name, int port, Func<IPEndPoint, T> make)
            where T : ZmtpSocket
        {
            try
            {
                var socket = make(new(file.Address, port));
                _sockets.Add(socket);
                return socket;
            }
            catch (SocketException exception)
            {
                throw new KernelException($"The {name} port {port} on {file.Address} can't be had: {exception.Message}.", exception);
            }
        }
    }

    /// <summary>Requests.</summary>
    public IRouter Shell { get; }

    /// <summary>Requests that don't wait for others.</summary>
    public IRouter Control { get; }

    /// <summary>Answers to what cells ask.</summary>
    public IRouter Stdin { get; }

    /// <summary>Reads a message; one that is malformed or wrongly signed is dropped.</summary>
    /// <returns>The message, or null.</returns>
    public JupyterMessage? Read(byte[][] parts)
    {
        try
        {
            return _codec.Read(parts);
        }
        catch (MessageException exception)
        {
            _log($"Dropped: {exception.Message}");
            return null;
        }
    }

    /// <summary>Sends a message to the one who sent <paramref name="request"/>.</summary>
    /// <returns>Whether the peer is there.</returns>
    public bool Send(IRouter channel, string type, JupyterMessage request, JsonObject content) =>
        channel.Send(_codec.Write(request.Identities, type, request.RawHeader, content));

    /// <summary>Sends a message to everyone who listens.</summary>
    /// <param name="type">What kind of message it is.</param>
    /// <param name="parent">The header of the request that it belongs to, or null.</param>
    /// <param name="content">What it says.</param>
    public void Publish(string type, byte[]? parent, JsonObject content) =>
        _iopub.Publish(_codec.Write([Encoding.ASCII.GetBytes(type)], type, parent, content));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_sockets.Select(socket => socket.DisposeAsync().AsTask()));
}
