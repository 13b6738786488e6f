using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Clew.Protocols.Snappy;
using Clew.Server.Tests.Storage;

namespace Clew.Server.Tests.Loki;

/// <summary>Loki's query API over the real store, on Loki's own port.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class LokiApiTests(LokiServer loki) : IClassFixture<LokiServer>
{
    private const string QueryRange = "/loki/api/v1/query_range";
    private static readonly string[] Times = ["start", "1772359200000000000", "end", "1772359800000000000"];

    [Fact]
    public async Task Lines_come_under_their_labels_newest_first()
    {
        var answer = await loki.GetAsync(QueryRange, [.. Times, "query", "{app=\"shop\"} |= \"GET\""]);

        answer["data"]!["resultType"]!.ToString().ShouldBe("streams");
        var stream = answer["data"]!["result"]!.AsArray().Single()!;
        stream["stream"]!.ToJsonString().ShouldBe("""{"app":"shop","env":"prod","level":"info"}""");
        stream["values"]!.AsArray().Select(value => value![0]!.ToString()).ShouldBe(["1772359203000000000", "1772359201000000000", "1772359200000000000"]);
        stream["values"]![0]![1]!.ToString().ShouldStartWith("level=info method=GET path=/cart status=200 took=9ms");
        answer["data"]!["stats"]!["summary"]!["totalEntriesReturned"]!.GetValue<long>().ShouldBe(3);
    }

    [Fact]
    public async Task Direction_limit_and_interval_choose_lines()
    {
        var forward = await loki.GetAsync(QueryRange, [.. Times, "query", "{app=\"shop\"}", "direction", "FORWARD", "limit", "2"]);
        Lines(forward).ShouldBe(["1772359200000000000", "1772359201000000000"]);

        var apart = await loki.GetAsync(QueryRange, [.. Times, "query", "{app=\"shop\"} | drop trace_id, order", "direction", "forward", "interval", "2s"]);
        Lines(apart).ShouldBe(["1772359200000000000", "1772359202000000000"]);
    }

    [Theory]
    [InlineData("1772359202000000000", "1772359203000000000")]
    [InlineData("1772359202", "1772359203")]
    [InlineData("1772359202.000", "1772359203.0")]
    [InlineData("2026-03-01T10:00:02Z", "2026-03-01T10:00:03.000000000Z")]
    [InlineData("2026-03-01T11:00:02+01:00", "2026-03-01T10:00:03Z")]
    public async Task The_start_is_in_the_range_and_the_end_is_not(string start, string end) =>
        Lines(await loki.GetAsync(QueryRange, "start", start, "end", end, "query", "{app=\"shop\"}")).ShouldBe(["1772359202000000000"]);

    [Fact]
    public async Task Since_counts_from_the_end_and_an_hour_is_usual()
    {
        Lines(await loki.GetAsync(QueryRange, "query", "{app=\"shop\"}", "end", "1772359204", "since", "2s")).Count.ShouldBe(2);
        Lines(await loki.GetAsync(QueryRange, "query", "{app=\"shop\"}")).Count.ShouldBe(4);
        Lines(await loki.GetAsync(QueryRange, "query", "{app=\"shop\"}", "since", "598s")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Labels_apart_say_where_they_come_from()
    {
        var answer = await loki.StrictAsync<GrafanaTypes.Answer<GrafanaTypes.CategorizedStreams>>(QueryRange, true, [.. Times, "query", "{app=\"shop\"} |= \"money\" | logfmt status, took"]);

        answer.Data.EncodingFlags.ShouldBe(["categorize-labels"]);
        answer.Data.Result.Single().Stream.ShouldBe(new Dictionary<string, string> { ["app"] = "shop", ["env"] = "prod", ["level"] = "info" }, ignoreOrder: true);
        JsonNode.Parse(answer.Data.Result[0].Values[0][2].GetRawText())!.ToJsonString().ShouldBe(
            """{"structuredMetadata":{"detected_level":"info","order":"12","trace_id":"5b8efff798038103d269b633813fc60c"},"parsed":{"status":"500","took":"1.5s"}}""");
    }

    [Fact]
    public async Task Labels_together_are_those_of_the_stream_of_metadata_and_of_parsers()
    {
        var answer = await loki.GetAsync(QueryRange, [.. Times, "query", "{app=\"shop\"} |= \"money\" | logfmt status"]);

        answer["data"]!["result"]![0]!["stream"]!.ToJsonString().ShouldBe(
            """{"app":"shop","env":"prod","level":"info","order":"12","status":"500","trace_id":"5b8efff798038103d269b633813fc60c"}""");
        answer["data"]!["result"]![0]!["values"]![0]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_detected_level_is_there_for_those_who_name_it()
    {
        var counted = await loki.GetAsync("/loki/api/v1/query", "time", "1772359300", "query", "sum by (detected_level) (count_over_time({env=\"prod\"}[5m]))");
        counted["data"]!["result"]!.ToJsonString().ShouldBe(
            """[{"metric":{"detected_level":"info"},"value":[1772359300,"5"]},{"metric":{"detected_level":"warn"},"value":[1772359300,"1"]}]""");
        Lines(await loki.GetAsync(QueryRange, [.. Times, "query", "{service_name=~\".+\"} | detected_level = \"error\""])).ShouldBe(["1772359204000000000"]);

        var plain = await loki.GetAsync("/loki/api/v1/query", "time", "1772359300", "query", "count_over_time({app=\"pay\"}[5m])");
        plain["data"]!["result"]!.ToJsonString().ShouldBe("""[{"metric":{"app":"pay","env":"prod"},"value":[1772359300,"2"]}]""");
    }

    [Fact]
    public async Task Metrics_over_a_range_are_a_matrix()
    {
        var answer = await loki.GetAsync(QueryRange, "start", "1772359201", "end", "1772359203", "step", "1", "query", "sum by (method) (count_over_time({app=\"shop\"} | logfmt [2s]))");

        answer["data"]!["resultType"]!.ToString().ShouldBe("matrix");
        answer["data"]!["result"]!.ToJsonString().ShouldBe(
            """[{"metric":{"method":"GET"},"values":[[1772359201,"2"],[1772359202,"1"],[1772359203,"1"]]},{"metric":{"method":"POST"},"values":[[1772359202,"1"],[1772359203,"1"]]}]""");
    }

    [Fact]
    public async Task A_moment_has_a_vector_or_a_scalar()
    {
        (await loki.GetAsync("/loki/api/v1/query", "query", "vector(1)+vector(1)", "time", "1772359300.5"))["data"]!["result"]!.ToJsonString().ShouldBe("""[{"metric":{},"value":[1772359300.5,"2"]}]""");
        var scalar = await loki.GetAsync("/loki/api/v1/query", "query", "1 + 1", "time", "1772359300");
        scalar["data"]!["resultType"]!.ToString().ShouldBe("scalar");
        scalar["data"]!["result"]!.ToJsonString().ShouldBe("""[1772359300,"2"]""");
        (await loki.GetAsync("/loki/api/v1/query", "query", "sum(bytes_over_time({app=\"none\"}[1m]))"))["data"]!["result"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_form_asks_the_same_as_an_address()
    {
        using var form = new FormUrlEncodedContent([new("query", "{app=\"shop\"}"), new("start", "1772359200000000000"), new("end", "1772359800000000000"), new("limit", "1")]);
        using var response = await loki.Server.Loki.PostAsync(QueryRange, form);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        Lines(JsonNode.Parse(await response.Content.ReadAsStringAsync())!).ShouldBe(["1772359203000000000"]);
    }

    [Theory]
    [InlineData("/loki/api/v1/labels")]
    [InlineData("/loki/loki/api/v1/labels")]
    public async Task The_native_port_has_it_too(string path) =>
        (await loki.Server.Native.GetStringAsync(path)).ShouldBe("""{"status":"success","data":["app","env","k8s_namespace_name","level","service_name"]}""");

    [Fact]
    public async Task Labels_and_their_values_can_be_narrowed_by_a_selector()
    {
        (await loki.GetAsync("/loki/api/v1/labels", [.. Times, "query", "{app=\"pay\"}"]))["data"]!.ToJsonString().ShouldBe("""["app","env"]""");
        (await loki.GetAsync("/loki/api/v1/label/app/values", Times))["data"]!.ToJsonString().ShouldBe("""["pay","shop"]""");
        (await loki.GetAsync("/loki/api/v1/label/app/values", [.. Times, "query", "{level=~\".+\"}"]))["data"]!.ToJsonString().ShouldBe("""["shop"]""");
        (await loki.GetAsync("/loki/api/v1/label/nope/values", Times))["data"]!.ToJsonString().ShouldBe("[]");
        (await loki.GetAsync("/loki/api/v1/labels", "start", "1", "end", "2"))["data"]!.ToJsonString().ShouldBe("[]");
    }

    [Fact]
    public async Task Series_are_the_streams_of_any_selector()
    {
        (await loki.GetAsync("/loki/api/v1/series", [.. Times, "match[]", "{app=\"pay\"}", "match[]", "{service_name=\"checkout\"}"]))["data"]!.ToJsonString()
            .ShouldBe("""[{"app":"pay","env":"prod"},{"k8s_namespace_name":"prod","service_name":"checkout"}]""");
        (await loki.TextAsync("/loki/api/v1/series", HttpStatusCode.BadRequest)).ShouldContain("match[]");
    }

    [Fact]
    public async Task Volumes_are_bytes_by_the_labels_that_are_asked_for()
    {
        var byApp = await loki.GetAsync("/loki/api/v1/index/volume", [.. Times, "query", "{env=\"prod\", app=~\".+\"}"]);
        byApp["data"]!["result"]!.AsArray().Select(series => series!["metric"]!.ToJsonString()).ShouldBe(["""{"app":"shop","env":"prod"}""", """{"app":"pay","env":"prod"}"""]);
        var stats = await loki.GetAsync("/loki/api/v1/index/stats", [.. Times, "query", "{app=\"shop\"}"]);
        byApp["data"]!["result"]![0]!["value"]!.ToJsonString().ShouldBe($"[1772359800,\"{stats["bytes"]}\"]");
        stats["entries"]!.GetValue<int>().ShouldBe(4);
        stats["streams"]!.GetValue<int>().ShouldBe(1);

        (await loki.GetAsync("/loki/api/v1/index/volume", [.. Times, "query", "{app=~\".+\"}", "targetLabels", "env", "limit", "1"]))["data"]!["result"]!.AsArray().Single()!["metric"]!.ToJsonString().ShouldBe("""{"env":"prod"}""");
        (await loki.GetAsync("/loki/api/v1/index/volume", [.. Times, "query", "{app=~\".+\"}", "aggregateBy", "labels", "targetLabels", "env,level"]))["data"]!["result"]!.AsArray()
            .Select(series => series!["metric"]!.ToJsonString()).ShouldBe(["""{"env":""}""", """{"level":""}"""]);

        var steps = await loki.GetAsync("/loki/api/v1/index/volume_range", "start", "1772359200", "end", "1772359204", "step", "2s", "query", "{app=\"pay\"}");
        steps["data"]!["resultType"]!.ToString().ShouldBe("matrix");
        steps["data"]!["result"]![0]!["values"]!.AsArray().Select(value => value![0]!.GetValue<long>()).ShouldBe([1772359200, 1772359202]);
    }

    [Fact]
    public async Task Patterns_are_the_templates_of_the_lines()
    {
        var answer = await loki.StrictAsync<GrafanaTypes.Answer<GrafanaTypes.Pattern[]>>("/loki/api/v1/patterns", false, [.. Times, "query", "{app=\"shop\"}", "step", "10s"]);

        answer.Data.Sum(pattern => pattern.Samples.Sum(sample => sample[1])).ShouldBe(4);
        answer.Data[0].Text.ShouldContain("<_>");
        answer.Data[0].Samples[0][0].ShouldBe(LokiServer.Start);
        Lines(await loki.GetAsync(QueryRange, [.. Times, "query", $"{{app=\"shop\"}} |> `{answer.Data[0].Text}`"])).Count.ShouldBeGreaterThanOrEqualTo((int)answer.Data[0].Samples.Sum(sample => sample[1]));
    }

    [Fact]
    public async Task Fields_are_detected_with_type_parser_and_path()
    {
        var logfmt = await loki.StrictAsync<GrafanaTypes.DetectedFields>("/loki/api/v1/detected_fields", false, [.. Times, "query", "{app=\"shop\"}"]);
        logfmt.Limit.ShouldBe(1_000);
        Shown(logfmt, "status").ShouldBe("status int 2 logfmt");
        Shown(logfmt, "took").ShouldBe("took duration 4 logfmt");
        Shown(logfmt, "size").ShouldBe("size bytes 3 logfmt");
        Shown(logfmt, "method").ShouldBe("method string 2 logfmt");
        Shown(logfmt, "level_extracted").ShouldBe("level_extracted string 2 logfmt");
        Shown(logfmt, "order").ShouldBe("order int 1 ");
        Shown(logfmt, "detected_level").ShouldBe("detected_level string 1 ");

        var json = await loki.StrictAsync<GrafanaTypes.DetectedFields>("/loki/api/v1/detected_fields", false, [.. Times, "query", "{app=\"pay\"}"]);
        Shown(json, "paid").ShouldBe("paid boolean 2 json");
        Shown(json, "request_user_agent").ShouldBe("request_user_agent string 1 json");
        json.Fields.Single(field => field.Label == "request_user_agent").JsonPath.ShouldBe(["request", "user-agent"]);

        var values = await loki.StrictAsync<GrafanaTypes.FieldValues>("/loki/api/v1/detected_field/method/values", false, [.. Times, "query", "{app=\"shop\"}"]);
        values.Values.ShouldBe(["GET", "POST"]);

        static string Shown(GrafanaTypes.DetectedFields fields, string label) =>
            fields.Fields.Single(field => field.Label == label) is var field ? $"{field.Label} {field.Type} {field.Cardinality} {string.Join(',', field.Parsers ?? [])}" : label;
    }

    [Fact]
    public async Task Queries_are_formatted()
    {
        (await loki.GetAsync("/loki/api/v1/format_query", "query", "{foo=   \"bar\"}")).ToJsonString().ShouldBe("""{"status":"success","data":"{foo=\u0022bar\u0022}"}""");
        (await loki.TextAsync("/loki/api/v1/format_query", HttpStatusCode.BadRequest, "query", "{foo=}")).ShouldStartWith("parse error at line 1, col 6");
    }

    [Fact]
    public async Task It_says_what_it_is_and_has_no_rules()
    {
        (await loki.GetAsync("/loki/api/v1/status/buildinfo"))["version"]!.ToString().ShouldMatch(@"^\d+\.\d+\.\d+$");
        (await loki.GetAsync("/loki/api/v1/drilldown-limits"))["limits"]!["volume_enabled"]!.GetValue<bool>().ShouldBeTrue();
        (await loki.Server.Loki.GetStringAsync("/ready")).ShouldBe("ready\n");
        (await loki.Server.Loki.GetStringAsync("/loki/api/v1/rules")).ShouldBe("{}\n");
        (await loki.GetAsync("/prometheus/api/v1/rules")).ToJsonString().ShouldBe("""{"status":"success","data":{"groups":[]}}""");
        (await loki.GetAsync("/prometheus/api/v1/alerts")).ToJsonString().ShouldBe("""{"status":"success","data":{"alerts":[]}}""");
    }

    [Theory]
    [InlineData("/loki/api/v1/query", "query", "{app=\"shop\"}", "log queries are not supported as an instant query type")]
    [InlineData("/loki/api/v1/query", "limit", "5", "parse error")]
    [InlineData("/loki/api/v1/query_range", "query", "{app=\"shop\"", "parse error at line 1, col ")]
    [InlineData("/loki/api/v1/query_range", "query", "{app=~\".*\"}", "parse error")]
    [InlineData("/loki/api/v1/query_range", "query", "{app=\"shop\"} | line_format \"{{ nope }}\"", "function \"nope\" not defined")]
    [InlineData("/loki/api/v1/query_range?limit=0", "query", "{app=\"shop\"}", "limit")]
    [InlineData("/loki/api/v1/query_range?limit=1000000", "query", "{app=\"shop\"}", "max entries limit per query exceeded")]
    [InlineData("/loki/api/v1/query_range?direction=up", "query", "{app=\"shop\"}", "direction")]
    [InlineData("/loki/api/v1/query_range?start=yesterday", "query", "{app=\"shop\"}", "start")]
    [InlineData("/loki/api/v1/query_range?start=2026-03-01T10:00:00.Z", "query", "{app=\"shop\"}", "start")]
    [InlineData("/loki/api/v1/query_range?start=99999999999999999999", "query", "{app=\"shop\"}", "start")]
    [InlineData("/loki/api/v1/query_range?start=9999999999", "query", "{app=\"shop\"}", "end timestamp")]
    [InlineData("/loki/api/v1/query_range?start=20&end=10", "query", "{app=\"shop\"}", "end timestamp must not be before or equal to start time")]
    [InlineData("/loki/api/v1/query_range?step=0", "query", "rate({app=\"shop\"}[1m])", "zero or negative query resolution step")]
    [InlineData("/loki/api/v1/query_range?step=x", "query", "rate({app=\"shop\"}[1m])", "step")]
    [InlineData("/loki/api/v1/query_range?step=1ms", "query", "rate({app=\"shop\"}[1m])", "exceeded maximum resolution of 11,000 points")]
    [InlineData("/loki/api/v1/index/volume", "limit", "5", "query is required")]
    [InlineData("/loki/api/v1/index/volume?aggregateBy=x", "query", "{app=\"shop\"}", "aggregation")]
    [InlineData("/loki/api/v1/detected_fields", "query", "rate({app=\"shop\"}[1m])", "only log selector")]
    [InlineData("/loki/api/v1/tail", "query", "{app=\"shop\"}", "WebSocket")]
    public async Task A_wrong_question_is_told_so_as_text(string path, string name, string value, string words)
    {
        using var response = await loki.Server.Loki.GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={Uri.EscapeDataString(value)}");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        (await response.Content.ReadAsStringAsync()).ShouldContain(words);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Nobody_deletes_single_lines(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/loki/api/v1/delete?query=%7Bapp%3D%22shop%22%7D&start=1772359200");
        using var response = await loki.Server.Loki.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await response.Content.ReadAsStringAsync()).ShouldStartWith("deletion is not available");
    }

    [Fact]
    public async Task A_form_that_is_too_large_is_refused()
    {
        using var form = new FormUrlEncodedContent([new("query", new string('x', 3 << 20))]);
        using var response = await loki.Server.Loki.PostAsync(QueryRange, form);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static List<string> Lines(JsonNode answer) => [.. answer["data"]!["result"]!.AsArray().SelectMany(stream => stream!["values"]!.AsArray()).Select(value => value![0]!.ToString())];

    [Fact]
    public async Task What_was_pushed_as_protobuf_is_found_again()
    {
        const long Then = 1_769_904_000;
        var push = new Logproto.PushRequest();
        var stream = new Logproto.Stream { Labels = "{app=\"packed\", zone=\"a\\\"b\"}" };
        stream.Entries.Add(new Logproto.Entry
        {
            Timestamp = new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = Then, Nanos = 1 },
            Line = "käse 1 kg",
            StructuredMetadata = { new Logproto.LabelPair { Name = "trace_id", Value = "5b8e" } },
        });
        push.Streams.Add(stream);
        var message = Google.Protobuf.MessageExtensions.ToByteArray(push);
        var packed = new byte[SnappyBlock.MaxEncodedLength(message.Length)];
        using var content = new ByteArrayContent(packed, 0, SnappyBlock.Encode(message, packed));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        using var response = await loki.Server.Loki.PostAsync("/loki/api/v1/push", content);
        response.StatusCode.ShouldBe(HttpStatusCode.NoContent, await response.Content.ReadAsStringAsync());

        var answer = await loki.GetAsync(QueryRange, "query", "{app=\"packed\"} | trace_id = \"5b8e\"", "start", $"{Then}", "end", $"{Then + 1}");

        answer["data"]!["result"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).ShouldBe(
            """[{"stream":{"app":"packed","trace_id":"5b8e","zone":"a\"b"},"values":[["1769904000000000001","käse 1 kg"]]}]""");
    }

    [Fact]
    public async Task Older_paths_have_their_older_answers()
    {
        var answer = await loki.GetAsync("/api/prom/query", ["query", "{app=\"shop\"}", "regexp", "status=(200|204)", "limit", "2", "direction", "forward", .. Times]);
        answer["streams"]!.ToJsonString().ShouldBe(
            """[{"labels":"{app=\u0022shop\u0022, env=\u0022prod\u0022, level=\u0022info\u0022}","entries":[{"ts":"2026-03-01T10:00:00.000000000Z","line":"level=info method=GET path=/cart status=200 took=12ms size=3kB user=17"},{"ts":"2026-03-01T10:00:01.000000000Z","line":"level=info method=GET path=/cart status=200 took=15ms size=4kB user=18"}]}]""");
        (await loki.GetAsync("/api/prom/label")).ToJsonString().ShouldBe("""{"values":["app","env","k8s_namespace_name","level","service_name"]}""");
        (await loki.GetAsync("/api/prom/label/app/values", "query", "{env=\"prod\"}")).ToJsonString().ShouldBe("""{"values":["pay","shop"]}""");
        (await loki.GetAsync("/api/prom/series", "match[]", "{app=\"pay\"}"))["data"]!.AsArray().Count.ShouldBe(1);
        (await loki.TextAsync("/api/prom/query", HttpStatusCode.BadRequest, "query", "rate({app=\"shop\"}[1m])")).ShouldContain("only support streams");
    }
}
