using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Clew.Testing;
using Google.Protobuf;
using Zipkin.Proto3;

namespace Clew.Server.Tests.Ingest;

/// <summary>Zipkin's ways in and their answers.</summary>
public sealed class ZipkinIngestTests : IAsyncLifetime, IDisposable
{
    private const string Json = """[{"traceId":"1","id":"2","kind":"SERVER","name":"get","timestamp":1700000000000000,"duration":5,"localEndpoint":{"serviceName":"cart"}}]""";

    private static readonly byte[] Protobuf = new ListOfSpans
    {
        Spans =
        {
            new Span
            {
                TraceId = ByteString.CopyFrom(0, 0, 0, 0, 0, 0, 0, 1), Id = ByteString.CopyFrom(0, 0, 0, 0, 0, 0, 0, 2), Kind = 2, Name = "get", Timestamp = 1_700_000_000_000_000, Duration = 5,
                LocalEndpoint = new Endpoint { ServiceName = "cart" },
            },
        },
    }.ToByteArray();

    private static readonly ZipkinV1Model[] V1 =
    [
        new(0, 1, 2, 0, "get")
        {
            Timestamp = 1_700_000_000_000_000,
            Duration = 5,
            Annotations =
            [
                new ZipkinV1Annotation(1_700_000_000_000_000, "sr", new ZipkinV1Endpoint("cart", "", 0)),
                new ZipkinV1Annotation(1_700_000_000_000_005, "ss", new ZipkinV1Endpoint("cart", "", 0)),
            ],
        },
    ];

    private TestServer _server = null!;
    private HttpClient _zipkin = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(options => options with { DropIn = options.DropIn with { Enabled = true } });
        _zipkin = new HttpClient { BaseAddress = _server.Address(Door.Zipkin), Timeout = TestServer.Patience };
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _zipkin.Dispose();

    public static TheoryData<string, string?, byte[]> Forms() => new()
    {
        { "/api/v2/spans", "application/json", Encoding.UTF8.GetBytes(Json) },
        { "/api/v2/spans", null, Encoding.UTF8.GetBytes(Json) },
        { "/api/v2/spans", "application/x-protobuf", Protobuf },
        { "/api/v1/spans", "application/json", Encoding.UTF8.GetBytes(ZipkinV1Model.ToJson(V1)) },
        { "/api/v1/spans", "application/x-thrift", ZipkinV1Model.ToThrift(V1) },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Every_form_means_the_same_and_is_answered_with_202(string path, string? type, byte[] body)
    {
        foreach (var (client, prefix, encoding) in new[] { (_zipkin, string.Empty, (string?)null), (_zipkin, string.Empty, "gzip"), (_server.Native, "/zipkin", null) })
        {
            _server.Store.Spans.Clear();
            var (status, answer) = await PostAsync(client, prefix + path, type, encoding is null ? body : Requests.Compress(encoding, body), encoding);

            status.ShouldBe(HttpStatusCode.Accepted, answer);
            answer.ShouldBeEmpty();
            var stored = _server.Store.Spans.ShouldHaveSingleItem();
            stored.ShouldContain("service: cart\n");
            stored.ShouldContain("trace_id: 00000000000000000000000000000001\nspan_id: 0000000000000002\n");
            stored.ShouldContain("name: get\nkind: Server\nstart: 1700000000000000000\nend: 1700000000000005000\n");
        }
    }

    /// <summary>Path, method, content type, body, encoding → status, beginning of the answer.</summary>
    public static TheoryData<string, string, string?, string, string?, int, string> BadPosts() => new()
    {
        { "/api/v2/spans", "POST", "application/json", "", null, 400, "Cannot decode spans: the body is empty (at byte 0)\n" },
        { "/api/v2/spans", "POST", "application/json", "{}", null, 400, "Cannot decode spans: expected a list of spans, found StartObject" },
        { "/api/v2/spans", "POST", "application/json", "[{", null, 400, "Cannot decode spans: " },
        { "/api/v2/spans", "POST", "application/json", """[{"traceId":"1","id":"2","binaryAnnotations":[]}]""", null, 400, "Cannot decode spans: these are spans of version 1" },
        { "/api/v2/spans", "POST", "application/x-protobuf", "not protobuf", null, 400, "Cannot decode spans: " },
        { "/api/v2/spans", "POST", "application/json", """[{"traceId":"g","id":"2"}]""", null, 400, "Cannot store spans: refused: an id is not in hex digits" },
        { "/api/v1/spans", "POST", "application/x-thrift", "not thrift", null, 400, "Cannot decode spans: " },
        { "/api/v2/spans", "POST", "application/json", "[]", "compress", 415, "Content-Encoding compress is not supported" },
        { "/api/v2/spans", "POST", "application/json", "[]", "gzip", 400, "" },
        { "/api/v2/spans", "PUT", "application/json", "[]", null, 405, "PUT is not allowed here; POST is\n" },
        { "/api/v1/spans", "GET", null, "", null, 405, "GET is not allowed here; POST is\n" },
    };

    [Theory]
    [MemberData(nameof(BadPosts))]
    public async Task Bad_posts_are_refused_with_a_sentence(string path, string method, string? type, string body, string? encoding, int status, string says)
    {
        var (code, answer) = await PostAsync(_zipkin, path, type, Encoding.UTF8.GetBytes(body), encoding, method);

        ((int)code).ShouldBe(status, answer);
        answer.ShouldStartWith(says, Case.Sensitive);
        _server.Store.Spans.ShouldBeEmpty();
    }

    [Fact]
    public async Task Bad_spans_are_told_and_the_others_kept()
    {
        var (status, answer) = await PostAsync(_zipkin, "/api/v2/spans", "application/json", Encoding.UTF8.GetBytes(Json[..^1] + """,{"traceId":"1","timestamp":5}]"""), null);

        status.ShouldBe(HttpStatusCode.Accepted);
        answer.ShouldBe("refused: span_id is missing or all zero (1)\n");
        _server.Store.Spans.Count.ShouldBe(1);
        (await _server.Native.GetStringAsync("/metrics")).ShouldContain("""clew_ingest_dropped_items_total{signal="traces",protocol="zipkin_json",reason="span_id is missing or all zero"} 1""");
    }

    [Fact]
    public async Task An_empty_list_is_a_success()
    {
        var (status, _) = await PostAsync(_zipkin, "/api/v2/spans", "application/json", "[]"u8.ToArray(), null);

        status.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_full_store_is_told_with_the_time_to_try_again()
    {
        _server.Store.Fail(new StoreUnavailableException("no room", TimeSpan.FromSeconds(3)));
        using var content = new StringContent(Json, new MediaTypeHeaderValue("application/json"));

        using var response = await _zipkin.PostAsync("/api/v2/spans", content);

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(3));
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(HttpClient client, string path, string? type, byte[] body, string? encoding, string method = "POST")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "GET" ? null : content };
        using var response = await client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
