using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using OpenTelemetry.Proto.Collector;

namespace Clew.Server.Tests.Ingest;

/// <summary>The response rules of OTLP/HTTP, over a real connection.</summary>
public sealed class OtlpHttpTests : IAsyncLifetime
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";

    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    /// <summary>Path, media type, encoding, body → stored items.</summary>
    public static TheoryData<string, string, string?, byte[], int> GoodRequests()
    {
        var rows = new TheoryData<string, string, string?, byte[], int>();
        foreach (var encoding in (string?[])[null, "identity", "gzip", "x-gzip", "GZIP", "deflate", "br", .. Requests.Zstandard])
        {
            byte[] Encode(byte[] body) => encoding is null or "identity" ? body : Requests.Compress(encoding.ToLowerInvariant(), body);
            rows.Add("/v1/traces", Protobuf, encoding, Encode(Requests.Spans(3)), 3);
            rows.Add("/v1/traces", Json, encoding, Encode(Requests.Utf8(Requests.JsonSpan)), 1);
            rows.Add("/v1/logs", Protobuf, encoding, Encode(Requests.Logs(2)), 2);
            rows.Add("/v1/logs", Json, encoding, Encode(Requests.Utf8(Requests.JsonLog)), 1);
            rows.Add("/v1/metrics", Protobuf, encoding, Encode(Requests.Gauges(4)), 4);
            rows.Add("/v1/metrics", Json, encoding, Encode(Requests.Utf8(Requests.JsonGauge)), 1);
        }

        rows.Add("/v1/traces", "application/json; charset=utf-8", null, Requests.Utf8(Requests.JsonSpan), 1);
        rows.Add("/v1/traces", "Application/X-Protobuf", null, Requests.Spans(1), 1);

        // An empty request is a success.
        rows.Add("/v1/traces", Protobuf, null, [], 0);
        rows.Add("/v1/logs", Json, null, "{}"u8.ToArray(), 0);
        rows.Add("/v1/metrics", Protobuf, "gzip", Requests.Compress("gzip", []), 0);
        return rows;
    }

    [Theory]
    [MemberData(nameof(GoodRequests))]
    public async Task Full_success_is_an_empty_answer_of_the_same_type(string path, string mediaType, string? encoding, byte[] body, int stored)
    {
        foreach (var client in new[] { _server.OtlpHttp, _server.Native })
        {
            var before = Stored();
            using var response = await PostAsync(client, path, mediaType, encoding, body);

            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            response.Content.Headers.ContentType!.MediaType.ShouldBe(mediaType.StartsWith(Json, StringComparison.Ordinal) ? Json : Protobuf);
            (await response.Content.ReadAsStringAsync()).ShouldBe(mediaType.StartsWith(Json, StringComparison.Ordinal) ? "{}" : string.Empty);
            (Stored() - before).ShouldBe(stored);
        }
    }

    [Fact]
    public async Task Bad_records_are_counted_and_explained_and_the_others_stored()
    {
        using var response = await PostAsync(_server.OtlpHttp, "/v1/traces", Protobuf, null, Requests.Spans(good: 5, bad: 2));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var answer = ExportTraceServiceResponse.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync());
        answer.PartialSuccess.RejectedSpans.ShouldBe(2);
        answer.PartialSuccess.ErrorMessage.ShouldMatch("refused: trace_id must be 16 bytes.*\\(2\\)");
        _server.Store.Spans.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Partial_success_in_json_has_its_number_as_a_string()
    {
        using var response = await PostAsync(_server.OtlpHttp, "/v1/traces", Json, null, Requests.Utf8(Requests.JsonSpan.Replace("5B8EFFF798038103D269B633813FC60C", "5B8E", StringComparison.Ordinal)));

        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        answer.RootElement.GetProperty("partialSuccess").GetProperty("rejectedSpans").GetString().ShouldBe("1");
        answer.RootElement.GetProperty("partialSuccess").GetProperty("errorMessage").GetString()!.ShouldContain("trace_id");
        _server.Store.Spans.ShouldBeEmpty();
    }

    public static TheoryData<string, string, string?, string?, byte[], int, string> BadRequests()
    {
        var truncated = Requests.Spans(3)[..^4];
        var gzip = Requests.Compress("gzip", Requests.Spans(50));
        var deflate = Requests.Compress("deflate", Requests.Spans(50));
        var brotli = Requests.Compress("br", Requests.Spans(50));
        return new TheoryData<string, string, string?, string?, byte[], int, string>
        {
            { "truncated protobuf", "POST", Protobuf, null, truncated, 400, "byte" },
            { "json as protobuf", "POST", Protobuf, null, Requests.Utf8(Requests.JsonSpan), 400, "byte" },
            { "truncated json", "POST", Json, null, Requests.Utf8(Requests.JsonSpan[..40]), 400, "byte" },
            { "protobuf as json", "POST", Json, null, Requests.Spans(3), 400, "byte" },
            { "not json", "POST", Json, null, "hello"u8.ToArray(), 400, "byte" },
            { "an empty json body", "POST", Json, null, [], 400, "byte" },
            { "plain as gzip", "POST", Protobuf, "gzip", Requests.Spans(3), 400, "gzip" },
            { "truncated gzip", "POST", Protobuf, "gzip", gzip[..(gzip.Length / 2)], 400, "gzip" },
            { "truncated deflate", "POST", Protobuf, "deflate", deflate[..(deflate.Length / 2)], 400, "deflate" },
            { "truncated brotli", "POST", Protobuf, "br", brotli[..(brotli.Length / 2)], 400, "br" },
            { "gzip without its checksum", "POST", Protobuf, "gzip", gzip[..^8], 400, "gzip" },
            { "gzip with a wrong checksum", "POST", Protobuf, "gzip", [.. gzip[..^8], 1, 2, 3, 4, .. gzip[^4..]], 400, "gzip" },
            { "plain as brotli", "POST", Json, "br", Requests.Utf8(Requests.JsonSpan), 400, "br" },
            { "plain as deflate", "POST", Json, "deflate", Requests.Utf8(Requests.JsonSpan), 400, "deflate" },
            { "no media type", "POST", null, null, Requests.Spans(1), 415, "application/x-protobuf and application/json" },
            { "text", "POST", "text/plain", null, Requests.Spans(1), 415, "text/plain" },
            { "a form", "POST", "application/x-www-form-urlencoded", null, Requests.Spans(1), 415, "application/x-protobuf and application/json" },
            { "compress", "POST", Protobuf, "compress", Requests.Spans(1), 415, "gzip, deflate, br" },
            { "two encodings", "POST", Protobuf, "gzip, gzip", Requests.Spans(1), 415, "gzip, deflate, br" },
            { "snappy in json", "POST", Json, "snappy", Requests.Utf8(Requests.JsonSpan), 415, "gzip, deflate, br" },
            { "get", "GET", Protobuf, null, [], 405, "POST" },
            { "put", "PUT", Json, null, Requests.Utf8(Requests.JsonSpan), 405, "POST" },
            { "delete", "DELETE", null, null, [], 405, "POST" },
        };
    }

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task Errors_are_a_status_in_the_requests_encoding(string name, string method, string? mediaType, string? encoding, byte[] body, int status, string says)
    {
        name.ShouldNotBeEmpty();
        using var response = await SendAsync(_server.OtlpHttp, new HttpMethod(method), "/v1/traces", mediaType, encoding, body);

        ((int)response.StatusCode).ShouldBe(status);
        var problem = await ReadStatusAsync(response, mediaType);
        problem.Message.ShouldContain(says, Case.Insensitive);
        problem.Code.ShouldBe(status == 405 || (status == 415 && encoding is not null) ? 12 : 3);
        response.Headers.RetryAfter.ShouldBeNull();
        response.Content.Headers.Allow.ShouldBe(status == 405 ? ["POST"] : []);
        if (status == 415 && encoding is not null)
        {
            response.Headers.TryGetValues("Accept-Encoding", out var supported).ShouldBeTrue();
            supported.ShouldBe([string.Join(", ", ["gzip", "deflate", "br", .. Requests.Zstandard])]);
        }

        _server.Store.Begun.ShouldBe(0);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(null, true)]
    [InlineData("gzip", false)]
    [InlineData("gzip", true)]
    [InlineData("br", true)]
    public async Task A_body_over_the_limit_is_413_and_a_bomb_is_not_unpacked(string? encoding, bool chunked)
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { RequestBytes = 100_000 } });
        var plain = encoding is null ? new byte[100_001] : new byte[50_000_000];
        var body = encoding is null ? plain : Requests.Compress(encoding, plain);
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(Protobuf);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
            body.Length.ShouldBeLessThan(plain.Length / 100);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/logs") { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await server.OtlpHttp.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        var problem = await ReadStatusAsync(response, Protobuf);
        problem.Code.ShouldBe(8);
        problem.Message.ShouldContain("limits.request_bytes = 100000");
        problem.Details.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_body_of_exactly_the_limit_is_taken()
    {
        var body = Requests.Spans(100);
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { RequestBytes = body.Length } });

        using var exact = await PostAsync(server.OtlpHttp, "/v1/traces", Protobuf, null, body);
        using var compressed = await PostAsync(server.OtlpHttp, "/v1/traces", Protobuf, "gzip", Requests.Compress("gzip", body));
        using var above = await PostAsync(server.OtlpHttp, "/v1/traces", Protobuf, null, Requests.Spans(101));

        exact.StatusCode.ShouldBe(HttpStatusCode.OK);
        compressed.StatusCode.ShouldBe(HttpStatusCode.OK);
        above.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData(Protobuf)]
    [InlineData(Json)]
    public async Task Too_many_requests_in_flight_are_told_to_come_back(string mediaType)
    {
        await using var server = await TestServer.StartAsync(options => options with
        {
            Limits = options.Limits with { InFlightRequests = 1, RetryAfter = TimeSpan.FromMilliseconds(2_500) },
        });
        server.Store.Hold();
        var first = PostAsync(server.OtlpHttp, "/v1/traces", Protobuf, null, Requests.Spans(1));
        await Eventually.BeTrueAsync(() => server.Store.Begun == 1, "the first write begins");

        using var second = await PostAsync(server.OtlpHttp, "/v1/traces", mediaType, null, mediaType == Json ? Requests.Utf8(Requests.JsonSpan) : Requests.Spans(1));

        second.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        second.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(3));
        var problem = await ReadStatusAsync(second, mediaType);
        problem.Code.ShouldBe(8);
        problem.Message.ShouldContain("limits.in_flight_requests = 1");
        first.IsCompleted.ShouldBeFalse();
        server.Store.Open();
        using var answered = await first;
        answered.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var third = await PostAsync(server.OtlpHttp, "/v1/traces", Protobuf, null, Requests.Spans(1));
        third.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Too_many_bytes_in_flight_are_told_to_come_back()
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { RequestBytes = 90_000, InFlightBytes = 100_000 } });
        server.Store.Hold();
        var first = PostAsync(server.OtlpHttp, "/v1/traces", Protobuf, null, Requests.Spans(1_000));
        await Eventually.BeTrueAsync(() => server.Store.Begun == 1, "the first write begins");

        using var second = await PostAsync(server.OtlpHttp, "/v1/traces", Protobuf, null, Requests.Spans(1_000));

        second.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await ReadStatusAsync(second, Protobuf)).Message.ShouldContain("limits.in_flight_bytes = 100000");
        server.Store.Open();
        (await first).Dispose();
        using var third = await PostAsync(server.OtlpHttp, "/v1/traces", Protobuf, null, Requests.Spans(1_000));
        third.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_store_that_cannot_take_it_is_503_with_its_own_delay()
    {
        _server.Store.Fail(new StoreUnavailableException("the disk is full", TimeSpan.FromSeconds(7)));

        using var response = await PostAsync(_server.OtlpHttp, "/v1/logs", Json, null, Requests.Utf8(Requests.JsonLog));

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        var problem = await ReadStatusAsync(response, Json);
        problem.Code.ShouldBe(14);
        problem.Message.ShouldBe("the disk is full");
        using var ready = await _server.Native.GetAsync("/health/ready");
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await ready.Content.ReadAsStringAsync()).ShouldContain("the disk is full");

        _server.Store.Fail(null);
        using var again = await PostAsync(_server.OtlpHttp, "/v1/logs", Json, null, Requests.Utf8(Requests.JsonLog));
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var readyAgain = await _server.Native.GetAsync("/health/ready");
        readyAgain.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_store_that_breaks_leaves_the_data_with_the_sender()
    {
        _server.Store.Fail(new InvalidOperationException("a mistake"));

        using var response = await PostAsync(_server.OtlpHttp, "/v1/traces", Protobuf, null, Requests.Spans(1));

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter.ShouldNotBeNull();
        (await ReadStatusAsync(response, Protobuf)).Message.ShouldNotContain("a mistake");
    }

    [Fact]
    public async Task A_full_disk_is_503()
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { MinFreeDisk = long.MaxValue } });

        using var response = await PostAsync(server.OtlpHttp, "/v1/traces", Protobuf, null, Requests.Spans(1));

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await ReadStatusAsync(response, Protobuf)).Message.ShouldContain("limits.min_free_disk");
        server.Store.Begun.ShouldBe(0);
    }

    [Fact]
    public async Task Nothing_is_acknowledged_before_it_is_stored()
    {
        _server.Store.Hold();
        var sending = PostAsync(_server.OtlpHttp, "/v1/traces", Protobuf, null, Requests.Spans(2));
        await Eventually.BeTrueAsync(() => _server.Store.Begun == 1, "the write begins");

        sending.IsCompleted.ShouldBeFalse();
        _server.Store.Spans.ShouldBeEmpty();
        _server.Store.Open();
        using var response = await sending;
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        _server.Store.Spans.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_otlp_port_serves_nothing_else()
    {
        using var health = await _server.OtlpHttp.GetAsync("/health/live");
        using var other = await _server.OtlpHttp.PostAsync("/v1/profiles", null);

        health.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        other.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await other.Content.ReadAsStringAsync()).ShouldContain("/v1/traces");
    }

    [Fact]
    public async Task No_page_of_another_origin_is_let_in()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v1/traces");
        request.Headers.Add("Origin", "https://example.com");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        using var response = await _server.Native.SendAsync(request);

        response.IsSuccessStatusCode.ShouldBeFalse();
        response.Headers.ShouldNotContain(header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string mediaType, string? encoding, byte[] body) =>
        SendAsync(client, HttpMethod.Post, path, mediaType, encoding, body);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, string? mediaType, string? encoding, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        if (mediaType is not null)
        {
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        }

        if (encoding is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding).ShouldBeTrue();
        }

        using var request = new HttpRequestMessage(method, path) { Content = method == HttpMethod.Get ? null : content };
        if (method == HttpMethod.Get && mediaType is not null)
        {
            request.Content = new ByteArrayContent([]);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        }

        return await client.SendAsync(request);
    }

    /// <summary>The google.rpc.Status of an answer, which must come in the request's encoding; JSON when the request's is unknown.</summary>
    private static async Task<Google.Rpc.Status> ReadStatusAsync(HttpResponseMessage response, string? mediaType)
    {
        var expected = mediaType == Protobuf ? Protobuf : Json;
        response.Content.Headers.ContentType!.MediaType.ShouldBe(expected);
        var body = await response.Content.ReadAsByteArrayAsync();
        if (expected == Protobuf)
        {
            return Google.Rpc.Status.Parser.ParseFrom(body);
        }

        using var json = JsonDocument.Parse(body);
        return new Google.Rpc.Status { Code = json.RootElement.GetProperty("code").GetInt32(), Message = json.RootElement.GetProperty("message").GetString() };
    }

    private int Stored() => _server.Store.Spans.Count + _server.Store.Logs.Count + _server.Store.Points.Count;
}
