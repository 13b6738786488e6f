using System.Net;
using System.Text;
using Clew.Server.Live;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tests.Live;

/// <summary><c>GET /api/events</c>: what is new comes to those who follow, bounded in number and in what waits.</summary>
public sealed class LiveEventsTests
{
    private static readonly Uri Path = new("/api/events", UriKind.Relative);

    [Fact]
    public void A_follower_that_does_not_keep_up_loses_the_oldest_and_is_told_how_many()
    {
        var events = new LiveEvents(2);
        using var follower = events.Follow(Tenant.Default).ShouldNotBeNull();
        for (var i = 1; i <= LiveEvents.Waiting + 5; i++)
        {
            events.Tell(Tenant.Default, LiveEvents.Changes, new LiveNews { Count = i });
        }

        follower.TakeMissed().ShouldBe(5);
        follower.TakeMissed().ShouldBe(0);
        follower.Reader.TryRead(out var oldest).ShouldBeTrue();
        Encoding.UTF8.GetString(oldest.Data).ShouldBe("""{"count":6}""");
    }

    [Fact]
    public void What_is_told_of_a_tenant_is_told_to_nobody_else()
    {
        var events = new LiveEvents(2);
        using var mine = events.Follow(Tenant.Default).ShouldNotBeNull();
        using var theirs = events.Follow(new Tenant("other")).ShouldNotBeNull();
        events.Tell(new Tenant("other"), LiveEvents.Incidents, new LiveNews { Ids = ["a"] });

        mine.Reader.TryRead(out _).ShouldBeFalse();
        theirs.Reader.TryRead(out var news).ShouldBeTrue();
        news.Name.ShouldBe("incidents");
    }

    [Fact]
    public void There_are_so_many_places_and_who_leaves_makes_one_free()
    {
        var events = new LiveEvents(1);
        var first = events.Follow(Tenant.Default).ShouldNotBeNull();
        events.Follow(Tenant.Default).ShouldBeNull();
        first.Dispose();
        events.Tell(Tenant.Default, LiveEvents.Changes, new LiveNews { Count = 1 });
        first.Reader.TryRead(out _).ShouldBeFalse();
        using var second = events.Follow(Tenant.Default);
        second.ShouldNotBeNull();
    }

    [Fact]
    public async Task Events_come_as_they_happen_framed_as_the_standard_has_it_with_a_beat_in_between()
    {
        var clock = new ManualClock(new DateTimeOffset(2026, 8, 21, 10, 0, 0, TimeSpan.Zero));
        await using var server = await TestServer.StartAsync(time: clock);
        using var response = await server.Native.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await LinesAsync(lines, 3)).ShouldBe(["retry: 5000", ": follow", ""]);

        server.Services.GetRequiredService<LiveEvents>().Tell(Tenant.Default, LiveEvents.Investigating, new LiveNews { Run = 1, Stage = "two\nlines, ünïcode" });
        (await LinesAsync(lines, 3)).ShouldBe(["event: investigating", """data: {"run":1,"stage":"two\nlines, ünïcode"}""", ""]);

        // The clock stands: the beat comes when it is moved, as often as it takes for the waiting to have begun.
        var beat = lines.ReadLineAsync().WaitAsync(TestServer.Patience);
        while (!beat.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
        }

        (await beat).ShouldBe(": beat");
    }

    [Fact]
    public async Task Without_a_place_it_is_refused_with_the_limits_name_and_when_to_ask_again()
    {
        await using var server = await TestServer.StartAsync(options => options with { Queries = options.Queries with { Followers = 1 } });
        using var first = await server.Native.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead);
        using var second = await server.Native.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead);

        second.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        second.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(30));
        (await second.Content.ReadAsStringAsync()).ShouldContain("query.followers");
    }

    [Fact]
    public async Task Who_follows_does_not_keep_the_server_from_stopping()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.Native.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        await LinesAsync(lines, 3);

        await server.StopAsync().WaitAsync(TestServer.Patience);

        (await lines.ReadLineAsync().WaitAsync(TestServer.Patience)).ShouldBeNull();
    }

    [Fact]
    public async Task A_parameter_is_refused() =>
        (await Ask("/api/events?x=1")).ShouldBe(HttpStatusCode.BadRequest);

    private static async Task<HttpStatusCode> Ask(string path)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.Native.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    private static async Task<string?[]> LinesAsync(StreamReader reader, int count)
    {
        var lines = new string?[count];
        for (var i = 0; i < count; i++)
        {
            lines[i] = await reader.ReadLineAsync().WaitAsync(TestServer.Patience);
        }

        return lines;
    }
}

/// <summary>What is written through the server is told once it is stored.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class LiveWritesTests
{
    [Fact]
    public async Task Changes_alerts_and_incidents_are_told_when_they_are_stored()
    {
        await using var server = await StoreServer.StartAsync();
        using var response = await server.Native.GetAsync(new Uri("/api/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        await PostAsync(server, "/api/changes", """[{"kind": "deploy", "summary": "cart 1.2"}, {"kind": "flag", "summary": "new basket"}]""");
        await PostAsync(server, "/api/alerts", """{"name": "HighErrorRate", "fingerprint": "f1"}""");
        await PostAsync(server, "/api/alerts", """{"name": "Errors of web", "fingerprint": "incident-1", "source": "clew"}""");

        var told = new List<string>();
        while (told.Count < 8)
        {
            if (await lines.ReadLineAsync().WaitAsync(TestServer.Patience) is { } line && (line.StartsWith("event: ", StringComparison.Ordinal) || line.StartsWith("data: ", StringComparison.Ordinal)))
            {
                told.Add(line);
            }
        }

        told.ShouldBe([
            "event: changes", """data: {"count":2}""", "event: alerts", """data: {"count":1}""",
            "event: incidents", """data: {"ids":["incident-1"]}""", "event: alerts", """data: {"count":1}"""]);
    }

    private static async Task PostAsync(StoreServer server, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await server.Native.PostAsync(new Uri(path, UriKind.Relative), content);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }
}
