using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Clew.Server.Demonstration;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Telemetry;

namespace Clew.Server.Tests.Demonstration;

/// <summary>The incident that comes with Clew: what it holds, that it is found when loaded, and when it is refused.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class DemonstrationTests
{
    [Fact]
    public void The_recording_ends_when_it_is_told_to_and_has_new_ids_every_time()
    {
        var end = Timestamp.FromUnixSeconds(1_800_000_000);
        var (one, other) = (Recording.Read(end), Recording.Read(end));

        one.End.ShouldBe(end);
        one.Incident.ShouldBeLessThan(end);
        // Links lead to traces that are not in it.
        one.TraceRequests
            .SelectMany(request => request["resourceSpans"]!.AsArray()).SelectMany(resource => resource!["scopeSpans"]!.AsArray()).SelectMany(scope => scope!["spans"]!.AsArray())
            .Select(span => span!["traceId"]!.GetValue<string>()).Distinct().Count().ShouldBe(one.Traces);
        one.Changes.ShouldNotBeEmpty();
        one.Changes.ShouldAllBe(change => change.Time >= one.Start && change.Time <= end);
        var times = one.TraceRequests.Concat(one.LogRequests).SelectMany(request => Texts(request.ToJsonString(), "timeUnixNano", "startTimeUnixNano", "endTimeUnixNano")).Select(long.Parse).ToArray();
        times.Min().ShouldBeGreaterThanOrEqualTo(one.Start.UnixNanoseconds);
        times.Max().ShouldBeLessThan(end.UnixNanoseconds + 60_000_000_000);
        Texts(one.TraceRequests[0].ToJsonString(), "traceId").ShouldNotBe(Texts(other.TraceRequests[0].ToJsonString(), "traceId"));
    }

    [Fact]
    public async Task Loaded_into_an_empty_store_its_cause_is_found()
    {
        await using var server = await StoreServer.StartAsync();
        using var response = await server.Native.PostAsJsonAsync("/api/demonstration", new { });
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        var loaded = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        var services = await GetAsync(server, "/api/services");
        services.GetProperty("services").EnumerateArray().Sum(service => service.GetProperty("spanCount").GetInt64()).ShouldBe(loaded.GetProperty("spans").GetInt64());
        services.GetProperty("services").EnumerateArray().Sum(service => service.GetProperty("logCount").GetInt64()).ShouldBe(loaded.GetProperty("logs").GetInt64());

        using var investigated = await server.Native.PostAsJsonAsync("/api/investigations", new { at = loaded.GetProperty("incident").GetString() });
        var report = await investigated.Content.ReadAsStringAsync();
        investigated.StatusCode.ShouldBe(HttpStatusCode.OK, report);
        report.ShouldContain("dns");

        // As curl -X POST sends it: no body, and nothing said about its kind.
        using var again = await server.Native.PostAsync("/api/demonstration", content: null);
        again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await again.Content.ReadAsStringAsync()).ShouldContain("anyway");
        using var anyway = await server.Native.PostAsJsonAsync("/api/demonstration", new { anyway = true });
        anyway.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://elsewhere.example")]
    [InlineData("Origin", "null")]
    public async Task Pages_of_other_sites_are_refused(string header, string value)
    {
        await using var server = await StoreServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/demonstration") { Content = JsonContent.Create(new { }) };
        request.Headers.Add(header, value);
        using var response = await server.Native.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await GetAsync(server, "/api/services")).GetProperty("services").GetArrayLength().ShouldBe(0);
    }

    private static List<string> Texts(string json, params string[] names)
    {
        var found = new List<string>();
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(json));
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && names.Contains(reader.GetString()) && reader.Read())
            {
                found.Add(reader.GetString()!);
            }
        }

        return found;
    }

    private static async Task<JsonElement> GetAsync(StoreServer server, string path)
    {
        using var response = await server.Native.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }
}
