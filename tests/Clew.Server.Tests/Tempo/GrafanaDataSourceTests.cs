using System.Net;
using System.Net.Http.Headers;
using Clew.Server.Tests.Storage;
using Google.Protobuf;
using OpenTelemetry.Proto.Trace.V1;
using Tempopb;

namespace Clew.Server.Tests.Tempo;

/// <summary>
/// Asks what Grafana's Tempo data source asks, and decodes as it does: JSON with protobuf's strict parser, for which a member it does not know is an error, and traces as
/// protobuf only.
/// </summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class GrafanaDataSourceTests(TempoServer tempo) : IClassFixture<TempoServer>
{
    private const string Range = "start=1772359200&end=1772359260";

    private static readonly JsonParser Strict = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(false));

    [Fact]
    public void The_strict_parser_is_strict() =>
        Should.Throw<InvalidProtocolBufferException>(() => Strict.Parse<SearchResponse>("""{"traces":[],"more":1}"""));

    [Fact]
    public async Task Its_health_check_passes() => (await tempo.Server.Tempo.GetStringAsync("/api/echo")).ShouldBe("echo");

    [Theory]
    [InlineData("{ }", 2)]
    [InlineData("{ resource.service.name = \"checkout\" && name = \"SELECT\" }", 1)]
    [InlineData("{ nestedSetParent < 0 }", 2)]
    [InlineData("({ nestedSetParent < 0 } &>> { kind = client }) || ({ nestedSetParent < 0 }) | select(status, resource.service.name, name, nestedSetParent, nestedSetLeft, nestedSetRight)", 2)]
    [InlineData("{ true && status = error } | select(resource.service.name, event.exception.message, event.exception.stacktrace, event.exception.type) with(most_recent=true)", 1)]
    [InlineData("{ status = error } | by(kind) | count() > 0", 1)]
    [InlineData("{ name = \"nothing\" }", 0)]
    public async Task Its_searches_decode_strictly(string query, int traces)
    {
        var answer = await GetAsync<SearchResponse>($"/api/search?q={Uri.EscapeDataString(query)}&limit=200&spss=10&{Range}");

        answer.Traces.Count.ShouldBe(traces);
        answer.Traces.ShouldAllBe(trace => (trace.TraceID == TempoServer.Pay || trace.TraceID == TempoServer.FrontShown) && trace.SpanSets.Count > 0 && trace.SpanSet.Equals(trace.SpanSets[0]));
        answer.Metrics.CompletedJobs.ShouldBe(answer.Metrics.TotalJobs);
    }

    [Theory]
    [InlineData("{ nestedSetParent < 0 } | rate() by(resource.service.name)")]
    [InlineData("{ nestedSetParent < 0 && true } | histogram_over_time(duration) with(sample=true)")]
    [InlineData("{ nestedSetParent < 0 } | quantile_over_time(duration, .9)")]
    [InlineData("{ nestedSetParent < 0 } | compare({ status = error })")]
    [InlineData("{ } | count_over_time() by(span.items) with(exemplars=true)")]
    public async Task Its_metrics_decode_strictly(string query)
    {
        var range = await GetAsync<QueryRangeResponse>($"/api/metrics/query_range?q={Uri.EscapeDataString(query)}&{Range}&step=15s&exemplars=100");
        range.Series.ShouldNotBeEmpty();
        range.Series.ShouldAllBe(series => series.Labels.Count > 0 && series.Samples.Count > 0 && series.Samples.All(sample => sample.TimestampMs % 15_000 == 0));
        (await GetAsync<QueryInstantResponse>($"/api/metrics/query?q={Uri.EscapeDataString(query)}&{Range}")).Series.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Its_editors_questions_decode_strictly()
    {
        (await GetAsync<SearchTagsV2Response>("/api/v2/search/tags?limit=5000&" + Range)).Scopes.Select(scope => scope.Name).ShouldBe(["span", "resource", "event", "intrinsic"], ignoreOrder: true);
        foreach (var tag in new[] { "resource.service.name", ".service.name", "span.items", "status", "kind", "name", "rootServiceName", "event.exception.message", "duration" })
        {
            (await GetAsync<SearchTagValuesV2Response>($"/api/v2/search/tag/{Uri.EscapeDataString(tag)}/values?limit=5000&q={Uri.EscapeDataString("{ status = error }")}&{Range}"))
                .TagValues.ShouldAllBe(value => value.Type.Length > 0 && value.Value.Length > 0);
        }
    }

    [Fact]
    public async Task A_trace_comes_as_protobuf_and_what_is_unknown_in_its_two_ways()
    {
        var known = await ProtobufAsync($"/api/v2/traces/{TempoServer.Pay}");
        var envelope = TraceByIDResponse.Parser.ParseFrom(await known.Content.ReadAsByteArrayAsync());
        envelope.Trace.ResourceSpans.Single().ScopeSpans.Single().Spans.Count.ShouldBe(2);

        var limited = await ProtobufAsync($"/api/v2/traces/{TempoServer.Pay}?start=1772359100&end=1772359200");
        TraceByIDResponse.Parser.ParseFrom(await limited.Content.ReadAsByteArrayAsync()).Trace.ShouldBe(new TracesData());

        (await ProtobufAsync("/api/v2/traces/1234")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ProtobufAsync("/api/traces/1234")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<HttpResponseMessage> ProtobufAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/protobuf"));
        return await tempo.Server.Tempo.SendAsync(request);
    }

    private async Task<T> GetAsync<T>(string path)
        where T : IMessage, new()
    {
        using var response = await tempo.Server.Tempo.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return Strict.Parse<T>(body);
    }
}
