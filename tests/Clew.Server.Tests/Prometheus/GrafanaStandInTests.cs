using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Server.Tests.Storage;

namespace Clew.Server.Tests.Prometheus;

/// <summary>The requests that Grafana's Prometheus data source is documented to make, answered into types that know every member and refuse any other.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class GrafanaStandInTests(PrometheusServer prometheus) : IClassFixture<PrometheusServer>
{
    private static readonly JsonSerializerOptions Strict = new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectRequiredConstructorParameters = true };

    private static string Start => $"{PrometheusServer.Now - 300}";

    private static string End => $"{PrometheusServer.Now}";

    [Fact]
    public async Task Save_and_test()
    {
        var health = await PostAsync<QueryData<JsonElement>>("query", ("query", "1+1"), ("time", End));
        health.resultType.ShouldBe("scalar");
        health.result[1].GetString().ShouldBe("2");
        var build = await GetAsync<Dictionary<string, string>>("status/buildinfo");
        build.Keys.Order().ShouldBe(["branch", "buildDate", "buildUser", "goVersion", "revision", "version"]);
        (await GetAsync<Dictionary<string, Dictionary<string, bool>>>("features"))["promql"].ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_panel_asks_for_a_range_and_for_a_moment()
    {
        var range = await PostAsync<QueryData<Series[]>>("query_range", ("query", "sum by (code) (rate(http_requests_total{job=\"shop/cart\"}[1m]))"), ("start", Start), ("end", End), ("step", "15"));
        range.resultType.ShouldBe("matrix");
        range.result.Select(series => series.metric["code"]).ShouldBe(["200", "500"]);
        range.result[0].values!.ShouldAllBe(sample => sample.Length == 2 && sample[0].ValueKind == JsonValueKind.Number && sample[1].ValueKind == JsonValueKind.String);
        double.Parse(range.result[0].values![^1][1].GetString()!, System.Globalization.CultureInfo.InvariantCulture).ShouldBe(1, 1e-9);

        var table = await PostAsync<QueryData<Series[]>>("query", ("query", "topk(1, http_requests_total)"), ("time", End));
        table.resultType.ShouldBe("vector");
        table.result.Single().value![1].GetString().ShouldBe("300");
    }

    [Fact]
    public async Task The_query_builder_asks_for_metrics_labels_and_values()
    {
        (await GetAsync<string[]>($"label/__name__/values?start={Start}&end={End}")).ShouldContain("http_requests_total");
        (await PostAsync<string[]>("labels", ("start", Start), ("end", End), ("match[]", "{__name__=\"http_requests_total\"}"))).ShouldBe(["__name__", "code", "instance", "job"]);
        (await GetAsync<string[]>($"label/code/values?start={Start}&end={End}&match[]=http_requests_total")).ShouldBe(["200", "500"]);
        (await PostAsync<Dictionary<string, string>[]>("series", ("match[]", "up"), ("start", Start), ("end", End))).Single()["job"].ShouldBe("shop/cart");
        var metadata = await GetAsync<Dictionary<string, Metadata[]>>("metadata?limit=5000");
        metadata["http_requests_total"].ShouldBe([new Metadata("counter", "Requests.", string.Empty)]);
    }

    [Fact]
    public async Task Exemplars_lead_to_traces()
    {
        var exemplars = await PostAsync<ExemplarSeries[]>("query_exemplars", ("query", "sum(rate(http_requests_total[1m]))"), ("start", Start), ("end", End));
        exemplars.Single().exemplars.Single().labels["trace_id"].ShouldBe("0af7651916cd43dd8448eb211c80319c");
    }

    [Fact]
    public async Task Alerting_and_annotations_find_no_rules()
    {
        (await GetAsync<Dictionary<string, JsonElement[]>>("rules"))["groups"].ShouldBeEmpty();
        (await GetAsync<Dictionary<string, JsonElement[]>>("alerts"))["alerts"].ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mistake_is_told_in_the_envelope_that_is_shown()
    {
        using var form = new StringContent("query=up%7B", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await prometheus.Own.PostAsync("/api/v1/query", form);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = JsonSerializer.Deserialize<Failure>(await response.Content.ReadAsStringAsync(), Strict)!;
        (error.status, error.errorType).ShouldBe(("error", "bad_data"));
        error.error.ShouldContain("parse error");
    }

    private async Task<T> GetAsync<T>(string path) => Read<T>(await prometheus.Own.GetStringAsync("/api/v1/" + path));

    private async Task<T> PostAsync<T>(string path, params (string Name, string Value)[] parameters)
    {
        using var form = new FormUrlEncodedContent(parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)));
        using var response = await prometheus.Own.PostAsync("/api/v1/" + path, form);
        var body = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(body);
        return Read<T>(body);
    }

    private static T Read<T>(string body)
    {
        var envelope = JsonSerializer.Deserialize<Envelope<T>>(body, Strict)!;
        envelope.status.ShouldBe("success");
        return envelope.data;
    }

#pragma warning disable IDE1006, SA1300 // The members are called as they are in the answers.
    private sealed record Envelope<T>(string status, T data)
    {
        public string[]? warnings { get; init; }

        public string[]? infos { get; init; }
    }

    private sealed record Failure(string status, string errorType, string error);

    private sealed record QueryData<T>(string resultType, T result);

    private sealed record Series(Dictionary<string, string> metric)
    {
        public JsonElement[]? value { get; init; }

        public JsonElement[][]? values { get; init; }
    }

    private sealed record Metadata(string type, string help, string unit);

    private sealed record ExemplarSeries(Dictionary<string, string> seriesLabels, OneExemplar[] exemplars);

    private sealed record OneExemplar(Dictionary<string, string> labels, string value, double timestamp);
#pragma warning restore IDE1006, SA1300
}
