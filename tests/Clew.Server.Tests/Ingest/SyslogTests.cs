using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Ingest;

/// <summary>Syslog over UDP and TCP against the real host.</summary>
public sealed class SyslogTests
{
    private const string Message = "<34>1 2003-10-11T22:14:15.003Z mymachine su - ID47 - it failed";

    [Fact]
    public async Task A_packet_is_a_record()
    {
        await using var server = await StartAsync();
        using var sender = new UdpClient(AddressFamily.InterNetwork);

        await sender.SendAsync(Encoding.UTF8.GetBytes(Message + "\n"), server.EndPoint(Door.SyslogUdp));

        await Eventually.BeTrueAsync(() => server.Store.Logs.Count == 1, "the message is stored");
        var log = server.Store.Logs.Single();
        log.ShouldContain("service.name");
        log.ShouldContain("body: String it failed");
        log.ShouldContain("severity: 18");
    }

    [Fact]
    public async Task A_connection_takes_lines_and_counted_messages_also_in_pieces()
    {
        await using var server = await StartAsync();
        using var sender = new TcpClient();
        await sender.ConnectAsync(server.EndPoint(Door.SyslogTcp));
        sender.NoDelay = true;
        var stream = sender.GetStream();
        var text = $"{Message} 1\n{Message.Length + 2} {Message} 2{Message.Length + 6} {Message} 3\nat x{Message} 4\n";
        foreach (var piece in text.Chunk(7))
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(piece));
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(Message + " 5"));
        sender.Close();

        await Eventually.BeTrueAsync(() => server.Store.Logs.Count == 5, "all five are stored");
        for (var i = 1; i <= 5; i++)
        {
            server.Store.Logs.ShouldContain(log => log.Contains($"it failed {i}", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_is_too_long_is_counted_and_the_next_message_taken()
    {
        await using var server = await StartAsync(limits => limits with { SyslogMessageBytes = 500 });
        using var sender = new TcpClient();
        await sender.ConnectAsync(server.EndPoint(Door.SyslogTcp));
        await sender.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"<13>{new string('x', 5_000)}\n5000 <13>{new string('y', 4_996)}{Message}\n"));
        using var packet = new UdpClient(AddressFamily.InterNetwork);
        await packet.SendAsync(Encoding.UTF8.GetBytes($"<13>{new string('x', 600)}"), server.EndPoint(Door.SyslogUdp));

        await Eventually.BeTrueAsync(() => server.Store.Logs.Count == 1, "the good message is stored");
        await Eventually.BeTrueAsync(async () => await DroppedAsync(server, "syslog_tcp") == 2 && await DroppedAsync(server, "syslog_udp") == 1, "the others are counted");
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed_and_counted()
    {
        await using var server = await StartAsync(limits => limits with { SyslogConnections = 1 });
        using var first = new TcpClient();
        await first.ConnectAsync(server.EndPoint(Door.SyslogTcp));
        await first.GetStream().WriteAsync(Encoding.UTF8.GetBytes(Message + "\n"));
        await Eventually.BeTrueAsync(() => server.Store.Logs.Count == 1, "the first connection is served");

        using var second = new TcpClient();
        await second.ConnectAsync(server.EndPoint(Door.SyslogTcp));
        (await second.GetStream().ReadAsync(new byte[1])).ShouldBe(0, "the second one is closed");
        (await DroppedAsync(server, "syslog_tcp")).ShouldBe(1);
    }

    [Fact]
    public async Task Messages_wait_while_the_store_is_away_and_are_lost_only_beyond_the_limit()
    {
        await using var server = await StartAsync(limits => limits with { RetryAfter = TimeSpan.FromMilliseconds(20), SyslogWaitingBytes = 1 << 20 });
        server.Store.Fail(new Telemetry.StoreUnavailableException("away", TimeSpan.FromMilliseconds(20)));
        using var sender = new TcpClient();
        await sender.ConnectAsync(server.EndPoint(Door.SyslogTcp));
        await sender.GetStream().WriteAsync(Encoding.UTF8.GetBytes(Message + "\n"));
        await Eventually.BeTrueAsync(() => server.Store.Begun > 2, "it is tried again");

        server.Store.Fail(null);

        await Eventually.BeTrueAsync(() => server.Store.Logs.Count == 1, "it is stored when the store is back");
    }

    [Fact]
    public async Task What_has_come_is_stored_before_the_server_stops()
    {
        await using var server = await StartAsync();
        using var sender = new TcpClient();
        await sender.ConnectAsync(server.EndPoint(Door.SyslogTcp));
        await sender.GetStream().WriteAsync(Encoding.UTF8.GetBytes(Message + "\n"));
        sender.Close();
        await Eventually.BeTrueAsync(() => server.Store.Logs.Count == 1 || Waiting(server), "it has come");

        await server.StopAsync();

        server.Store.Logs.Count.ShouldBe(1);

        static bool Waiting(TestServer server) => server.Store.Begun > 0;
    }

    [LoggerTheory]
    [InlineData("--udp", "--rfc5424")]
    [InlineData("--udp", "--rfc3164")]
    [InlineData("--tcp", "--rfc5424")]
    [InlineData("--tcp --octet-count", "--rfc5424")]
    [InlineData("--tcp --octet-count", "--rfc3164")]
    public async Task The_logger_of_util_linux_is_understood(string transport, string format)
    {
        await using var server = await StartAsync();
        var door = server.EndPoint(transport.Contains("udp", StringComparison.Ordinal) ? Door.SyslogUdp : Door.SyslogTcp);
        var start = new ProcessStartInfo("logger") { RedirectStandardError = true };
        string[] arguments =
        [
            .. transport.Split(' '), format, "--server", "127.0.0.1", "--port", door.Port.ToString(CultureInfo.InvariantCulture),
            "--tag", "shop", "--id=4711", "--priority", "local3.warning", "{\"msg\":\"from logger\",\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\"}",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var logger = Process.Start(start)!;
        await logger.WaitForExitAsync().WaitAsync(TestServer.Patience);
        logger.ExitCode.ShouldBe(0, await logger.StandardError.ReadToEndAsync());

        await Eventually.BeTrueAsync(() => server.Store.Logs.Count == 1, "the message is stored");
        var log = server.Store.Logs.Single();
        log.ShouldContain("body: String from logger");
        log.ShouldContain("severity: 13");
        log.ShouldContain("trace_id: 4bf92f3577b34da6a3ce929d0e0e4736");
        log.ShouldContain("local3");
        log.ShouldContain("4711");
        log.ShouldContain("shop");
    }

    private static Task<TestServer> StartAsync(Func<IngestLimits, IngestLimits>? limits = null) => TestServer.StartAsync(o => o with
    {
        SyslogUdp = new ListenAddress("127.0.0.1", 0),
        SyslogTcp = new ListenAddress("127.0.0.1", 0),
        Limits = limits?.Invoke(o.Limits) ?? o.Limits,
    });

    private static async Task<long> DroppedAsync(TestServer server, string protocol) => (await server.Native.GetStringAsync("/metrics")).Split('\n')
        .Where(line => line.StartsWith("clew_ingest_dropped_items_total{", StringComparison.Ordinal) && line.Contains($"protocol=\"{protocol}\"", StringComparison.Ordinal))
        .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    /// <summary>Runs where Debian's bsdutils (or another package with util-linux's logger) is installed.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class LoggerTheoryAttribute : TheoryAttribute
    {
        public LoggerTheoryAttribute()
        {
            if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "logger"))))
            {
                Skip = "there is no logger on this machine";
            }
        }
    }
}
