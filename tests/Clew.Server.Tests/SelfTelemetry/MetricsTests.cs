using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tests.SelfTelemetry;

public sealed partial class MetricsTests
{
    [Fact]
    public async Task Counts_follow_every_item_to_its_end()
    {
        await using var server = await TestServer.StartAsync();
        await PostAsync(server, "/v1/traces", Requests.Spans(good: 7, bad: 2));
        await server.Grpc.CallAsync("/opentelemetry.proto.collector.logs.v1.LogsService/Export", Requests.Logs(3));
        await PostAsync(server, "/v1/traces", [1, 2, 3]);
        server.Store.Fail(new StoreUnavailableException("full", TimeSpan.FromSeconds(1)));
        await PostAsync(server, "/v1/metrics", Requests.Gauges(5));

        var metrics = await ScrapeAsync(server);

        metrics["""clew_ingest_accepted_items_total{signal="traces",protocol="otlp_http_protobuf"}"""].ShouldBe(7);
        metrics["""clew_ingest_stored_items_total{signal="traces",protocol="otlp_http_protobuf"}"""].ShouldBe(7);
        metrics.Single(series => series.Key.StartsWith("""clew_ingest_dropped_items_total{signal="traces",protocol="otlp_http_protobuf",reason="trace_id""", StringComparison.Ordinal)).Value.ShouldBe(2);
        metrics["""clew_ingest_stored_items_total{signal="logs",protocol="otlp_grpc"}"""].ShouldBe(3);
        metrics["""clew_ingest_refused_requests_total{signal="traces",protocol="otlp_http_protobuf",reason="malformed"}"""].ShouldBe(1);
        metrics["""clew_ingest_accepted_items_total{signal="metrics",protocol="otlp_http_protobuf"}"""].ShouldBe(5);
        metrics["""clew_ingest_refused_items_total{signal="metrics",protocol="otlp_http_protobuf",reason="store_unavailable"}"""].ShouldBe(5);
        metrics.ShouldNotContainKey("""clew_ingest_stored_items_total{signal="metrics",protocol="otlp_http_protobuf"}""");
        metrics["""clew_ingest_received_bytes_total{signal="logs",protocol="otlp_grpc"}"""].ShouldBe(Requests.Logs(3).Length);
        metrics["clew_ingest_in_flight_bytes"].ShouldBe(0);
        metrics["clew_ingest_in_flight_requests"].ShouldBe(0);
        metrics["""clew_store_write_duration_seconds_count{signal="traces"}"""].ShouldBe(1);
        metrics["""clew_store_size_bytes{table="spans"}"""].ShouldBe(4_711);
        metrics["process_resident_memory_bytes"].ShouldBeGreaterThan(1 << 20);
        metrics.Keys.ShouldContain(name => name.StartsWith("clew_build_info{version=\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_flight_is_seen_while_it_is()
    {
        await using var server = await TestServer.StartAsync();
        server.Store.Hold();
        var sending = PostAsync(server, "/v1/traces", Requests.Spans(10));
        await Eventually.BeTrueAsync(() => server.Store.Begun == 1, "the write begins");

        var metrics = await ScrapeAsync(server);

        metrics["clew_ingest_in_flight_requests"].ShouldBe(1);
        metrics["clew_ingest_in_flight_bytes"].ShouldBeGreaterThanOrEqualTo(Requests.Spans(10).Length);
        server.Store.Open();
        await sending;
    }

    [Fact]
    public async Task Queries_are_timed_by_kind_and_outcome()
    {
        await using var server = await TestServer.StartAsync();
        var reader = server.Services.GetRequiredService<ITelemetryReader>();
        await reader.GetSpansAsync(Tenant.Default, [], null, CancellationToken.None);
        await Should.ThrowAsync<NotSupportedException>(() => reader.GetChangesAsync(Tenant.Default, TimeRange.All, CancellationToken.None));

        var metrics = await ScrapeAsync(server);

        metrics["""clew_store_query_duration_seconds_count{query="get_spans",outcome="ok"}"""].ShouldBe(1);
        metrics["""clew_store_query_duration_seconds_bucket{query="get_spans",outcome="ok",le="+Inf"}"""].ShouldBe(1);
        metrics["""clew_store_query_duration_seconds_count{query="get_changes",outcome="failed"}"""].ShouldBe(1);
    }

    [Fact]
    public async Task Two_servers_in_a_process_do_not_mix_their_counts()
    {
        await using var one = await TestServer.StartAsync();
        await using var other = await TestServer.StartAsync();
        await PostAsync(one, "/v1/traces", Requests.Spans(4));

        (await ScrapeAsync(one))["""clew_ingest_stored_items_total{signal="traces",protocol="otlp_http_protobuf"}"""].ShouldBe(4);
        (await ScrapeAsync(other)).ShouldNotContainKey("""clew_ingest_stored_items_total{signal="traces",protocol="otlp_http_protobuf"}""");
    }

    [Fact]
    public async Task The_text_is_well_formed()
    {
        await using var server = await TestServer.StartAsync();
        await PostAsync(server, "/v1/traces", Requests.Spans(1));
        using var response = await server.Native.GetAsync("/metrics");
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        var text = await response.Content.ReadAsStringAsync();

        text.ShouldEndWith("\n");
        var families = new HashSet<string>();
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                families.Add(line.Split(' ')[2]).ShouldBeTrue($"{line}: a family comes once");
            }
            else if (!line.StartsWith('#'))
            {
                Sample().IsMatch(line).ShouldBeTrue(line);
                var name = line[..line.IndexOfAny([' ', '{'])];
                families.ShouldContain(family => name == family || name == family + "_bucket" || name == family + "_sum" || name == family + "_count", line);
            }
        }
    }

    [Fact]
    public async Task Health_tells_each_check()
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { MinFreeDisk = long.MaxValue } });
        using var live = await server.Native.GetAsync("/health/live");
        using var ready = await server.Native.GetAsync("/health/ready");

        ((int)live.StatusCode).ShouldBe(200);
        ((int)ready.StatusCode).ShouldBe(503);
        using var report = JsonDocument.Parse(await ready.Content.ReadAsStringAsync());
        report.RootElement.GetProperty("status").GetString().ShouldBe("not ready");
        var checks = report.RootElement.GetProperty("checks").EnumerateArray().ToDictionary(check => check.GetProperty("name").GetString()!);
        checks["lifetime"].GetProperty("status").GetString().ShouldBe("ok");
        checks["store"].GetProperty("status").GetString().ShouldBe("ok");
        checks["disk"].GetProperty("status").GetString().ShouldBe("failed");
        checks["disk"].GetProperty("reason").GetString()!.ShouldContain("limits.min_free_disk");
    }

    /// <summary>Every sample by its name with labels.</summary>
    internal static async Task<Dictionary<string, double>> ScrapeAsync(TestServer server)
    {
        var text = await server.Native.GetStringAsync("/metrics");
        return text.Split('\n').Where(line => line.Length > 0 && line[0] != '#')
            .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    private static async Task PostAsync(TestServer server, string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        using var response = await server.OtlpHttp.PostAsync(path, content);
    }

    [GeneratedRegex("""^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\\\|\\"|\\n)*"(,|(?=\})))*\})? [-+0-9.eEInfNa]+$""")]
    private static partial Regex Sample();
}
