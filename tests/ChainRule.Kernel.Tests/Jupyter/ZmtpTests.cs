using System.Net;
using System.Text;
using ChainRule.Kernel.Jupyter.Zmtp;
using Xunit;

namespace ChainRule.Kernel.Tests.Jupyter;

/// <summary>The transport, octet by octet.</summary>
public sealed class ZmtpTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    private readonly List<string> _log = [];

    [Fact]
    public async Task The_greeting_comes_in_one_piece_and_says_3_1_and_NULL()
    {
        await using var router = new RouterSocket(AnyPort, _log.Add);
        await using var peer = await ZmtpPeer.ConnectBareAsync(router.Port);

        Assert.Equal(ZmtpPeer.Greeting(), await peer.ReadAsync(64));
    }

    [Fact]
    public async Task A_router_answers_each_peer_by_its_name()
    {
        await using var router = new RouterSocket(AnyPort, _log.Add);
        await using var ann = await ZmtpPeer.ConnectAsync(router.Port, "DEALER", "ann");
        await using var bob = await ZmtpPeer.ConnectAsync(router.Port, "DEALER");
        await ann.SendAsync("1"u8.ToArray());
        var one = await NextAsync(router);
        await bob.SendAsync("2"u8.ToArray());
        var two = await NextAsync(router);

        Assert.Equal("ann"u8.ToArray(), one[0]);
        Assert.Equal(0, two[0][0]);
        Assert.True(router.Send([two[0], "to bob"u8.ToArray()]));
        Assert.True(router.Send([one[0], "to ann"u8.ToArray(), ReadOnlyMemory<byte>.Empty]));
        Assert.Equal(["to ann", ""], (await ann.ReceiveAsync()).Select(Encoding.UTF8.GetString));
        Assert.Equal(["to bob"], (await bob.ReceiveAsync()).Select(Encoding.UTF8.GetString));
        Assert.False(router.Send(["nobody"u8.ToArray(), "x"u8.ToArray()]));
    }

    [Fact]
    public async Task What_has_arrived_is_read_when_somebody_must_know()
    {
        await using var router = new RouterSocket(AnyPort, _log.Add);
        await using var ann = await ZmtpPeer.ConnectAsync(router.Port, "DEALER", "ann");
        await using var bob = await ZmtpPeer.ConnectAsync(router.Port, "DEALER", "bob");
        foreach (var peer in new[] { ann, bob })
        {
            // From its first message on a peer is known to be there.
            await peer.SendAsync([0]);
            await NextAsync(router);
        }

        for (var round = 1; round <= 50; round++)
        {
            await ann.SendAsync(new byte[round * 1000]);
            await bob.SendAsync([1], [2]);

            await router.ReadArrivedAsync();

            Assert.Equal(2, router.Messages.Count);
            await NextAsync(router);
            await NextAsync(router);
        }
    }

    [Fact]
    public async Task A_peer_that_comes_back_under_its_name_gets_the_answers()
    {
        await using var router = new RouterSocket(AnyPort, _log.Add);
        await using var old = await ZmtpPeer.ConnectAsync(router.Port, "DEALER", "ann");
        await old.SendAsync("1"u8.ToArray());
        await NextAsync(router);
        await using var young = await ZmtpPeer.ConnectAsync(router.Port, "DEALER", "ann");
        await young.SendAsync("2"u8.ToArray());
        await NextAsync(router);

        router.Send(["ann"u8.ToArray(), "hello"u8.ToArray()]);

        Assert.Equal("hello", Encoding.UTF8.GetString(Assert.Single(await young.ReceiveAsync())));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(3_000_000)]
    public async Task Frames_of_every_length_go_both_ways(int length)
    {
        await using var router = new RouterSocket(AnyPort, _log.Add);
        await using var peer = await ZmtpPeer.ConnectAsync(router.Port, "DEALER", "ann");
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        await peer.SendAsync(bytes, [7]);
        var message = await NextAsync(router);
        Assert.Equal(bytes, message[1]);
        Assert.Equal([7], message[2]);

        router.Send([message[0], bytes, new byte[] { 9 }]);

        var (flags, body) = await peer.ReadFrameAsync();
        Assert.Equal(length > 255 ? 3 : 1, flags);
        Assert.Equal(bytes, body);
        Assert.Equal([9], (await peer.ReadFrameAsync()).Body);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task A_publisher_sends_what_was_subscribed_by_command_or_by_message(byte minorVersion)
    {
        await using var publisher = new PublisherSocket(AnyPort, _log.Add);
        await using var peer = await ZmtpPeer.ConnectAsync(publisher.Port, "SUB", minorVersion: minorVersion);
        await SubscribeAsync("a", true);
        await SubscribeAsync("ab", true);
        await PublishUntilSeenAsync("abc");
        await SubscribeAsync("a", false);
        await SubscribeAsync("z", true);
        await PublishUntilSeenAsync("z1");

        Publish("ax");
        Publish("aby");

        // Once z is seen, a is cancelled: of the two, only the one that ab lets through arrives.
        Assert.Equal("aby", (await NextBesidesAsync("abc", "z1"))[0]);

        void Publish(string topic) => publisher.Publish([Encoding.UTF8.GetBytes(topic), "body"u8.ToArray()]);

        Task SubscribeAsync(string topic, bool add) => minorVersion == 0
            ? peer.SendAsync([add ? (byte)1 : (byte)0, .. Encoding.UTF8.GetBytes(topic)])
            : peer.WriteAsync(ZmtpPeer.Frame(4, ZmtpPeer.Command(add ? "SUBSCRIBE" : "CANCEL", Encoding.UTF8.GetBytes(topic))));

        // A subscription is heeded at some time after it was sent; nothing tells when but a message.
        async Task PublishUntilSeenAsync(string topic)
        {
            var received = NextBesidesAsync("abc", "z1", except: topic);
            while (!received.IsCompleted)
            {
                Publish(topic);
                await Task.Yield();
            }

            Assert.Equal([topic, "body"], await received);
        }

        async Task<string[]> NextBesidesAsync(string one, string two, string? except = null)
        {
            while (true)
            {
                string[] parts = [.. (await peer.ReceiveAsync()).Select(Encoding.UTF8.GetString)];
                if (parts[0] == except || (parts[0] != one && parts[0] != two))
                {
                    return parts;
                }
            }
        }
    }

    [Fact]
    public async Task The_echo_sends_every_frame_back()
    {
        await using var echo = new EchoSocket(AnyPort, _log.Add);
        await using var peer = await ZmtpPeer.ConnectAsync(echo.Port, "REQ");
        for (var i = 0; i < 3; i++)
        {
            await peer.SendAsync([], "ping"u8.ToArray(), [(byte)i]);
            Assert.Equal([[], "ping"u8.ToArray(), [(byte)i]], await peer.ReceiveAsync());
        }
    }

    [Fact]
    public async Task A_ping_is_answered_with_its_context()
    {
        await using var router = new RouterSocket(AnyPort, _log.Add);
        await using var peer = await ZmtpPeer.ConnectAsync(router.Port, "DEALER");
        await peer.WriteAsync(ZmtpPeer.Frame(4, ZmtpPeer.Command("PING", [0, 10, .. "here"u8])));

        var (flags, body) = await peer.ReadFrameAsync();

        Assert.Equal(4, flags);
        Assert.Equal(ZmtpPeer.Command("PONG", "here"u8.ToArray()), body);
    }

    public static TheoryData<string, byte[]> Violations() => new()
    {
        { "no greeting", new byte[64] },
        { "HTTP", Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html,application/xhtml+xml\r\n\r\n") },
        { "version 2", ZmtpPeer.Greeting(version: 2) },
        { "another mechanism", ZmtpPeer.Greeting(mechanism: "CURVE") },
        { "a message before READY", [.. ZmtpPeer.Greeting(), .. ZmtpPeer.Frame(0, "x"u8.ToArray())] },
        { "another command before READY", [.. ZmtpPeer.Greeting(), .. ZmtpPeer.Frame(4, ZmtpPeer.Command("HELLO", []))] },
        { "a socket that doesn't fit", [.. ZmtpPeer.Greeting(), .. ZmtpPeer.Frame(4, ZmtpPeer.Ready("SUB"))] },
        { "no socket type", [.. ZmtpPeer.Greeting(), .. ZmtpPeer.Frame(4, ZmtpPeer.Command("READY", []))] },
        { "a READY that is cut off", [.. ZmtpPeer.Greeting(), .. ZmtpPeer.Frame(4, ZmtpPeer.Command("READY", [11, .. "Socket"u8]))] },
        { "a value longer than its frame", [.. ZmtpPeer.Greeting(), .. ZmtpPeer.Frame(4, ZmtpPeer.Command("READY", [1, (byte)'A', 0xFF, 0xFF, 0xFF, 0xFF]))] },
        { "unknown flags", [.. ZmtpPeer.Greeting(), .. ZmtpPeer.Frame(4, ZmtpPeer.Ready("DEALER")), 0x80, 0] },
        { "an absurd length", [.. ZmtpPeer.Greeting(), .. ZmtpPeer.Frame(4, ZmtpPeer.Ready("DEALER")), 2, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] },
        { "a command that is cut off", [.. ZmtpPeer.Greeting(), .. ZmtpPeer.Frame(4, ZmtpPeer.Ready("DEALER")), .. ZmtpPeer.Frame(4, [9, 1])] },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_peer_that_breaks_the_rules_is_closed_and_the_others_go_on(string what, byte[] bytes)
    {
        await using var router = new RouterSocket(AnyPort, _log.Add);
        await using var good = await ZmtpPeer.ConnectAsync(router.Port, "DEALER", "good");
        await using var bad = await ZmtpPeer.ConnectBareAsync(router.Port);
        await bad.WriteAsync(bytes);

        await bad.ReadToEndAsync();

        Assert.NotEmpty(what);
        Assert.Contains(_log, line => line.StartsWith("ROUTER: ", StringComparison.Ordinal));
        await good.SendAsync("still here"u8.ToArray());
        Assert.Equal("still here"u8.ToArray(), (await NextAsync(router))[1]);
    }

    [Fact]
    public async Task Half_a_message_is_none()
    {
        await using var router = new RouterSocket(AnyPort, _log.Add);
        await using (var half = await ZmtpPeer.ConnectAsync(router.Port, "DEALER"))
        {
            await half.WriteAsync([.. ZmtpPeer.Frame(1, "first"u8.ToArray()), 0, 200, 1, 2, 3]);
        }

        await using var good = await ZmtpPeer.ConnectAsync(router.Port, "DEALER", "good");
        await good.SendAsync("whole"u8.ToArray());

        Assert.Equal("whole"u8.ToArray(), (await NextAsync(router))[1]);
    }

    [Fact]
    public async Task What_is_queued_goes_out_before_the_socket_closes()
    {
        var router = new RouterSocket(AnyPort, _log.Add);
        await using var peer = await ZmtpPeer.ConnectAsync(router.Port, "DEALER", "ann");
        await peer.SendAsync("x"u8.ToArray());
        await NextAsync(router);
        for (var i = 0; i < 100; i++)
        {
            router.Send(["ann"u8.ToArray(), new byte[1000]]);
        }

        await router.DisposeAsync();

        Assert.Equal(100 * 1009, (await peer.ReadToEndAsync()).Length);
    }

    private static Task<byte[][]> NextAsync(RouterSocket router) =>
        router.Messages.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(ZmtpPeer.Patience, TestContext.Current.CancellationToken);
}
