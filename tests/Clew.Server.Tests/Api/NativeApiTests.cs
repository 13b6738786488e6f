using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Clew.Server.Api.Contracts;
using Clew.Server.Tests.Storage;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Api;

/// <summary>The native API as a client sees it, on the embedded engine.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class NativeApiTests(ShopServer shop) : IClassFixture<ShopServer>
{
    public static TheoryData<string, string> TraceSearches => CaseFile.Read("Api/Cases/trace-search.txt");

    public static TheoryData<string, string> LogSearches => CaseFile.Read("Api/Cases/log-search.txt");

    public static TheoryData<string, string> Refusals => CaseFile.Read("Api/Cases/refusals.txt");

    [Theory]
    [MemberData(nameof(TraceSearches))]
    public async Task A_search_finds_its_traces(string query, string traces)
    {
        var found = await GetAsync($"/api/traces?{Escape(query)}", ApiJson.Default.TraceList);
        string.Join(' ', found.Traces.Select(trace => trace.TraceId.ToString()[^1])).ShouldBe(traces);
    }

    [Theory]
    [MemberData(nameof(LogSearches))]
    public async Task A_search_finds_its_log_records(string query, string bodies)
    {
        var found = await GetAsync($"/api/logs?{Escape(query)}", ApiJson.Default.LogList);
        string.Join(' ', found.Logs.Select(log => log.Body.Split(' ')[0])).ShouldBe(bodies);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_is_wrong_is_named(string path, string detail)
    {
        using var response = await shop.Native.GetAsync(Escape(path));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(Problem.MediaType);
        var problem = (await response.Content.ReadFromJsonAsync(ApiJson.Default.Problem))!;
        problem.Detail.ShouldBe(detail);
        problem.Status.ShouldBe(400);
        problem.Type.ShouldBe("urn:clew:problem:invalid-parameter");
        problem.Instance.ShouldBe(path.Split('?')[0]);
    }

    [Fact]
    public async Task A_list_shows_what_a_trace_is_about()
    {
        var found = await GetAsync("/api/traces?status=error", ApiJson.Default.TraceList);
        found.Limit.ShouldBe(20);
        var trace = found.Traces.ShouldHaveSingleItem();
        trace.RootService.ShouldBe("gateway");
        trace.RootName.ShouldBe("POST /checkout");
        trace.StartTime.ShouldBe(SpanBatchBuilder.Start);
        trace.DurationNanos.ShouldBe(100_000_000);
        (trace.SpanCount, trace.ErrorCount, trace.OrphanCount, trace.Partial).ShouldBe((4, 4, 0, false));
        trace.Services.ShouldBe(
        [
            new TraceServiceEntry { Name = "gateway", SpanCount = 2, ErrorCount = 2 },
            new TraceServiceEntry { Name = "orders", SpanCount = 1, ErrorCount = 1 },
            new TraceServiceEntry { Name = "payments", SpanCount = 1, ErrorCount = 1 },
        ]);
    }

    [Theory]
    [InlineData("abcd0000000000000000000000000001")]
    [InlineData("ABCD0000000000000000000000000001")]
    public async Task A_trace_is_found_by_its_id_in_any_case(string id)
    {
        var trace = await GetAsync($"/api/traces/{id}", ApiJson.Default.TraceDetail);
        trace.TraceId.ShouldBe(SpanBatchBuilder.Trace(1));
        trace.Spans.Select(span => $"{new string(' ', span.Analysis.Depth)}{span.Service} {span.Name}")
            .ShouldBe(["gateway POST /checkout", " gateway orders.Place", "  orders Place", "   payments Charge"]);
        trace.Spans.Select(span => span.Analysis.SelfTimeNanos / 1_000_000).ShouldBe([10, 10, 20, 60]);
        trace.Spans.Select(span => span.Analysis.ErrorOrigin).ShouldBe([false, false, false, true]);
        trace.Spans.ShouldAllBe(span => span.Analysis.OnCriticalPath);
        trace.CriticalPath.Sum(stretch => stretch.DurationNanos).ShouldBe(100_000_000);
        trace.Warnings.ShouldBeEmpty();
        trace.Resources[trace.Spans[2].ResourceIndex].Attributes.ShouldContain(new ApiAttribute("k8s.pod.name", AttributeType.String, "orders-1"));
        trace.Scopes[trace.Spans[2].ScopeIndex].Attributes.ShouldBe([new ApiAttribute("team", AttributeType.String, "checkout")]);
        trace.Spans[2].Attributes.ShouldBe([new ApiAttribute("order.total", AttributeType.Double, "49.5"), new ApiAttribute("retry", AttributeType.Bool, "true")]);
        trace.Spans[3].StatusMessage.ShouldBe("timed out");
        trace.Spans[3].Events.ShouldHaveSingleItem().Attributes.ShouldBe([new ApiAttribute("exception.type", AttributeType.String, "TimeoutException")]);
    }

    [Fact]
    public async Task An_outline_says_in_columns_what_the_trace_says()
    {
        foreach (var id in new[] { SpanBatchBuilder.Trace(1), SpanBatchBuilder.Trace(3) })
        {
            var trace = await GetAsync($"/api/traces/{id}", ApiJson.Default.TraceDetail);
            var outline = await GetAsync($"/api/traces/{id}?format=outline", ApiJson.Default.TraceOutline);
            (outline.TraceId, outline.RootService, outline.RootName, outline.StartTime, outline.EndTime, outline.DurationNanos)
                .ShouldBe((trace.TraceId, trace.RootService, trace.RootName, trace.StartTime, trace.EndTime, trace.DurationNanos));
            (outline.SpanCount, outline.ErrorCount, outline.OrphanCount, outline.Partial).ShouldBe((trace.SpanCount, trace.ErrorCount, trace.OrphanCount, trace.Partial));
            outline.Warnings.ShouldBe(trace.Warnings);
            outline.CriticalPath.ShouldBe(trace.CriticalPath);
            outline.Services.ShouldBe(trace.Services);
            var columns = outline.Spans;
            for (var i = 0; i < trace.Spans.Count; i++)
            {
                var span = trace.Spans[i];
                (columns.Id[i], outline.Services[columns.Service[i]].Name, outline.Names[columns.Name[i]], columns.Kind[i], columns.Status[i])
                    .ShouldBe((span.SpanId, span.Service, span.Name, (int)span.Kind, (int)span.Status));
                (columns.Parent[i], columns.Start[i], columns.Duration[i], columns.Self[i], columns.Critical[i]).ShouldBe((
                    span.Analysis.ParentIndex ?? -1, span.StartTime.UnixNanoseconds - trace.StartTime.UnixNanoseconds, span.DurationNanos, span.Analysis.SelfTimeNanos, span.Analysis.CriticalPathNanos));
                columns.Flags[i].ShouldBe(
                    (span.Analysis.OnCriticalPath ? 1 : 0) + (span.Analysis.ParentMissing ? 2 : 0) + (span.Analysis.DuplicateId ? 4 : 0) + (span.Analysis.ErrorOrigin ? 8 : 0)
                    + (span.Analysis.ClockSkewNanos is null ? 0 : 16));
            }
        }
    }

    [Fact]
    public async Task One_span_is_answered_as_in_its_trace()
    {
        var trace = await GetAsync($"/api/traces/{SpanBatchBuilder.Trace(1)}", ApiJson.Default.TraceDetail);
        foreach (var span in trace.Spans)
        {
            var alone = await GetAsync($"/api/traces/{trace.TraceId}/spans/{span.SpanId}", ApiJson.Default.SpanList);
            var found = alone.Spans.ShouldHaveSingleItem();
            (found.SpanId, found.Name, found.StartTime, found.DurationNanos, found.StatusMessage).ShouldBe((span.SpanId, span.Name, span.StartTime, span.DurationNanos, span.StatusMessage));
            found.Attributes.ShouldBe(span.Attributes);
            found.Analysis.ShouldBe(span.Analysis);
            alone.Resources[found.ResourceIndex].Attributes.ShouldBe(trace.Resources[span.ResourceIndex].Attributes);
        }

        using var response = await shop.Native.GetAsync($"/api/traces/{trace.TraceId}/spans/00000000000000ff");
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_partial_trace_says_what_is_missing()
    {
        var trace = await GetAsync($"/api/traces/{SpanBatchBuilder.Trace(3)}", ApiJson.Default.TraceDetail);
        trace.Partial.ShouldBeTrue();
        trace.Warnings.ShouldBe(["1 span names a parent that has not arrived.", "No root span has arrived."]);
        var span = trace.Spans.ShouldHaveSingleItem();
        span.Analysis.ParentMissing.ShouldBeTrue();
        span.ParentSpanId.ShouldBe(SpanBatchBuilder.Id(6));
        span.Links.ShouldHaveSingleItem().TraceId.ShouldBe(SpanBatchBuilder.Trace(2));
    }

    [Fact]
    public async Task A_trace_is_written_as_it_always_was() =>
        await Golden.CheckJsonAsync("Api/Cases/trace.json.txt", await shop.Native.GetStreamAsync($"/api/traces/{SpanBatchBuilder.Trace(3)}"));

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        foreach (var path in new[] { "/api/traces/123", "/api/nothing", "/api" })
        {
            using var response = await shop.Native.GetAsync(path);
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
            (await response.Content.ReadFromJsonAsync(ApiJson.Default.Problem))!.Type.ShouldBe("urn:clew:problem:not-found");
        }
    }

    [Theory]
    [InlineData("/api/investigations", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("/api/sampling/simulate", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("/api/nothing", HttpStatusCode.NotFound)]
    public async Task A_body_of_no_kind_is_told_which_kind_is_read(string path, HttpStatusCode status)
    {
        using var response = await shop.Native.PostAsync(path, content: null);
        response.StatusCode.ShouldBe(status, path);
        if (status == HttpStatusCode.UnsupportedMediaType)
        {
            var problem = (await response.Content.ReadFromJsonAsync(ApiJson.Default.Problem))!;
            problem.Type.ShouldBe("urn:clew:problem:unsupported-media-type");
            problem.Detail!.ShouldContain("Content-Type: application/json");
        }
    }

    [Fact]
    public async Task Logs_of_a_trace_and_of_a_span_come_oldest_first()
    {
        var ofTrace = await GetAsync($"/api/traces/{SpanBatchBuilder.Trace(1)}/logs", ApiJson.Default.LogList);
        ofTrace.Logs.Select(log => log.Severity).ShouldBe([9, 17, 13]);
        ofTrace.Logs.Select(log => log.SeverityText).ShouldBe(["Information", "ERROR", "WARN"]);
        ofTrace.Logs[2].BodyType.ShouldBe(AttributeType.Map);
        ofTrace.Logs[1].Attributes.ShouldBe([new ApiAttribute("attempt", AttributeType.Int, "3")]);
        ofTrace.Resources.ShouldHaveSingleItem().Service.ShouldBe("payments");
        var ofSpan = await GetAsync($"/api/traces/{SpanBatchBuilder.Trace(1)}/spans/{SpanBatchBuilder.Id(4)}/logs?severity=error", ApiJson.Default.LogList);
        ofSpan.Logs.ShouldHaveSingleItem().Body.ShouldBe("Charge failed: timeout");
    }

    [Fact]
    public async Task A_record_without_a_time_has_the_one_it_was_seen_at()
    {
        var found = await GetAsync("/api/logs?service=mailer", ApiJson.Default.LogList);
        var log = found.Logs.ShouldHaveSingleItem();
        log.Time.ShouldBe(new Timestamp(SpanBatchBuilder.Start.UnixNanoseconds + 500_000_000));
        log.ObservedTime.ShouldBe(log.Time);
        (log.Severity, log.SeverityText, log.TraceId, log.SpanId).ShouldBe((0, null, null, null));
    }

    [Fact]
    public async Task Services_are_those_that_sent_spans_or_logs()
    {
        var all = await GetAsync("/api/services", ApiJson.Default.ServiceList);
        all.Services.Select(service => (service.Name, service.SpanCount, service.ErrorCount, service.LogCount)).ShouldBe(
        [
            ("gateway", 3, 2, 0),
            ("mailer", 0, 0, 1),
            ("mails", 1, 0, 0),
            ("orders", 2, 1, 0),
            ("payments", 1, 1, 3),
        ]);
        var recent = await GetAsync("/api/services?since=28m", ApiJson.Default.ServiceList);
        recent.Services.Select(service => service.Name).ShouldBe(["mails"]);
    }

    [Fact]
    public async Task Operations_have_counts_and_durations()
    {
        var orders = await GetAsync("/api/services/orders/operations", ApiJson.Default.OperationList);
        var place = orders.Operations.ShouldHaveSingleItem();
        (place.Name, place.Kind, place.SpanCount, place.ErrorCount).ShouldBe(("Place", SpanKind.Server, 2, 1));
        place.P50DurationNanos.ShouldBeInRange(20_000_000, 80_000_000);
        place.P99DurationNanos.ShouldBeInRange(place.P50DurationNanos, 80_000_000);
        var clients = await GetAsync("/api/services/gateway/operations?kind=client", ApiJson.Default.OperationList);
        clients.Operations.Select(operation => operation.Name).ShouldBe(["orders.Place"]);
        (await GetAsync("/api/services/nobody/operations", ApiJson.Default.OperationList)).Operations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Dependencies_come_from_parents_and_children()
    {
        var all = await GetAsync("/api/dependencies", ApiJson.Default.DependencyList);
        all.Dependencies.Select(pair => (pair.Caller, pair.Callee, pair.CallCount, pair.ErrorCount)).ShouldBe(
        [
            ("gateway", "orders", 2, 1),
            ("orders", "payments", 1, 1),
        ]);
        all.EndTime.ShouldBe(SpanBatchBuilder.Start + TimeSpan.FromMinutes(30));
        all.StartTime.ShouldBe(all.EndTime - TimeSpan.FromHours(24));
        var one = await GetAsync("/api/dependencies?service=payments&since=1h", ApiJson.Default.DependencyList);
        one.Dependencies.Select(pair => pair.Caller).ShouldBe(["orders"]);
    }

    /// <summary>Escapes what a URL cannot hold, and leaves what the documentation says may stand as it is.</summary>
    private static string Escape(string url) => url.Replace("\"", "%22", StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal);

    private async Task<T> GetAsync<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        using var response = await shop.Native.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        return JsonSerializer.Deserialize(body, type)!;
    }
}
