using System.Net;
using System.Net.Http.Headers;
using Clew.Protocols.Snappy;
using Clew.Server.Hosting;
using Clew.Server.Ingest.Bodies;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Google.Protobuf;
using Logproto;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Clew.Server.Tests.Ingest.Loki;

/// <summary>The answers of Loki's push API, over real connections.</summary>
public sealed class LokiPushTests : IAsyncLifetime
{
    private const string Json = "application/json";
    private const string Protobuf = "application/x-protobuf";
    private const string JsonBody = """{"streams":[{"stream":{"app":"shop","level":"warn"},"values":[["1700000000000000001","slow",{"order":"7"}],["1700000000000000002","slower"]]}]}""";

    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(options => options with { DropIn = options.DropIn with { Enabled = true } });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    /// <summary>Name, whether through Loki's own port, path, content type, content encoding, body.</summary>
    public static TheoryData<string, bool, string, string?, string?, byte[]> GoodRequests()
    {
        var json = Requests.Utf8(JsonBody);
        var protobuf = ProtobufBody().ToByteArray();
        var snappy = Pack(protobuf);
        return new TheoryData<string, bool, string, string?, string?, byte[]>
        {
            { "a client whose URL has no path", false, "/loki/api/v1/push", Json, null, json },
            { "a client whose URL ends in /loki", false, "/loki/loki/api/v1/push", Json, null, json },
            { "Loki's own port", true, "/loki/api/v1/push", Json, null, json },
            { "the older path under the prefix", false, "/loki/api/prom/push", Json, null, json },
            { "the older path on Loki's own port", true, "/api/prom/push", Json, null, json },
            { "a charset", false, "/loki/api/v1/push", "application/json; charset=utf-8", null, json },
            { "gzip", false, "/loki/api/v1/push", Json, "gzip", Requests.Compress("gzip", json) },
            { "deflate", false, "/loki/api/v1/push", Json, "deflate", Requests.Compress("deflate", json) },
            { "snappy around JSON", false, "/loki/api/v1/push", Json, "snappy", Pack(json) },
            { "protobuf", false, "/loki/api/v1/push", Protobuf, null, snappy },
            { "protobuf that says snappy", true, "/loki/api/v1/push", Protobuf, "snappy", snappy },
            { "protobuf of no type", true, "/loki/api/v1/push", null, null, snappy },
            { "gzip around snappy", false, "/loki/api/v1/push", Protobuf, "gzip", Requests.Compress("gzip", snappy) },
            { "the older path in protobuf", true, "/api/prom/push", Protobuf, null, snappy },
        };
    }

    [Theory]
    [MemberData(nameof(GoodRequests))]
    public async Task Everything_stored_is_204_without_a_body(string name, bool ownPort, string path, string? mediaType, string? encoding, byte[] body)
    {
        using var response = await PostAsync(ownPort, path, mediaType, encoding, body);

        response.StatusCode.ShouldBe(HttpStatusCode.NoContent, name);
        (await response.Content.ReadAsStringAsync()).ShouldBeEmpty();
        _server.Store.Logs.Count.ShouldBe(2);
        _server.Store.Logs.ShouldAllBe(log => log.Contains("service: shop") && log.Contains("resource.app: String shop") && log.Contains("severity: 13"));
        _server.Store.Logs.ShouldContain(log => log.Contains("time: 1700000000000000001") && log.Contains("attributes.order: String 7"));
    }

    /// <summary>Name, content type, content encoding, body, status, what it says.</summary>
    public static TheoryData<string, string?, string?, byte[], int, string> BadRequests()
    {
        var snappy = Pack(ProtobufBody().ToByteArray());
        return new TheoryData<string, string?, string?, byte[], int, string>
        {
            { "no json", Json, null, "streams"u8.ToArray(), 400, "byte" },
            { "a time as a number", Json, null, Requests.Utf8(JsonBody.Replace("\"1700000000000000001\"", "1700000000000000001", StringComparison.Ordinal)), 400, "as a string" },
            { "protobuf without snappy", Protobuf, null, ProtobufBody().ToByteArray(), 400, "snappy" },
            { "snappy that is cut off", Protobuf, null, snappy[..^3], 400, "snappy" },
            { "an empty body", Protobuf, null, [], 400, "snappy" },
            { "snappy around something else", Protobuf, null, Pack("hello"u8.ToArray()), 400, "byte" },
            { "a huge length over few bytes", Protobuf, null, [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x00, 0x61], 400, "snappy" },
            { "compress", Json, "compress", Requests.Utf8(JsonBody), 415, $"{BodyEncodings.Http.Supported}, snappy and identity are" },
            { "brotli around snappy", Protobuf, "br", snappy, 415, "snappy, gzip, deflate are" },
            { "text", "text/plain", null, Requests.Utf8(JsonBody), 415, "application/json and application/x-protobuf" },
        };
    }

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task Errors_are_plain_text_and_store_nothing(string name, string? mediaType, string? encoding, byte[] body, int status, string says)
    {
        using var response = await PostAsync(true, "/loki/api/v1/push", mediaType, encoding, body);

        ((int)response.StatusCode).ShouldBe(status, name);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        (await response.Content.ReadAsStringAsync()).ShouldContain(says);
        _server.Store.Logs.ShouldBeEmpty();
    }

    [Fact]
    public async Task Refused_entries_are_400_with_reasons_and_the_others_are_stored()
    {
        using var response = await PostAsync(false, "/loki/api/v1/push", Json, null,
            """{"streams":[{"stream":{},"values":[["5","lost"]]},{"stream":{"app":"a"},"values":[["6","kept"]]}]}"""u8.ToArray());

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain("at least one label is required per stream (1)");
        _server.Store.Logs.Single().ShouldContain("kept");
    }

    [Fact]
    public async Task Only_post_is_allowed()
    {
        using var response = await _server.Native.GetAsync("/loki/api/v1/push");
        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.ShouldBe(["POST"]);
    }

    [Fact]
    public async Task A_block_that_unpacks_to_more_than_the_limit_is_413()
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { RequestBytes = 10_000 } });
        using var content = new ByteArrayContent(Pack(new byte[10_001]));
        using var response = await server.Native.PostAsync("/loki/api/v1/push", content);
        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await response.Content.ReadAsStringAsync()).ShouldContain("limits.request_bytes = 10000");
    }

    [Fact]
    public async Task A_store_that_is_busy_is_429_and_one_that_fails_503_with_the_time_to_try_again()
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { InFlightRequests = 1 } });
        server.Store.Hold();
        using var first = new StringContent(JsonBody, new MediaTypeHeaderValue(Json));
        var waiting = server.Native.PostAsync("/loki/api/v1/push", first);
        await Eventually.BeTrueAsync(() => server.Store.Begun == 1, "the first request is with the store");
        using var second = new StringContent(JsonBody, new MediaTypeHeaderValue(Json));
        using var busy = await server.Native.PostAsync("/loki/api/v1/push", second);
        busy.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        busy.Headers.RetryAfter.ShouldNotBeNull();
        server.Store.Open();
        using var answered = await waiting;
        answered.StatusCode.ShouldBe(HttpStatusCode.NoContent);

        server.Store.Fail(new StoreUnavailableException("the disk is gone", TimeSpan.FromSeconds(3)));
        using var third = new StringContent(JsonBody, new MediaTypeHeaderValue(Json));
        using var failed = await server.Native.PostAsync("/loki/api/v1/push", third);
        failed.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        failed.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData(false, "/loki/otlp/v1/logs")]
    [InlineData(true, "/otlp/v1/logs")]
    public async Task Otlp_is_taken_under_lokis_path(bool ownPort, string path)
    {
        using var response = await PostAsync(ownPort, path, Json, null, Requests.Utf8(Requests.JsonLog));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        _server.Store.Logs.Count.ShouldBe(1);
    }

    private static PushRequest ProtobufBody() => new()
    {
        Streams =
        {
            new Logproto.Stream
            {
                Labels = "{app=\"shop\", level=\"warn\"}",
                Entries =
                {
                    new Entry { Timestamp = new Timestamp { Seconds = 1_700_000_000, Nanos = 1 }, Line = "slow", StructuredMetadata = { new LabelPair { Name = "order", Value = "7" } } },
                    new Entry { Timestamp = new Timestamp { Seconds = 1_700_000_000, Nanos = 2 }, Line = "slower" },
                },
            },
        },
    };

    private static byte[] Pack(byte[] content)
    {
        var room = new byte[SnappyBlock.MaxEncodedLength(content.Length)];
        return room.AsSpan(0, SnappyBlock.Encode(content, room)).ToArray();
    }

    private async Task<HttpResponseMessage> PostAsync(bool ownPort, string path, string? mediaType, string? encoding, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = mediaType is null ? null : MediaTypeHeaderValue.Parse(mediaType);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return await _server.Native.PostAsync(new Uri(_server.Address(ownPort ? Door.Loki : Door.Native), path), content);
    }
}
