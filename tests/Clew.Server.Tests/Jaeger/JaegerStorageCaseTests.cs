using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Tests;
using Google.Protobuf;
using OpenTelemetry.Proto.Trace.V1;

namespace Clew.Server.Tests.Jaeger;

/// <summary>The other cases of Jaeger's storage suite, each on a server of its own, through both generations of the API.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class JaegerStorageCaseTests
{
    private const string Example = JaegerFixtures.Folder + "/example_trace.json";
    private const string Day = "query.startTimeMin=2026-03-01T00:00:00Z&query.startTimeMax=2026-03-02T00:00:00Z";

    /// <summary>2026-03-01T10:00:00Z.</summary>
    private const long Start = 1_772_359_200_000_000_000;

    [SharedFact(Example)]
    public async Task Services_operations_and_the_trace_of_the_example()
    {
        await using var server = await StoreServer.StartAsync();
        var example = JaegerFixtures.Read("example_trace");
        await server.SendAsync("traces", example.ToJsonString());

        Texts((await GetAsync(server, "/api/services"))["data"]!).ShouldBe(["example-service-1", "example-service-2", "example-service-3"]);
        Texts((await GetAsync(server, "/api/v3/services"))["services"]!).ShouldBe(["example-service-1", "example-service-2", "example-service-3"]);

        Operations((await GetAsync(server, "/api/operations?service=example-service-1"))["data"]!)
            .ShouldBe(["example-operation-1 ", "example-operation-3 server", "example-operation-4 client"]);
        Texts((await GetAsync(server, "/api/services/example-service-1/operations"))["data"]!)
            .ShouldBe(["example-operation-1", "example-operation-3", "example-operation-4"]);
        Operations((await GetAsync(server, "/api/v3/operations?service=example-service-1"))["operations"]!)
            .ShouldBe(["example-operation-1 internal", "example-operation-3 server", "example-operation-4 client"]);

        LegacyText.Spans(await GetAsync(server, "/api/traces/11")).ShouldBe(LegacyText.Expected(example));
        OtlpText.Spans((await GetAsync(server, "/api/v3/traces/11"))["result"]!).ShouldBe(OtlpText.Spans(example));
        OtlpText.Each(example).Count().ShouldBe(5);
        (await server.Jaeger.GetAsync("/api/traces/12")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var summary = (await GetAsync(server, "/api/v3/trace-summaries?query.startTimeMin=2017-01-01T00:00:00Z&query.startTimeMax=2017-02-01T00:00:00Z"))["summaries"]!.AsArray().Single()!;
        ((int)summary["spanCount"]!).ShouldBe(5);
        Texts(new JsonArray([.. summary["services"]!.AsArray().Select(service => (JsonNode)service!["name"]!.ToString())]))
            .ShouldBe(["example-service-1", "example-service-2", "example-service-3"]);
        var spans = OtlpText.Each(example).Select(item => item.Span).ToList();
        summary["minStartTimeUnixNano"]!.ToString().ShouldBe(spans.Min(span => long.Parse(span["startTimeUnixNano"]!.ToString(), CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture));
        summary["maxEndTimeUnixNano"]!.ToString().ShouldBe(spans.Max(span => long.Parse(span["endTimeUnixNano"]!.ToString(), CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_trace_of_ten_thousand_and_eight_spans_comes_back_whole()
    {
        const int Count = 10_008;
        await using var server = await StoreServer.StartAsync();
        await server.SendAsync("traces", Document(Enumerable.Range(1, Count).Select(i => ("large", Span("00000000000000000000000000000099", i, Math.Max(1, i / 7), i)))));

        (await GetAsync(server, "/api/traces/99"))["data"]![0]!["spans"]!.AsArray().Select(span => span!["spanID"]!.ToString()).Distinct().Count().ShouldBe(Count);
        OtlpText.Each((await GetAsync(server, "/api/v3/traces/99"))["result"]!).Select(item => item.Span["spanId"]!.ToString()).Distinct().Count().ShouldBe(Count);
        var streamed = await server.JaegerQuery.CallAsync("/jaeger.api_v3.QueryService/GetTrace", new global::Jaeger.ApiV3.GetTraceRequest { TraceId = "99" }.ToByteArray());
        streamed.Answers.ShouldAllBe(message => message.Length < 4 << 20);
        streamed.Answers.SelectMany(answer => TracesData.Parser.ParseFrom(answer).ResourceSpans.SelectMany(resource => resource.ScopeSpans.SelectMany(scope => scope.Spans))).Select(span => span.SpanId).Distinct().Count().ShouldBe(Count);
        using var native = await server.Native.GetAsync("/api/traces/99");
        JsonNode.Parse(await native.Content.ReadAsStringAsync())!["spans"]!.AsArray().Count.ShouldBe(Count);
    }

    [Fact]
    public async Task An_unmodified_jaeger_can_write_where_it_reads()
    {
        await using var server = await StoreServer.StartAsync();
        var sent = await server.JaegerStorage.CallAsync("/opentelemetry.proto.collector.trace.v1.TraceService/Export", Requests.Spans(3));
        sent.Status.ShouldBe(0);

        var reply = await server.JaegerStorage.CallAsync("/jaeger.storage.v2.TraceReader/GetTraces", new global::Jaeger.StorageV2.GetTracesRequest { Query = { new global::Jaeger.StorageV2.GetTraceParams { TraceId = ByteString.CopyFrom([.. Enumerable.Repeat((byte)0xAB, 16)]) } } }.ToByteArray());
        TracesData.Parser.ParseFrom(reply.Answer).ResourceSpans.Single().ScopeSpans.Single().Spans.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Of_a_trace_that_is_too_large_tempo_answers_the_first_spans_and_says_so()
    {
        const int Most = 1_000;
        await using var server = await StoreServer.StartAsync(
            options => options with { Queries = options.Queries with { Spans = Most } }, store: await TemporaryStore.OpenAsync(Clew.Storage.StorageLimits.Default with { TraceSpans = Most }));
        await server.SendAsync("traces", Document(Enumerable.Range(1, Most + 5).Select(i => ("large", Span("00000000000000000000000000000099", i, Math.Max(1, i / 7), i)))));

        var answer = JsonNode.Parse(await server.Tempo.GetStringAsync("/api/v2/traces/99"))!;
        answer["status"]!.ToString().ShouldBe("PARTIAL");
        answer["message"]!.ToString().ShouldContain("query.spans");
        answer["trace"]!["resourceSpans"]![0]!["scopeSpans"]![0]!["spans"]!.AsArray().Count.ShouldBe(Most);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v2/traces/99");
        request.Headers.Accept.ParseAdd("application/protobuf");
        using var response = await server.Tempo.SendAsync(request);
        var message = Tempopb.TraceByIDResponse.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync());
        (message.Status, message.Message).ShouldBe((Tempopb.PartialStatus.Partial, answer["message"]!.ToString()));
        message.Trace.ResourceSpans.Single().ScopeSpans.Single().Spans.Count.ShouldBe(Most);

        using var first = await server.Tempo.GetAsync("/api/traces/99");
        first.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Spans_that_share_an_id_are_all_kept()
    {
        await using var server = await StoreServer.StartAsync();
        await server.SendAsync("traces", Document(Enumerable.Range(0, 200).Select(i => ("duplicates", Span("000000000000000000000000000000d0", i % 20 == 0 ? 1_000 : i, 0, i)))));

        (await GetAsync(server, "/api/traces/d0"))["data"]![0]!["spans"]!.AsArray().Count.ShouldBe(200);
        var ids = OtlpText.Each((await GetAsync(server, "/api/v3/traces/d0"))["result"]!).Select(item => item.Span["spanId"]!.ToString()).ToList();
        ids.Count.ShouldBe(200);
        ids.Count(id => id == 1_000.ToString("x16", CultureInfo.InvariantCulture)).ShouldBe(10);
    }

    [Fact]
    public async Task A_search_without_a_service_finds_the_traces_of_all()
    {
        await using var server = await StoreServer.StartAsync();
        const string Marked = ",\"attributes\":[{\"key\":\"rfc0013.cross.service\",\"value\":{\"stringValue\":\"yes\"}}]";
        await server.SendAsync("traces", Document(
        [
            ("one", Span("00000000000000000000000000000001", 1, 0, 0, Marked)),
            ("two", Span("00000000000000000000000000000002", 1, 0, 1, Marked)),
            ("three", Span("00000000000000000000000000000003", 1, 0, 2)),
        ]));

        var attributes = Uri.EscapeDataString("{\"rfc0013.cross.service\":\"yes\"}");
        var found = await GetAsync(server, $"/api/v3/traces?{Day}&query.attributes={attributes}");
        OtlpText.Each(found["result"]!).Select(item => item.Span["traceId"]!.ToString()[^1]).Order().ShouldBe(['1', '2']);
        var native = JsonNode.Parse(await server.Native.GetStringAsync("/api/traces?attr=rfc0013.cross.service=yes"))!;
        native["traces"]!.AsArray().Select(trace => trace!["rootService"]!.ToString()).ShouldBe(["two", "one"]);
    }

    [Fact]
    public async Task Dependencies_count_calls_in_both_directions()
    {
        await using var server = await StoreServer.StartAsync();
        var spans = new List<(string Service, string Span)> { ("hello", Span("0000000000000000000000000000000a", 1, 0, 0)), ("world", Span("0000000000000000000000000000000a", 2, 1, 1)) };
        spans.AddRange(Enumerable.Range(0, 3).Select(i => ("hello", Span("0000000000000000000000000000000a", 10 + i, 2, 2 + i))));
        await server.SendAsync("traces", Document(spans));

        var legacy = await GetAsync(server, "/api/dependencies?endTs=1772362800000&lookback=86400000");
        legacy["data"]!.ToJsonString().ShouldBe("""[{"parent":"hello","child":"world","callCount":1},{"parent":"world","child":"hello","callCount":3}]""");
        var v3 = await GetAsync(server, "/api/v3/dependencies?start_time=2026-03-01T00:00:00Z&end_time=2026-03-02T00:00:00Z");
        v3["dependencies"]!.ToJsonString().ShouldBe("""[{"parent":"hello","child":"world","callCount":"1"},{"parent":"world","child":"hello","callCount":"3"}]""");
    }

    [SharedTheory("compliance/jaeger/golden")]
    [InlineData("apiv3-GetTrace", "/api/v3/traces/1")]
    [InlineData("apiv3-FindTraces", "/api/v3/traces?query.startTimeMin=1969-12-31T00:00:00Z&query.startTimeMax=1970-01-02T00:00:00Z")]
    public async Task Jaegers_own_snapshots_of_a_trace(string golden, string path)
    {
        await using var server = await StoreServer.StartAsync();
        await server.SendAsync("traces", JsonNode.Parse(JaegerFixtures.Golden(golden))!["result"]!.ToJsonString());
        Sorted(await GetAsync(server, path)).ShouldBe(Sorted(JsonNode.Parse(JaegerFixtures.Golden(golden))!));
    }

    [SharedTheory("compliance/jaeger/golden")]
    [InlineData("apiv3-GetServices", "foo", "work", "/api/v3/services")]
    [InlineData("apiv3-GetOperations", "foo", "get_users", "/api/v3/operations?service=foo")]
    public async Task Jaegers_own_snapshots_of_names(string golden, string service, string operation, string path)
    {
        await using var server = await StoreServer.StartAsync();
        await server.SendAsync("traces", Document([(service, Span("0000000000000000000000000000000a", 1, 0, 0, ",\"kind\":2").Replace("\"work\"", $"\"{operation}\"", StringComparison.Ordinal))]));
        Sorted(await GetAsync(server, path)).ShouldBe(Sorted(JsonNode.Parse(JaegerFixtures.Golden(golden))!));
    }

    [SharedFact("compliance/jaeger/golden")]
    public async Task Jaegers_own_snapshot_of_summaries()
    {
        await using var server = await StoreServer.StartAsync();
        await server.SendAsync("traces", """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"frontend"}}]},"scopeSpans":[{"spans":[
            {"traceId":"00000000000000000000000000000001","spanId":"0000000000000001","name":"HTTP GET /","startTimeUnixNano":"1000000000000","endTimeUnixNano":"1001000000000"},
            {"traceId":"00000000000000000000000000000001","spanId":"0000000000000002","parentSpanId":"0000000000000001","name":"query","startTimeUnixNano":"1000100000000","endTimeUnixNano":"1000200000000","status":{"code":2}}]}]}]}
            """);
        var answer = await GetAsync(server, "/api/v3/trace-summaries?query.startTimeMin=1970-01-01T00:00:00Z&query.startTimeMax=1970-01-02T00:00:00Z");
        Sorted(answer).ShouldBe(Sorted(JsonNode.Parse(JaegerFixtures.Golden("apiv3-FindTraceSummaries"))!));
    }

    private static string Span(string trace, int id, int parent, int startMs, string more = "") => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"traceId\":\"{trace}\",\"spanId\":\"{id:x16}\"{(parent == 0 || parent == id ? string.Empty : $",\"parentSpanId\":\"{parent:x16}\"")},\"name\":\"work\",\"startTimeUnixNano\":\"{Start + (startMs * 1_000_000L)}\",\"endTimeUnixNano\":\"{Start + (startMs * 1_000_000L) + 500_000}\"{more}}}");

    private static string Document(IEnumerable<(string Service, string Span)> spans) =>
        "{\"resourceSpans\":[" + string.Join(',', spans.GroupBy(span => span.Service).Select(service =>
            $"{{\"resource\":{{\"attributes\":[{{\"key\":\"service.name\",\"value\":{{\"stringValue\":\"{service.Key}\"}}}}]}},\"scopeSpans\":[{{\"spans\":[{string.Join(',', service.Select(span => span.Span))}]}}]}}")) + "]}";

    private static IEnumerable<string> Texts(JsonNode array) => array.AsArray().Select(item => item!.ToString());

    private static IEnumerable<string> Operations(JsonNode array) => array.AsArray().Select(item => $"{item!["name"]} {item["spanKind"]}");

    /// <summary>The same JSON with members in order of their names.</summary>
    private static string Sorted(JsonNode? node) => node switch
    {
        JsonObject map => "{" + string.Join(',', map.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"\"{member.Key}\":{Sorted(member.Value)}")) + "}",
        JsonArray array => "[" + string.Join(',', array.Select(Sorted)) + "]",
        null => "null",
        _ => node.ToJsonString(),
    };

    private static async Task<JsonNode> GetAsync(StoreServer server, string path)
    {
        using var response = await server.Jaeger.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {body}");
        return JsonNode.Parse(body)!;
    }
}
