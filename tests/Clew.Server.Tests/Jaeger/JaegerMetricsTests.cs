using System.Globalization;
using System.Text.Json.Nodes;
using Clew.Server.Tests.Api;
using Clew.Server.Tests.Storage;
using Clew.Testing;

namespace Clew.Server.Tests.Jaeger;

/// <summary>
/// What Jaeger's page "Monitor" asks for, over the shop: gateway has a call of 100 ms that failed at ten o'clock and one of 40 ms that did not a minute later.
/// Calls of a point are those of the ten minutes before it.
/// </summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class JaegerMetricsTests(ShopServer shop) : IClassFixture<ShopServer>
{
    private const string Usual = "service=gateway&groupByOperation=false&lookback=3600000&ratePer=600000&spanKind=server&step=60000";
    private static readonly string Minute11 = (SpanBatchBuilder.Start + TimeSpan.FromMinutes(11)).ToString();

    [Fact]
    public async Task Calls_are_per_second_of_the_window()
    {
        var family = await GetAsync($"calls?{Usual}");

        family.AsObject().Select(member => member.Key).ShouldBe(["name", "type", "help", "metrics"]);
        (family["name"]!.ToString(), family["type"]!.ToString()).ShouldBe(("service_call_rate", "GAUGE"));
        var metric = family["metrics"]!.AsArray().Single()!;
        metric["labels"]!.ToJsonString().ShouldBe("""[{"name":"service_name","value":"gateway"}]""");
        Points(metric).ShouldBe([(1, 1 / 600.0), .. Enumerable.Range(2, 9).Select(minute => (minute, 2 / 600.0)), (11, 1 / 600.0)]);
    }

    [Fact]
    public async Task Errors_are_a_part_of_the_calls() =>
        Points((await GetAsync($"errors?{Usual}"))["metrics"]![0]!).ShouldBe([(1, 1), .. Enumerable.Range(2, 9).Select(minute => (minute, 0.5)), (11, 0)]);

    [Fact]
    public async Task Latencies_are_milliseconds_within_the_bucket_of_the_true_value()
    {
        var family = await GetAsync($"latencies?quantile=0.5&{Usual}");
        family["name"]!.ToString().ShouldBe("service_latencies");
        family["help"]!.ToString().ShouldContain("0.50 quantile");
        var last = Points(family["metrics"]![0]!).Single(point => point.Minute == 11).Value;
        last.ShouldBeInRange(40 / Math.Sqrt(2), 40 * Math.Sqrt(2));
        var most = Points((await GetAsync($"latencies?quantile=1&{Usual}"))["metrics"]![0]!).Single(point => point.Minute == 5).Value;
        most.ShouldBeInRange(100, 100 * Math.Sqrt(2));
    }

    [Fact]
    public async Task Operations_and_kinds_are_told_apart()
    {
        var family = await GetAsync($"calls?{Usual.Replace("=false", "=true", StringComparison.Ordinal)}&spanKind=client&service=orders");

        family["name"]!.ToString().ShouldBe("service_operation_call_rate");
        family["metrics"]!.AsArray().Select(metric => metric!["labels"]!.ToJsonString()).ShouldBe(
        [
            """[{"name":"operation","value":"POST /checkout"},{"name":"service_name","value":"gateway"}]""",
            """[{"name":"operation","value":"orders.Place"},{"name":"service_name","value":"gateway"}]""",
            """[{"name":"operation","value":"Place"},{"name":"service_name","value":"orders"}]""",
        ]);
    }

    [Fact]
    public async Task What_is_usual_holds_for_what_is_not_said()
    {
        // A step of 5 s over the last hour, calls of server spans.
        var points = Points((await GetAsync("calls?service=gateway"))["metrics"]![0]!);

        points.Count.ShouldBe(((11 * 60) / 5));
        (await GetAsync("calls?service=nobody"))["metrics"]!.AsArray().ShouldBeEmpty();
        (await GetAsync("minstep")).ToJsonString().ShouldBe("""{"data":1,"total":0,"limit":0,"offset":0,"errors":null}""");
    }

    [Fact]
    public async Task An_end_that_is_asked_for_is_the_last_point()
    {
        var end = (SpanBatchBuilder.Start + TimeSpan.FromMinutes(11)).UnixNanoseconds / 1_000_000;
        var metric = (await GetAsync(string.Create(CultureInfo.InvariantCulture, $"calls?{Usual}&endTs={end}")))["metrics"]![0]!;

        metric["metricPoints"]!.AsArray().Last()!["timestamp"]!.ToString().ShouldBe(Minute11);
    }

    private static IReadOnlyList<(int Minute, double Value)> Points(JsonNode metric) =>
    [
        .. metric["metricPoints"]!.AsArray().Select(point => (
            (int)Math.Floor((DateTimeOffset.Parse(point!["timestamp"]!.ToString(), CultureInfo.InvariantCulture) - SpanBatchBuilder.Start.ToDateTimeOffset()).TotalMinutes),
            point["gaugeValue"]!["doubleValue"]!.GetValue<double>())),
    ];

    private async Task<JsonNode> GetAsync(string path)
    {
        using var response = await shop.Server.Jaeger.GetAsync("/api/metrics/" + path);
        var body = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(body);
        return JsonNode.Parse(body)!;
    }
}
