using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Clew.Server.Tests.Storage;
using OpenTelemetry.Proto.Trace.V1;

namespace Clew.Server.Tests.Tempo;

/// <summary>Tempo's API over the real store, on Tempo's own port.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class TempoApiTests(TempoServer tempo) : IClassFixture<TempoServer>
{
    private const string Range = "start=1772359200&end=1772359260";

    [Theory]
    [InlineData("/api/echo", "echo")]
    [InlineData("/ready", "ready")]
    public async Task Words(string path, string answer)
    {
        (await tempo.Server.Tempo.GetStringAsync(path)).ShouldBe(answer);
        (await tempo.Server.Native.GetStringAsync("/tempo" + path)).ShouldBe(answer);
    }

    [Fact]
    public async Task It_has_a_version() => (await tempo.GetAsync("/api/status/buildinfo"))["version"]!.ToString().ShouldMatch(@"^\d+\.\d+\.\d+$");

    [Fact]
    public async Task A_trace_is_answered_as_gogos_json()
    {
        var answer = await tempo.GetAsync($"/api/traces/{TempoServer.Pay}");

        answer.AsObject().Select(member => member.Key).ShouldBe(["batches"]);
        var span = answer["batches"]![0]!["scopeSpans"]![0]!["spans"]![0]!;
        span["traceId"]!.ToString().ShouldBe("W47/95gDgQPSabYzgT/GDA==");
        span["spanId"]!.ToString().ShouldBe("7uGbfsPBsXQ=");
        span["kind"]!.ToString().ShouldBe("SPAN_KIND_SERVER");
        span["startTimeUnixNano"]!.ToString().ShouldBe("1772359200000000000");
        span["status"]!.ToJsonString().ShouldBe("""{"message":"boom","code":"STATUS_CODE_ERROR"}""");
        span["links"]![0]!["spanId"]!.ToString().ShouldBe("t61rcWkgMzE=");
        answer["batches"]![0]!["scopeSpans"]![0]!["spans"]![1]!["parentSpanId"]!.ToString().ShouldBe("7uGbfsPBsXQ=");
    }

    [Fact]
    public async Task Version_2_puts_it_into_an_envelope()
    {
        var answer = await tempo.GetAsync($"/api/v2/traces/{TempoServer.Pay}");

        answer.AsObject().Select(member => member.Key).ShouldBe(["trace", "metrics"]);
        answer["trace"]!["resourceSpans"]![0]!["scopeSpans"]![0]!["spans"]!.AsArray().Count.ShouldBe(2);
        (await tempo.GetAsync("/api/v2/traces/1234")).ToJsonString().ShouldBe("""{"trace":{},"metrics":{}}""");
    }

    [Fact]
    public async Task Protobuf_is_otlps_message_and_in_version_2_the_first_field_of_one()
    {
        var first = TracesData.Parser.ParseFrom(await ProtobufAsync($"/api/traces/{TempoServer.Pay}"));
        first.ResourceSpans.Single().ScopeSpans.Single().Spans.Select(span => span.Name).ShouldBe(["POST /pay", "SELECT"]);

        // A message whose field 1 is a message: TracesData read as one whose field 1 are the resource spans would take the trace for one of them.
        using var envelope = new Google.Protobuf.CodedInputStream(await ProtobufAsync($"/api/v2/traces/{TempoServer.Pay}"));
        envelope.ReadTag().ShouldBe(10u);
        TracesData.Parser.ParseFrom(envelope.ReadBytes()).ShouldBe(first);
        envelope.IsAtEnd.ShouldBeTrue();
        (await ProtobufAsync("/api/v2/traces/1234")).ShouldBe([10, 0]);
    }

    [Theory]
    [InlineData("", "POST /pay SELECT")]
    [InlineData("?q=%7B%7D", "POST /pay SELECT")]
    [InlineData("?q=%7B%20true%20%7D", "POST /pay SELECT")]
    [InlineData("?q=%7B%20kind%20%3D%20client%20%7D", "POST /pay SELECT")]
    [InlineData("?q=%7B%20kind%20%3D%20client%20%7D&keep_hierarchy=false", "SELECT")]
    [InlineData("?q=%7B%20kind%20%3D%20server%20%7D", "POST /pay")]
    [InlineData("?q=%7B%20name%20%3D%20%22nothing%22%20%7D", "")]
    public async Task A_trace_has_the_spans_that_a_filter_selects_and_those_above_them(string parameters, string names)
    {
        var answer = await tempo.GetAsync($"/api/v2/traces/{TempoServer.Pay}{parameters}");

        var groups = answer["trace"]!["resourceSpans"]?.AsArray() ?? [];
        string.Join(' ', groups.SelectMany(group => group!["scopeSpans"]!.AsArray()).SelectMany(scope => scope!["spans"]!.AsArray()).Select(span => span!["name"]!.ToString())).ShouldBe(names);
    }

    [Theory]
    [InlineData("/api/v2/traces/5b8efff798038103d269b633813fc60c?q=%7B%7D%20%7C%20count()%20%3E%201", HttpStatusCode.BadRequest, "a single filter")]
    [InlineData("/api/v2/traces/5b8efff798038103d269b633813fc60c?q=%7B%7D%20%3E%20%7B%7D", HttpStatusCode.BadRequest, "a single filter")]
    [InlineData("/api/v2/traces/5b8efff798038103d269b633813fc60c?q=%7B%7D%20%7C%20rate()", HttpStatusCode.BadRequest, "a single filter")]
    [InlineData("/api/v2/traces/5b8efff798038103d269b633813fc60c?q=%7B", HttpStatusCode.BadRequest, "invalid TraceQL query")]
    [InlineData("/api/v2/traces/5b8efff798038103d269b633813fc60c?keep_hierarchy=maybe", HttpStatusCode.BadRequest, "invalid keep_hierarchy")]
    [InlineData("/api/traces/1234", HttpStatusCode.NotFound, "")]
    [InlineData("/api/traces/xyz", HttpStatusCode.BadRequest, "invalid trace id xyz")]
    [InlineData("/api/search?q=%7B", HttpStatusCode.BadRequest, "invalid TraceQL query: parse error at line 1, col 2: unexpected the end of the query, expected")]
    [InlineData("/api/search?q=%7B%20name%20%3D%201%20%7D", HttpStatusCode.BadRequest, "invalid TraceQL query: parse error at line 1, col 3: name is of type string")]
    [InlineData("/api/search?q=%7B%7D%20%7C%20rate()", HttpStatusCode.BadRequest, "makes metrics")]
    [InlineData("/api/search?limit=x", HttpStatusCode.BadRequest, "invalid limit")]
    [InlineData("/api/search?start=20&end=10", HttpStatusCode.BadRequest, "invalid start")]
    [InlineData("/api/search?start=soon", HttpStatusCode.BadRequest, "invalid start")]
    [InlineData("/api/search?minDuration=long", HttpStatusCode.BadRequest, "invalid minDuration")]
    [InlineData("/api/search?minDuration=2s&maxDuration=1s", HttpStatusCode.BadRequest, "invalid maxDuration")]
    [InlineData("/api/search?tags=oops", HttpStatusCode.BadRequest, "invalid tags")]
    [InlineData("/api/metrics/query_range", HttpStatusCode.BadRequest, "invalid q")]
    [InlineData("/api/metrics/query_range?q=%7B%7D", HttpStatusCode.BadRequest, "makes no metrics")]
    [InlineData("/api/metrics/query_range?q=%7B%7D%7Crate()&step=0", HttpStatusCode.BadRequest, "invalid step")]
    [InlineData("/api/metrics/query_range?q=%7B%7D%7Crate()&step=1ms", HttpStatusCode.UnprocessableEntity, "query.steps")]
    [InlineData("/api/v2/search/tags?scope=galaxy", HttpStatusCode.BadRequest, "invalid scope")]
    [InlineData("/api/v2/search/tag/nothing/values", HttpStatusCode.BadRequest, "invalid tag")]
    public async Task Errors_are_text(string path, HttpStatusCode status, string message)
    {
        using var response = await tempo.Server.Tempo.GetAsync(path);

        response.StatusCode.ShouldBe(status);
        (await response.Content.ReadAsStringAsync()).ShouldContain(message);
    }

    /// <summary>The whole answer, letter by letter: Grafana refuses fields that it does not know.</summary>
    [Fact]
    public async Task A_search_answers_what_grafana_decodes()
    {
        var answer = await SearchAsync("{ status = error && resource.service.name = \"checkout\" } | select(span.items, event.exception.message, kind, span.ratio, span.vip)");

        answer.ToJsonString(Relaxed).ShouldBe(
            """
            {"traces":[{"traceID":"5b8efff798038103d269b633813fc60c","rootServiceName":"checkout","rootTraceName":"POST /pay","startTimeUnixNano":"1772359200000000000","durationMs":250,"spanSet":SET,"spanSets":[SET],"serviceStats":{"checkout":{"spanCount":2,"errorCount":2}}}],"metrics":{"inspectedTraces":1,"completedJobs":1,"totalJobs":1}}
            """.Replace(
                "SET",
                """{"spans":[{"spanID":"eee19b7ec3c1b174","startTimeUnixNano":"1772359200000000000","durationNanos":"250000000","attributes":[{"key":"status","value":{"stringValue":"error"}},{"key":"service.name","value":{"stringValue":"checkout"}},{"key":"items","value":{"intValue":"3"}},{"key":"exception.message","value":{"stringValue":"no money"}},{"key":"kind","value":{"stringValue":"server"}},{"key":"ratio","value":{"doubleValue":0.5}},{"key":"vip","value":{"boolValue":true}}]},{"spanID":"eee19b7ec3c1b175","startTimeUnixNano":"1772359200010000000","durationNanos":"100000000","attributes":[{"key":"status","value":{"stringValue":"error"}},{"key":"service.name","value":{"stringValue":"checkout"}},{"key":"items","value":{"intValue":"40"}},{"key":"kind","value":{"stringValue":"client"}}]}],"matched":2}""",
                StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("q=%7B%7D", "af76 5b8e")]
    [InlineData("q=%7B%7D&limit=1", "af76")]
    [InlineData("q=%7B%20span.items%20%3E%203%20%7D", "5b8e")]
    [InlineData("q=%7B%20name%20%3D%20%22nothing%22%20%7D", "")]
    [InlineData("q=%7B%7D%20%3E%20%7B%20kind%20%3D%20client%20%7D", "5b8e")]
    [InlineData("q=%7B%7D&start=1772359203&end=1772359260", "af76")]
    [InlineData("q=%7B%7D&minDuration=100ms", "5b8e")]
    [InlineData("q=%7B%7D&maxDuration=100ms", "af76")]
    [InlineData("", "af76 5b8e")]
    [InlineData("tags=service.name%3Dcheckout", "5b8e")]
    [InlineData("tags=service.name%3D%22checkout%22%20items%3D40", "5b8e")]
    [InlineData("tags=items%3Dmany", "af76")]
    [InlineData("tags=error%3Dtrue", "5b8e")]
    [InlineData("tags=vip%3Dtrue%20ratio%3D0.5", "5b8e")]
    [InlineData("tags=name%3DSELECT", "5b8e")]
    [InlineData("tags=root.name%3D%22GET%20%2F%22", "af76")]
    [InlineData("tags=region%3Dus", "")]
    [InlineData("tags=service.name%3DHECK%20name%3Dpay", "5b8e")]
    [InlineData("tags=items%3D4", "")]
    [InlineData("tags=items%3DAN", "af76")]
    [InlineData("tags=name%3D%22%2F%22%20root.name%3Dget", "af76")]
    [InlineData("tags=name%3D.", "")]
    [InlineData("q=%7B%20trace%3Aid%20%3D%20%22af7651916cd43dd8448eb211c80319c%22%20%7D", "af76")]
    public async Task Searches(string parameters, string ids)
    {
        var answer = await tempo.GetAsync($"/api/search?{parameters}");

        string.Join(' ', answer["traces"]!.AsArray().Select(trace => trace!["traceID"]!.ToString()[..4])).ShouldBe(ids);
        answer["traces"]!.AsArray().All(trace => trace!["spanSets"] is not null == parameters.StartsWith('q')).ShouldBeTrue();
    }

    [Fact]
    public async Task A_set_has_so_many_spans_and_says_how_many_matched()
    {
        var set = (await tempo.GetAsync("/api/search?spss=1&q=%7B%20status%20%3D%20error%20%7D%20%7C%20by(kind)"))["traces"]![0]!["spanSets"]!.AsArray();

        set.Count.ShouldBe(2);
        set[0]!["attributes"]!.ToJsonString().ShouldBe("""[{"key":"by(kind)","value":{"stringValue":"server"}}]""");
        (await tempo.GetAsync("/api/search?spss=1&q=%7B%20status%20%3D%20error%20%7D"))["traces"]![0]!["spanSet"]!.ToJsonString().ShouldContain("\"matched\":2");
    }

    [Theory]
    [InlineData("/api/v2/search/tags?scope=span", """{"scopes":[{"name":"span","tags":["items","ratio","vip"]}],"metrics":{}}""")]
    [InlineData("/api/v2/search/tags?scope=resource", """{"scopes":[{"name":"resource","tags":["region","service.name"]}],"metrics":{}}""")]
    [InlineData("/api/v2/search/tags?scope=all&limit=1&q=%7Bname%3D%22SELECT%22%7D", """{"scopes":[{"name":"span","tags":["items"]},{"name":"resource","tags":["region"]},{"name":"intrinsic","tags":["childCount"]}],"metrics":{}}""")]
    [InlineData("/api/v2/search/tags?scope=event", """{"scopes":[{"name":"event","tags":["exception.message"]}],"metrics":{}}""")]
    [InlineData("/api/v2/search/tags?scope=span&limit=1", """{"scopes":[{"name":"span","tags":["items"]}],"metrics":{}}""")]
    [InlineData("/api/v2/search/tags?scope=span&q=%7Bresource.service.name%3D%22front%22%7D", """{"scopes":[{"name":"span","tags":["items"]}],"metrics":{}}""")]
    [InlineData("/api/search/tags", """{"tagNames":["exception.message","items","ratio","region","service.name","vip"],"metrics":{}}""")]
    [InlineData("/api/v2/search/tag/resource.service.name/values", """{"tagValues":[{"type":"string","value":"checkout"},{"type":"string","value":"front"}],"metrics":{}}""")]
    [InlineData("/api/v2/search/tag/.service.name/values?q=%7Bstatus%3Derror%7D", """{"tagValues":[{"type":"string","value":"checkout"}],"metrics":{}}""")]
    [InlineData("/api/v2/search/tag/.service.name/values?q=%7Bstatus%3Derror%20%26%26%20span.items%20%3D%20%7D", """{"tagValues":[{"type":"string","value":"checkout"}],"metrics":{}}""")]
    [InlineData("/api/v2/search/tag/.service.name/values?q=%7Bspan.items%20%3D%20%7D", """{"tagValues":[{"type":"string","value":"checkout"},{"type":"string","value":"front"}],"metrics":{}}""")]
    [InlineData("/api/v2/search/tag/.service.name/values?q=%7B%20name%20%3D%20%22a%20%26%26%20b%22%20%26%26%20span.x%20%3D", """{"tagValues":[],"metrics":{}}""")]
    [InlineData("/api/v2/search/tag/span.items/values", """{"tagValues":[{"type":"int","value":"3"},{"type":"int","value":"40"},{"type":"string","value":"many"}],"metrics":{}}""")]
    [InlineData("/api/v2/search/tag/span.ratio/values", """{"tagValues":[{"type":"float","value":"0.5"}],"metrics":{}}""")]
    [InlineData("/api/v2/search/tag/status/values", """{"tagValues":[{"type":"keyword","value":"unset"},{"type":"keyword","value":"ok"},{"type":"keyword","value":"error"}],"metrics":{}}""")]
    [InlineData("/api/v2/search/tag/name/values", """{"tagValues":[{"type":"string","value":"GET /"},{"type":"string","value":"POST /pay"},{"type":"string","value":"SELECT"}],"metrics":{}}""")]
    [InlineData("/api/v2/search/tag/rootName/values", """{"tagValues":[{"type":"string","value":"GET /"},{"type":"string","value":"POST /pay"}],"metrics":{}}""")]
    [InlineData("/api/search/tag/service.name/values", """{"tagValues":["checkout","front"],"metrics":{}}""")]
    [InlineData("/api/search/tag/items/values", """{"tagValues":["3","40","many"],"metrics":{}}""")]
    public async Task Names_and_values(string path, string answer) => (await tempo.GetAsync(path)).ToJsonString(Relaxed).ShouldBe(answer);

    [Fact]
    public async Task Intrinsics_are_a_scope() =>
        (await tempo.GetAsync("/api/v2/search/tags"))["scopes"]!.AsArray().Last()!.ToJsonString().ShouldContain("\"trace:rootService\"");

    [Fact]
    public async Task Metrics_over_a_range()
    {
        var answer = await MetricsAsync("query_range", "{ } | rate() by(resource.service.name)", "&step=30s");

        answer["series"]!.ToJsonString().ShouldBe(
            """[{"labels":[{"key":"resource.service.name","value":{"stringValue":"checkout"}}],"samples":[{"timestampMs":"1772359200000","value":0.06666666666666667},{"timestampMs":"1772359230000"}]},{"labels":[{"key":"resource.service.name","value":{"stringValue":"front"}}],"samples":[{"timestampMs":"1772359200000","value":0.03333333333333333},{"timestampMs":"1772359230000"}]}]""");
    }

    [Fact]
    public async Task A_quantile_is_estimated_by_powers_of_two()
    {
        var answer = await MetricsAsync("query_range", "{ name = \"POST /pay\" } | quantile_over_time(duration, .9)", "&step=60s");

        answer["series"]!.ToJsonString().ShouldBe("""[{"labels":[{"key":"p","value":{"doubleValue":0.9}}],"samples":[{"timestampMs":"1772359200000","value":0.268435456}]}]""");
    }

    [Fact]
    public async Task Exemplars_come_when_wished_for()
    {
        foreach (var (query, more) in new[] { ("{ status = error } | rate() with(exemplars=true)", string.Empty), ("{ status = error } | rate()", "&exemplars=5"), ("{ status = error } | rate()", "&exemplars=100000") })
        {
            var exemplar = (await MetricsAsync("query_range", query, "&step=60s" + more))["series"]![0]!["exemplars"]![0]!;
            exemplar["labels"]!.ToJsonString().ShouldBe($$$"""[{"key":"trace:id","value":{"stringValue":"{{{TempoServer.Pay}}}"}}]""");
            exemplar["timestampMs"]!.ToString().ShouldBe("1772359200000");
        }

        (await MetricsAsync("query_range", "{ status = error } | rate()", "&step=60s")).ToJsonString().ShouldNotContain("exemplars");
    }

    [Fact]
    public async Task Metrics_at_once()
    {
        (await MetricsAsync("query", "{ } | count_over_time() by(kind)", string.Empty))["series"]!.ToJsonString().ShouldBe(
            """[{"labels":[{"key":"kind","value":{"stringValue":"client"}}],"value":1},{"labels":[{"key":"kind","value":{"stringValue":"server"}}],"value":2}]""");
        (await MetricsAsync("query", "{ } | compare({ status = error })", string.Empty)).ToJsonString().ShouldContain("""{"key":"__meta_type","value":{"stringValue":"selection"}}""");
    }

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private Task<JsonNode> SearchAsync(string query) => tempo.GetAsync($"/api/search?{Range}&q={Uri.EscapeDataString(query)}");

    private Task<JsonNode> MetricsAsync(string kind, string query, string more) => tempo.GetAsync($"/api/metrics/{kind}?{Range}&q={Uri.EscapeDataString(query)}{more}");

    private async Task<byte[]> ProtobufAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/protobuf"));
        using var response = await tempo.Server.Tempo.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/protobuf");
        return await response.Content.ReadAsByteArrayAsync();
    }
}
