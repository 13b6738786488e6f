using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clew.Protocols;
using Clew.Protocols.Otlp;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Clew.Tests;
using Google.Protobuf;

namespace Clew.Server.Tests.Jaeger;

/// <summary>Jaeger's own storage fixtures, through both generations of its API, on the embedded engine.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class JaegerFixtureTests(FixtureServer fixtures) : IClassFixture<FixtureServer>
{
    public static TheoryData<string> Captions => JaegerFixtures.Queries.Count == 0 ? new TheoryData<string>("(none)") : [.. JaegerFixtures.Queries.Select(query => query.Caption)];

    [SharedFact(JaegerFixtures.QueriesFile)]
    public void There_are_as_many_as_there_should_be()
    {
        JaegerFixtures.Names.Count.ShouldBe(32);
        JaegerFixtures.Queries.Count.ShouldBe(25);
    }

    [SharedTheory(JaegerFixtures.QueriesFile)]
    [MemberData(nameof(Captions))]
    public async Task The_legacy_search_finds_exactly_its_traces_with_every_field(string caption)
    {
        var query = Query(caption);
        var expected = Expected(query, LegacyText.Expected);
        LegacyText.Spans(await GetAsync(query.LegacyUrl())).ShouldBe(expected);
        LegacyText.Spans(await GetAsync(query.LegacyUrlWithSimpleTags())).ShouldBe(expected);
    }

    [SharedTheory(JaegerFixtures.QueriesFile)]
    [MemberData(nameof(Captions))]
    public async Task The_search_of_version_3_finds_exactly_its_traces_with_every_field(string caption)
    {
        var query = Query(caption);
        var expected = Expected(query, OtlpText.Spans);
        OtlpText.Spans((await GetAsync(query.V3Url("traces")))["result"]!).ShouldBe(expected);
        OtlpText.Spans((await GetAsync(query.OlderV3Url("traces")))["result"]!).ShouldBe(expected);
        OtlpText.Spans((await PostAsync("/api/v3/traces", query.V3Body()))["result"]!).ShouldBe(expected);
    }

    [SharedTheory(JaegerFixtures.QueriesFile)]
    [MemberData(nameof(Captions))]
    public async Task The_summaries_of_version_3_are_of_exactly_its_traces(string caption)
    {
        var query = Query(caption);
        var expected = query.Fixtures.Select(Summary).Order(StringComparer.Ordinal).ToList();
        Summaries(await GetAsync(query.V3Url("trace-summaries"))).ShouldBe(expected);
        Summaries(await PostAsync("/api/v3/trace-summaries", query.V3Body())).ShouldBe(expected);
    }

    [SharedTheory(JaegerFixtures.QueriesFile)]
    [MemberData(nameof(Captions))]
    public async Task Every_trace_is_found_by_its_id_in_both_generations(string caption)
    {
        foreach (var name in Query(caption).Fixtures)
        {
            var document = JaegerFixtures.Read(name);
            var id = OtlpText.Each(document).First().Span["traceId"]!.ToString();
            LegacyText.Spans(await GetAsync($"/api/traces/{id.TrimStart('0')}")).ShouldBe(LegacyText.Expected(document));
            OtlpText.Spans((await GetAsync($"/api/v3/traces/{id.ToUpperInvariant()}"))["result"]!).ShouldBe(OtlpText.Spans(document));
        }
    }

    /// <summary>As Jaeger's own suite reads, from <c>api_v3</c>, and through the other two services.</summary>
    [SharedTheory(JaegerFixtures.QueriesFile)]
    [MemberData(nameof(Captions))]
    public async Task The_searches_over_grpc_find_exactly_its_traces_with_every_field(string caption)
    {
        var query = Query(caption);
        var v2 = await fixtures.Server.JaegerQuery.CallAsync("/jaeger.api_v2.QueryService/FindTraces", query.V2Message().ToByteArray());
        ModelText.Spans(v2.Answers.SelectMany(answer => global::Jaeger.ApiV2.SpansResponseChunk.Parser.ParseFrom(answer).Spans)).ShouldBe(Expected(query, LegacyText.Expected));
        var v3 = await fixtures.Server.JaegerQuery.CallAsync("/jaeger.api_v3.QueryService/FindTraces", query.V3Message().ToByteArray());
        Otlp(v3).ShouldBe(Expected(query, OtlpText.Spans));
        var storage = await fixtures.Server.JaegerStorage.CallAsync("/jaeger.storage.v2.TraceReader/FindTraces", query.StorageMessage().ToByteArray());
        Otlp(storage).ShouldBe(Expected(query, OtlpText.Spans));
    }

    private static IReadOnlyList<string> Otlp(GrpcTestReply reply)
    {
        reply.Status.ShouldBe(0);
        var texts = reply.Answers.SelectMany(answer =>
        {
            var batch = new SpanBatch();
            new OtlpDecoder(ProtocolLimits.Default).DecodeProtobuf(answer, batch).Error.ShouldBeNull();
            var json = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(json, OtlpJsonEncoder.WriterOptions))
            {
                OtlpJsonEncoder.Write(writer, batch);
            }

            return OtlpText.Spans(JsonNode.Parse(json.WrittenSpan)!);
        });
        return [.. texts.Order(StringComparer.Ordinal)];
    }

    private static JaegerQuery Query(string caption) => JaegerFixtures.Queries.Single(query => query.Caption == caption);

    private static List<string> Expected(JaegerQuery query, Func<JsonNode, IReadOnlyList<string>> write) =>
        [.. query.Fixtures.SelectMany(name => write(JaegerFixtures.Read(name))).Order(StringComparer.Ordinal)];

    private static string Summary(string fixture)
    {
        var spans = OtlpText.Each(JaegerFixtures.Read(fixture)).Select(item => item.Span).ToList();
        return $"{spans[0]["traceId"]} {spans.Count} {spans.Min(span => Number(span["startTimeUnixNano"]))} {spans.Max(span => Number(span["endTimeUnixNano"]))}";
    }

    private static List<string> Summaries(JsonNode answer) =>
    [
        .. OtlpText.Items(answer["summaries"])
            .Select(summary => $"{summary["traceId"]} {summary["spanCount"]} {summary["minStartTimeUnixNano"]} {summary["maxEndTimeUnixNano"]}")
            .Order(StringComparer.Ordinal),
    ];

    private static long Number(JsonNode? node) => node is null ? 0 : long.Parse(node.ToString(), System.Globalization.CultureInfo.InvariantCulture);

    private async Task<JsonNode> GetAsync(string path)
    {
        using var response = await fixtures.Server.Jaeger.GetAsync(path);
        return await ReadAsync(response, path);
    }

    private async Task<JsonNode> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using var response = await fixtures.Server.Jaeger.PostAsync(path, content);
        return await ReadAsync(response, body);
    }

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage response, string asked)
    {
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, $"{asked}: {body}");
        return JsonNode.Parse(body)!;
    }
}
