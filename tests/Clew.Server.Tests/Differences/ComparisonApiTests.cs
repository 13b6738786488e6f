using System.Net;
using System.Text;
using System.Text.Json;
using Clew.Cli;
using Clew.Server.Differences;
using Clew.Server.Hosting;
using Clew.Server.Tests.Investigations;
using Clew.Server.Tests.Storage;
using Clew.Testing;

namespace Clew.Server.Tests.Differences;

/// <summary>The tools that compare, over a whole server and by the command line.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class ComparisonApiTests(SlowShop shop) : IClassFixture<SlowShop>
{
    private static readonly string Range = $"start={SlowShop.Start:yyyy-MM-dd'T'HH:mm:ss'Z'}&end={SlowShop.End:yyyy-MM-dd'T'HH:mm:ss'Z'}";

    public static TheoryData<string, string> Refusals => new()
    {
        { "/api/diff?a=xyz", "a is 'xyz'" },
        { "/api/compare", "bad is missing" },
        { "/api/compare?bad={", "line 1, column" },
        { "/api/compare?bad={} | rate()", "not metrics" },
        { "/api/compare?bad={}&limit=9999", "from 1 to 500" },
        { "/api/critical-path?trace=zz", "up to 32 hex digits" },
        { "/api/timeline?start=2026-01-01T00:00:00Z&end=2026-02-01T00:00:00Z", "at most 7 days" },
    };

    [Fact]
    public async Task Two_traces_are_compared()
    {
        var (fast, slow) = (SpanBatchBuilder.Trace(101), SpanBatchBuilder.Trace(1_101));

        var diff = JsonSerializer.Deserialize(await GetAsync($"/api/diff?a={fast}&b={slow}"), ComparisonJson.Default.TraceDiff)!;

        diff.Findings[0].ShouldContain("items 'GET /items'");
        diff.SelfTimes[0].Service.ShouldBe("items");
        var (code, output) = await RunAsync("diff", fast.ToString(), slow.ToString());
        code.ShouldBe(ExitCode.Success, output);
        output.ShouldContain("OWN TIME OF");
        output.ShouldContain("~ items GET /items");
        (await RunAsync("diff", fast.ToString(), "1234")).Code.ShouldBe(ExitCode.Failure);
        (await RunAsync("diff", "no such file", "x")).Code.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task A_bad_group_is_compared_with_the_others_of_its_entry_point()
    {
        var query = Uri.EscapeDataString("{ duration > 500ms }");

        var comparison = JsonSerializer.Deserialize(await GetAsync($"/api/compare?bad={query}&{Range}"), ComparisonJson.Default.GroupComparison)!;

        comparison.Bad.Traces.ShouldBe(60);
        comparison.Good.Traces.ShouldBe(100);
        comparison.Bad.DurationP50.ShouldBeGreaterThan(comparison.Good.DurationP50 + 0.5);
        comparison.Operations[0].Service.ShouldBe("items");
        var (code, output) = await RunAsync("compare", "--bad", "{ duration > 500ms }", "--good", "{ duration < 200ms }", "--start", $"{SlowShop.Start:O}", "--end", $"{SlowShop.End:O}");
        code.ShouldBe(ExitCode.Success, output);
        output.ShouldContain("bad   60 traces");
        output.ShouldContain("items GET /items");
    }

    [Fact]
    public async Task Critical_paths_of_one_trace_and_of_many_are_told()
    {
        var one = JsonSerializer.Deserialize(await GetAsync($"/api/critical-path?trace={SpanBatchBuilder.Trace(1_101)}"), ComparisonJson.Default.CriticalPathShares)!;
        one.Traces.ShouldBe(1);
        one.Operations[0].Service.ShouldBe("items");
        var many = JsonSerializer.Deserialize(await GetAsync($"/api/critical-path?service=web&limit=50&{Range}"), ComparisonJson.Default.CriticalPathShares)!;
        many.Traces.ShouldBe(50);
        many.Operations.Sum(share => share.Share).ShouldBe(1, 0.001);
        (await RunAsync("critical-path", SpanBatchBuilder.Trace(1_101).ToString())).Output.ShouldContain("items GET /items");
        (await RunAsync("critical-path", "1234")).Code.ShouldBe(ExitCode.Failure);
        (await RunAsync("critical-path", "--service", "nobody")).Output.ShouldContain("No trace fulfils");
    }

    [Fact]
    public async Task A_window_and_a_trace_have_timelines()
    {
        using (var change = await PostAsync("/api/changes", $$"""{"time": "{{SlowShop.Trouble.AddSeconds(-5):O}}", "kind": "deploy", "service": "items", "summary": "Roll out items 7"}"""))
        using (var alert = await PostAsync("/api/alerts", $$"""{"name": "ItemsSlow", "service": "items", "severity": "critical", "source": "support", "status": "resolved", "startsAt": "{{SlowShop.Trouble.AddMinutes(2):O}}", "endsAt": "{{SlowShop.Trouble.AddMinutes(4):O}}"}"""))
        {
            change.EnsureSuccessStatusCode();
            alert.EnsureSuccessStatusCode();
        }

        var (code, output) = await RunAsync("timeline", "--service", "items", "--start", $"{SlowShop.Start:O}", "--end", $"{SlowShop.End:O}", "--iso");
        code.ShouldBe(ExitCode.Success, output);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe([
            "2026-03-01T10:14:55.000Z | change items: deploy: Roll out items 7",
            "2026-03-01T10:17:00.000Z | alert items: ItemsSlow fires (support, critical)",
            "2026-03-01T10:19:00.000Z | resolved items: ItemsSlow is resolved (support)"]);
        (await RunAsync("timeline", "--start", $"{SlowShop.Start:O}", "--end", $"{SlowShop.End:O}", "--mermaid")).Output.ShouldStartWith("timeline\n");
        (await RunAsync("timeline", "--trace", SpanBatchBuilder.Trace(1_101).ToString())).Output.ShouldContain("'GET /items' begins");
        (await RunAsync("timeline", "--trace", "1234")).Code.ShouldBe(ExitCode.Failure);
        (await RunAsync("timeline", "--service", "nobody", "--start", $"{SlowShop.Start:O}", "--end", $"{SlowShop.End:O}")).Output.ShouldContain("Nothing is recorded");
        (await RunAsync("timeline", "--iso", "--mermaid")).Code.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task Requests_in_files_and_texts_are_compared_the_same()
    {
        var folder = Directory.CreateTempSubdirectory("clew-diff-");
        try
        {
            var (a, b) = (Path.Combine(folder.FullName, "a.json"), Path.Combine(folder.FullName, "b.json"));
            await File.WriteAllTextAsync(a, "{\"password\":\"hunter2\",\"status\":200}");
            await File.WriteAllTextAsync(b, "{\"password\":\"hunter3\",\"status\":500}");
            using var response = await PostAsync("/api/diff/requests", JsonSerializer.Serialize(new RequestDiffQuestion { A = await File.ReadAllTextAsync(a), B = await File.ReadAllTextAsync(b) }, ComparisonJson.Default.RequestDiffQuestion));

            var answer = await response.Content.ReadAsStringAsync();

            response.StatusCode.ShouldBe(HttpStatusCode.OK, answer);
            answer.ShouldNotContain("hunter");
            (await RunAsync("diff", a, b, "--json")).Output.TrimEnd().ShouldBe(answer);
            (await RunAsync("diff", a, b)).Output.ShouldContain("2 fields differ");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_is_wrong_is_named(string question, string detail)
    {
        using var response = await shop.Server.Native.GetAsync(new Uri(question, UriKind.Relative));

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).Replace("\\u0027", "'", StringComparison.Ordinal).ShouldContain(detail);
    }

    private Task<string> GetAsync(string path) => shop.Server.Native.GetStringAsync(new Uri(path, UriKind.Relative));

    private Task<HttpResponseMessage> PostAsync(string path, string json) => shop.Server.Native.PostAsync(new Uri(path, UriKind.Relative), new StringContent(json, Encoding.UTF8, "application/json"));

    private async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        var parsed = CommandLine.CreateRoot().Parse([.. arguments, "--url", shop.Server.Address(Door.Native).ToString()]);
        var code = await parsed.InvokeAsync(new() { Output = output, Error = output });
        return (parsed.Errors.Count > 0 ? ExitCode.Usage : code, output.ToString());
    }
}
