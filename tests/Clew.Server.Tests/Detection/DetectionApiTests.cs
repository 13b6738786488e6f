using System.Text.Json;
using Clew.Server.Detection;
using Clew.Server.Tests.Storage;
using Clew.Server.Tests.Support;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Detection;

/// <summary>Twenty-five minutes of a shop of which three are bad, watched as they pass.</summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class DetectionApiTests : IAsyncLifetime
{
    private const int Trouble = 900;
    private const int Well = 1_080;

    private readonly SetClock _clock = new();
    private StoreServer _server = null!;

    public async Task InitializeAsync() => _server = await StoreServer.StartAsync(time: _clock);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task An_incident_is_noticed_investigated_listed_and_closed()
    {
        await SendAsync(0, 1_500);
        await LookAsync(Trouble - 60);
        (await ListAsync("")).ShouldBeEmpty();

        await LookAsync(Trouble + 60);
        var open = (await ListAsync("?status=open")).ShouldHaveSingleItem();
        open.Status.ShouldBe("open");
        open.Severity.ShouldBe("critical");
        open.Service.ShouldBe("web");
        open.Onset.ShouldBeInRange(At(Trouble - 10), At(Trouble + 10));
        open.NoticedAt.ShouldBeInRange(open.Onset, At(Trouble + 90));
        open.EndsAt.ShouldBeNull();
        open.Summary.ShouldContain("GET / takes");
        open.Symptoms.ShouldContain(s => s.StartsWith("items GET /items takes", StringComparison.Ordinal));
        open.Cause.ShouldBe("items");
        open.Verdict.ShouldBeOneOf("CONFIRMED", "LIKELY");
        var report = await _server.Native.GetStringAsync(new Uri($"/api/investigations/{open.Investigation}", UriKind.Relative));
        report.ShouldContain(open.Headline!);

        await LookAsync(Well + 180);
        (await ListAsync("?status=open")).ShouldBeEmpty();
        var closed = (await ListAsync("")).ShouldHaveSingleItem();
        closed.Id.ShouldBe(open.Id);
        closed.Status.ShouldBe("closed");
        closed.EndsAt.ShouldNotBeNull().ShouldBeInRange(At(Well - 10), At(Well + 40));
        closed.Cause.ShouldBe("items");

        var alerts = await _server.Native.GetStringAsync(new Uri("/api/alerts?source=clew", UriKind.Relative));
        alerts.ShouldContain(open.Id);
    }

    [Fact]
    public async Task What_an_earlier_run_left_open_is_closed()
    {
        await SendAsync(0, 600);
        await _server.Writer.WriteAsync(
            Tenant.Default,
            [new AlertRecord { Fingerprint = "incident-1", Start = At(10), Updated = At(20), Source = IncidentRecords.Source, Name = "Errors of web GET /", Service = "web", Summary = "x", Severity = "critical" }],
            CancellationToken.None);
        (await ListAsync("?status=open")).ShouldHaveSingleItem();
        await LookAsync(600);
        (await ListAsync("?status=open")).ShouldBeEmpty();
        (await ListAsync("")).ShouldHaveSingleItem().EndsAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Wrong_parameters_are_named()
    {
        using var answer = await _server.Native.GetAsync(new Uri("/api/incidents?status=perhaps", UriKind.Relative));
        ((int)answer.StatusCode).ShouldBe(400);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("perhaps");
    }

    private static Timestamp At(int second) => SpanBatchBuilder.Start + TimeSpan.FromSeconds(second);

    // Every look in between happens too: the server would not wait.
    private async Task LookAsync(int second)
    {
        var until = At(second).ToDateTimeOffset();
        for (var now = _clock.Now < At(0).ToDateTimeOffset() ? until : _clock.Now; now <= until; now += TimeSpan.FromSeconds(10))
        {
            _clock.Now = now;
            await _server.Service<DetectionService>().RunAsync(CancellationToken.None);
        }
    }

    private async Task SendAsync(int from, int to)
    {
        var builder = new SpanBatchBuilder();
        for (var second = from; second < to; second++)
        {
            var at = second * 1_000.0;
            var work = 40 + (second % 7) + (second is >= Trouble and < Well ? 600 : 0);
            builder.Span(second + 1, 1, service: "web", name: "GET /", startMs: at, durationMs: work + 30, kind: SpanKind.Server);
            builder.Span(second + 1, 2, parent: 1, service: "web", name: "GET", startMs: at + 5, durationMs: work + 20, kind: SpanKind.Client);
            builder.Span(second + 1, 3, parent: 2, service: "items", name: "GET /items", startMs: at + 10, durationMs: work, kind: SpanKind.Server);
        }

        await _server.Writer.WriteAsync(builder.Batch, CancellationToken.None);
    }

    private async Task<IReadOnlyList<IncidentEntry>> ListAsync(string query) => JsonSerializer.Deserialize(
        await _server.Native.GetStringAsync(new Uri("/api/incidents" + query, UriKind.Relative)), IncidentJson.Default.IncidentList)!.Incidents;

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
