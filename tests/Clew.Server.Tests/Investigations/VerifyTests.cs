using System.Net;
using System.Text;
using System.Text.Json;
using Clew.Analysis;
using Clew.Analysis.Proof;
using Clew.Analysis.Reports;
using Clew.Cli;
using Clew.Server.Hosting;
using Clew.Server.Tests.Storage;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Investigations;

/// <summary>A report's evidence is asked again, of a whole server.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class VerifyTests(SlowShop shop) : IClassFixture<SlowShop>
{
    [Fact]
    public async Task Evidence_is_the_same_until_the_store_changes()
    {
        var report = await InvestigateAsync();
        var evidence = report.Causes.SelectMany(cause => cause.Evidence).ToArray();
        evidence.ShouldNotBeEmpty();
        evidence.ShouldAllBe(item => item.Check != null && item.Check.Expect != null && item.Check.Expect.Count > 0);

        (await VerifyAsync(report)).Outcome.ShouldBe(EvidenceOutcome.Same);
        (await RunAsync(report)).Code.ShouldBe(ExitCode.Success);

        var late = new SpanBatchBuilder();
        late.Span(9_001, 3, service: "items", name: "GET /items", startMs: 950_000, durationMs: 640, kind: SpanKind.Server);
        await shop.Server.Writer.WriteAsync(late.Batch, CancellationToken.None);
        var (code, output) = await RunAsync(report);
        code.ShouldBe(ExitCode.Partial, output);
        output.ShouldContain("changed");
        output.ShouldContain("it was 60 spans");
        output.ShouldContain("$ clew traces --service items");
    }

    [Fact]
    public async Task What_is_not_stored_is_gone()
    {
        // The same report, as if it had been written a day later: its windows are empty.
        var text = JsonSerializer.Serialize(await InvestigateAsync(), ReportJson.Default.InvestigationReport).Replace("2026-03-01T", "2026-03-02T", StringComparison.Ordinal);
        var report = JsonSerializer.Deserialize(text, ReportJson.Default.InvestigationReport)!;

        var verification = await VerifyAsync(report);

        verification.Outcome.ShouldBe(EvidenceOutcome.Gone);
        verification.Items.ShouldContain(item => item.Detail.StartsWith("nothing is found; it was ", StringComparison.Ordinal));
        (await RunAsync(report)).Code.ShouldBe(ExitCode.Failure);
    }

    [Fact]
    public async Task The_world_with_its_answers_gives_the_report_byte_for_byte()
    {
        var service = shop.Server.Service<Clew.Server.Investigations.InvestigationService>();
        var scope = await service.ReadAsync(Tenant.Default, new() { Since = "5m" }, (_, _, expected) => throw new InvalidOperationException(expected), CancellationToken.None);

        var (world, report, _) = await service.RunWithWorldAsync(scope!, CancellationToken.None);

        world.Answers.ShouldNotBeEmpty();
        JsonSerializer.Serialize(Investigator.Investigate(world), ReportJson.Default.InvestigationReport).ShouldBe(JsonSerializer.Serialize(report, ReportJson.Default.InvestigationReport));
    }

    [Fact]
    public async Task The_command_asks_what_the_check_says()
    {
        string[] commands =
        [
            .. Verifier.ChecksOf(await InvestigateAsync()).Select(check => check.Query),
            "clew traces --errors --service web --limit 3",
            "clew logs --service items --severity warn --text x --start 2026-03-01T10:00:00Z --end 2026-03-01T10:20:00Z",
            "clew change list --start 2026-03-01T10:00:00Z --end 2026-03-01T10:20:00Z",
            "clew alerts --firing --service web --start 2026-03-01T10:00:00Z --end 2026-03-01T10:20:00Z",
            "clew deps --service web --start 2026-03-01T10:00:00Z --end 2026-03-01T10:20:00Z",
            "clew kubernetes events --warnings --reason BackOff --kind Pod --text x --start 2026-03-01T10:00:00Z --end 2026-03-01T10:20:00Z",
            "clew kubernetes objects pods --history --node n --workload w --start 2026-03-01T10:00:00Z --end 2026-03-01T10:20:00Z",
            $"clew trace {SpanBatchBuilder.Trace(1_101)}",
        ];
        foreach (var command in commands)
        {
            var check = EvidenceCommand.Read(command).ShouldNotBeNull(command);
            var query = string.Join('&', check.Parameters.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value)}"));
            var (code, output) = await RunAsync([.. EvidenceCommand.Split(command)!.Skip(1), "--json"]);
            code.ShouldBe(ExitCode.Success, command);
            output.TrimEnd().ShouldBe((await shop.Server.Native.GetStringAsync(new Uri($"{check.Api}?{query}", UriKind.Relative))).TrimEnd(), command);
        }
    }

    [Theory]
    [InlineData("/api/traces", "limit=9&start=2026-03-01T10:15:00Z", "spans")]
    [InlineData("/api/logs", "service=items", "log records")]
    [InlineData("/api/changes", "start=2026-03-01T10:15:00Z", "changes")]
    [InlineData("/api/alerts", "service=items", "alerts")]
    [InlineData("/api/kubernetes/events", "type=Warning", "events")]
    [InlineData("/api/kubernetes/objects", "kind=pods", "objects")]
    [InlineData("/api/dependencies", "service=web&start=2026-03-01T10:00:00Z&end=2026-03-01T10:20:00Z", "calls")]
    [InlineData("/api/query", "language=traceql&query={ name = \"GET /items\" }&start=2026-03-01T10:00:00Z&end=2026-03-01T10:20:00Z", "rows")]
    [InlineData("/api/query", "language=promql&query=1 + 1&end=2026-03-01T10:20:00Z", "rows")]
    [InlineData("/api/traces", "windwo=5m", null)]
    [InlineData("/api/traces", "attr==", null)]
    [InlineData("/api/query", "language=promql&query=sum(&end=2026-03-01T10:20:00Z", null)]
    [InlineData("/api/query", "language=promql&query=1", null)]
    [InlineData("/api/traces/zz", "", null)]
    [InlineData("/api/config", "", null)]
    public async Task Every_kind_of_check_is_counted_or_refused_with_words(string api, string parameters, string? of)
    {
        var check = new EvidenceCheck { Api = api, Parameters = [.. parameters.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Select(pair => new CheckParameter(pair[0], pair[1]))] };

        var (figures, problem) = await shop.Server.Service<Clew.Server.Investigations.EvidenceReader>().AskAsync(Tenant.Default, check, CancellationToken.None);

        figures?.Of.ShouldBe(of);
        (figures is null).ShouldBe(of is null);
        (problem is null).ShouldBe(of is not null);
        (figures?.Value).ShouldBe(parameters.Contains("1 + 1", StringComparison.Ordinal) ? 2 : null);
    }

    [Fact]
    public async Task What_is_no_report_is_refused()
    {
        using var response = await shop.Server.Native.PostAsync(new Uri("/api/investigations/verify", UriKind.Relative), new StringContent("""{"verdict": "CONFIRMED"}""", Encoding.UTF8, "application/json"));

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private async Task<InvestigationReport> InvestigateAsync()
    {
        using var response = await shop.Server.Native.PostAsync(new Uri("/api/investigations", UriKind.Relative), new StringContent("""{"since": "5m"}""", Encoding.UTF8, "application/json"));
        return JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(), ReportJson.Default.InvestigationReport)!;
    }

    private async Task<Verification> VerifyAsync(InvestigationReport report)
    {
        using var response = await shop.Server.Native.PostAsync(
            new Uri("/api/investigations/verify", UriKind.Relative), new StringContent(JsonSerializer.Serialize(report, ReportJson.Default.InvestigationReport), Encoding.UTF8, "application/json"));
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonSerializer.Deserialize(body, ReportJson.Default.Verification)!;
    }

    private async Task<(int Code, string Output)> RunAsync(InvestigationReport report)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, ReportJson.Default.InvestigationReport));
            return await RunAsync(["verify", file]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task<(int Code, string Output)> RunAsync(IReadOnlyList<string> arguments)
    {
        using var output = new StringWriter();
        var code = await CommandLine.CreateRoot().Parse([.. arguments, "--url", shop.Server.Address(Door.Native).ToString()]).InvokeAsync(new() { Output = output, Error = output });
        return (code, output.ToString());
    }
}
