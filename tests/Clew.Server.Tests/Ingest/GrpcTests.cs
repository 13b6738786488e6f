using System.Net;
using System.Net.Sockets;
using System.Text;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Google.Rpc;
using OpenTelemetry.Proto.Collector;

namespace Clew.Server.Tests.Ingest;

/// <summary>gRPC's unary calls, over a real HTTP/2 connection.</summary>
public sealed class GrpcTests : IAsyncLifetime
{
    private const string Traces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    private const string Logs = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
    private const string Metrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    private const string Health = "/grpc.health.v1.Health/Check";

    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("application/grpc", false)]
    [InlineData("application/grpc+proto", false)]
    [InlineData("application/grpc;charset=utf-8", true)]
    [InlineData("application/grpc", true)]
    public async Task Export_stores_and_answers_an_empty_message(string contentType, bool compressed)
    {
        foreach (var (path, message, stored) in new[]
        {
            (Traces, Requests.Spans(3), () => _server.Store.Spans.Count),
            (Logs, Requests.Logs(2), () => _server.Store.Logs.Count),
            (Metrics, Requests.Gauges(4), (Func<int>)(() => _server.Store.Points.Count)),
        })
        {
            var body = compressed ? GrpcTestClient.Frame(Requests.Compress("gzip", message), flag: 1) : GrpcTestClient.Frame(message);
            var reply = await _server.Grpc.SendAsync(path, body, compressed ? [("content-type", contentType), ("grpc-encoding", "gzip")] : [("content-type", contentType)]);

            reply.Http.ShouldBe(HttpStatusCode.OK);
            reply.Status.ShouldBe(0);
            reply.HasTrailers.ShouldBeTrue();
            reply.Answer.ShouldBeEmpty();
            reply.Fields["grpc-accept-encoding"].ShouldBe(string.Join(',', ["identity", "gzip", .. Requests.Zstandard]));
            stored().ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public async Task Every_encoding_that_is_announced_is_taken()
    {
        foreach (var encoding in (string[])["gzip", .. Requests.Zstandard])
        {
            var before = _server.Store.Spans.Count;
            var reply = await _server.Grpc.SendAsync(Traces, GrpcTestClient.Frame(Requests.Compress(encoding, Requests.Spans(3)), flag: 1), [("content-type", "application/grpc"), ("grpc-encoding", encoding)]);

            reply.Status.ShouldBe(0, encoding);
            (_server.Store.Spans.Count - before).ShouldBe(3, encoding);
        }
    }

    [Fact]
    public async Task An_uncompressed_message_may_come_with_an_encoding()
    {
        var reply = await _server.Grpc.CallAsync(Traces, Requests.Spans(1), ("grpc-encoding", "gzip"));

        reply.Status.ShouldBe(0);
        _server.Store.Spans.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Bad_records_are_a_partial_success()
    {
        var reply = await _server.Grpc.CallAsync(Traces, Requests.Spans(good: 1, bad: 3));

        reply.Status.ShouldBe(0);
        var answer = ExportTraceServiceResponse.Parser.ParseFrom(reply.Answer);
        answer.PartialSuccess.RejectedSpans.ShouldBe(3);
        answer.PartialSuccess.ErrorMessage.ShouldMatch("refused: trace_id must be 16 bytes.*\\(3\\)");
        _server.Store.Spans.Count.ShouldBe(1);
    }

    /// <summary>Name, path, body, headers → status, words of the message.</summary>
    public static TheoryData<string, string, byte[], string[], int, string> BadCalls()
    {
        var good = Requests.Spans(3);
        var gzip = Requests.Compress("gzip", good);
        return new TheoryData<string, string, byte[], string[], int, string>
        {
            { "unknown method", "/opentelemetry.proto.collector.trace.v1.TraceService/Import", GrpcTestClient.Frame(good), [], 12, "there is no method" },
            { "unknown service", "/a.b/C", GrpcTestClient.Frame(good), [], 12, "/a.b/C" },
            { "streaming health", "/grpc.health.v1.Health/Watch", GrpcTestClient.Frame([]), [], 12, "Watch" },
            { "no body", Traces, [], [], 13, "ends before its message" },
            { "half a header", Traces, [0, 0, 0], [], 13, "ends before its message" },
            { "half a message", Traces, GrpcTestClient.Frame(good)[..^10], [], 13, "ends inside its message" },
            { "two messages", Traces, [.. GrpcTestClient.Frame(good), .. GrpcTestClient.Frame(good)], [], 13, "goes on after its message" },
            { "one byte more", Traces, [.. GrpcTestClient.Frame(good), 0], [], 13, "goes on after its message" },
            { "strange flag", Traces, GrpcTestClient.Frame(good, flag: 2), [], 13, "flag" },
            { "compressed without saying how", Traces, GrpcTestClient.Frame(gzip, flag: 1), [], 13, "grpc-encoding" },
            { "compressed as identity", Traces, GrpcTestClient.Frame(gzip, flag: 1), ["grpc-encoding", "identity"], 13, "grpc-encoding" },
            { "unknown compression", Traces, GrpcTestClient.Frame(gzip, flag: 1), ["grpc-encoding", "snappy"], 12, "gzip" },
            { "not gzip", Traces, GrpcTestClient.Frame(good, flag: 1), ["grpc-encoding", "gzip"], 3, "gzip" },
            { "truncated gzip", Traces, GrpcTestClient.Frame(gzip.AsSpan(0, gzip.Length / 2), flag: 1), ["grpc-encoding", "gzip"], 3, "gzip" },
            { "gzip without its checksum", Traces, GrpcTestClient.Frame(gzip.AsSpan(0, gzip.Length - 8), flag: 1), ["grpc-encoding", "gzip"], 3, "gzip" },
            { "truncated protobuf", Traces, GrpcTestClient.Frame(good.AsSpan(0, good.Length - 3)), [], 3, "at byte" },
            { "a length of 4 GiB", Traces, [0, 0xFF, 0xFF, 0xFF, 0xFF], [], 8, "limits.request_bytes" },
            { "bad timeout", Traces, GrpcTestClient.Frame(good), ["grpc-timeout", "soon"], 13, "grpc-timeout" },
            { "health of a stranger", Health, GrpcTestClient.Frame([0x0A, 3, (byte)'a', (byte)'b', (byte)'c']), [], 5, "abc" },
            { "health of nonsense", Health, GrpcTestClient.Frame([1, 2, 3]), [], 3, "HealthCheckRequest" },
            { "a long health request", Health, GrpcTestClient.Frame(new byte[5_000]), [], 8, "5000 bytes" },
        };
    }

    [Theory]
    [MemberData(nameof(BadCalls))]
    public async Task Errors_are_trailers_only_with_details(string name, string path, byte[] body, string[] header, int status, string says)
    {
        name.ShouldNotBeEmpty();
        var reply = await _server.Grpc.SendAsync(path, body, header.Length == 0 ? [] : [(header[0], header[1])]);

        reply.Http.ShouldBe(HttpStatusCode.OK);
        reply.Status.ShouldBe(status);
        reply.Message.ShouldContain(says);
        reply.Body.ShouldBeEmpty();
        reply.HasTrailers.ShouldBeFalse();
        reply.Details.Code.ShouldBe(status);
        reply.Details.Message.ShouldBe(reply.Message);
        reply.Details.Details.ShouldBeEmpty();
        _server.Store.Begun.ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_over_the_limit_is_resource_exhausted_without_retry(bool compressed)
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { RequestBytes = 10_000 } });
        var body = compressed
            ? GrpcTestClient.Frame(Requests.Compress("gzip", new byte[50_000_000]), flag: 1)
            : GrpcTestClient.Frame(Requests.Spans(1_000));

        var reply = await server.Grpc.SendAsync(Traces, body, compressed ? [("grpc-encoding", "gzip")] : []);

        reply.Status.ShouldBe(8);
        reply.Message.ShouldContain("limits.request_bytes = 10000");
        reply.Details.Details.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc+json")]
    [InlineData("application/grpcx")]
    public async Task What_is_not_grpc_is_415(string contentType)
    {
        var reply = await _server.Grpc.SendAsync(Traces, GrpcTestClient.Frame(Requests.Spans(1)), ("content-type", contentType));

        reply.Http.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        reply.Status.ShouldBeNull();
    }

    [Fact]
    public async Task Other_methods_are_405()
    {
        using var http = new HttpClient { BaseAddress = _server.Address(Door.OtlpGrpc), DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await http.GetAsync(Traces);

        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.ShouldBe(["POST"]);
    }

    [Fact]
    public async Task Backpressure_says_when_to_come_back()
    {
        await using var server = await TestServer.StartAsync(options => options with
        {
            Limits = options.Limits with { InFlightRequests = 1, RetryAfter = TimeSpan.FromMilliseconds(2_500) },
        });
        server.Store.Hold();
        var first = server.Grpc.CallAsync(Traces, Requests.Spans(1));
        await Eventually.BeTrueAsync(() => server.Store.Begun == 1, "the first write begins");

        var second = await server.Grpc.CallAsync(Logs, Requests.Logs(1));

        second.Status.ShouldBe(8);
        second.Message.ShouldContain("limits.in_flight_requests = 1");
        var delay = second.Details.Details.Single().Unpack<RetryInfo>().RetryDelay;
        delay.Seconds.ShouldBe(2);
        delay.Nanos.ShouldBe(500_000_000);
        server.Store.Open();
        (await first).Status.ShouldBe(0);
    }

    [Fact]
    public async Task A_store_that_cannot_take_it_is_unavailable()
    {
        _server.Store.Fail(new StoreUnavailableException("es ist kein Platz für 100 % der Daten\n", TimeSpan.FromSeconds(7)));

        var reply = await _server.Grpc.CallAsync(Metrics, Requests.Gauges(1));

        reply.Status.ShouldBe(14);
        reply.Fields["grpc-message"].ShouldBe("es ist kein Platz f%C3%BCr 100 %25 der Daten%0A");
        reply.Details.Message.ShouldBe("es ist kein Platz für 100 % der Daten\n");
        reply.Details.Details.Single().Unpack<RetryInfo>().RetryDelay.Seconds.ShouldBe(7);
        (await HealthAsync(string.Empty)).ShouldBe(2);
    }

    [Fact]
    public async Task A_deadline_that_passes_is_answered_and_the_write_goes_on()
    {
        _server.Store.Hold();
        var reply = await _server.Grpc.CallAsync(Traces, Requests.Spans(1), ("grpc-timeout", "200m"));

        reply.Status.ShouldBe(4);
        _server.Store.Open();
        await Eventually.BeTrueAsync(() => _server.Store.Spans.Count == 1, "the write is finished");
    }

    [Theory]
    [InlineData("")]
    [InlineData("opentelemetry.proto.collector.trace.v1.TraceService")]
    [InlineData("opentelemetry.proto.collector.metrics.v1.MetricsService")]
    public async Task Health_is_serving(string service) => (await HealthAsync(service)).ShouldBe(1);

    [Fact]
    public async Task Health_is_answered_while_requests_are_refused()
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { InFlightRequests = 1 } });
        server.Store.Hold();
        var first = server.Grpc.CallAsync(Traces, Requests.Spans(1));
        await Eventually.BeTrueAsync(() => server.Store.Begun == 1, "the first write begins");

        (await server.Grpc.CallAsync(Health, [])).Status.ShouldBe(0);
        server.Store.Open();
        await first;
    }

    [Fact]
    public async Task Http_1_on_the_grpc_port_is_refused_and_harms_nobody()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_server.EndPoint(Door.OtlpGrpc));
        await using var stream = client.GetStream();
        await stream.WriteAsync("POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(stream, Encoding.ASCII);
        (await reader.ReadLineAsync())!.ShouldContain("400");

        (await _server.Grpc.CallAsync(Traces, Requests.Spans(1))).Status.ShouldBe(0);
    }

    private async Task<int> HealthAsync(string service)
    {
        byte[] request = service.Length == 0 ? [] : [0x0A, (byte)service.Length, .. Encoding.ASCII.GetBytes(service)];
        var reply = await _server.Grpc.CallAsync(Health, request);
        reply.Status.ShouldBe(0);
        reply.Answer.Length.ShouldBe(2);
        reply.Answer[0].ShouldBe((byte)0x08);
        return reply.Answer[1];
    }
}
