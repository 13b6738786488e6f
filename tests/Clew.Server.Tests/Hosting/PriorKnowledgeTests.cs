using System.Net;
using System.Net.Sockets;
using System.Text;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Hosting;

/// <summary>HTTP/1.1 and HTTP/2 without TLS on one port.</summary>
public sealed class PriorKnowledgeTests
{
    [Fact]
    public async Task Both_versions_are_answered_on_the_native_port_and_on_drop_in_ports()
    {
        await using var server = await TestServer.StartAsync(options => options with { DropIn = options.DropIn with { Enabled = true } });
        foreach (var (door, path) in new[] { (Door.Native, "/health/live"), (Door.Tempo, "/api/echo") })
        {
            using var http = new HttpClient { BaseAddress = server.Address(door), Timeout = TestServer.Patience };
            foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
            {
                // Twice, so that a connection is used again.
                for (var i = 0; i < 2; i++)
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
                    using var response = await http.SendAsync(request);
                    response.StatusCode.ShouldBe(HttpStatusCode.OK);
                    response.Version.ShouldBe(version);
                }
            }
        }
    }

    [Theory]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 200")]
    [InlineData("PRI /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 405")]
    [InlineData("P", "")]
    [InlineData("", "")]
    public async Task What_begins_otherwise_is_http_1(string sent, string answered)
    {
        await using var server = await TestServer.StartAsync();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.EndPoint(Door.Native));
        await using var stream = new NetworkStream(socket);
        foreach (var part in Encoding.ASCII.GetBytes(sent).Chunk(1))
        {
            await stream.WriteAsync(part);
        }

        if (!sent.EndsWith('\n'))
        {
            socket.Shutdown(SocketShutdown.Send);
        }

        using var patience = new CancellationTokenSource(TestServer.Patience);
        using var reader = new StreamReader(stream);
        (await reader.ReadToEndAsync(patience.Token)).ShouldStartWith(answered);
    }

    [Fact]
    public async Task A_silent_connection_does_not_hold_up_the_end()
    {
        await using var server = await TestServer.StartAsync();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.EndPoint(Door.Native));
        using var http = new HttpClient { BaseAddress = server.Address(Door.Native) };
        (await http.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var stopped = server.StopAsync();

        await stopped.WaitAsync(TimeSpan.FromSeconds(8));
        stopped.IsCompletedSuccessfully.ShouldBeTrue();
    }
}
