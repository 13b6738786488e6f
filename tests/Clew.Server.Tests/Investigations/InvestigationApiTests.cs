using System.Net;
using System.Text;
using System.Text.Json;
using Clew.Analysis.Reports;
using Clew.Server.Api.Contracts;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Investigations;

/// <summary>Twenty minutes of a web shop in which the last five are slow in one place, asked about in every way there is.</summary>
public sealed class SlowShop : IAsyncLifetime
{
    public static readonly DateTimeOffset Start = SpanBatchBuilder.Start.ToDateTimeOffset();

    public static readonly DateTimeOffset Trouble = Start + TimeSpan.FromMinutes(15);

    public static readonly DateTimeOffset End = Start + TimeSpan.FromMinutes(20);

    private StoreServer? _server;

    internal StoreServer Server => _server ?? throw new InvalidOperationException("Not started.");

    public async Task InitializeAsync()
    {
        _server = await StoreServer.StartAsync(time: new StandingClock(End));
        var builder = new SpanBatchBuilder();
        for (var second = 0; second < 1_200; second += 5)
        {
            var at = second * 1_000.0;
            var work = 40 + (second % 7) + (second >= 900 ? 600 : 0);
            builder.Span(second + 1, 1, service: "web", name: "GET /", startMs: at, durationMs: work + 30, kind: SpanKind.Server);
            builder.Span(second + 1, 2, parent: 1, service: "web", name: "GET", startMs: at + 5, durationMs: work + 20, kind: SpanKind.Client);
            builder.Span(second + 1, 3, parent: 2, service: "items", name: "GET /items", startMs: at + 10, durationMs: work, kind: SpanKind.Server);
        }

        await Server.Writer.WriteAsync(builder.Batch, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }
    }
}

[Collection(EmbeddedEngineCollection.Name)]
public sealed class InvestigationApiTests(SlowShop shop) : IClassFixture<SlowShop>
{
    public static TheoryData<string, string> Questions => new()
    {
        { "a window", $$"""{"start": "{{SlowShop.Trouble:O}}", "end": "{{SlowShop.End:O}}"}""" },
        { "since", """{"since": "5m"}""" },
        { "a trace", $$"""{"traceId": "{{SpanBatchBuilder.Trace(1_101)}}"}""" },
        { "a given baseline", $$"""{"since": "5m", "baselineStart": "{{SlowShop.Start:O}}", "baselineEnd": "{{SlowShop.Start.AddMinutes(10):O}}"}""" },
    };

    public static TheoryData<string, string> Refusals => new()
    {
        { """{"start": "soon"}""", "start is 'soon'" },
        { """{"since": "5m", "start": "2026-03-01T10:00:00Z"}""", "start or since, not both" },
        { """{"start": "2026-03-01T10:00:00Z", "end": "2026-03-01T09:00:00Z"}""", "a window from" },
        { """{"traceId": "xyz"}""", "up to 32 hex digits" },
        { """{"traceId": "1234"}""", "a trace that is stored" },
        { """{"since": "5m", "baselineStart": "2026-03-01T10:00:00Z"}""", "a later baselineEnd" },
        { """{"since": "5m", "baselineStart": "2026-03-01T10:00:00Z", "baselineEnd": "2026-03-01T10:19:00Z"}""", "does not overlap" },
        { """{"windwo": "5m"}""", "windwo" },
        { """{"since": """, "JSON" },
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task Every_starting_point_leads_to_the_slow_service(string how, string question)
    {
        var report = await InvestigateAsync(question);

        report.Causes[0].Service.ShouldBe("items", how);
        report.Causes[0].Kind.ShouldBe(CauseKind.SlowCode);
        report.Verdict.ShouldNotBe(Verdict.Inconclusive);
        report.Causes.Select(c => c.Service).Order(StringComparer.Ordinal).ShouldBe(["items", "web"]);
        report.Baseline.Stretches.ShouldNotBeEmpty();
        report.Baseline.Stretches.ShouldAllBe(s => s.End <= report.Window.Start);
        report.FailingTrace.ShouldNotBeNull().Hops[^1].Service.ShouldBe("items");
        report.Coverage.WindowTracesRead.ShouldBe(report.Coverage.WindowTraces);
    }

    [Fact]
    public async Task Without_a_starting_point_the_latest_trouble_is_looked_at()
    {
        var report = await InvestigateAsync("");

        (report.Window.End - SlowShop.End).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(10));
        report.Window.Origin.ShouldContain("From the onset");
    }

    [Fact]
    public async Task An_inventory_gives_every_name_a_rank_and_no_other()
    {
        var report = await InvestigateAsync("""{"since": "5m", "inventory": ["items", "quiet", "mail"]}""");

        report.Causes.Select(c => c.Service).ShouldBe(["items", "mail", "quiet"]);
        report.Causes[1].Score.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_is_wrong_is_named(string question, string detail)
    {
        using var response = await PostAsync("/api/investigations", question);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(Problem.MediaType);
        (await response.Content.ReadAsStringAsync()).Replace("\\u0027", "'", StringComparison.Ordinal).ShouldContain(detail);
    }

    [Fact]
    public async Task A_recorded_change_becomes_the_trigger()
    {
        using var one = await PostAsync("/api/changes", $$"""{"time": "{{SlowShop.Trouble.AddSeconds(-5):O}}", "kind": "deploy", "target": "items", "title": "Roll out items 7", "diff": "+ slow"}""");
        one.StatusCode.ShouldBe(HttpStatusCode.Created);
        using var two = await PostAsync("/api/changes", """[{"id": "c-2", "kind": "flag", "summary": "new look"}]""");
        (await two.Content.ReadAsStringAsync()).ShouldContain("c-2");
        using var wrong = await PostAsync("/api/changes", """{"kind": "deploy", "time": "late"}""");
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var refused = await wrong.Content.ReadAsStringAsync();
        refused.ShouldContain("summary");
        refused.ShouldContain("time");

        using var listed = JsonDocument.Parse(await shop.Server.Native.GetStringAsync(new Uri("/api/changes", UriKind.Relative)));
        var changes = listed.RootElement.GetProperty("changes");
        changes.GetArrayLength().ShouldBe(2);
        changes[0].GetProperty("service").GetString().ShouldBe("items");
        changes[0].GetProperty("attributes").GetProperty("diff").GetString().ShouldBe("+ slow");
        changes[1].GetProperty("time").GetString().ShouldStartWith("2026-03-01T10:20:00");

        var change = (await InvestigateAsync("""{"since": "5m"}""")).Causes[0].Change.ShouldNotBeNull();
        (change.Kind, change.Target, change.Summary).ShouldBe(("deploy", "items", "Roll out items 7"));
    }

    private Task<HttpResponseMessage> PostAsync(string path, string json) =>
        shop.Server.Native.PostAsync(new Uri(path, UriKind.Relative), new StringContent(json, Encoding.UTF8, "application/json"));

    private async Task<InvestigationReport> InvestigateAsync(string question)
    {
        using var response = await PostAsync("/api/investigations", question);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonSerializer.Deserialize(body, ReportJson.Default.InvestigationReport)!;
    }
}
