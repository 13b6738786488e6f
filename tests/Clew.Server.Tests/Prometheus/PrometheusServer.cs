using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Clew.Protocols.Snappy;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Tests.Support;
using Google.Protobuf;
using Prometheus.Write.V1;

namespace Clew.Server.Tests.Prometheus;

/// <summary>
/// A server with what a Prometheus wrote into it in the five minutes before 2026-03-01T10:01:00Z, when its clock stands still, and metrics of OpenTelemetry: requests of the job
/// shop/cart by code (one and a tenth a second), whether it is up, a native histogram, a metric with names beyond ASCII, and a histogram of durations.
/// </summary>
public sealed class PrometheusServer : IAsyncLifetime
{
    public const long Now = 1_772_359_260;

    private const string Otlp = """
        {"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"pay"}},{"key":"service.instance.id","value":{"stringValue":"pay-1"}},{"key":"host.name","value":{"stringValue":"a"}}]},
        "scopeMetrics":[{"scope":{"name":"meter"},"metrics":[
        {"name":"http.server.request.duration","unit":"s","description":"Durations.","histogram":{"aggregationTemporality":2,"dataPoints":[
        {"timeUnixNano":"1772359200000000000","startTimeUnixNano":"1772359000000000000","count":"10","sum":5,"bucketCounts":["4","5","1"],"explicitBounds":[0.5,1],"attributes":[{"key":"http.route","value":{"stringValue":"/pay"}}],
        "exemplars":[{"timeUnixNano":"1772359199500000000","asDouble":0.75,"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"}]}]}},
        {"name":"queue.length","unit":"1","gauge":{"dataPoints":[{"timeUnixNano":"1772359230000000000","asInt":"7"}]}}]}]}]}
        """;

    private StoreServer _server = null!;

    /// <summary>Prometheus's own port.</summary>
    public HttpClient Own { get; private set; } = null!;

    public HttpClient Native => _server.Native;

    public async Task InitializeAsync()
    {
        _server = await StoreServer.StartAsync(Options, new StandingClock(DateTimeOffset.FromUnixTimeSeconds(Now)));
        Own = _server.Client(Door.Prometheus);

        // As Prometheus does it: what metrics are goes before their samples.
        await WriteAsync(Own, new WriteRequest
        {
            Metadata =
            {
                new MetricMetadata { Type = 1, MetricFamilyName = "http_requests_total", Help = "Requests." },
                new MetricMetadata { Type = 2, MetricFamilyName = "up", Help = "Whether it is up." },
                new MetricMetadata { Type = 3, MetricFamilyName = "rpc", Help = "Durations." },
            },
        });
        await WriteAsync(Own, Written());
        await _server.SendAsync("metrics", Otlp);
    }

    public async Task DisposeAsync()
    {
        Own.Dispose();
        await _server.DisposeAsync();
    }

    internal static async Task WriteAsync(HttpClient http, WriteRequest request, string path = "/api/v1/write")
    {
        var content = request.ToByteArray();
        var packed = new byte[SnappyBlock.MaxEncodedLength(content.Length)];
        using var body = new ByteArrayContent(packed[..SnappyBlock.Encode(content, packed)]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        body.Headers.ContentEncoding.Add("snappy");
        using var response = await http.PostAsync(path, body);
        response.StatusCode.ShouldBe(HttpStatusCode.NoContent, await response.Content.ReadAsStringAsync());
    }

    public async Task<JsonNode> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await Own.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(expected, $"{path}: {body}");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        return JsonNode.Parse(body)!;
    }

    /// <summary>Prometheus's own port, as a tenant.</summary>
    public HttpClient Client(string tenant)
    {
        var client = _server.Client(Door.Prometheus);
        client.DefaultRequestHeaders.Add("X-Scope-OrgID", tenant);
        return client;
    }

    /// <summary>The level of logs is one that can be set and told of.</summary>
    private static ServerOptions Options(ServerOptions options) => options with { Log = options.Log with { Level = Microsoft.Extensions.Logging.LogLevel.Error }, Tenancy = options.Tenancy with { Header = "X-Scope-OrgID" }, Queries = options.Queries with { Budget = options.Queries.Budget with { Series = 50 } } };

    private static WriteRequest Written()
    {
        var request = new WriteRequest();
        foreach (var (code, rate) in new[] { ("200", 1.0), ("500", 0.1) })
        {
            request.Timeseries.Add(Series("http_requests_total", ("code", code)));
            for (var second = 0; second <= 300; second += 15)
            {
                request.Timeseries[^1].Samples.Add(new Sample { Value = second * rate, Timestamp = (Now - 300 + second) * 1_000 });
            }
        }

        request.Timeseries[0].Exemplars.Add(new Exemplar { Value = 0.25, Timestamp = (Now - 30) * 1_000, Labels = { Label("trace_id", "0af7651916cd43dd8448eb211c80319c"), Label("user", "u-1") } });
        request.Timeseries.Add(Series("up"));
        request.Timeseries[^1].Samples.Add(new Sample { Value = 1, Timestamp = ((Now - 10) * 1_000) + 250 });
        request.Timeseries.Add(Series("ended"));
        request.Timeseries[^1].Samples.Add([new Sample { Value = 1, Timestamp = (Now - 60) * 1_000 }, new Sample { Value = BitConverter.UInt64BitsToDouble(0x7FF0_0000_0000_0002), Timestamp = (Now - 30) * 1_000 }]);
        request.Timeseries.Add(Series("http.größe", ("http.route", "/a\"b")));
        request.Timeseries[^1].Samples.Add(new Sample { Value = 1e300, Timestamp = (Now - 5) * 1_000 });
        request.Timeseries.Add(Series("rpc"));
        request.Timeseries[^1].Histograms.Add(new Histogram
        {
            CountInt = 6,
            Sum = 30,
            Schema = 0,
            ZeroThreshold = 0.5,
            ZeroCountInt = 1,
            Timestamp = (Now - 20) * 1_000,
            PositiveSpans = { new BucketSpan { Offset = 1, Length = 2 } },
            PositiveDeltas = { 2, 1 },
        });
        return request;
    }

    private static TimeSeries Series(string name, params (string Name, string Value)[] labels) => new()
    {
        Labels = { Label("__name__", name), Label("instance", "i:1"), Label("job", "shop/cart"), labels.Select(label => Label(label.Name, label.Value)) },
    };

    private static Label Label(string name, string value) => new() { Name = name, Value = value };
}
