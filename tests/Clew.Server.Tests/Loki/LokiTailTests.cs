using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Loki;

/// <summary>Loki's tail, with a real WebSocket client.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class LokiTailTests : IAsyncLifetime
{
    private StoreServer _server = null!;

    public async Task InitializeAsync() => _server = await StoreServer.StartAsync(options => options with { Queries = options.Queries with { Tails = 1 } });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task New_lines_are_told_once_after_the_last_ones_of_the_past()
    {
        await PushAsync("old 1", TimeSpan.FromMinutes(-2));
        await PushAsync("old 2", TimeSpan.FromMinutes(-1));
        await PushAsync("too old", TimeSpan.FromHours(-2));
        await PushAsync("one too many", TimeSpan.FromMinutes(-3));
        using var tail = await ConnectAsync("query={app=\"shop\"} != \"hidden\"&limit=2");

        Lines(await ReceiveAsync(tail)).ShouldBe(["old 1", "old 2"], ignoreOrder: true);
        await PushAsync("hidden", TimeSpan.FromSeconds(-1));
        await PushAsync("new 1", TimeSpan.FromSeconds(-1));
        Lines(await ReceiveAsync(tail)).ShouldBe(["new 1"]);

        // A line that comes late, from before the last look.
        await PushAsync("late", TimeSpan.FromSeconds(-3));
        var message = await ReceiveAsync(tail);
        Lines(message).ShouldBe(["late"]);
        message.Dropped.ShouldBeEmpty();
        message.Streams[0].Stream.ShouldBe(new Dictionary<string, string> { ["app"] = "shop" });
        await tail.CloseAsync(WebSocketCloseStatus.NormalClosure, string.Empty, CancellationToken.None);
        tail.State.ShouldBe(WebSocketState.Closed);
    }

    /// <summary><c>/api/prom/tail</c>, as it was documented before Loki 1.0: labels in one text, times in RFC 3339.</summary>
    [Fact]
    public async Task The_older_path_has_its_older_messages()
    {
        await PushAsync("old", TimeSpan.FromMinutes(-1));
        using var tail = new ClientWebSocket();
        await tail.ConnectAsync(new UriBuilder(Address("query={app=\"shop\"}")) { Path = "/api/prom/tail" }.Uri, new CancellationTokenSource(TestServer.Patience).Token);

        var message = System.Text.Json.Nodes.JsonNode.Parse(await ReceiveTextAsync(tail))!;
        message["streams"]![0]!["labels"]!.ToString().ShouldBe("{app=\"shop\"}");
        message["streams"]![0]!["entries"]![0]!["line"]!.ToString().ShouldBe("old");
        message["streams"]![0]!["entries"]![0]!["ts"]!.ToString().ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$");
        message["dropped_entries"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_message_has_no_room_for_is_said_to_be_dropped()
    {
        await PushAsync("first", TimeSpan.FromMinutes(-1));
        using var tail = await ConnectAsync("query={app=\"shop\"}");
        Lines(await ReceiveAsync(tail)).ShouldBe(["first"]);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var values = string.Join(',', Enumerable.Range(0, 1_200).Select(i => $"[\"{now - 1_500 + i}000000\",\"burst {i}\"]"));
        await PostAsync($"{{\"streams\":[{{\"stream\":{{\"app\":\"shop\"}},\"values\":[{values}]}}]}}");

        var lines = new List<string>();
        var dropped = new List<string>();
        while (lines.Count + dropped.Count < 1_200)
        {
            var message = await ReceiveAsync(tail);
            message.Streams.Sum(stream => stream.Values.Length).ShouldBeLessThanOrEqualTo(1_000);
            lines.AddRange(Lines(message));
            dropped.AddRange(message.Dropped.Select(entry => entry.Timestamp));
        }

        dropped.Count.ShouldBeInRange(1, 200);
        lines.ShouldContain("burst 1199");
        lines.Distinct().Count().ShouldBe(lines.Count);
    }

    [Fact]
    public async Task Only_so_many_tails_are_open_at_once_and_a_place_is_free_again_when_one_closes()
    {
        using (var first = await ConnectAsync("query={app=\"shop\"}"))
        {
            using var refused = new ClientWebSocket();
            (await Should.ThrowAsync<WebSocketException>(() => refused.ConnectAsync(Address("query={app=\"shop\"}"), CancellationToken.None))).Message.ShouldContain("429");
            await first.CloseAsync(WebSocketCloseStatus.NormalClosure, string.Empty, CancellationToken.None);
        }

        await Eventually.BeTrueAsync(async () =>
        {
            try
            {
                using var next = await ConnectAsync("query={app=\"shop\"}");
                return next.State == WebSocketState.Open;
            }
            catch (WebSocketException)
            {
                return false;
            }
        }, "the place is free");
    }

    [Theory]
    [InlineData("query={app=")]
    [InlineData("query=rate({app=\"shop\"}[1m])")]
    [InlineData("query={app=\"shop\"}&delay_for=6")]
    public async Task A_wrong_tail_is_refused_before_it_is_one(string parameters)
    {
        using var socket = new ClientWebSocket();
        (await Should.ThrowAsync<WebSocketException>(() => socket.ConnectAsync(Address(parameters), CancellationToken.None))).Message.ShouldContain("400");
    }

    [Fact]
    public async Task A_page_of_another_site_cannot_listen()
    {
        using var foreign = new ClientWebSocket();
        foreign.Options.SetRequestHeader("Origin", "http://elsewhere.example");
        (await Should.ThrowAsync<WebSocketException>(() => foreign.ConnectAsync(Address("query={app=\"shop\"}"), CancellationToken.None))).Message.ShouldContain("403");

        using var own = new ClientWebSocket();
        own.Options.SetRequestHeader("Origin", _server.Loki.BaseAddress!.GetLeftPart(UriPartial.Authority));
        await own.ConnectAsync(Address("query={app=\"shop\"}"), CancellationToken.None);
        own.State.ShouldBe(WebSocketState.Open);
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_tails()
    {
        using var tail = await ConnectAsync("query={app=\"shop\"}");
        var store = await _server.StopAsync();
        await Should.NotThrowAsync(async () =>
        {
            try
            {
                var buffer = new byte[1_000];
                while ((await tail.ReceiveAsync(buffer.AsMemory(), new CancellationTokenSource(TestServer.Patience).Token)).MessageType != WebSocketMessageType.Close)
                {
                }
            }
            catch (WebSocketException)
            {
                // Cut off is ended, too.
            }
        });
        _server = await StoreServer.StartAsync(store: store);
    }

    private static List<string> Lines(GrafanaTypes.TailMessage message) => [.. message.Streams.SelectMany(stream => stream.Values).Select(value => value[1].GetString()!)];

    private Uri Address(string parameters) => new UriBuilder(_server.Loki.BaseAddress!) { Scheme = "ws", Path = "/loki/api/v1/tail", Query = parameters }.Uri;

    private async Task<ClientWebSocket> ConnectAsync(string parameters)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(Address(parameters), new CancellationTokenSource(TestServer.Patience).Token);
        return socket;
    }

    private static async Task<GrafanaTypes.TailMessage> ReceiveAsync(ClientWebSocket socket) => JsonSerializer.Deserialize<GrafanaTypes.TailMessage>(await ReceiveTextAsync(socket), GrafanaTypes.Strict)!;

    private static async Task<string> ReceiveTextAsync(ClientWebSocket socket)
    {
        using var patience = new CancellationTokenSource(TestServer.Patience);
        using var message = new MemoryStream();
        var buffer = new byte[16_384];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            part.MessageType.ShouldBe(WebSocketMessageType.Text);
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return Encoding.UTF8.GetString(message.ToArray());
            }
        }
    }

    private Task PushAsync(string line, TimeSpan ago)
    {
        var time = (DateTimeOffset.UtcNow + ago).ToUnixTimeMilliseconds();
        return PostAsync($"{{\"streams\":[{{\"stream\":{{\"app\":\"shop\"}},\"values\":[[\"{time}000000\",\"{line}\"]]}}]}}");
    }

    private async Task PostAsync(string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _server.Loki.PostAsync("/loki/api/v1/push", content);
        response.IsSuccessStatusCode.ShouldBeTrue();
    }
}
