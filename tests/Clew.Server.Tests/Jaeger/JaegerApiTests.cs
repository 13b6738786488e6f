using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Clew.Server.Tests.Api;
using Clew.Server.Tests.Storage;
using Clew.Testing;

namespace Clew.Server.Tests.Jaeger;

/// <summary>Both generations of Jaeger's API over the shop's telemetry.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class JaegerApiTests(ShopServer shop) : IClassFixture<ShopServer>
{
    private const string Day = "query.startTimeMin=2026-03-01T00:00:00Z&query.startTimeMax=2026-03-02T00:00:00Z";

    public static TheoryData<string, string> LegacyRefusals => CaseFile.Read("Jaeger/Cases/legacy-refusals.txt");

    public static TheoryData<string, string> LegacySearches => CaseFile.Read("Jaeger/Cases/legacy-search.txt");

    public static TheoryData<string, string> V3Filters => CaseFile.Read("Jaeger/Cases/v3-filters.txt");

    public static TheoryData<string, string> V3Refusals => CaseFile.Read("Jaeger/Cases/v3-refusals.txt");

    [Theory]
    [MemberData(nameof(LegacyRefusals))]
    public async Task A_legacy_refusal_has_Jaegers_form(string path, string refusal)
    {
        using var response = await shop.Server.Jaeger.GetAsync(Escape(path));
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; charset=utf-8");
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        $"{(int)response.StatusCode} {body["errors"]![0]!["msg"]}".ShouldBe(refusal);
        ((int)body["errors"]![0]!["code"]!).ShouldBe((int)response.StatusCode);
        body.AsObject().Select(member => member.Key).ShouldBe(["data", "total", "limit", "offset", "errors"]);
        body["data"].ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(V3Refusals))]
    public async Task A_refusal_of_version_3_has_its_form(string path, string refusal)
    {
        using var response = await shop.Server.Jaeger.GetAsync(Escape(path));
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
        $"{(int)response.StatusCode} {error["message"]}".ShouldBe(refusal);
        ((int)error["httpCode"]!).ShouldBe((int)response.StatusCode);
    }

    [Theory]
    [MemberData(nameof(LegacySearches))]
    public async Task A_legacy_search_finds_its_traces(string query, string traces)
    {
        var answer = await GetAsync($"/api/traces?{Escape(query)}");
        string.Join(' ', answer["data"]!.AsArray().Select(trace => trace!["traceID"]!.ToString()[^1])).ShouldBe(traces);
    }

    [Theory]
    [MemberData(nameof(V3Filters))]
    public async Task A_filter_of_version_3_finds_its_traces(string filter, string traces)
    {
        var answer = await GetAsync($"/api/v3/trace-summaries?{Day}&query.filter={Uri.EscapeDataString(filter)}");
        string.Join(' ', (answer["summaries"]?.AsArray() ?? []).Select(summary => summary!["traceId"]!.ToString()[^1])).ShouldBe(traces);
    }

    [Fact]
    public async Task The_prefix_on_the_native_port_and_the_drop_in_port_answer_the_same()
    {
        foreach (var path in new[] { "/api/services", "/api/v3/services", "/api/traces?service=gateway", $"/api/v3/traces?{Day}" })
        {
            var native = await shop.Native.GetStringAsync("/jaeger" + path);
            (await shop.Server.Jaeger.GetStringAsync(path)).ShouldBe(native);
        }
    }

    [Fact]
    public async Task Services_and_operations_of_the_legacy_generation()
    {
        (await GetAsync("/api/services")).ToJsonString().ShouldBe(
            """{"data":["gateway","mails","orders","payments"],"total":4,"limit":0,"offset":0,"errors":null}""");
        (await GetAsync("/api/services/gateway/operations")).ToJsonString().ShouldBe(
            """{"data":["POST /checkout","orders.Place"],"total":2,"limit":0,"offset":0,"errors":null}""");
        (await GetAsync("/api/services/no%2Fbody/operations")).ToJsonString().ShouldBe("""{"data":[],"total":0,"limit":0,"offset":0,"errors":null}""");
        (await GetAsync("/api/operations?service=gateway&spanKind=client")).ToJsonString().ShouldBe(
            """{"data":[{"name":"orders.Place","spanKind":"client"}],"total":1,"limit":0,"offset":0,"errors":null}""");
    }

    [Fact]
    public async Task Services_and_operations_of_version_3()
    {
        (await GetAsync("/api/v3/services")).ToJsonString().ShouldBe("""{"services":["gateway","mails","orders","payments"]}""");
        (await GetAsync("/api/v3/operations?service=gateway")).ToJsonString().ShouldBe(
            """{"operations":[{"name":"POST /checkout","spanKind":"server"},{"name":"orders.Place","spanKind":"client"}]}""");
        (await GetAsync("/api/v3/operations?service=gateway&span_kind=server")).ToJsonString().ShouldBe("""{"operations":[{"name":"POST /checkout","spanKind":"server"}]}""");
    }

    [Theory]
    [InlineData("abcd0000000000000000000000000001")]
    [InlineData("ABCD0000000000000000000000000001")]
    [InlineData("q80AAAAAAAAAAAAAAAAAAQ==")]
    [InlineData("q80AAAAAAAAAAAAAAAAAAQ")]
    public async Task A_trace_is_found_by_its_id_in_hex_and_base64(string id)
    {
        var legacy = await GetAsync($"/api/traces/{Uri.EscapeDataString(id)}");
        legacy["data"]![0]!["spans"]!.AsArray().Count.ShouldBe(4);
        var v3 = await GetAsync($"/api/v3/traces/{Uri.EscapeDataString(id)}");
        OtlpText.Each(v3["result"]!).Count().ShouldBe(4);
    }

    [Fact]
    public async Task Ids_that_are_not_stored_are_reported_beside_the_traces()
    {
        var answer = await GetAsync("/api/traces?traceID=abcd0000000000000000000000000001&traceID=77&traceID=abcd0000000000000000000000000099");
        answer["data"]!.AsArray().Count.ShouldBe(1);
        answer["errors"]!.ToJsonString().ShouldBe(
            """[{"msg":"trace not found","traceID":"0000000000000077"},{"msg":"trace not found","traceID":"abcd0000000000000000000000000099"}]""");
    }

    [Fact]
    public async Task A_start_that_is_not_given_is_two_days_ago()
    {
        var answer = await GetAsync("/api/traces?service=gateway&lookback=1h");
        answer["data"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Dependencies_of_both_generations()
    {
        (await GetAsync("/api/dependencies?endTs=1772362800000&lookback=3600000")).ToJsonString().ShouldBe(
            """{"data":[{"parent":"gateway","child":"orders","callCount":2},{"parent":"orders","child":"payments","callCount":1}],"total":0,"limit":0,"offset":0,"errors":null}""");
        (await GetAsync("/api/dependencies?service=payments"))["data"]!.ToJsonString().ShouldBe("""[{"parent":"orders","child":"payments","callCount":1}]""");
        (await GetAsync("/api/dependencies?endTs=1000&lookback=1000"))["data"]!.ToJsonString().ShouldBe("[]");
        (await GetAsync("/api/v3/dependencies?startTime=2026-03-01T00:00:00Z&endTime=2026-03-02T00:00:00Z")).ToJsonString().ShouldBe(
            """{"dependencies":[{"parent":"gateway","child":"orders","callCount":"2"},{"parent":"orders","child":"payments","callCount":"1"}]}""");
    }

    [Fact]
    public async Task Archiving_says_that_there_is_no_archive()
    {
        using var stored = await shop.Server.Jaeger.PostAsync($"/api/archive/{SpanBatchBuilder.Trace(1)}", null);
        stored.StatusCode.ShouldBe(HttpStatusCode.NotImplemented);
        (await stored.Content.ReadAsStringAsync()).ShouldContain("archive span storage was not configured");
        using var unknown = await shop.Server.Jaeger.PostAsync("/api/archive/1234", null);
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Transforming_writes_uploaded_OTLP_in_the_legacy_form_and_stores_nothing()
    {
        const string Upload = """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"uploaded"}}]},
             "scopeSpans":[{"spans":[{"traceId":"00000000000000000000000000000abc","spanId":"0000000000000001","name":"op","startTimeUnixNano":"5000","endTimeUnixNano":"9000"}]}]}]}
            """;
        using var content = new StringContent(Upload, new MediaTypeHeaderValue("application/json"));
        using var response = await shop.Server.Jaeger.PostAsync("/api/transform", content);
        LegacyText.Spans(JsonNode.Parse(await response.Content.ReadAsStringAsync())!).ShouldBe(LegacyText.Expected(JsonNode.Parse(Upload)!));
        using var stored = await shop.Server.Jaeger.GetAsync("/api/traces/abc");
        stored.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        using var broken = new StringContent("{\"resourceSpans\":[", new MediaTypeHeaderValue("application/json"));
        using var refused = await shop.Server.Jaeger.PostAsync("/api/transform", broken);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("cannot unmarshal OTLP");
    }

    [Fact]
    public async Task Summaries_without_a_match_are_an_empty_object() =>
        (await GetAsync($"/api/v3/trace-summaries?{Day}&query.serviceName=nobody")).ToJsonString().ShouldBe("{}");

    [Fact]
    public async Task Version_3_searches_without_a_service()
    {
        var found = await GetAsync($"/api/v3/traces?{Day}&query.attributes={Uri.EscapeDataString("{\"error\":\"true\"}")}");
        OtlpText.Each(found["result"]!).Select(item => item.Span["traceId"]!.ToString()).Distinct().ShouldBe([SpanBatchBuilder.Trace(1).ToString()]);
    }

    [Fact]
    public async Task A_malformed_body_of_a_search_is_refused()
    {
        foreach (var body in new[] { "{", "[]", "{\"query\":1}", "{\"query\":{\"attributes\":{\"a\":1}}}" })
        {
            using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
            using var response = await shop.Server.Jaeger.PostAsync("/api/v3/trace-summaries", content);
            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, body);
        }
    }

    [Theory]
    [InlineData("legacy-trace", "/api/traces/abcd0000000000000000000000000001")]
    [InlineData("v3-trace", "/api/v3/traces/abcd0000000000000000000000000001")]
    [InlineData("v3-summaries", "/api/v3/trace-summaries?query.startTimeMin=2026-03-01T00:00:00Z&query.startTimeMax=2026-03-02T00:00:00Z")]
    public async Task An_answer_is_written_as_it_always_was(string name, string path) =>
        await Golden.CheckJsonAsync($"Jaeger/Cases/{name}.json.txt", await shop.Server.Jaeger.GetStreamAsync(path));

    [Fact]
    public async Task The_native_API_writes_both_forms_too()
    {
        var id = SpanBatchBuilder.Trace(1);
        (await shop.Native.GetStringAsync($"/api/traces/{id}?format=jaeger")).ShouldBe(await shop.Server.Jaeger.GetStringAsync($"/api/traces/{id}"));
        var otlp = JsonNode.Parse(await shop.Native.GetStringAsync($"/api/traces/{id}?format=otlp"))!;
        OtlpText.Spans(otlp).ShouldBe(OtlpText.Spans((await GetAsync($"/api/v3/traces/{id}"))["result"]!));
    }

    private static string Escape(string url) => url.Replace("\"", "%22", StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal);

    private async Task<JsonNode> GetAsync(string path)
    {
        using var response = await shop.Server.Jaeger.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        return JsonNode.Parse(body)!;
    }
}
