using System.Globalization;
using System.Text.Json;
using Clew.Server.Tests.Storage;

namespace Clew.Server.Tests.Loki;

/// <summary>
/// What Grafana's Loki data source and its Logs Drilldown ask, in the order they do: health, labels and values for the editor, lines with their volume, a line's fields, a dashboard's
/// panels. Every answer is read strictly: a member that the documentation does not have, or one that is missing, fails.
/// </summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class GrafanaDataSourceTests(LokiServer loki) : IClassFixture<LokiServer>
{
    private const string Api = "/loki/api/v1/";
    private const string Selector = "{env=\"prod\"}";

    private static readonly string[] Range = ["start", "1772359200000000000", "end", "1772359800000000000"];

    [Fact]
    public async Task The_connection_is_tested_with_a_sum()
    {
        var answer = await AskAsync<GrafanaTypes.Vector>("query", false, "query", "vector(1)+vector(1)", "time", "1772359800000000000", "limit", "1", "direction", "backward");

        answer.ResultType.ShouldBe("vector");
        answer.Result.Single().Value[1].GetString().ShouldBe("2");
    }

    [Fact]
    public async Task The_editor_completes_labels_and_values()
    {
        (await AskAsync<string[]>("labels", false, Range)).ShouldContain("app");
        (await AskAsync<string[]>("label/app/values", false, [.. Range, "query", Selector])).ShouldBe(["pay", "shop"]);
        (await AskAsync<Dictionary<string, string>[]>("series", false, [.. Range, "match[]", Selector])).Select(series => series["app"]).ShouldBe(["pay", "shop"]);
        (await loki.StrictAsync<GrafanaTypes.IndexStats>(Api + "index/stats", false, [.. Range, "query", Selector])).Entries.ShouldBe(6);
    }

    [Fact]
    public async Task Explore_shows_lines_with_labels_apart_and_their_volume_by_level()
    {
        var lines = await AskAsync<GrafanaTypes.CategorizedStreams>("query_range", true, [.. Range, "query", Selector, "limit", "1000", "direction", "backward", "step", "600ms"]);
        lines.Result.Sum(stream => stream.Values.Length).ShouldBe(6);
        foreach (var value in lines.Result.SelectMany(stream => stream.Values))
        {
            value.Length.ShouldBe(3);
            long.Parse(value[0].GetString()!, CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
            value[2].EnumerateObject().ShouldAllBe(member => member.Name == "structuredMetadata" || member.Name == "parsed");
            value[2].GetProperty("structuredMetadata").GetProperty("detected_level").GetString().ShouldBeOneOf("info", "warn");
        }

        lines.Stats.Summary.TotalLinesProcessed.ShouldBeGreaterThanOrEqualTo(6);
        var volume = await AskAsync<GrafanaTypes.Matrix>(
            "query_range", true, [.. Range, "query", $"sum by (level, detected_level) (count_over_time({Selector} | drop __error__ [2s]))", "step", "2000ms", "direction", "backward"]);
        volume.ResultType.ShouldBe("matrix");
        volume.Result.SelectMany(series => series.Values).Sum(value => double.Parse(value[1].GetString()!, CultureInfo.InvariantCulture)).ShouldBe(6);
        volume.Result.ShouldAllBe(series => series.Values.All(value => value[0].ValueKind == JsonValueKind.Number));
    }

    [Fact]
    public async Task A_panel_shows_rates_and_quantiles()
    {
        var rate = await AskAsync<GrafanaTypes.Matrix>(
            "query_range", false, [.. Range, "query", "sum by (path) (rate({app=\"shop\"} | logfmt | status >= 200 [1m]))", "step", "15000ms", "limit", "1000"]);
        rate.Result.Select(series => series.Metric["path"]).ShouldBe(["/cart", "/pay"]);
        var quantile = await AskAsync<GrafanaTypes.Vector>(
            "query", false, "query", "quantile_over_time(0.99, {app=\"shop\"} | logfmt | unwrap duration(took) [10m]) by (app)", "time", "1772359800000000000");
        double.Parse(quantile.Result.Single().Value[1].GetString()!, CultureInfo.InvariantCulture).ShouldBeInRange(1, 1.5);
    }

    [Fact]
    public async Task Drilldown_lists_services_labels_fields_and_patterns()
    {
        (await AskAsync<GrafanaTypes.Vector>("index/volume", false, [.. Range, "query", "{service_name=~`.+`}", "targetLabels", "service_name", "aggregateBy", "series", "limit", "5000"]))
            .Result.Select(series => series.Metric["service_name"]).ShouldBe(["checkout"]);
        (await AskAsync<GrafanaTypes.Matrix>("index/volume_range", false, [.. Range, "query", "{app=~`.+`}", "step", "60s"])).Result.Length.ShouldBe(2);
        (await loki.StrictAsync<GrafanaTypes.DetectedLabels>(Api + "detected_labels", false, [.. Range, "query", Selector])).Labels.Single(label => label.Label == "app").Cardinality.ShouldBe(2);
        var fields = await loki.StrictAsync<GrafanaTypes.DetectedFields>(
            Api + "detected_fields", false, [.. Range, "query", "{app=`shop`} | logfmt | drop __error__, __error_details__", "line_limit", "1000"]);
        fields.Fields.Single(field => field.Label == "took").ShouldSatisfyAllConditions(field => field.Type.ShouldBe("duration"), field => field.Parsers.ShouldBe(["logfmt"]));
        (await loki.StrictAsync<GrafanaTypes.FieldValues>(Api + "detected_field/detected_level/values", false, [.. Range, "query", Selector])).Values.ShouldBe(["info", "warn"]);
        (await AskAsync<GrafanaTypes.Pattern[]>("patterns", false, [.. Range, "query", Selector, "step", "10s"])).ShouldNotBeEmpty();
    }

    private async Task<T> AskAsync<T>(string path, bool categorizes, params string[] parameters)
    {
        var answer = await loki.StrictAsync<GrafanaTypes.Answer<T>>(Api + path, categorizes, parameters);
        answer.Status.ShouldBe("success");
        return answer.Data;
    }
}
