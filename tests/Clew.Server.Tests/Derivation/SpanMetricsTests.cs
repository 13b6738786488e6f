using Clew.Server.Derivation;
using Clew.Server.Hosting;
using Clew.Server.SelfTelemetry;
using Clew.Server.Tests.Doctor;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Derivation;

/// <summary>Spans sent over OTLP come back as the metrics that service maps and dashboards ask for.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class SpanMetricsTests : IAsyncLifetime
{
    private static readonly Timestamp Settled = SpanBatchBuilder.Start + TimeSpan.FromMinutes(30);

    private StoreServer _server = null!;

    public async Task InitializeAsync() => _server = await StoreServer.StartAsync(time: new StandingClock(Settled.ToDateTimeOffset()));

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Calls_latency_and_the_service_graph_have_the_usual_names_and_labels()
    {
        await SendAsync(new FaultyShop { LoseMessages = true });

        await _server.Service<RollupService>().RunAsync(Settled, CancellationToken.None);

        var last = Latest(await ReadAsync());
        last["traces_spanmetrics_calls_total{service=web,span_name=GET /checkout/{id},span_kind=SPAN_KIND_SERVER,status_code=STATUS_CODE_UNSET}"].ShouldBe(300);
        last["traces_spanmetrics_calls_total{service=orders,span_name=SELECT shop.items,span_kind=SPAN_KIND_CLIENT,status_code=STATUS_CODE_UNSET}"].ShouldBe(300);
        last["traces_spanmetrics_size_total{service=orders,span_name=SELECT shop.items,span_kind=SPAN_KIND_CLIENT,status_code=STATUS_CODE_UNSET}"].ShouldBeInRange(300 * 100, 300 * 400);
        last["traces_service_graph_request_total{client=web,server=orders,connection_type=}"].ShouldBe(300);
        last["traces_service_graph_request_failed_total{client=web,server=orders,connection_type=}"].ShouldBe(0);
        last["traces_service_graph_request_total{client=orders,server=postgresql,connection_type=database}"].ShouldBe(300);
        var histograms = await ReadAsync();
        Sum(histograms, "traces_spanmetrics_latency", "span_name", "GET /orders").ShouldBe((300UL, 18d));
        Sum(histograms, "traces_service_graph_request_server_seconds", "server", "orders").ShouldBe((300UL, 18d));
        Sum(histograms, "traces_service_graph_request_client_seconds", "server", "orders").ShouldBe((300UL, 24d));
        var exemplar = Enumerable.Range(0, histograms.Exemplars.Count).First(i => histograms.Series[histograms.Exemplars.SeriesIndexes[i]].Name == "traces_spanmetrics_latency");
        using var trace = await _server.Native.GetAsync(new Uri($"/api/traces/{histograms.Exemplars.TraceIds[exemplar]}", UriKind.Relative));
        trace.IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task Each_tenant_has_its_own_metrics()
    {
        foreach (var (tenant, calls) in new[] { (Tenant.Default, 1), (new Tenant("acme"), 2) })
        {
            var spans = new SpanBatchBuilder();
            spans.Batch.Tenant = tenant;
            for (var i = 1; i <= calls; i++)
            {
                spans.Span(i, 1, service: "web", name: "GET /cart", startMs: 1_000, kind: SpanKind.Server);
            }

            await _server.Writer.WriteAsync(spans.Batch, CancellationToken.None);
        }

        await _server.Service<RollupService>().RunAsync(Settled, CancellationToken.None);

        const string Calls = "traces_spanmetrics_calls_total{service=web,span_name=GET /cart,span_kind=SPAN_KIND_SERVER,status_code=STATUS_CODE_UNSET}";
        Latest(await ReadAsync())[Calls].ShouldBe(1);
        Latest(await ReadAsync(new Tenant("acme")))[Calls].ShouldBe(2);
    }

    [Fact]
    public async Task A_minute_is_written_once_and_counters_go_on_after_late_spans_and_a_restart()
    {
        await SendAsync(new FaultyShop());
        var rollups = _server.Service<RollupService>();
        await rollups.RunAsync(Settled, CancellationToken.None);
        var points = (await ReadAsync()).Count;
        await rollups.RunAsync(Settled, CancellationToken.None);
        (await ReadAsync()).Count.ShouldBe(points);

        // One span in the minute that was written, one in a later minute of the same series.
        var late = new SpanBatchBuilder();
        late.Span(9_001, 1, service: "web", name: "GET /checkout/{id}", startMs: 1_000, kind: SpanKind.Server).Span(9_002, 1, service: "web", name: "GET /checkout/{id}", startMs: 600_000, kind: SpanKind.Server);
        await _server.Writer.WriteAsync(late.Batch, CancellationToken.None);
        await rollups.RunAsync(Settled, CancellationToken.None);

        const string Calls = "traces_spanmetrics_calls_total{service=web,span_name=GET /checkout/{id},span_kind=SPAN_KIND_SERVER,status_code=STATUS_CODE_UNSET}";
        var batch = await ReadAsync();
        Latest(batch)[Calls].ShouldBe(302);
        Enumerable.Range(0, batch.Numbers.Count).Count(i => Name(batch, batch.Numbers.SeriesIndexes[i]) == Calls).ShouldBe(2);

        // A new service on the same store finds out what was written.
        using var again = new RollupService(_server.Service<StorePorts>(), _server.Service<ServerTelemetry>(), TimeProvider.System);
        var more = new SpanBatchBuilder();
        more.Span(9_003, 1, service: "web", name: "GET /checkout/{id}", startMs: 2_000, kind: SpanKind.Server);
        await _server.Writer.WriteAsync(more.Batch, CancellationToken.None);
        var before = (await ReadAsync()).Count;
        await again.RunAsync(Settled, CancellationToken.None);
        (await ReadAsync()).Count.ShouldBe(before);
    }

    [Fact]
    public async Task Dashboards_ask_for_them_in_promql()
    {
        await SendAsync(new FaultyShop { LoseMessages = true });
        await _server.Service<RollupService>().RunAsync(Settled, CancellationToken.None);

        (await AskAsync("sum by (service) (last_over_time(traces_spanmetrics_calls_total{span_name=~\"GET .*\", span_kind=\"SPAN_KIND_SERVER\"}[1h]))")).ShouldContain("{\"service\":\"web\"} 300");
        (await AskAsync("sum by (client, server) (last_over_time(traces_service_graph_request_total{server=\"postgresql\"}[1h]))")).ShouldBe(["{\"client\":\"orders\",\"server\":\"postgresql\"} 300"]);
        (await AskAsync("sum(last_over_time(traces_spanmetrics_latency_count{span_name=\"GET /orders\", span_kind=\"SPAN_KIND_SERVER\"}[1h]))")).ShouldBe(["{} 300"]);
        (await AskAsync("sum(last_over_time(traces_service_graph_request_server_seconds_sum{server=\"orders\"}[1h]))")).ShouldBe(["{} 18"]);
        (await AskAsync("count(sum by (le) (last_over_time(traces_spanmetrics_latency_bucket[1h]))) > 10")).Count.ShouldBe(1);
        (await AskAsync("sum(last_over_time(traces_spanmetrics_size_total[1h])) > 1000")).Count.ShouldBe(1);
    }

    private async Task<List<string>> AskAsync(string query)
    {
        var answer = System.Text.Json.Nodes.JsonNode.Parse(await _server.Native.GetStringAsync($"/prometheus/api/v1/query?query={Uri.EscapeDataString(query)}"))!;
        return [.. answer["data"]!["result"]!.AsArray().Select(series => $"{series!["metric"]!.ToJsonString()} {series["value"]![1]}")];
    }

    private async Task SendAsync(FaultyShop shop)
    {
        foreach (var (signal, json) in shop.Requests())
        {
            await _server.SendAsync(signal, json);
        }
    }

    private Task<MetricBatch> ReadAsync(Tenant tenant = default) => _server.Service<ITelemetryReader>().FindMetricsAsync(
        new RecordQuery(tenant == default ? Tenant.Default : tenant, TimeRange.All, Predicate.Compare(Field.Intrinsic(Intrinsics.Name), ComparisonOperator.Matches, Literal.String("traces_.*")), 100_000), CancellationToken.None);

    private static Dictionary<string, long> Latest(MetricBatch batch) => Enumerable.Range(0, batch.Numbers.Count)
        .GroupBy(i => Name(batch, batch.Numbers.SeriesIndexes[i]))
        .ToDictionary(group => group.Key, group => batch.Numbers.Ints[group.MaxBy(i => batch.Numbers.Times[i])]);

    private static (ulong Count, double Seconds) Sum(MetricBatch batch, string name, string label, string value)
    {
        var point = Enumerable.Range(0, batch.Histograms.Count)
            .Where(i => batch.Series[batch.Histograms.SeriesIndexes[i]] is var series && series.Name == name && series.Attributes.Find(label)?.Text == value)
            .MaxBy(i => batch.Histograms.Times[i]);
        return (batch.Histograms.Counts[point], Math.Round(batch.Histograms.Sums[point], 6));
    }

    private static string Name(MetricBatch batch, int index)
    {
        var series = batch.Series[index];
        var labels = new List<string>();
        foreach (var attribute in series.Attributes)
        {
            labels.Add($"{attribute.Key}={attribute.Value.Text}");
        }

        return $"{series.Name}{{{string.Join(',', labels)}}}";
    }
}
