using Clew.Analysis.Detection;
using Clew.Server.Configuration;
using Clew.Server.Investigations;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;
using Microsoft.Extensions.Hosting;

namespace Clew.Server.Detection;

/// <summary>
/// Looks at each step of telemetry once it has settled, opens and closes incidents (<see cref="IncidentTracker"/>), and has them investigated: when they are noticed, and once more a
/// minute and a half later, when there is more to see.
/// </summary>
internal sealed class DetectionService(
    ITelemetryReader store, ITelemetryWriter writer, RedReader reader, InvestigationService investigations, ServerOptions options, ServerTelemetry telemetry, TimeProvider clock)
    : BackgroundService
{
    /// <summary>Steps that are read again each time, so that late spans count; as many again are looked at ahead of now, where clocks that are wrong put their spans.</summary>
    private const int Again = 6;

    /// <summary>Steps after its opening at which an incident is investigated once more.</summary>
    private const int SecondLook = 9;

    /// <summary>Steps that are made up for after a pause; what lies further back is past.</summary>
    private const int MaxCatchUp = 30;

    /// <summary>Open incidents of an earlier run that are closed at most; there is one at a time.</summary>
    private const int MaxLeft = 100;

    private readonly Dictionary<string, Watch> _watches = new(StringComparer.Ordinal);
    private readonly long _step = options.Detection.Step.Ticks * 100;

    /// <summary>Looks at all steps that have settled since the last time.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        var settled = Timestamp.FromDateTimeOffset(clock.GetUtcNow()) - options.Detection.Settle;
        var now = settled.UnixNanoseconds / _step * _step;
        try
        {
            var recent = new TimeRange(new Timestamp(now - (DetectionRules.MaxReference * _step)), new Timestamp(now));
            foreach (var tenant in await store.GetTenantsAsync(recent, cancellation))
            {
                await LookAsync(tenant, now, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The server stops.
        }
        catch (Exception e)
        {
            telemetry.Report(new DetectionFailed(e));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Detection.Step, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await RunAsync(stoppingToken);
        }
    }

    private async Task LookAsync(Tenant tenant, long now, CancellationToken cancellation)
    {
        var first = !_watches.TryGetValue(tenant.Name, out var watch);
        watch ??= _watches[tenant.Name] = new Watch(new RedMemory(_step), now - (MaxCatchUp * _step));
        var length = DetectionRules.MaxReference + DetectionRules.Gap + DetectionRules.Recent;
        var from = first || now - watch.Seen > length * _step ? now - (length * _step) : Math.Min(watch.Seen, now) - (Again * _step);
        watch.Memory.Take(await reader.ReadAsync(tenant, new TimeRange(new Timestamp(from), new Timestamp(now + (Again * _step))), options.Detection.Step, cancellation));

        // An open incident is compared with the time before it, however long it lasts, up to twice the usual time.
        var oldest = now - (2 * length * _step);
        for (var step = Math.Max(watch.Seen + _step, now - (MaxCatchUp * _step)); step <= now; step += _step)
        {
            var start = Math.Max(oldest, watch.Tracker.Open is { } open ? Math.Min(open.Onset - (length * _step), step - (length * _step)) : step - (length * _step));
            var index = (int)((step - start) / _step);
            var before = watch.Tracker.Open;
            watch.Tracker = watch.Tracker.Advance(watch.Memory.Timeline(start, index + Again), index);
            watch.Seen = step;
            await TellAsync(tenant, watch, before, step, cancellation);
        }

        watch.Memory.Forget(oldest);
        if (first)
        {
            await CloseLeftAsync(tenant, watch, cancellation);
        }
    }

    /// <summary>Closes what an earlier run of the server left open and this one does not find again.</summary>
    private async Task CloseLeftAsync(Tenant tenant, Watch watch, CancellationToken cancellation)
    {
        var now = Timestamp.FromDateTimeOffset(clock.GetUtcNow());
        var open = await store.FindAlertsAsync(
            new AlertQuery(tenant, TimeRange.All, MaxLeft) { Sources = [IncidentRecords.Source], Status = AlertStatus.Firing }, cancellation);
        AlertRecord[] left = [.. open.Where(a => a.Start.UnixNanoseconds != watch.Tracker.Open?.Onset).Select(a => a with { Status = AlertStatus.Resolved, End = now, Updated = now })];
        if (left.Length > 0)
        {
            await writer.WriteAsync(tenant, left, cancellation);
        }
    }

    private async Task TellAsync(Tenant tenant, Watch watch, DetectedIncident? before, long step, CancellationToken cancellation)
    {
        if (watch.Tracker.Closed is { } closed)
        {
            await WriteAsync(tenant, closed, watch.Found, cancellation);
            telemetry.Report(new IncidentClosed(tenant.Name, TimeSpan.FromTicks((closed.Ended!.Value - closed.Onset) / 100)));
            watch.Found = null;
            return;
        }

        if (watch.Tracker.Open is not { } open)
        {
            return;
        }

        if (watch.Tracker.HasJustOpened)
        {
            telemetry.Report(new IncidentOpened(tenant.Name, open.Symptoms[0].Service, open.Symptoms[0].Kind.ToString().ToLowerInvariant(), TimeSpan.FromTicks((open.Noticed - open.Onset) / 100)));
            await WriteAsync(tenant, open, null, cancellation);
        }

        if (watch.Tracker.HasJustOpened || step == open.Noticed + (SecondLook * _step))
        {
            var window = new TimeRange(new Timestamp(open.Onset), new Timestamp(step));
            watch.Found = await investigations.RunWithWorldAsync(new InvestigationScope(tenant, window, "From the onset of the incident that was noticed until now."), cancellation);
            await WriteAsync(tenant, open, watch.Found, cancellation);
        }
        else if (before is not null && before.Symptoms.Count != open.Symptoms.Count)
        {
            await WriteAsync(tenant, open, watch.Found, cancellation);
        }
    }

    private Task WriteAsync(Tenant tenant, DetectedIncident incident, InvestigationOutcome? found, CancellationToken cancellation) =>
        writer.WriteAsync(tenant, [IncidentRecords.Of(incident, found?.Report, found?.Id, Timestamp.FromDateTimeOffset(clock.GetUtcNow()))], cancellation);

    /// <summary>What is known of one tenant.</summary>
    private sealed class Watch(RedMemory memory, long seen)
    {
        public RedMemory Memory => memory;

        public long Seen { get; set; } = seen;

        public IncidentTracker Tracker { get; set; } = new();

        /// <summary>What the last investigation of the open incident gave.</summary>
        public InvestigationOutcome? Found { get; set; }
    }
}
