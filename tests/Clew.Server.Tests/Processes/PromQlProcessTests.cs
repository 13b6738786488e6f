using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Clew.Server.Tests.Prometheus;
using Clew.Server.Tests.Scraping;
using Clew.Server.Tests.Support;
using Prometheus.Write.V1;

namespace Clew.Server.Tests.Processes;

/// <summary>What a real <c>clew serve</c> is sent by remote write, by OTLP and what it scrapes, itself included, is what PromQL answers from; also from the command line.</summary>
[Collection(ProcessCollection.Name)]
public sealed class PromQlProcessTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("clew-promql-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Whatever_way_metrics_come_in_they_are_answered()
    {
        await using var target = await FakeTarget.StartAsync();
        target.Expose("# TYPE temperature gauge\n# HELP temperature Degrees.\ntemperature{room=\"a\"} 21.5\n");
        var targets = Path.Combine(_directory, "targets.json");
        await File.WriteAllTextAsync(targets, "[]");
        var configuration = Path.Combine(_directory, "clew.yaml");
        await File.WriteAllTextAsync(
            configuration,
            $$"""
            scrape:
              scrape_configs:
                - job_name: rooms
                  scrape_interval: 1s
                  scrape_timeout: 1s
                  static_configs: [{ targets: ['{{target.Address}}'] }]
                - job_name: clew
                  scrape_interval: 1s
                  scrape_timeout: 1s
                  file_sd_configs: [{ files: ['{{targets}}'], refresh_interval: 1s }]
            """);
        await using var server = await ClewProcess.ServeOnFreePortsAsync(Path.Combine(_directory, "data"), "--config", configuration);
        server.ReadyLine.ShouldNotBeEmpty(server.ToString());
        var listen = server.Addresses["listen"];
        await File.WriteAllTextAsync(targets, $$"""[{"targets": ["{{listen.Authority}}"]}]""");
        using var http = new HttpClient { BaseAddress = listen, Timeout = TestServer.Patience };
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await WriteAsync(http, now);
        await SendAsync(server.Addresses["otlp_http"], now);

        var range = $"&start={now - 300}&end={now + 300}&step=15";
        (await SeriesAsync(http, "sum by (code) (rate(http_requests_total{job=\"shop/cart\"}[1m]))", range)).ShouldBe(["""{"code":"200"}"""]);
        (await SeriesAsync(http, "queue_length_ratio", range)).ShouldBe(["""{"__name__":"queue_length_ratio","instance":"pay-1","job":"pay"}"""]);
        await Eventually.BeTrueAsync(async () => (await SeriesAsync(http, "temperature{job=\"rooms\"} > 20", range)).Count == 1, "what the target exposes");
        await Eventually.BeTrueAsync(async () => (await SeriesAsync(http, "clew_build_info{job=\"clew\"}", range)).Count == 1, "what the server tells of itself");
        await Eventually.BeTrueAsync(async () => (await SeriesAsync(http, "count by (health) (up == 1)", range)).Count == 1, "whether targets are up");
        var listed = JsonNode.Parse(await http.GetStringAsync("/prometheus/api/v1/targets"))!["data"]!["activeTargets"]!.AsArray();
        listed.Select(one => one!["scrapePool"]!.ToString()).ShouldBe(["clew", "rooms"], ignoreOrder: true);
        listed.ShouldAllBe(one => one!["health"]!.ToString() == "up");
        JsonNode.Parse(await http.GetStringAsync("/prometheus/api/v1/targets/metadata?metric=temperature"))!["data"]![0]!["help"]!.ToString().ShouldBe("Degrees.");
    }

    private static async Task<List<string>> SeriesAsync(HttpClient http, string query, string range)
    {
        var answer = JsonNode.Parse(await http.GetStringAsync($"/prometheus/api/v1/query_range?query={Uri.EscapeDataString(query)}{range}"))!;
        return [.. answer["data"]!["result"]!.AsArray().Select(series => series!["metric"]!.ToJsonString())];
    }

    private static Task WriteAsync(HttpClient http, long now)
    {
        var series = new TimeSeries
        {
            Labels = { new Label { Name = "__name__", Value = "http_requests_total" }, new Label { Name = "code", Value = "200" }, new Label { Name = "job", Value = "shop/cart" } },
        };
        for (var second = -120; second <= 0; second += 15)
        {
            series.Samples.Add(new Sample { Value = second + 120, Timestamp = (now + second) * 1_000 });
        }

        return PrometheusServer.WriteAsync(http, new WriteRequest { Timeseries = { series } }, "/prometheus/api/v1/write");
    }

    private static async Task SendAsync(Uri otlp, long now)
    {
        using var http = new HttpClient { BaseAddress = otlp };
        using var content = new StringContent(
            $$$"""
            {"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"pay"}},{"key":"service.instance.id","value":{"stringValue":"pay-1"}}]},
            "scopeMetrics":[{"metrics":[{"name":"queue.length","unit":"1","gauge":{"dataPoints":[{"timeUnixNano":"{{{now}}}000000000","asInt":"7"}]}}]}]}]}
            """,
            new MediaTypeHeaderValue("application/json"));
        using var response = await http.PostAsync("/v1/metrics", content);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
