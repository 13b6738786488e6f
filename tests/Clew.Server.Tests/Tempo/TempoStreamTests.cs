using System.Text.Json.Nodes;
using Clew.Server.Hosting;
using Clew.Server.Tests.Sdk;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using Tempopb;

namespace Clew.Server.Tests.Tempo;

/// <summary>Tempo's streams, on the port of its HTTP API, with generated messages and with grpc-js as a real client.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class TempoStreamTests(TempoServer tempo, JavaScriptPackages packages) : IClassFixture<TempoServer>, IClassFixture<JavaScriptPackages>, IDisposable
{
    private const string Service = "/tempopb.StreamingQuerier/";
    private const uint Start = 1_772_359_200;
    private const uint End = 1_772_359_260;

    private readonly GrpcTestClient _grpc = new(tempo.Server.Address(Door.Tempo));

    public void Dispose() => _grpc.Dispose();

    [Fact]
    public async Task A_search_streams_what_the_http_api_answers_and_says_at_the_end_that_it_is_all()
    {
        var answers = await StreamAsync("Search", new SearchRequest { Query = "{ status = error } | select(span.items)", Start = Start, End = End, Limit = 10 }, SearchResponse.Parser);

        var traces = answers.SelectMany(answer => answer.Traces).ToList();
        var trace = traces.ShouldHaveSingleItem();
        $"{trace.TraceID} {trace.RootServiceName} {trace.RootTraceName} {trace.StartTimeUnixNano} {trace.DurationMs}".ShouldBe($"{TempoServer.Pay} checkout POST /pay 1772359200000000000 250");
        trace.SpanSet.ShouldBe(trace.SpanSets.Single());
        trace.SpanSet.Matched.ShouldBe(2u);
        trace.SpanSet.Spans[1].SpanID.ShouldBe("eee19b7ec3c1b175");
        trace.SpanSet.Spans[1].DurationNanos.ShouldBe(100_000_000UL);
        trace.SpanSet.Spans[1].Attributes.Single(attribute => attribute.Key == "items").Value.ShouldBe(new AnyValue { IntValue = 40 });
        trace.ServiceStats["checkout"].ShouldBe(new ServiceStats { SpanCount = 2, ErrorCount = 2 });
        answers[^1].Metrics.ShouldBe(new SearchMetrics { InspectedTraces = 1, CompletedJobs = 1, TotalJobs = 1 });
        answers.SkipLast(1).ShouldAllBe(answer => answer.Metrics.CompletedJobs < answer.Metrics.TotalJobs);
    }

    [Fact]
    public async Task A_search_by_tags_durations_and_limits_means_the_same_as_over_http()
    {
        (await IdsAsync(new SearchRequest { Tags = { ["service.name"] = "checkout", ["items"] = "40" } })).ShouldBe([TempoServer.Pay]);
        (await IdsAsync(new SearchRequest { Tags = { ["name"] = "no \"such\" \\ thing" } })).ShouldBeEmpty();
        (await IdsAsync(new SearchRequest { MinDurationMs = 100 })).ShouldBe([TempoServer.Pay]);
        (await IdsAsync(new SearchRequest { MaxDurationMs = 100 })).ShouldBe([TempoServer.FrontShown]);
        (await IdsAsync(new SearchRequest { Query = "{ }", Limit = 1 })).ShouldBe([TempoServer.FrontShown]);
        (await IdsAsync(new SearchRequest { Query = "{ }" })).ShouldBe([TempoServer.FrontShown, TempoServer.Pay]);
        (await StreamAsync("Search", new SearchRequest { Query = "{ status = error }", SpansPerSpanSet = 1 }, SearchResponse.Parser))
            .SelectMany(answer => answer.Traces).Single().SpanSet.ShouldSatisfyAllConditions(set => set.Spans.Count.ShouldBe(1), set => set.Matched.ShouldBe(2u));
    }

    [Fact]
    public async Task Names_and_values()
    {
        (await StreamAsync("SearchTags", new SearchTagsRequest { Scope = "span" }, SearchTagsResponse.Parser)).Single().TagNames.ShouldBe(["items", "ratio", "vip"]);
        (await StreamAsync("SearchTagsV2", new SearchTagsRequest { Scope = "resource", MaxTagsPerScope = 1 }, SearchTagsV2Response.Parser)).Single().Scopes
            .ShouldBe([new SearchTagsV2Scope { Name = "resource", Tags = { "region" } }]);
        (await StreamAsync("SearchTagValues", new SearchTagValuesRequest { TagName = "service.name" }, SearchTagValuesResponse.Parser)).Single().TagValues.ShouldBe(["checkout", "front"]);
        (await StreamAsync("SearchTagValuesV2", new SearchTagValuesRequest { TagName = "span.items", Query = "{ resource.service.name = \"checkout\" }" }, SearchTagValuesV2Response.Parser))
            .Single().TagValues.Select(value => $"{value.Type} {value.Value}").ShouldBe(["int 3", "int 40"]);
    }

    [Fact]
    public async Task Metrics_over_a_range_and_at_once()
    {
        var ranges = await StreamAsync(
            "MetricsQueryRange",
            new QueryRangeRequest { Query = "{ } | rate() by(resource.service.name)", Start = Start, End = End, Step = 30_000_000_000 },
            QueryRangeResponse.Parser);
        ranges[^1].Status.ShouldBe(PartialStatus.Complete);
        ranges[^1].Series.Select(series => $"{series.Labels.Single().Key}={series.Labels.Single().Value.StringValue} {string.Join(' ', series.Samples.Select(sample => $"{sample.TimestampMs}:{sample.Value:R}"))}").ShouldBe(
        [
            "resource.service.name=checkout 1772359200000:0.06666666666666667 1772359230000:0",
            "resource.service.name=front 1772359200000:0.03333333333333333 1772359230000:0",
        ]);

        // This one the store cannot count by itself: there is a part before the whole, and both are marked.
        var counts = await StreamAsync(
            "MetricsQueryRange", new QueryRangeRequest { Query = "{ } | max_over_time(span.items)", Start = Start, End = End, Step = 60_000_000_000, Exemplars = 5 }, QueryRangeResponse.Parser);
        counts.Count.ShouldBeGreaterThan(1);
        counts[0].Status.ShouldBe(PartialStatus.Partial);
        counts[^1].Status.ShouldBe(PartialStatus.Complete);
        counts[^1].Series.Single().Exemplars.SelectMany(exemplar => exemplar.Labels).ShouldContain(new KeyValue { Key = "trace:id", Value = new AnyValue { StringValue = TempoServer.Pay } });

        var instants = await StreamAsync("MetricsQueryInstant", new QueryInstantRequest { Query = "{ } | count_over_time() by(kind)", Start = Start, End = End }, QueryInstantResponse.Parser);
        instants[^1].Series.Select(series => $"{series.Labels.Single().Value.StringValue} {series.Value}").ShouldBe(["client 1", "server 2"]);
    }

    [Theory]
    [InlineData("Search", "{", 3, "parse error at line 1, col 2")]
    [InlineData("Search", "{} | rate()", 3, "makes metrics")]
    [InlineData("MetricsQueryRange", "{}", 3, "makes no metrics")]
    [InlineData("MetricsQueryRange", "", 3, "invalid q")]
    [InlineData("Delete", "", 12, "there is no method")]
    public async Task What_cannot_be_answered_has_a_status(string method, string query, int code, string message)
    {
        var request = method == "Search" ? new SearchRequest { Query = query }.ToByteArray() : new QueryRangeRequest { Query = query }.ToByteArray();

        var reply = await _grpc.CallAsync(Service + method, request);

        reply.Status.ShouldBe(code);
        reply.Message.ShouldContain(message);
    }

    [Fact]
    public async Task A_limit_is_named_and_other_services_are_not_on_this_port()
    {
        var reply = await _grpc.CallAsync(Service + "MetricsQueryRange", new QueryRangeRequest { Query = "{} | rate()", Start = Start, End = End, Step = 1_000_000 }.ToByteArray());
        reply.Status.ShouldBe(8);
        reply.Message.ShouldContain("query.steps");

        (await _grpc.CallAsync(Service + "Search", [0x0A, 0x7F])).Status.ShouldBe(3);
        (await _grpc.CallAsync("/jaeger.api_v3.QueryService/GetServices", [])).Status.ShouldBe(12);
    }

    [NodeFact]
    public async Task Grpc_js_searches_on_tempos_port_and_on_the_native_one()
    {
        packages.ShouldNotBeNull();
        foreach (var door in new[] { Door.Tempo, Door.Native })
        {
            var answer = JsonNode.Parse(await JavaScriptPackages.RunAsync(
                "node",
                ["grpc.mjs", tempo.Server.Address(door).Authority, "../Clew.Tests/Protos", "tempo/tempo.proto", "tempopb.StreamingQuerier", "Search", """{"query": "{ name = \"SELECT\" }", "limit": 5}"""]))!;
            answer["code"]!.GetValue<int>().ShouldBe(0);
            answer["messages"]!.AsArray().SelectMany(message => message!["traces"]?.AsArray() ?? []).Single()!["traceID"]!.ToString().ShouldBe(TempoServer.Pay);
        }
    }

    private async Task<IReadOnlyList<string>> IdsAsync(SearchRequest request) =>
        [.. (await StreamAsync("Search", request, SearchResponse.Parser)).SelectMany(answer => answer.Traces).Select(trace => trace.TraceID)];

    private async Task<IReadOnlyList<T>> StreamAsync<T>(string method, IMessage request, MessageParser<T> parser)
        where T : IMessage<T>
    {
        var reply = await _grpc.CallAsync(Service + method, request.ToByteArray());
        reply.Status.ShouldBe(0, reply.Message);
        return [.. reply.Answers.Select(parser.ParseFrom)];
    }
}
