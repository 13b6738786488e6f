using System.Net;
using System.Text;
using System.Text.Json;
using Clew.Analysis.Reports;
using Clew.Cli;
using Clew.Server.Capsules;
using Clew.Server.Hosting;
using Clew.Server.Tests.Storage;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Investigations;

/// <summary>Capsules and documents of a whole server, by the command line.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class CapsuleApiTests(SlowShop shop) : IClassFixture<SlowShop>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clew-capsule-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_investigation_is_taken_away_whole_and_opened_elsewhere()
    {
        var secret = "AKIA" + "IOSFODNN7EXAMPLE";
        using (var recorded = await shop.Server.Native.PostAsync(new Uri("/api/alerts", UriKind.Relative), Json($$"""{"name": "ItemsSlow", "service": "items", "severity": "critical", "source": "support", "startsAt": "{{SlowShop.Trouble.AddMinutes(2):O}}"}""")))
        {
            recorded.EnsureSuccessStatusCode();
        }

        // Past the pipeline: what got into the store before a rule was there must not leave it.
        var late = new SpanBatchBuilder();
        late.Span(1_101, 7, parent: 3, service: "items", name: $"GET with key {secret}", startMs: 1_100_011, durationMs: 1, kind: SpanKind.Client);
        await shop.Server.Writer.WriteAsync(late.Batch, CancellationToken.None);
        var (capsule, postmortem, runbook) = (Path.Combine(_folder.FullName, "a.capsule"), Path.Combine(_folder.FullName, "p.md"), Path.Combine(_folder.FullName, "r.md"));

        var (code, output) = await RunAsync("investigate", "--start", $"{SlowShop.Trouble:O}", "--end", $"{SlowShop.End:O}", "--capsule", capsule, "--postmortem", postmortem, "--runbook", runbook, "--url", shop.Server.Address(Door.Native).ToString());

        code.ShouldBe(ExitCode.Success, output);
        output.ShouldContain("root ");
        var text = await File.ReadAllTextAsync(postmortem);
        text.ShouldContain("ItemsSlow");
        text.ShouldContain("(time to detect)");
        text.ShouldContain("not by the end of the data");
        (await File.ReadAllTextAsync(runbook)).ShouldContain("clew traces --service items --operation 'GET /items' --since 15m");

        (code, output) = await RunAsync("open", capsule, "--again");
        code.ShouldBe(ExitCode.Success, output);
        (code, output) = await RunAsync("open", capsule);
        code.ShouldBe(ExitCode.Success, output);
        output.ShouldContain("items");
        var opened = Open(capsule);
        opened.Problems.ShouldBeEmpty();
        var report = JsonSerializer.Deserialize(opened["report.json"], ReportJson.Default.InvestigationReport)!;
        report.Alerts.ShouldHaveSingleItem().Name.ShouldBe("ItemsSlow");
        report.Timeline.ShouldContain(entry => entry.Kind == "alert");
        opened.Files.Select(file => file.Path).ShouldContain("evidence/alerts.json");
        opened.Files.Count(file => file.Path.StartsWith("evidence/traces/", StringComparison.Ordinal)).ShouldBeGreaterThan(1);
        opened.Files.ShouldAllBe(file => !Encoding.UTF8.GetString(file.Content).Contains(secret, StringComparison.Ordinal));
        (code, output) = await RunAsync("open", capsule, "--trace", report.FailingTrace!.TraceId);
        code.ShouldBe(ExitCode.Success, output);
        output.ShouldContain("items GET /items");
    }

    [Theory]
    [InlineData("postmortem", "# Postmortem: slow code in items")]
    [InlineData("runbook", "# Runbook: slow code in items")]
    public async Task Documents_are_written_by_the_api(string document, string beginning)
    {
        using var investigated = await shop.Server.Native.PostAsync(new Uri("/api/investigations", UriKind.Relative), Json("""{"since": "5m"}"""));
        var report = await investigated.Content.ReadAsStringAsync();

        using var response = await shop.Server.Native.PostAsync(new Uri($"/api/investigations/{document}", UriKind.Relative), Json(report));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/markdown");
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldStartWith(beginning);
        var file = Path.Combine(_folder.FullName, "report.json");
        await File.WriteAllTextAsync(file, report);
        (await RunAsync(document, file)).Output.ShouldBe(text);
        (await RunAsync(document, file, "--out", Path.Combine(_folder.FullName, "no", "such", "folder.md"))).Code.ShouldBe(ExitCode.Failure);
        (await RunAsync(document, Path.Combine(_folder.FullName, "none.json"))).Code.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task A_question_that_is_wrong_is_refused_before_anything_is_written()
    {
        using var response = await shop.Server.Native.PostAsync(new Uri("/api/investigations/capsule", UriKind.Relative), Json("""{"since": "soon"}"""));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var capsule = Path.Combine(_folder.FullName, "no.capsule");
        (await RunAsync("investigate", "--trace", "1234", "--capsule", capsule, "--url", shop.Server.Address(Door.Native).ToString())).Code.ShouldBe(ExitCode.Usage);
        File.Exists(capsule).ShouldBeFalse();
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static Capsule Open(string path)
    {
        using var input = File.OpenRead(path);
        return CapsuleArchive.Read(input, CapsuleLimits.Default);
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        var code = await CommandLine.CreateRoot().Parse(arguments).InvokeAsync(new() { Output = output, Error = output });
        return (code, output.ToString());
    }
}
