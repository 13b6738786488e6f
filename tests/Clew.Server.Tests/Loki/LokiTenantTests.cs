using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Clew.Server.Configuration;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Loki;

/// <summary>Questions about several tenants at once: <c>X-Scope-OrgID: a|b</c> (grafana.com/docs/loki, "Manage tenant isolation").</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class LokiTenantTests(LokiTenantTests.Tenants tenants) : IClassFixture<LokiTenantTests.Tenants>
{
    private const string Header = "X-Scope-OrgID";
    private const string Times = "start=1772359200&end=1772359800";

    [Fact]
    public async Task Lines_of_several_tenants_come_by_time_with_the_tenant_among_the_labels()
    {
        var answer = await GetAsync("a|b", $"query_range?{Times}&direction=forward&query={{app=\"shop\"}}");

        answer["data"]!["result"]!.ToJsonString().ShouldBe(
            """[{"stream":{"__tenant_id__":"a","app":"shop"},"values":[["1772359200000000000","a1"],["1772359202000000000","a2"]]},{"stream":{"__tenant_id__":"b","app":"shop","original___tenant_id__":"x"},"values":[["1772359201000000000","b1"],["1772359203000000000","b2"]]}]""");
        Lines(await GetAsync("b|a", $"query_range?{Times}&limit=3&query={{app=\"shop\"}}")).ShouldBe(["a2", "b2", "b1"], ignoreOrder: true);
        Lines(await GetAsync("a|b|a", $"query_range?{Times}&query={{app=\"shop\"}}")).Count.ShouldBe(4);
        Lines(await GetAsync("b", $"query_range?{Times}&query={{app=\"shop\"}}")).ShouldBe(["b1", "b2"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("{app=\"shop\", __tenant_id__=\"a\"}", "a1 a2")]
    [InlineData("{__tenant_id__=\"b\"}", "b1 b2 b3")]
    [InlineData("{__tenant_id__=~\"a|b\", app=\"shop\"}", "a1 a2 b1 b2")]
    [InlineData("{__tenant_id__!=\"a\", app=~\".+\"}", "b1 b2 b3")]
    [InlineData("{original___tenant_id__=\"x\"}", "b1 b2")]
    [InlineData("{__tenant_id__=\"c\"}", "")]
    [InlineData("{app=\"shop\"} | __tenant_id__=\"b\" |= \"2\"", "b2")]
    public async Task A_matcher_chooses_tenants(string query, string lines) =>
        string.Join(' ', Lines(await GetAsync("a|b", $"query_range?{Times}&query={Uri.EscapeDataString(query)}")).Order(StringComparer.Ordinal)).ShouldBe(lines);

    [Theory]
    [InlineData("sum(count_over_time({app=\"shop\"}[1h]))", """[{"metric":{},"value":[1772359800,"4"]}]""")]
    [InlineData("sum by (__tenant_id__) (count_over_time({app=~\".+\"}[1h]))", """[{"metric":{"__tenant_id__":"a"},"value":[1772359800,"2"]},{"metric":{"__tenant_id__":"b"},"value":[1772359800,"3"]}]""")]
    [InlineData("sum by (original___tenant_id__) (count_over_time({app=\"shop\"}[1h]))", """[{"metric":{},"value":[1772359800,"2"]},{"metric":{"original___tenant_id__":"x"},"value":[1772359800,"2"]}]""")]
    [InlineData("count_over_time({app=\"shop\", __tenant_id__=\"b\"} |= \"1\" [1h])", """[{"metric":{"__tenant_id__":"b","app":"shop","original___tenant_id__":"x"},"value":[1772359800,"1"]}]""")]
    public async Task Metrics_are_made_of_all_of_them(string query, string result) =>
        (await GetAsync("a|b", $"query?time=1772359800&query={Uri.EscapeDataString(query)}"))["data"]!["result"]!.ToJsonString().ShouldBe(result);

    [Fact]
    public async Task Labels_streams_and_volumes_are_those_of_all()
    {
        (await GetAsync("a|b", $"labels?{Times}"))["data"]!.ToJsonString().ShouldBe("""["__tenant_id__","app","original___tenant_id__"]""");
        (await GetAsync("a|b", $"label/__tenant_id__/values?{Times}"))["data"]!.ToJsonString().ShouldBe("""["a","b"]""");
        (await GetAsync("a|b", $"label/app/values?{Times}&query={{__tenant_id__=\"b\"}}"))["data"]!.ToJsonString().ShouldBe("""["pay","shop"]""");
        (await GetAsync("a|b", $"series?{Times}&match[]={{app=\"pay\"}}&match[]={{__tenant_id__=\"a\"}}"))["data"]!.ToJsonString()
            .ShouldBe("""[{"__tenant_id__":"a","app":"shop"},{"__tenant_id__":"b","app":"pay"}]""");
        (await GetAsync("a|b", $"index/stats?{Times}&query={{app=\"shop\"}}")).ToJsonString().ShouldBe("""{"streams":2,"chunks":2,"entries":4,"bytes":8}""");
        (await GetAsync("a|b", $"index/volume?{Times}&query={{app=~\".%2B\"}}&targetLabels=__tenant_id__"))["data"]!["result"]!.AsArray().Select(series => series!["metric"]!.ToJsonString())
            .ShouldBe(["""{"__tenant_id__":"b"}""", """{"__tenant_id__":"a"}"""]);
        (await GetAsync("a|b", $"detected_labels?{Times}"))["detectedLabels"]!.AsArray().Select(label => $"{label!["label"]} {label["cardinality"]}").ShouldContain("__tenant_id__ 2");
    }

    [Theory]
    [InlineData("/loki/api/v1/query_range?query={app=\"shop\"}", "a|", "names no tenants")]
    [InlineData("/loki/api/v1/query_range?query={app=\"shop\"}", "a|b/c", "names no tenants")]
    [InlineData("/jaeger/api/services", "a|b", "several")]
    [InlineData("/tempo/api/search", "a|b", "several")]
    public async Task What_cannot_be_asked_of_several_is_refused(string path, string header, string words)
    {
        using var response = await SendAsync(HttpMethod.Get, path, header, null);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain(words);
    }

    [Fact]
    public async Task Nobody_pushes_to_several_at_once()
    {
        using var response = await SendAsync(HttpMethod.Post, "/loki/api/v1/push", "a|b", Push("shop", ("1772359200000000000", "for both")));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static List<string> Lines(JsonNode answer) => [.. answer["data"]!["result"]!.AsArray().SelectMany(stream => stream!["values"]!.AsArray()).Select(value => value![1]!.ToString())];

    private static string Push(string app, params (string Time, string Line)[] lines) =>
        $$$"""{"streams":[{"stream":{"app":"{{{app}}}"},"values":[{{{string.Join(',', lines.Select(line => $"[\"{line.Time}\",\"{line.Line}\"]"))}}}]}]}""";

    private async Task<JsonNode> GetAsync(string tenant, string question)
    {
        using var response = await SendAsync(HttpMethod.Get, "/loki/api/v1/" + question, tenant, null);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, $"{question}: {body}");
        return JsonNode.Parse(body)!;
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string tenant, string? json) => tenants.SendAsync(method, path, tenant, json);

    /// <summary>A server with lines of tenant a and of tenant b, whose streams have a label of the name that tells tenants apart.</summary>
    public sealed class Tenants : IAsyncLifetime
    {
        private StoreServer _server = null!;

        public async Task InitializeAsync()
        {
            _server = await StoreServer.StartAsync(options => options with { Tenancy = new TenancyOptions { Header = Header } });
            foreach (var (tenant, json) in new[]
            {
                ("a", Push("shop", ("1772359200000000000", "a1"), ("1772359202000000000", "a2"))),
                ("b", Push("shop\",\"__tenant_id__\":\"x", ("1772359201000000000", "b1"), ("1772359203000000000", "b2"))),
                ("b", Push("pay", ("1772359204000000000", "b3"))),
                ("c", Push("shop", ("1772359200000000000", "of others"))),
            })
            {
                using var response = await SendAsync(HttpMethod.Post, "/loki/api/v1/push", tenant, json);
                response.StatusCode.ShouldBe(HttpStatusCode.NoContent, await response.Content.ReadAsStringAsync());
            }
        }

        public async Task DisposeAsync() => await _server.DisposeAsync();

        public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string tenant, string? json)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Add(Header, tenant);
            request.Content = json is null ? null : new StringContent(json, new MediaTypeHeaderValue("application/json"));
            return await _server.Native.SendAsync(request);
        }
    }
}
