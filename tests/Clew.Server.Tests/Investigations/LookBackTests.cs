using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Clew.Analysis.Worlds;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Investigations;

/// <summary>What a window is compared with beyond the hours before it: earlier metric points where there are few, and the same time of earlier days.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class LookBackTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = SpanBatchBuilder.Start.ToDateTimeOffset();
    private static readonly DateTimeOffset End = Start.AddMinutes(15);

    private StoreServer? _server;

    private StoreServer Server => _server ?? throw new InvalidOperationException("Not started.");

    public async Task InitializeAsync() => _server = await StoreServer.StartAsync(time: new StandingClock(End));

    public async Task DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Metrics_that_come_every_few_minutes_are_compared_with_enough_earlier_points()
    {
        await SendPointsAsync("queue.depth", TimeSpan.FromDays(2), TimeSpan.FromMinutes(5));

        var world = await WorldAsync();

        // A day of points, of half hours; the hour before the window holds twelve.
        var compared = (Start - At(world.ComparedSince)).TotalHours;
        compared.ShouldBeInRange(23, 27);
        world.Series.ShouldHaveSingleItem().Points.Count(p => p.Time < world.Window.Start).ShouldBeGreaterThanOrEqualTo(276);
        world.Truncations.ShouldContain(t => t.Contains("fewer than 30 points", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_that_come_often_are_compared_with_the_hour_before()
    {
        await SendPointsAsync("queue.depth", TimeSpan.FromHours(6), TimeSpan.FromSeconds(60));

        var world = await WorldAsync();

        (Start - At(world.ComparedSince)).TotalHours.ShouldBe(1, 0.01);
        world.Truncations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_there_are_no_earlier_points_the_few_there_are_are_taken()
    {
        await SendPointsAsync("queue.depth", TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(5));

        var world = await WorldAsync();

        world.Series.ShouldHaveSingleItem().Points.Count(p => p.Time < world.Window.Start).ShouldBe(10);
    }

    [Fact]
    public async Task The_same_time_of_the_day_before_is_loaded_and_a_week_without_data_is_said()
    {
        var builder = new SpanBatchBuilder();
        var day = TimeSpan.FromDays(1).TotalMilliseconds;
        for (var i = 0; i < 40; i++)
        {
            builder.Span(i + 1, 1, service: "web", name: "GET /", startMs: (i * 10_000) - day, durationMs: 200, kind: SpanKind.Server);
            builder.Span(i + 101, 1, service: "web", name: "GET /", startMs: i * 10_000, durationMs: 210, kind: SpanKind.Server);
            builder.Span(i + 201, 1, service: "web", name: "GET /", startMs: (i * 10_000) - 3_600_000, durationMs: 40, kind: SpanKind.Server);
        }

        await Server.Writer.WriteAsync(builder.Batch, CancellationToken.None);

        var world = await WorldAsync();

        world.SeasonTimes.Select(t => (t.DaysBack, t.Requests)).ShouldBe([(1, 40L), (7, 0L)]);
        At(world.SeasonTimes[0].Start).ShouldBe(Start.AddDays(-1));
        var season = world.Seasons.ShouldHaveSingleItem();
        (season.DaysBack, season.Count, season.Errors).ShouldBe((1, 40L, 0L));
        season.P95.ShouldBe(200e6, 5e6);
        world.Operations[season.Operation].Name.ShouldBe("GET /");
    }

    private static DateTimeOffset At(long nanoseconds) => new Timestamp(nanoseconds).ToDateTimeOffset();

    private async Task SendPointsAsync(string name, TimeSpan before, TimeSpan apart)
    {
        var points = new StringBuilder();
        for (var time = Start - before; time < End; time += apart)
        {
            points.Append(points.Length > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $$"""{"timeUnixNano":"{{Timestamp.FromDateTimeOffset(time).UnixNanoseconds}}","asDouble":{{time.Minute % 7}}}""");
        }

        await Server.SendAsync("metrics", $$$"""{"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]},"scopeMetrics":[{"metrics":[{"name":"{{{name}}}","gauge":{"dataPoints":[{{{points}}}]}}]}]}]}""");
    }

    private async Task<World> WorldAsync()
    {
        using var content = new StringContent(JsonSerializer.Serialize(new Dictionary<string, string> { ["start"] = Start.ToString("O"), ["end"] = End.ToString("O") }), Encoding.UTF8, "application/json");
        using var response = await Server.Native.PostAsync(new Uri("/api/investigations/world", UriKind.Relative), content);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonSerializer.Deserialize(body, WorldJson.Default.World)!;
    }
}
