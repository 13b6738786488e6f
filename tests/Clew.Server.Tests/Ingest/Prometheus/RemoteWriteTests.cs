using System.Net;
using System.Net.Http.Headers;
using Clew.Protocols.Snappy;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Google.Protobuf;
using Prometheus.Write.V1;
using V2 = Prometheus.Write.V2;

namespace Clew.Server.Tests.Ingest.Prometheus;

/// <summary>The rules that the specifications of remote write 1.0 and 2.0 have for receivers, over real connections.</summary>
public sealed class RemoteWriteTests : IAsyncLifetime
{
    private const string Protobuf = "application/x-protobuf";
    private const string Version1 = "application/x-protobuf;proto=prometheus.WriteRequest";
    private const string Version2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(options => options with { DropIn = options.DropIn with { Enabled = true } });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    /// <summary>Name, whether through Prometheus's own port, content type, content encoding, whether the body is of version 2.0.</summary>
    [Theory]
    [InlineData("version 1.0", false, Protobuf, "snappy", false)]
    [InlineData("version 1.0 by its name", true, Version1, "snappy", false)]
    [InlineData("version 1.0 of no type", false, null, "snappy", false)]
    [InlineData("version 1.0 that does not say snappy", true, Protobuf, null, false)]
    [InlineData("version 2.0", false, Version2, "snappy", true)]
    [InlineData("version 2.0 with quotes and a blank", true, "application/x-protobuf; proto=\"io.prometheus.write.v2.Request\"", "snappy", true)]
    [InlineData("version 2.0 that does not say snappy", true, Version2, null, true)]
    public async Task Everything_stored_is_204_without_a_body(string name, bool ownPort, string? mediaType, string? encoding, bool isSecond)
    {
        using var response = await PostAsync(Pack(isSecond ? Second() : First()), mediaType, encoding, ownPort);

        response.StatusCode.ShouldBe(HttpStatusCode.NoContent, name);
        (await response.Content.ReadAsStringAsync()).ShouldBeEmpty();
        Written(response).ShouldBe(isSecond ? ["2", "1", "1"] : [null, null, null]);
        _server.Store.Points.Count.ShouldBe(3);
        _server.Store.Points.ShouldContain(point => point.Contains("metric: http_requests_total") && point.Contains("service: cart") && point.Contains("value: double 5"));
    }

    /// <summary>Name, content type, content encoding, body, status, what it says.</summary>
    public static TheoryData<string, string?, string?, byte[], int, string> BadRequests() => new()
    {
        { "json", "application/json", "snappy", Pack(First()), 415, "application/x-protobuf with proto=" },
        { "png", "image/png", "snappy", Pack(First()), 415, "image/png" },
        { "a message nobody knows", "application/x-protobuf;proto=io.prometheus.write.v3.Request", "snappy", Pack(First()), 415, "v3" },
        { "gzip", Protobuf, "gzip", Requests.Compress("gzip", First().ToByteArray()), 415, "snappy is" },
        { "deflate", Version2, "deflate", Requests.Compress("deflate", Second().ToByteArray()), 415, "snappy is" },
        { "zstd", Version2, "zstd", Pack(Second()), 415, "snappy is" },
        { "no compression", Protobuf, "identity", First().ToByteArray(), 415, "snappy is" },
        { "protobuf that is not packed", Protobuf, "snappy", First().ToByteArray(), 400, "snappy" },
        { "an empty body", Protobuf, "snappy", [], 400, "snappy" },
        { "a block that is cut off", Version2, "snappy", Pack(Second())[..^4], 400, "snappy" },
        { "a message that is cut off", Protobuf, "snappy", Pack(First().ToByteArray()[..^4]), 400, "byte" },
        { "something else", Version2, "snappy", Pack("hello"u8.ToArray()), 400, "byte" },
        { "symbols that do not begin with nothing", Version2, "snappy", Pack(new V2.Request { Symbols = { "x" } }), 400, "symbols" },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task Errors_are_plain_text_and_store_nothing(string name, string? mediaType, string? encoding, byte[] body, int status, string says)
    {
        using var response = await PostAsync(body, mediaType, encoding);

        ((int)response.StatusCode).ShouldBe(status, name);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        (await response.Content.ReadAsStringAsync()).ShouldContain(says);
        _server.Store.Points.ShouldBeEmpty();
        if (mediaType == Version2)
        {
            Written(response).ShouldBe(["0", "0", "0"]);
        }
    }

    /// <summary>The specification: never a success for a part, and the counts of what was written.</summary>
    [Fact]
    public async Task A_partial_write_is_400_with_counts_and_the_good_part_is_stored()
    {
        var request = Second();
        request.Timeseries.Add(new V2.TimeSeries { Samples = { new V2.Sample { Value = 1, Timestamp = 5 } } });
        using var response = await PostAsync(Pack(request), Version2, "snappy");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain("the label __name__ is missing or empty (1)");
        Written(response).ShouldBe(["2", "1", "1"]);
        _server.Store.Points.Count.ShouldBe(3);

        var first = First();
        first.Timeseries.Add(new TimeSeries { Labels = { new Label { Name = "job", Value = "cart" } }, Samples = { new Sample { Value = 1, Timestamp = 5 } } });
        using var again = await PostAsync(Pack(first), Protobuf, "snappy");
        again.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        _server.Store.Points.Count.ShouldBe(6);
    }

    [Fact]
    public async Task Metadata_alone_and_a_request_of_nothing_are_successes()
    {
        using var metadata = await PostAsync(Pack(new WriteRequest { Metadata = { new MetricMetadata { Type = 2, MetricFamilyName = "queue_total", Help = "What waits.", Unit = "jobs" } } }), Protobuf, "snappy");
        metadata.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var nothing = await PostAsync(Pack(new V2.Request()), Version2, "snappy");
        nothing.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        Written(nothing).ShouldBe(["0", "0", "0"]);

        using var samples = await PostAsync(
            Pack(new WriteRequest { Timeseries = { new TimeSeries { Labels = { new Label { Name = "__name__", Value = "queue_total" } }, Samples = { new Sample { Value = 1, Timestamp = 5 } } } } }), Protobuf, "snappy");
        samples.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        _server.Store.Points.Single().ShouldContain("metric: queue_total [jobs] Gauge");
        _server.Store.Points.Single().ShouldContain("description: What waits.");
    }

    [Fact]
    public async Task A_store_that_fails_is_503_with_the_time_to_try_again()
    {
        _server.Store.Fail(new StoreUnavailableException("the disk is gone", TimeSpan.FromSeconds(3)));
        using var response = await PostAsync(Pack(Second()), Version2, "snappy");
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(3));
        Written(response).ShouldBe(["0", "0", "0"]);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413_and_get_is_405()
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { RequestBytes = 10_000 } });
        using var content = new ByteArrayContent(Pack(new byte[10_001]));
        using var large = await server.Native.PostAsync("/prometheus/api/v1/write", content);
        large.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        using var get = await server.Native.GetAsync("/prometheus/api/v1/write");
        get.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        get.Content.Headers.Allow.ShouldBe(["POST"]);
    }

    [Theory]
    [InlineData(false, "/prometheus/api/v1/otlp/v1/metrics")]
    [InlineData(true, "/api/v1/otlp/v1/metrics")]
    public async Task Otlp_is_taken_under_prometheus_path(bool ownPort, string path)
    {
        using var content = new StringContent(Requests.JsonGauge, new MediaTypeHeaderValue("application/json"));
        using var response = await _server.Native.PostAsync(new Uri(_server.Address(ownPort ? Door.Prometheus : Door.Native), path), content);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        _server.Store.Points.Count.ShouldBe(1);
    }

    private static WriteRequest First() => new()
    {
        Timeseries =
        {
            new TimeSeries
            {
                Labels = { new Label { Name = "__name__", Value = "http_requests_total" }, new Label { Name = "instance", Value = "i:1" }, new Label { Name = "job", Value = "cart" } },
                Samples = { new Sample { Value = 5, Timestamp = 1_700_000_000_000 }, new Sample { Value = 6, Timestamp = 1_700_000_015_000 } },
                Exemplars = { new Exemplar { Value = 1, Timestamp = 1_700_000_000_000, Labels = { new Label { Name = "trace_id", Value = "0af7651916cd43dd8448eb211c80319c" } } } },
            },
            new TimeSeries
            {
                Labels = { new Label { Name = "__name__", Value = "latency" } },
                Histograms = { new Histogram { CountInt = 3, Sum = 4, PositiveSpans = { new BucketSpan { Offset = 1, Length = 1 } }, PositiveDeltas = { 3 }, Timestamp = 1_700_000_000_000 } },
            },
        },
    };

    private static V2.Request Second() => new()
    {
        Symbols = { string.Empty, "__name__", "http_requests_total", "instance", "i:1", "job", "cart", "trace_id", "0af7651916cd43dd8448eb211c80319c", "latency" },
        Timeseries =
        {
            new V2.TimeSeries
            {
                LabelsRefs = { 1, 2, 3, 4, 5, 6 },
                Samples = { new V2.Sample { Value = 5, Timestamp = 1_700_000_000_000 }, new V2.Sample { Value = 6, Timestamp = 1_700_000_015_000 } },
                Exemplars = { new V2.Exemplar { Value = 1, Timestamp = 1_700_000_000_000, LabelsRefs = { 7, 8 } } },
                Metadata = new V2.Metadata { Type = 1 },
            },
            new V2.TimeSeries
            {
                LabelsRefs = { 1, 9 },
                Histograms = { new V2.Histogram { CountInt = 3, Sum = 4, PositiveSpans = { new V2.BucketSpan { Offset = 1, Length = 1 } }, PositiveDeltas = { 3 }, Timestamp = 1_700_000_000_000 } },
            },
        },
    };

    private static byte[] Pack(IMessage message) => Pack(message.ToByteArray());

    private static byte[] Pack(byte[] content)
    {
        var room = new byte[SnappyBlock.MaxEncodedLength(content.Length)];
        return room.AsSpan(0, SnappyBlock.Encode(content, room)).ToArray();
    }

    private static string?[] Written(HttpResponseMessage response) =>
        [.. new[] { "Samples", "Histograms", "Exemplars" }.Select(kind => response.Headers.TryGetValues($"X-Prometheus-Remote-Write-{kind}-Written", out var values) ? values.Single() : null)];

    private async Task<HttpResponseMessage> PostAsync(byte[] body, string? mediaType, string? encoding, bool ownPort = false)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = mediaType is null ? null : MediaTypeHeaderValue.Parse(mediaType);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return await _server.Native.PostAsync(
            ownPort ? new Uri(_server.Address(Door.Prometheus), "/api/v1/write") : new Uri(_server.Address(Door.Native), "/prometheus/api/v1/write"), content);
    }
}
