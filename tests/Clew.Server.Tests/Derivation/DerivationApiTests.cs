using System.Net;
using System.Text.Json;
using Clew.Server.Api.Contracts;
using Clew.Server.Derivation;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Testing;

namespace Clew.Server.Tests.Derivation;

/// <summary>Exceptions and log lines, sent over OTLP, come back counted by signature and by template.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class DerivationApiTests : IAsyncLifetime
{
    private const string Stack = "TimeoutException: slow\n   at Shop.Db.Query(Int32 id) in /src/Db.cs:line 7\n   at Shop.Orders.Load()";

    private StoreServer _server = null!;

    public async Task InitializeAsync() => _server = await StoreServer.StartAsync(
        options => options with { Limits = options.Limits with { LogTemplates = 4 } },
        new StandingClock(SpanBatchBuilder.Start.ToDateTimeOffset() + TimeSpan.FromMinutes(5)));

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Spans_and_logs_of_one_exception_are_one_failure()
    {
        await SendSpansAsync(Span(1, Exception(1)), Span(2, Exception(2)), Span(3, Exception(3)), Span(4));
        await SendLogsAsync(
            Log(5, 17, "could not load", ("exception.type", "TimeoutException"), ("exception.message", "no answer in 900 ms"), ("exception.stacktrace", Stack)),
            Log(6, 17, "failed\nTimeoutException: no answer in 7 ms\n   at Shop.Db.Query(Int32 id)\n   at Shop.Orders.Load()"),
            Log(7, 17, "failed\njava.io.IOException: reset\n\tat com.shop.Net.read(Net.java:5)"),
            Log(8, 9, "all is well"));

        var errors = (await AskAsync("/api/errors?since=10m", DerivationJson.Default.ErrorList)).Errors;

        errors.Select(error => $"{error.Type}: {error.Message} {error.SpanCount}/{error.LogCount} {string.Join(" < ", error.Frames)}")
            .ShouldBe(["TimeoutException: no answer in <*> ms 3/2 Shop.Db.Query < Shop.Orders.Load", "java.io.IOException: reset 0/1 com.shop.Net.read"]);
        errors[0].Services.ShouldBe(["orders"]);
        errors[0].FirstSeen.ShouldBe(SpanBatchBuilder.Start + TimeSpan.FromMilliseconds(1));
        (errors[0].FirstTime - SpanBatchBuilder.Start).TotalSeconds.ShouldBe(0, 0.001);
        (errors[0].LastTime - SpanBatchBuilder.Start).TotalSeconds.ShouldBe(6, 0.001);
        errors[1].TraceId.ShouldBeNull();
        using var trace = await _server.Native.GetAsync(new Uri($"/api/traces/{errors[0].TraceId}", UriKind.Relative));
        trace.StatusCode.ShouldBe(HttpStatusCode.OK);

        // The id finds them again.
        (await AskAsync($"/api/traces?signature={errors[0].Signature}", ApiJson.Default.TraceList)).Traces.Count.ShouldBe(3);
        (await AskAsync($"/api/logs?signature={errors[0].Signature}", ApiJson.Default.LogList)).Logs.Select(log => log.Signature).ShouldBe([errors[0].Signature, errors[0].Signature]);
        (await AskAsync($"/api/errors?signature={errors[1].Signature}", DerivationJson.Default.ErrorList)).Errors.ShouldHaveSingleItem().LogCount.ShouldBe(1);
        (await AskAsync("/api/errors?service=web", DerivationJson.Default.ErrorList)).Errors.ShouldBeEmpty();
        (await AskAsync("/api/errors?start=2026-03-02", DerivationJson.Default.ErrorList)).Errors.ShouldBeEmpty();
        (await AskAsync("/api/errors?limit=1", DerivationJson.Default.ErrorList)).Errors.ShouldHaveSingleItem().SpanCount.ShouldBe(3);
    }

    [Fact]
    public async Task Log_records_are_counted_by_template_across_requests()
    {
        await SendLogsAsync(Log(1, 9, "order 1 placed in 5 ms"), Log(2, 9, "order 2 placed in 7 ms"), Log(3, 17, "order 3 lost"));
        await SendLogsAsync(Log(4, 13, "order 4 placed in 80 ms"), Log(5, 9, ""));

        var list = await AskAsync("/api/logs/templates?since=10m", DerivationJson.Default.LogTemplateList);

        list.Templates.Select(template => $"{template.Text} {template.Count} {template.ErrorCount} {template.SeverityText}").ShouldBe(["order <*> placed in <*> ms 3 0 WARN", "order <*> lost 1 1 ERROR"]);
        var placed = list.Templates[0];
        placed.Services.ShouldBe(["orders"]);
        placed.Example.ShouldMatch("order . placed in .* ms");
        placed.FirstSeen.ShouldBe(SpanBatchBuilder.Start + TimeSpan.FromSeconds(1));
        (placed.LastTime - SpanBatchBuilder.Start).TotalSeconds.ShouldBe(4, 0.001);
        (await AskAsync($"/api/logs?template={placed.Template}", ApiJson.Default.LogList)).Logs.Select(log => log.Template).ShouldBe([placed.Template, placed.Template, placed.Template]);
        (await AskAsync("/api/logs/templates?severity=error", DerivationJson.Default.LogTemplateList)).Templates.ShouldHaveSingleItem().Text.ShouldBe("order <*> lost");
        (await AskAsync("/api/logs/templates?text=LOST", DerivationJson.Default.LogTemplateList)).Templates.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Templates_of_one_statement_are_one_entry_and_keep_their_ids()
    {
        await SendLogsAsync(Log(1, 9, "login of account guest7 refused"), Log(2, 9, "login of account ann refused"), Log(3, 17, "login of account ann refused"));

        var entry = (await AskAsync("/api/logs/templates?since=10m", DerivationJson.Default.LogTemplateList)).Templates.ShouldHaveSingleItem();

        entry.Text.ShouldBe("login of account <*> refused");
        (entry.Count, entry.ErrorCount, entry.SeverityText).ShouldBe((3, 1, "ERROR"));
        entry.Members.ShouldNotBeNull().Select(member => $"{member.Text} {member.Count}").ShouldBe(["login of account ann refused 2", "login of account <*> refused 1"]);
        entry.Template.ShouldBe(entry.Members[0].Template);
        (await AskAsync($"/api/logs?template={string.Join(',', entry.Members.Select(member => member.Template))}", ApiJson.Default.LogList)).Logs.Count.ShouldBe(3);
        (await AskAsync($"/api/logs?template={entry.Template}", ApiJson.Default.LogList)).Logs.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Templates_beyond_the_limit_are_left_out_and_told_of()
    {
        await SendLogsAsync([.. "abcdef".Select((letter, i) => Log(i, 9, $"text {letter}"))]);

        (await AskAsync("/api/logs/templates", DerivationJson.Default.LogTemplateList)).Templates.Count.ShouldBe(4);
        (await AskAsync("/api/logs", ApiJson.Default.LogList)).Logs.Count.ShouldBe(6);
        (await _server.Native.GetStringAsync(new Uri("/api/limits", UriKind.Relative))).ShouldContain("\"limits.log_templates\",\"service\":\"orders\"");
        (await _server.Native.GetStringAsync(new Uri("/api/doctor?since=10m", UriKind.Relative))).ShouldContain("orders reached limits.log_templates = 4: 2 times something new was left out, such as text ");
    }

    [Fact]
    public async Task What_was_taken_out_is_in_no_template_and_no_signature()
    {
        var secret = string.Concat("eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiJhZG1pbiJ9", ".c2lnbmF0dXJlc2lnbmF0dXJl");
        await SendLogsAsync(Log(1, 17, $"refused bearer {secret}", ("exception.type", "Denied"), ("exception.message", $"token {secret} is old")));

        (await _server.Native.GetStringAsync(new Uri("/api/errors", UriKind.Relative))).ShouldNotContain("eyJ");
        var templates = await _server.Native.GetStringAsync(new Uri("/api/logs/templates", UriKind.Relative));
        templates.ShouldContain("refused");
        templates.ShouldNotContain("eyJ");
    }

    [Theory]
    [InlineData("/api/errors?signature=xyz", "signature")]
    [InlineData("/api/errors?limit=0", "limit")]
    [InlineData("/api/logs/templates?template=0", "template")]
    [InlineData("/api/logs/templates?severity=loud", "severity")]
    [InlineData("/api/logs?template=12345678901234567", "template")]
    public async Task What_is_wrong_is_named(string query, string parameter)
    {
        using var answer = await _server.Native.GetAsync(new Uri(query, UriKind.Relative));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(Problem.MediaType);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(parameter);
    }

    private static string Attributes(params (string Key, string Value)[] attributes) =>
        string.Join(",", attributes.Select(pair => $$"""{"key": "{{pair.Key}}", "value": {"stringValue": {{JsonSerializer.Serialize(pair.Value)}} } }"""));

    private static string Exception(int seed) => $$"""
        {"timeUnixNano": "{{SpanBatchBuilder.Start.UnixNanoseconds + (seed * 1_000_000L)}}", "name": "exception", "attributes": [{{Attributes(
            ("exception.type", "TimeoutException"), ("exception.message", $"no answer in {seed}00 ms"), ("exception.stacktrace", Stack))}}]}
        """;

    private static string Span(int id, string events = "") => $$"""
        {"traceId": "{{id:x32}}", "spanId": "{{id:x16}}", "name": "load", "kind": 2, "startTimeUnixNano": "{{SpanBatchBuilder.Start.UnixNanoseconds}}",
         "endTimeUnixNano": "{{SpanBatchBuilder.Start.UnixNanoseconds + 9_000_000}}", "status": {"code": 2}, "events": [{{events}}]}
        """;

    private static string Log(int second, int severity, string body, params (string Key, string Value)[] attributes) => $$"""
        {"timeUnixNano": "{{SpanBatchBuilder.Start.UnixNanoseconds + (second * 1_000_000_000L)}}", "severityNumber": {{severity}}, "body": {"stringValue": {{JsonSerializer.Serialize(body)}}},
         "attributes": [{{Attributes(attributes)}}]}
        """;

    private Task SendSpansAsync(params string[] spans) => _server.SendAsync(
        "traces", $$"""{"resourceSpans": [{"resource": {"attributes": [{{Attributes(("service.name", "orders"))}}]}, "scopeSpans": [{"spans": [{{string.Join(",", spans)}}]}]}]}""");

    private Task SendLogsAsync(params string[] logs) => _server.SendAsync(
        "logs", $$"""{"resourceLogs": [{"resource": {"attributes": [{{Attributes(("service.name", "orders"))}}]}, "scopeLogs": [{"logRecords": [{{string.Join(",", logs)}}]}]}]}""");

    private async Task<T> AskAsync<T>(string question, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(await _server.Native.GetStringAsync(new Uri(question, UriKind.Relative)), type)!;
}
