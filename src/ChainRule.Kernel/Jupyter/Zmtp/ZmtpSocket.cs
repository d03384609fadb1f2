using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ChainRule.Kernel.Jupyter.Zmtp;

/// <summary>A socket that listens on one address; any number of peers may connect to it, and a bad one harms itself alone.</summary>
internal abstract class ZmtpSocket : IAsyncDisposable
{
    /// <summary>How long the last messages may take to go out.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    /// <summary>How long the readers may take for what has arrived.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string _type;
    private readonly string[] _peerTypes;
    private readonly Socket _listener;
    private readonly Action<string> _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<ZmtpConnection, Task> _connections = [];
    private readonly HashSet<Task> _serving = [];
    private Task _accepting = Task.CompletedTask;

    /// <summary>Listens.</summary>
    /// <param name="type">The type of the socket.</param>
    /// <param name="peerTypes">The types that may connect to it.</param>
    /// <param name="address">The address; port 0 takes any that is free.</param>
    /// <param name="log">Takes a line about each peer that had to be refused.</param>
    /// <exception cref="SocketException">The address is taken.</exception>
    protected ZmtpSocket(string type, string[] peerTypes, IPEndPoint address, Action<string> log)
    {
        _type = type;
        _peerTypes = peerTypes;
        _log = log;
        _listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(address);
            _listener.Listen();
        }
        catch (SocketException)
        {
            _listener.Dispose();
            throw;
        }
    }

    /// <summary>The port that it listens on.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Stops listening, sends what is queued and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        KeyValuePair<ZmtpConnection, Task>[] connections;
        lock (_gate)
        {
            connections = [.. _connections];
        }

        foreach (var (connection, _) in connections)
        {
            connection.Finish();
        }

        await Task.WhenAny(Task.WhenAll(connections.Select(connection => connection.Value)), Task.Delay(Linger));
        foreach (var (connection, _) in connections)
        {
            connection.EndSending();
        }

        // Each connection is closed by the task that reads it: closing a socket under a pending read throws away what it has sent.
        await _stop.CancelAsync();
        await _accepting;
        Task[] serving;
        lock (_gate)
        {
            serving = [.. _serving];
        }

        await Task.WhenAll(serving);
        _stop.Dispose();
    }

    /// <summary>Completes when everything that has arrived by now was read; a peer that sends without end is not waited for.</summary>
    public async Task ReadArrivedAsync()
    {
        ZmtpConnection[] connections;
        lock (_gate)
        {
            connections = [.. _connections.Keys];
        }

        var start = Stopwatch.GetTimestamp();
        while (!connections.All(connection => connection.IsRead) && Stopwatch.GetElapsedTime(start) < Patience)
        {
            await Task.Delay(1);
        }
    }

    /// <summary>Takes peers from now on.</summary>
    protected void Start() => _accepting = AcceptAsync();

    /// <summary>A peer has shaken hands.</summary>
    protected virtual void Joined(ZmtpConnection connection)
    {
    }

    /// <summary>A peer has gone.</summary>
    protected virtual void Left(ZmtpConnection connection)
    {
    }

    /// <summary>A peer has sent a command.</summary>
    protected virtual void OnCommand(ZmtpConnection connection, string name, byte[] data)
    {
    }

    /// <summary>A peer has sent a message.</summary>
    protected abstract void OnMessage(ZmtpConnection connection, byte[][] parts);

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_stop.Token);
            }
            catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
            catch (SocketException exception)
            {
                // The peer went away before it was accepted, or no handle is free: the next one may be luckier.
                if (_stop.IsCancellationRequested || exception.SocketErrorCode == SocketError.OperationAborted)
                {
                    return;
                }

                _log($"{_type}: no connection: {exception.Message}");
                continue;
            }

            var serving = ServeAsync(new(socket));
            lock (_gate)
            {
                _serving.RemoveWhere(task => task.IsCompleted);
                _serving.Add(serving);
            }
        }
    }

    private async Task ServeAsync(ZmtpConnection connection)
    {
        var joined = false;
        try
        {
            await connection.HandshakeAsync(_type, _peerTypes, _stop.Token);
            lock (_gate)
            {
                // The writer sees to its own end: a peer that is gone is noticed by the reader too.
                _connections.Add(connection, connection.WriteAsync(_stop.Token).ContinueWith(
                    static writing => _ = writing.Exception,
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default));
            }

            joined = true;
            Joined(connection);
            await foreach (var parts in connection.ReadAsync((name, data) => OnCommand(connection, name, data), _stop.Token))
            {
                OnMessage(connection, parts);
            }
        }
        catch (ZmtpException exception)
        {
            _log($"{_type}: a connection was closed: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer is gone, or we are going.
            if (!joined && !_stop.IsCancellationRequested)
            {
                _log($"{_type}: a connection was closed before it was ready: {exception.Message}");
            }
        }
        finally
        {
            lock (_gate)
            {
                _connections.Remove(connection);
            }

            if (joined)
            {
                Left(connection);
            }

            connection.Dispose();
        }
    }
}
