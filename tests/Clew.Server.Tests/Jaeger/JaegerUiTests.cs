using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Server.Tests.Api;
using Clew.Server.Tests.Storage;
using Clew.Testing;

namespace Clew.Server.Tests.Jaeger;

/// <summary>
/// The requests that Jaeger's pages make, page by page, in the words they make them in, and answers decoded strictly: every member that the pages read must be there, and none that
/// Jaeger does not have.
/// </summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class JaegerUiTests(ShopServer shop) : IClassFixture<ShopServer>
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        NumberHandling = JsonNumberHandling.Strict,
    };

    private static readonly long Now = (SpanBatchBuilder.Start + TimeSpan.FromMinutes(30)).UnixNanoseconds;

    [Fact]
    public async Task The_search_page()
    {
        var services = await GetAsync<Services>("/api/v3/services");
        services.Names.ShouldBe(["gateway", "mails", "orders", "payments"]);
        foreach (var service in services.Names)
        {
            var operations = await GetAsync<Operations>($"/api/v3/operations?service={service}");
            operations.All.ShouldNotBeEmpty();
            operations.All.ShouldAllBe(operation => operation.Name.Length > 0 && operation.SpanKind.Length > 0);
        }

        // From 2.19 on summaries, before that whole traces.
        var found = await GetAsync<Summaries>(
            $"/api/v3/trace-summaries?query.serviceName=gateway&query.startTimeMin={Iso(Now - (3_600 * 1_000_000_000L))}&query.startTimeMax={Iso(Now)}&query.searchDepth=20&query.attributes={Uri.EscapeDataString("""{"error":"true"}""")}");
        var summary = found.All.ShouldHaveSingleItem();
        (summary.TraceId, summary.RootServiceName, summary.SpanCount, summary.ErrorSpanCount).ShouldBe((SpanBatchBuilder.Trace(1).ToString(), "gateway", 4, 4));
        (long.Parse(summary.MaxEndTimeUnixNano, CultureInfo.InvariantCulture) - long.Parse(summary.MinStartTimeUnixNano, CultureInfo.InvariantCulture)).ShouldBe(100_000_000);

        var traces = await GetAsync<Envelope<Trace>>(
            $"/api/traces?end={Now / 1_000}&limit=20&lookback=1h&maxDuration&minDuration&service=gateway&start={(Now / 1_000) - 3_600_000_000}&tags={Uri.EscapeDataString("""{"error":"true"}""")}");
        traces.Data.ShouldHaveSingleItem().Spans.Count.ShouldBe(4);
    }

    [Fact]
    public async Task The_trace_page_and_the_comparison()
    {
        foreach (var number in new[] { 1, 2, 3 })
        {
            var trace = (await GetAsync<Envelope<Trace>>($"/api/traces/{SpanBatchBuilder.Trace(number)}")).Data.ShouldHaveSingleItem();
            trace.Spans.ShouldAllBe(span => span.TraceID == trace.TraceID && trace.Processes.ContainsKey(span.ProcessID) && span.Duration >= 0);
            var ids = trace.Spans.Select(span => span.SpanID).ToHashSet();
            trace.Spans.SelectMany(span => span.References).Count(reference => reference.RefType == "CHILD_OF" && ids.Contains(reference.SpanID)).ShouldBe(number switch { 1 => 3, 2 => 1, _ => 0 });
        }

        using var missing = await shop.Server.Jaeger.GetAsync("/api/traces/00000000000000000000000000000bad");
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var archived = await shop.Server.Jaeger.PostAsync($"/api/archive/{SpanBatchBuilder.Trace(1)}", content: null);
        archived.StatusCode.ShouldBe(HttpStatusCode.NotImplemented);
    }

    [Fact]
    public async Task The_dependencies_page() =>
        (await GetAsync<Envelope<Link>>($"/api/dependencies?endTs={Now / 1_000_000}&lookback=604800000")).Data.Select(link => $"{link.Parent} {link.Child} {link.CallCount}").ShouldBe(["gateway orders 2", "orders payments 1"]);

    [Fact]
    public async Task The_monitor_page()
    {
        (await GetAsync<Number>("/api/metrics/minstep")).Data.ShouldBePositive();
        var usual = $"service=gateway&endTs={Now / 1_000_000}&lookback=3600000&ratePer=600000&spanKind=server&step=60000";
        foreach (var byOperation in new[] { "false", "true" })
        {
            foreach (var metric in new[] { "latencies?quantile=0.5&", "latencies?quantile=0.75&", "latencies?quantile=0.95&", "calls?", "errors?" })
            {
                var family = await GetAsync<Family>($"/api/metrics/{metric}groupByOperation={byOperation}&{usual}");
                var one = family.Metrics.ShouldHaveSingleItem();
                one.Labels.Select(label => label.Name).ShouldBe(byOperation == "true" ? ["operation", "service_name"] : ["service_name"]);
                one.MetricPoints.ShouldNotBeEmpty();
                one.MetricPoints.ShouldAllBe(point => double.IsFinite(point.GaugeValue.DoubleValue) && DateTimeOffset.Parse(point.Timestamp, CultureInfo.InvariantCulture).Second == 0);
            }
        }
    }

    private static string Iso(long nanoseconds) => new Clew.Telemetry.Timestamp(nanoseconds).ToString();

    private async Task<T> GetAsync<T>(string path)
    {
        using var response = await shop.Server.Jaeger.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {body}");
        return JsonSerializer.Deserialize<T>(body, Strict)!;
    }

    private sealed record Services([property: JsonPropertyName("services")] IReadOnlyList<string> Names);

    private sealed record Operations([property: JsonPropertyName("operations")] IReadOnlyList<Operation> All);

    private sealed record Operation(string Name, string SpanKind);

    private sealed record Summaries([property: JsonPropertyName("summaries")] IReadOnlyList<Summary> All);

    private sealed record Summary(
        string TraceId, string RootServiceName, string RootOperationName, string MinStartTimeUnixNano, string MaxEndTimeUnixNano, int SpanCount, IReadOnlyList<ServiceSummary> Services,
        int ErrorSpanCount = 0, int OrphanSpanCount = 0);

    private sealed record ServiceSummary(string Name, int SpanCount, int ErrorSpanCount = 0);

    private sealed record Envelope<T>(IReadOnlyList<T> Data, int Total, int Limit, int Offset, IReadOnlyList<JsonElement>? Errors);

    private sealed record Number(long Data, int Total, int Limit, int Offset, IReadOnlyList<JsonElement>? Errors);

    private sealed record Trace(string TraceID, IReadOnlyList<Span> Spans, IReadOnlyDictionary<string, Process> Processes, IReadOnlyList<string>? Warnings);

    private sealed record Span(
        string TraceID, string SpanID, string OperationName, IReadOnlyList<Reference> References, long StartTime, long Duration, IReadOnlyList<Tag> Tags, IReadOnlyList<Log> Logs, string ProcessID,
        IReadOnlyList<string>? Warnings, int Flags = 0);

    private sealed record Reference(string RefType, string TraceID, string SpanID);

    private sealed record Tag(string Key, string Type, JsonElement Value);

    private sealed record Log(long Timestamp, IReadOnlyList<Tag> Fields);

    private sealed record Process(string ServiceName, IReadOnlyList<Tag> Tags);

    private sealed record Link(string Parent, string Child, long CallCount);

    private sealed record Family(string Name, string Type, string Help, IReadOnlyList<Metric> Metrics);

    private sealed record Metric(IReadOnlyList<Label> Labels, IReadOnlyList<Point> MetricPoints);

    private sealed record Label(string Name, string Value);

    private sealed record Point(Gauge GaugeValue, string Timestamp);

    private sealed record Gauge(double DoubleValue);
}
