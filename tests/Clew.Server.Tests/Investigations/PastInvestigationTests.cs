using System.Net;
using System.Text;
using System.Text.Json;
using Clew.Analysis.Reports;
using Clew.Cli;
using Clew.Server.Hosting;
using Clew.Server.Investigations;
using Clew.Server.Tests.Storage;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Investigations;

/// <summary>Investigations are remembered, and found again when the same comes back.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class PastInvestigationTests(SlowShop shop) : IClassFixture<SlowShop>
{
    [Fact]
    public async Task What_was_found_is_remembered_listed_and_found_by_what_it_shares()
    {
        var first = await InvestigateAsync(SlowShop.Trouble, SlowShop.Trouble.AddMinutes(2));
        first.Similar.ShouldBeEmpty();

        // Two minutes later it is there again.
        var second = await InvestigateAsync(SlowShop.Trouble.AddMinutes(2), SlowShop.End);
        var past = second.Similar.ShouldHaveSingleItem();
        past.Time.ShouldBe(SlowShop.Trouble);
        past.Similarity.ShouldBeGreaterThan(0.5);
        past.Why.ShouldContain("the same kind of cause in the same service");

        using var list = JsonDocument.Parse(await shop.Server.Native.GetStringAsync(new Uri("/api/investigations?limit=9", UriKind.Relative)));
        var entries = list.RootElement.GetProperty("investigations");
        entries.GetArrayLength().ShouldBe(2);
        entries[1].GetProperty("id").GetString().ShouldBe(past.Id);
        entries[1].GetProperty("service").GetString().ShouldBe("items");
        var kept = await shop.Server.Native.GetByteArrayAsync(new Uri($"/api/investigations/{past.Id}", UriKind.Relative));
        kept.ShouldBe(JsonSerializer.SerializeToUtf8Bytes(first, ReportJson.Readable.InvestigationReport));
        InvestigationMemory.IdOf(kept).ShouldBe(past.Id);

        (await RunAsync("similar")).Output.ShouldContain(past.Id);
        (await RunAsync("similar", SpanBatchBuilder.Trace(1_101).ToString())).Output.ShouldContain("the same operation");
        (await RunAsync("similar", "--service", "items")).Output.ShouldContain("the same service");
        (await RunAsync("similar", "--error", "no such error anywhere")).Code.ShouldBe(ExitCode.Failure);
        (await RunAsync("similar", "1234")).Code.ShouldBe(ExitCode.Failure);
        (await RunAsync("similar", "1234", "--service", "x")).Code.ShouldBe(ExitCode.Usage);
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, JsonSerializer.SerializeToUtf8Bytes(second, ReportJson.Readable.InvestigationReport));
        (await RunAsync("similar", file)).Output.ShouldContain(past.Id);
        File.Delete(file);
    }

    [Theory]
    [InlineData("/api/investigations/0000000000000000/postmortem", HttpStatusCode.NotFound)]
    [InlineData("/api/investigations/xyz/runbook", HttpStatusCode.BadRequest)]
    [InlineData("/api/investigations/xyz", HttpStatusCode.BadRequest)]
    [InlineData("/api/investigations/0000000000000000", HttpStatusCode.NotFound)]
    [InlineData("/api/investigations?limit=0", HttpStatusCode.BadRequest)]
    public async Task What_is_not_there_is_said(string path, HttpStatusCode status)
    {
        using var response = await shop.Server.Native.GetAsync(new Uri(path, UriKind.Relative));

        response.StatusCode.ShouldBe(status);
    }

    [Theory]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    [InlineData("""{"traceId": "zz"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"traceId": "1234"}""", HttpStatusCode.NotFound)]
    [InlineData("""{"eror": "x"}""", HttpStatusCode.BadRequest)]
    public async Task A_question_without_anything_to_compare_is_refused(string question, HttpStatusCode status)
    {
        using var response = await shop.Server.Native.PostAsync(new Uri("/api/investigations/similar", UriKind.Relative), new StringContent(question, Encoding.UTF8, "application/json"));

        response.StatusCode.ShouldBe(status);
    }

    private async Task<InvestigationReport> InvestigateAsync(DateTimeOffset start, DateTimeOffset end)
    {
        using var response = await shop.Server.Native.PostAsync(new Uri("/api/investigations", UriKind.Relative), new StringContent($$"""{"start": "{{start:O}}", "end": "{{end:O}}"}""", Encoding.UTF8, "application/json"));
        return JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(), ReportJson.Default.InvestigationReport)!;
    }

    private async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        var parsed = CommandLine.CreateRoot().Parse([.. arguments, "--url", shop.Server.Address(Door.Native).ToString()]);
        var code = await parsed.InvokeAsync(new() { Output = output, Error = output });
        return (parsed.Errors.Count > 0 ? ExitCode.Usage : code, output.ToString());
    }
}

/// <summary>The archive's contract, on the embedded engine.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class InvestigationArchiveTests
{
    [Fact]
    public async Task One_written_again_replaces_itself_and_tenants_do_not_meet()
    {
        await using var store = await TemporaryStore.OpenAsync();
        var now = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        var one = new PastInvestigation { Id = "00000000000000aa", Start = now, End = now + TimeSpan.FromMinutes(5), Written = now, Verdict = "LIKELY", Service = "it's", Kind = "errors", Headline = "ünïcode\n'quoted'", Features = "a\nb", Report = "{\"a\":1}" };
        var other = new Tenant("other");

        await store.Investigations.WriteAsync(Tenant.Default, one, CancellationToken.None);
        await store.Investigations.WriteAsync(Tenant.Default, one with { Written = now + TimeSpan.FromSeconds(1), Headline = "again" }, CancellationToken.None);
        await store.Investigations.WriteAsync(Tenant.Default, one with { Id = "00000000000000bb", Start = now - TimeSpan.FromDays(1) }, CancellationToken.None);
        await store.Investigations.WriteAsync(other, one with { Id = "00000000000000cc" }, CancellationToken.None);

        var listed = await store.Investigations.ListAsync(Tenant.Default, TimeRange.All, 10, CancellationToken.None);
        listed.Select(past => (past.Id, past.Headline, past.Report)).ShouldBe([("00000000000000aa", "again", ""), ("00000000000000bb", one.Headline, "")]);
        (await store.Investigations.ListAsync(Tenant.Default, TimeRange.All, 1, CancellationToken.None)).Count.ShouldBe(1);
        (await store.Investigations.ListAsync(Tenant.Default, new TimeRange(now, now + TimeSpan.FromHours(1)), 10, CancellationToken.None)).ShouldHaveSingleItem().Id.ShouldBe("00000000000000aa");
        (await store.Investigations.FindAsync(Tenant.Default, "00000000000000bb", CancellationToken.None)).ShouldBe(one with { Id = "00000000000000bb", Start = now - TimeSpan.FromDays(1) });
        (await store.Investigations.FindAsync(Tenant.Default, "00000000000000cc", CancellationToken.None)).ShouldBeNull();
        (await store.Investigations.FindAsync(Tenant.Default, "' OR 1=1 --", CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task One_about_imported_telemetry_of_years_ago_is_kept_from_when_it_was_made()
    {
        await using var store = await TemporaryStore.OpenAsync();
        var now = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        var past = new PastInvestigation { Id = "00000000000000dd", Start = now - TimeSpan.FromDays(1_500), End = now - TimeSpan.FromDays(1_499), Written = now, Verdict = "LIKELY", Service = "s", Kind = "errors", Headline = "h", Features = "a", Report = "{}" };
        await store.Investigations.WriteAsync(Tenant.Default, past, CancellationToken.None);

        (await store.Investigations.FindAsync(Tenant.Default, past.Id, CancellationToken.None)).ShouldBe(past);
    }
}
