using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Ingest;

/// <summary>Jaeger's collector and agent: Thrift over HTTP and UDP, gRPC, and the answers of each.</summary>
public sealed class JaegerIngestTests : IAsyncLifetime, IDisposable
{
    private const string PostSpans = "/jaeger.api_v2.CollectorService/PostSpans";

    private static readonly JaegerModelSpan Good = new(0, 1, 2, 0, "GET /cart") { Tags = [new JaegerModelTag("span.kind", "server")] };

    private static readonly JaegerModelBatch Batch = new("cart", [], [Good]);

    private static readonly JaegerModelBatch HalfBad = new("cart", [], [Good, Good with { Span = 0 }]);

    private static readonly JaegerModelBatch AllBad = new("cart", [], [Good with { Span = 0 }]);

    private TestServer _server = null!;
    private HttpClient _collector = null!;
    private GrpcTestClient _grpc = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(options => options with { DropIn = options.DropIn with { Enabled = true } });
        _collector = new HttpClient { BaseAddress = _server.Address(Door.JaegerCollector), Timeout = TestServer.Patience };
        _grpc = new GrpcTestClient(_server.Address(Door.JaegerGrpc));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _collector.Dispose();
        _grpc.Dispose();
    }

    [Theory]
    [InlineData("application/x-thrift", false, null)]
    [InlineData("application/vnd.apache.thrift.binary", false, null)]
    [InlineData("application/vnd.apache.thrift.binary; charset=utf-8", false, "gzip")]
    [InlineData("application/vnd.apache.thrift.compact", true, null)]
    public async Task Thrift_over_http_is_stored_and_answered_with_202(string type, bool compact, string? encoding)
    {
        foreach (var (client, path) in new[] { (_collector, "/api/traces?format=jaeger.thrift"), (_server.Native, "/jaeger/api/traces") })
        {
            _server.Store.Spans.Clear();
            var (status, body) = await PostAsync(client, path, Batch.ToThrift(compact), type, encoding);

            status.ShouldBe(HttpStatusCode.Accepted, body);
            body.ShouldBeEmpty();
            _server.Store.Spans.ShouldHaveSingleItem().ShouldContain("name: GET /cart\nkind: Server\n");
        }
    }

    [Fact]
    public async Task Bad_spans_are_told_and_the_others_kept()
    {
        var (status, body) = await PostAsync(_collector, "/api/traces", HalfBad.ToThrift(compact: false), "application/x-thrift");

        status.ShouldBe(HttpStatusCode.Accepted);
        body.ShouldBe("refused: span_id is missing or all zero (1)\n");
        _server.Store.Spans.Count.ShouldBe(1);
        (await _server.Native.GetStringAsync("/metrics")).ShouldContain("""clew_ingest_dropped_items_total{signal="traces",protocol="jaeger_thrift_http",reason="span_id is missing or all zero"} 1""");
    }

    /// <summary>Name, method, content type, body, encoding → status, beginning of the body.</summary>
    public static TheoryData<string, string, string?, byte[], string?, int, string> BadPosts() => new()
    {
        { "nothing kept", "POST", "application/x-thrift", AllBad.ToThrift(compact: false), null, 400, "Cannot submit Jaeger batch: refused: span_id is missing or all zero (1)\n" },
        { "no Thrift", "POST", "application/x-thrift", [1, 2, 3], null, 400, "Unable to process request body: a value has the unknown type 1 (at byte 0)\n" },
        { "cut off", "POST", "application/x-thrift", Batch.ToThrift(compact: false)[..^2], null, 400, "Unable to process request body: the data end too early" },
        { "another type", "POST", "application/json", "{}"u8.ToArray(), null, 400, "Unsupported content type: application/json\n" },
        { "no type", "POST", null, [], null, 400, "Cannot parse content type: mime: no media type\n" },
        { "another encoding", "POST", "application/x-thrift", [1], "compress", 415, "Content-Encoding compress is not supported" },
        { "broken gzip", "POST", "application/x-thrift", [1, 2, 3], "gzip", 400, "" },
        { "another method", "PUT", "application/x-thrift", [], null, 405, "PUT is not allowed here; POST is\n" },
    };

    [Theory]
    [MemberData(nameof(BadPosts))]
    public async Task Bad_posts_are_refused_in_the_collectors_words(string name, string method, string? type, byte[] body, string? encoding, int status, string says)
    {
        var (code, answer) = await PostAsync(_collector, "/api/traces", body, type, encoding, method);

        ((int)code).ShouldBe(status, name);
        answer.ShouldStartWith(says, Case.Sensitive, name);
        _server.Store.Spans.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_ports_for_sending_answer_nothing_that_is_stored()
    {
        (await _collector.GetAsync("/api/services")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _collector.GetAsync("/api/traces?service=cart")).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task A_full_store_is_told_with_the_time_to_try_again()
    {
        _server.Store.Fail(new StoreUnavailableException("no room", TimeSpan.FromSeconds(3)));
        using var content = Content(Batch.ToThrift(compact: false), "application/x-thrift");

        using var response = await _collector.PostAsync("/api/traces", content);

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(3));
        (await _grpc.CallAsync(PostSpans, Batch.ToProtobuf())).Status.ShouldBe(14);
    }

    [Fact]
    public async Task PostSpans_is_stored_and_answered()
    {
        var reply = await _grpc.CallAsync(PostSpans, Batch.ToProtobuf());

        reply.Status.ShouldBe(0, reply.Message);
        reply.Answer.ShouldBeEmpty();
        _server.Store.Spans.ShouldHaveSingleItem().ShouldContain("service: cart\n");
        (await _grpc.CallAsync(PostSpans, HalfBad.ToProtobuf())).Status.ShouldBe(0);
        _server.Store.Spans.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Bad_calls_have_their_status()
    {
        var nothingKept = await _grpc.CallAsync(PostSpans, AllBad.ToProtobuf());
        nothingKept.Status.ShouldBe(3);
        nothingKept.Message.ShouldBe("refused: span_id is missing or all zero (1)");
        (await _grpc.CallAsync(PostSpans, [0x0A, 0x7F])).Status.ShouldBe(3);
        (await _grpc.CallAsync("/jaeger.api_v2.CollectorService/GetSpans", [])).Status.ShouldBe(12);
        _server.Store.Spans.ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_grpc_port_has_its_own_services_and_health()
    {
        const string Otlp = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
        const string Health = "/grpc.health.v1.Health/Check";

        (await _grpc.CallAsync(Otlp, Requests.Spans(1))).Status.ShouldBe(12);
        (await _server.Grpc.CallAsync(PostSpans, Batch.ToProtobuf())).Status.ShouldBe(12);
        (await _grpc.CallAsync(Health, [])).Status.ShouldBe(0);
        (await _grpc.CallAsync(Health, [0x0A, 31, .. "jaeger.api_v2.CollectorService"u8, (byte)'s'])).Status.ShouldBe(5);
        (await _grpc.CallAsync(Health, [0x0A, 30, .. "jaeger.api_v2.CollectorService"u8])).Status.ShouldBe(0);
        _server.Store.Spans.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Packets_are_stored(bool compact)
    {
        using var socket = Connect(compact);
        for (var i = 0; i < 50; i++)
        {
            await socket.SendAsync(new JaegerModelBatch("cart", [], [Good with { Span = (ulong)i + 1 }]).ToAgentMessage(compact));
        }

        await Eventually.BeTrueAsync(() => _server.Store.Spans.Count == 50, "every packet is stored");
    }

    [Fact]
    public async Task Packets_that_come_while_the_store_is_busy_go_into_one_commit()
    {
        using var socket = Connect(compact: true);
        _server.Store.Hold();
        await socket.SendAsync(Batch.ToAgentMessage(compact: true));
        await Eventually.BeTrueAsync(() => _server.Store.Begun == 1, "the first write begins");
        for (var i = 0; i < 20; i++)
        {
            await socket.SendAsync(Batch.ToAgentMessage(compact: true));
        }

        // The only sign of packets that are gathered is the place they hold.
        await Eventually.BeTrueAsync(() => Waiting() == 2, "a second gathering waits");
        _server.Store.Open();

        await Eventually.BeTrueAsync(() => _server.Store.Spans.Count == 21, "everything is stored");
        _server.Store.Begun.ShouldBeLessThan(21);

        int Waiting() => ((Clew.Server.Pipeline.InFlight)_server.Services.GetService(typeof(Clew.Server.Pipeline.InFlight))!).Requests;
    }

    [Fact]
    public async Task A_bad_packet_is_counted_and_costs_itself_only()
    {
        using var socket = Connect(compact: true);
        await socket.SendAsync("nonsense"u8.ToArray());
        await socket.SendAsync(Array.Empty<byte>());
        await socket.SendAsync(Batch.ToAgentMessage(compact: true));

        await Eventually.BeTrueAsync(() => _server.Store.Spans.Count == 1, "the good packet is stored");

        var metrics = await _server.Native.GetStringAsync("/metrics");
        metrics.ShouldContain("""clew_ingest_refused_requests_total{signal="traces",protocol="jaeger_agent_compact",reason="malformed"} 2""");
    }

    [Fact]
    public async Task Packets_taken_before_a_stop_are_stored()
    {
        using var socket = Connect(compact: false);
        _server.Store.Hold();
        await socket.SendAsync(Batch.ToAgentMessage(compact: false));
        await Eventually.BeTrueAsync(() => _server.Store.Begun == 1, "the write begins");

        var stopping = _server.StopAsync();
        stopping.IsCompleted.ShouldBeFalse();
        _server.Store.Open();
        await stopping;

        _server.Store.Spans.Count.ShouldBe(1);
    }

    private static ByteArrayContent Content(byte[] body, string? type, string? encoding = null)
    {
        var content = new ByteArrayContent(encoding == "gzip" && body.Length > 3 ? Requests.Compress(encoding, body) : body);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return content;
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(HttpClient client, string path, byte[] body, string? type, string? encoding = null, string method = "POST")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = Content(body, type, encoding) };
        using var response = await client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private Socket Connect(bool compact)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(_server.EndPoint(compact ? Door.JaegerAgentCompact : Door.JaegerAgentBinary));
        return socket;
    }
}
