using System.Net;
using System.Text.Json.Nodes;
using Clew.Query.PromQL;
using Clew.Server.Queries;
using Clew.Server.Tests.Api;
using Clew.Server.Tests.Storage;
using Clew.Testing;

namespace Clew.Server.Tests.Query;

/// <summary><c>/api/query</c> over the shop's telemetry: lines of JSON, and what an editor offers.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class QueryApiTests(ShopServer shop) : IClassFixture<ShopServer>
{
    [Fact]
    public async Task A_search_answers_traces_line_by_line_and_says_at_the_end_whether_that_was_all()
    {
        var lines = await LinesAsync("query={ status = error } | select(span.user.id)&since=1h");

        lines.Select(line => line["type"]!.ToString()).ShouldBe(["trace", "progress", "end"]);
        var trace = lines[0];
        trace["traceId"]!.ToString().ShouldBe(SpanBatchBuilder.Trace(1).ToString());
        (trace["rootService"]!.ToString(), trace["rootName"]!.ToString(), trace["durationNanos"]!.GetValue<long>(), trace["spanCount"]!.GetValue<int>()).ShouldBe(("gateway", "POST /checkout", 100_000_000L, 4));
        trace["errorCount"]!.GetValue<int>().ShouldBe(trace["services"]!.AsArray().Sum(service => service!["errorCount"]!.GetValue<int>()));
        trace["services"]!.AsArray().Sum(service => service!["spanCount"]!.GetValue<int>()).ShouldBe(4);
        trace["services"]!.AsArray().Select(service => service!["name"]!.ToString()).ShouldContain("gateway");
        var set = trace["spansets"]!.AsArray().Single()!;
        set["matched"]!.GetValue<int>().ShouldBe(4);
        set["spans"]![0]!["fields"]!.ToJsonString().ShouldBe("""{"status":"error","span.user.id":"u-17"}""");
        set["spans"]![1]!["fields"]!.ToJsonString().ShouldBe("""{"status":"error"}""");
        lines[^1].ToJsonString().ShouldBe("""{"type":"end","inspected":4,"complete":true}""");
    }

    [Fact]
    public async Task Metrics_answer_series_and_those_that_may_grow_are_marked()
    {
        var counted = await LinesAsync("query={ } | count_over_time() by(resource.service.name)&since=1h");
        counted.SkipLast(1).Select(line => $"{line["labels"]!.ToJsonString()} {line["points"]![0]![1]}").ShouldBe(
        [
            """{"resource.service.name":"gateway"} 3""", """{"resource.service.name":"mails"} 1""", """{"resource.service.name":"orders"} 2""", """{"resource.service.name":"payments"} 1""",
        ]);
        counted.ShouldAllBe(line => line["partial"] == null);

        // The store does not compute this one: there is a part before the whole.
        var read = await LinesAsync("query={ } | max_over_time(span.order.total)&since=1h&step=30m");
        read.Select(line => $"{line["type"]} {line["partial"]}".Trim()).ShouldBe(["series true", "progress", "series", "end"]);
        read[^1]["complete"]!.GetValue<bool>().ShouldBeTrue();
        read[^2]["points"]!.AsArray().Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Log_lines_and_counts_of_them_are_rows_too()
    {
        var lines = await LinesAsync("language=logql&query={service_name!=\"\"} |= \"queue\"&since=1h");

        lines.Select(line => line["type"]!.ToString()).ShouldBe(["line", "end"]);
        lines[0]["line"]!.ToString().ShouldBe("queue is empty");
        lines[0]["labels"]!["service_name"]!.ToString().ShouldNotBeEmpty();
        lines[^1]["complete"]!.GetValue<bool>().ShouldBeTrue();

        var counted = await LinesAsync("language=logql&query=sum(count_over_time({service_name!=\"\"} |= \"queue\" [1h]))&since=1h");
        counted.Select(line => line["type"]!.ToString()).ShouldBe(["series", "end"]);
        counted[0]["points"]![0]![1]!.GetValue<double>().ShouldBe(1);
    }

    [Fact]
    public async Task PromQL_is_answered_series_by_series()
    {
        var lines = await LinesAsync("language=promql&query=vector(2) + 1&since=1h&step=30m");

        lines.Select(line => line["type"]!.ToString()).ShouldBe(["series", "end"]);
        lines[0]["points"]!.AsArray().ShouldAllBe(point => point![1]!.GetValue<double>() == 3);
        var offered = await CompletionAsync("language=promql&since=1h");
        offered["functions"]!.AsArray().Select(word => word!.ToString()).ShouldContain("rate(range vector)");
        offered["keys"]!.AsArray().Select(scope => scope!["scope"]!.ToString()).ShouldBe(["metric", "label"]);
    }

    [Fact]
    public async Task A_limit_on_rows_holds()
    {
        var lines = await LinesAsync("query={ }&since=1h&limit=1");

        lines.Select(line => line["type"]!.ToString()).ShouldBe(["trace", "end"]);
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest, "query is missing")]
    [InlineData("query={", HttpStatusCode.BadRequest, "line 1, column 2")]
    [InlineData("query={ }&language=sql", HttpStatusCode.BadRequest, "traceql")]
    [InlineData("language=logql&query={a=}", HttpStatusCode.BadRequest, "unexpected }, expecting STRING")]
    [InlineData("language=logql&query=count_over_time({service_name!=\"\"} | json [1h])&since=1h", HttpStatusCode.BadRequest, "JSONParserErr")]
    [InlineData("language=promql&query=sum(", HttpStatusCode.BadRequest, "line 1, column 5")]
    [InlineData("query={ }&step=0s", HttpStatusCode.BadRequest, "longer than 0")]
    [InlineData("query={ }&depth=1", HttpStatusCode.BadRequest, "one of the parameters")]
    [InlineData("query={ } | rate()&since=10h&step=1ms", HttpStatusCode.UnprocessableEntity, "query.steps")]
    public async Task What_is_wrong_is_said_before_the_first_line(string parameters, HttpStatusCode status, string message)
    {
        using var response = await shop.Native.GetAsync("/api/query?" + Escape(parameters));

        response.StatusCode.ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!["detail"]!.ToString().ShouldContain(message);
    }

    [Fact]
    public async Task An_editor_is_offered_words_names_and_values()
    {
        var offered = await CompletionAsync("since=1h");
        offered["functions"]!.AsArray().Select(word => word!.ToString()).ShouldContain("rate()");
        offered["keywords"]!.AsArray().Select(word => word!.ToString()).ShouldContain("error");
        offered["operators"]!.AsArray().Select(word => word!.ToString()).ShouldContain(">>");
        var keys = offered["keys"]!.AsArray().ToDictionary(scope => scope!["scope"]!.ToString(), scope => scope!["names"]!.AsArray().Select(name => name!.ToString()).ToArray());
        keys["span"].ShouldBe(["span.http.response.status_code", "span.order.total", "span.retry", "span.user.id"]);
        keys["event"].ShouldBe(["event.exception.type"]);
        keys["intrinsic"].ShouldContain("trace:rootService");

        (await CompletionAsync("since=1h&key=resource.service.name"))["values"]!.ToJsonString().Replace("\\u0022", "'", StringComparison.Ordinal).ShouldBe("""["'gateway'","'mails'","'orders'","'payments'"]""");
        (await CompletionAsync("since=1h&key=span.http.response.status_code&limit=1"))["values"]!.ToJsonString().ShouldBe("""["200"]""");
        (await CompletionAsync("key=status"))["values"]!.ToJsonString().ShouldBe("""["unset","ok","error"]""");
    }

    [Fact]
    public async Task An_editor_of_LogQL_is_offered_labels_of_streams()
    {
        var offered = await CompletionAsync("language=logql&since=1h");
        offered["functions"]!.AsArray().Select(word => word!.ToString()).ShouldContain("quantile_over_time(quantile, range)");
        offered["keys"]!.AsArray().Single()!["names"]!.AsArray().Select(name => name!.ToString()).ShouldContain("service_name");

        (await CompletionAsync("language=logql&since=1h&key=service_name"))["values"]!.AsArray().Select(value => value!.ToString()).ShouldContain("\"payments\"");
        (await CompletionAsync("language=logql&since=1h&key=nowhere"))["values"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task PromQL_knows_the_experimental_parts_where_they_are_switched_on()
    {
        const string Query = "limitk(1, up)";
        using var refused = await shop.Native.GetAsync("/api/query?language=promql&query=" + Uri.EscapeDataString(Query));
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        new PromQlLanguage(new PromQlOptions()).Words.Functions.ShouldNotContain(function => function.StartsWith("limitk(", StringComparison.Ordinal));

        var experimental = new PromQlLanguage(new PromQlOptions { Experimental = true });
        experimental.Parse(Query).ShouldNotBeNull();
        experimental.Words.Functions.ShouldContain("limitk(instant vector)");
    }

    /// <summary>Everything that is offered as a name can be written in a query.</summary>
    [Fact]
    public async Task What_is_offered_parses()
    {
        var offered = await CompletionAsync("since=1h");
        foreach (var name in offered["keys"]!.AsArray().SelectMany(scope => scope!["names"]!.AsArray()).Select(name => name!.ToString()))
        {
            Clew.Query.TraceQL.TraceQlQuery.Parse($"{{ {name} != nil }}").ShouldNotBeNull();
        }
    }

    [Theory]
    [InlineData("key=%26%26", "a name as it is written in traceql")]
    [InlineData("key=span.a,span.b", "not the name of one field")]
    public async Task A_name_that_is_none_is_refused(string parameters, string message)
    {
        using var response = await shop.Native.GetAsync("/api/query/completion?" + parameters);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain(message);
    }

    private async Task<IReadOnlyList<JsonNode>> LinesAsync(string parameters)
    {
        using var response = await shop.Native.GetAsync("/api/query?" + Escape(parameters));
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        body.ShouldEndWith("\n");
        return [.. body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    private async Task<JsonNode> CompletionAsync(string parameters) => JsonNode.Parse(await shop.Native.GetStringAsync("/api/query/completion?" + parameters))!;

    private static string Escape(string parameters) => string.Join('&', parameters.Split('&').Select(parameter => parameter.Split('=', 2) is [var name, var value] ? $"{name}={Uri.EscapeDataString(value)}" : parameter));
}
