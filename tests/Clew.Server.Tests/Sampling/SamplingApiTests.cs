using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Clew.Server.Configuration;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Sampling;

/// <summary>Simulating and asking for decisions over HTTP, and the background service of a whole server.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class SamplingApiTests : IDisposable
{
    private const string Policies = "- {name: slow, type: latency, latency: {threshold_ms: 1000}}\n- {name: lot, type: probabilistic, probabilistic: {sampling_percentage: 0}}";

    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public async Task A_simulation_tells_what_would_be_kept_and_decides_nothing()
    {
        await using var server = await StoreServer.StartAsync();
        await WriteAsync(server);

        using var response = await PostAsync(server, new { policies = Policies });
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var total = answer.RootElement.GetProperty("report").GetProperty("total");
        total.GetProperty("traces").GetInt64().ShouldBe(3);
        total.GetProperty("keptTraces").GetInt64().ShouldBe(2);
        total.GetProperty("errorTraces").GetInt64().ShouldBe(1);
        total.GetProperty("keptErrorTraces").GetInt64().ShouldBe(1);
        total.GetProperty("keptSpans").GetInt64().ShouldBe(3);
        total.GetProperty("savedShare").GetDouble().ShouldBeInRange(0.1, 0.5);
        total.GetProperty("bytes").GetInt64().ShouldBeGreaterThan(300);
        answer.RootElement.GetProperty("report").GetProperty("policies").EnumerateArray()
            .Select(policy => $"{policy.GetProperty("type").GetString()} {policy.GetProperty("matched")} {policy.GetProperty("decided")}")
            .ShouldBe(["latency 1 1", "probabilistic 0 0", "guard 1 1", "none 1 1"]);
        answer.RootElement.GetProperty("startTime").GetString().ShouldBe("2026-03-01T10:00:00.000000000Z");
        (await server.Sampling.FindDecisionAsync(Tenant.Default, SpanBatchBuilder.Trace(1), default)).ShouldBeNull();
    }

    [Fact]
    public async Task Progress_comes_in_lines_when_asked_for()
    {
        await using var server = await StoreServer.StartAsync();
        await WriteAsync(server);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/sampling/simulate") { Content = JsonContent.Create(new { policies = Policies }) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));

        using var response = await server.Native.SendAsync(request);
        var lines = (await response.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');

        lines[0].ShouldBe("""{"progress":{"spans":0,"allSpans":4}}""");
        lines[^2].ShouldBe("""{"progress":{"spans":4,"allSpans":4}}""");
        lines[^1].ShouldStartWith("""{"answer":{"startTime":""");
    }

    [Theory]
    [InlineData("""{"policies": "- {name: a, type: nonsense}"}""", "policies[0].type: there is no policy")]
    [InlineData("""{"policies": "- {name: a, type: always_sample}", "start": "yesterday"}""", "start is 'yesterday'")]
    [InlineData("""{"policies": "- {name: a, type: always_sample}", "start": "10", "end": "5"}""", "a time after start")]
    [InlineData("""{"policies": "- {name: a, type: always_sample}", "start": "10", "since": "5m"}""", "start or since, not both")]
    [InlineData("""{"rules": ""}""", "could not be mapped")]
    [InlineData("", "expected one YAML document")]
    public async Task What_is_wrong_with_a_question_is_said(string body, string expected)
    {
        await using var server = await StoreServer.StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var response = await server.Native.PostAsync("/api/sampling/simulate", content);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain(expected);
    }

    [Fact]
    public async Task A_server_with_sampling_decides_on_its_own_and_tells_what_and_why()
    {
        File.WriteAllText(_file, Policies);
        var clock = new StandingClock(SpanBatchBuilder.Start.ToDateTimeOffset().AddDays(3));
        await using var server = await StoreServer.StartAsync(
            options => options with { Sampling = new SamplingOptions { Hot = TimeSpan.FromHours(24), PolicyFile = _file, Interval = TimeSpan.FromSeconds(1) } }, clock);
        await WriteAsync(server);

        await Eventually.BeTrueAsync(
            () => server.Native.GetAsync($"/api/sampling/decisions/{SpanBatchBuilder.Trace(1)}").GetAwaiter().GetResult().StatusCode == HttpStatusCode.OK, "a decision is made");

        (await server.Native.GetStringAsync($"/api/sampling/decisions/{SpanBatchBuilder.Trace(1)}")).ShouldContain("\"kept\":false");
        (await server.Native.GetStringAsync($"/api/sampling/decisions/{SpanBatchBuilder.Trace(3)}")).ShouldContain("\"policy\":\"errors\"");
        await Eventually.BeTrueAsync(
            () => server.Native.GetAsync($"/api/traces/{SpanBatchBuilder.Trace(1)}").GetAwaiter().GetResult().StatusCode == HttpStatusCode.NotFound, "the dropped trace is deleted");
        await Eventually.BeTrueAsync(
            () => server.Native.GetStringAsync("/metrics").GetAwaiter().GetResult().Contains("""clew_sampling_traces_total{outcome="kept",policy="slow"} 1""", StringComparison.Ordinal),
            "the hour is counted");
    }

    public void Dispose() => File.Delete(_file);

    private static Task WriteAsync(StoreServer server) =>
        server.Writer.WriteAsync(TraceLines.Read(Tenant.Default, ["1 0 10 a GET", "2 0 2000 a GET", "3 0 10 a GET", "3 1 2 ERROR b x"]), default);

    private static Task<HttpResponseMessage> PostAsync(StoreServer server, object body) => server.Native.PostAsJsonAsync("/api/sampling/simulate", body);
}
