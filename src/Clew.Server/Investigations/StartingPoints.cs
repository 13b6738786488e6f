using System.Globalization;
using Clew.Analysis.Detection;
using Clew.Server.Configuration;
using Clew.Server.Detection;
using Clew.Telemetry;

namespace Clew.Server.Investigations;

/// <summary>Where an investigation begins.</summary>
/// <param name="Origin">How the window came about, as a sentence.</param>
internal sealed record StartingPoint(TimeRange Window, string Origin)
{
    public string Service { get; init; } = "";

    public TraceId Trace { get; init; }
}

/// <summary>
/// Finds the window of an investigation from what somebody knows: an alert, an error, a user, a trace, a service, a sentence, or nothing. The window begins where rates, errors or durations of the
/// operations that serve requests left what is usual, if they did.
/// </summary>
internal sealed class StartingPoints(ITelemetryReader store, RedReader red, TimeProvider clock, InvestigationLimits limits)
{
    /// <summary>Steps in which onsets are looked for: at first coarse enough for small services, then as incidents are noticed, for what has little time before it.</summary>
    private static readonly TimeSpan[] Steps = [TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10)];

    /// <summary>How far back an onset is looked for.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromMinutes(60);

    /// <summary>What onsets are compared with lies before that.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(30);

    /// <summary>The shortest window: less holds too few requests.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AlertsReach = TimeSpan.FromDays(7);
    private static readonly TimeSpan ErrorsReach = TimeSpan.FromHours(6);
    private static readonly TimeSpan ErrorStep = TimeSpan.FromMinutes(1);

    /// <summary>Rules fire after their condition held for a while.</summary>
    private static readonly TimeSpan BeforeAlert = TimeSpan.FromMinutes(5);

    private const int MaxAlerts = 1_000;
    private const int MaxServices = 2_000;
    private const int MaxUserTraces = 500;

    private static readonly string[] UserKeys = ["user.id", "enduser.id", "user.name", "user.email", "session.id", "customer.id"];

    /// <summary>Names of services with spans in the day before a moment.</summary>
    public async Task<IReadOnlyList<string>> ServicesAsync(Tenant tenant, Timestamp until, CancellationToken cancellation)
    {
        var table = await store.ReadAsync(
            new ReadPlan(tenant, Dataset.Spans, new TimeRange(until - TimeSpan.FromDays(1), until)) { GroupBy = [Field.Intrinsic(Intrinsics.Service)], Aggregates = [Aggregate.Count()], Limit = MaxServices },
            cancellation);
        return table.Texts(Intrinsics.Service);
    }

    /// <summary>Just after the latest span; null when there is none.</summary>
    public async Task<Timestamp?> LatestAsync(Tenant tenant, string service, CancellationToken cancellation)
    {
        var query = new RecordQuery(
            tenant, TimeRange.All, service.Length > 0 ? Predicate.Equal(Field.Intrinsic(Intrinsics.Service), Literal.String(service)) : null, 1)
        {
            Parts = RecordParts.Core,
        };
        var latest = await store.FindSpansAsync(query, cancellation);
        return latest.Count == 0 ? null : latest[0].Start + TimeSpan.FromMilliseconds(1);
    }

    /// <summary>From the latest incident that rates, errors and durations show, of a service, of an operation or of all; the usual window when there is none.</summary>
    public async Task<StartingPoint> OfTroubleAsync(Tenant tenant, string service, string operation, Timestamp? end, CancellationToken cancellation)
    {
        var until = end ?? await LatestAsync(tenant, service, cancellation) ?? Now;
        var incident = await IncidentAsync(
            tenant, until - Reach, until, s => (service.Length == 0 || s.Service == service) && (operation.Length == 0 || s.Operation == operation), cancellation);
        if (incident is not null)
        {
            return new StartingPoint(Window(incident, until), Describe(incident)) { Service = service };
        }

        var usual = limits.UsualWindow;
        var which = end is not null ? "before the end that was given" : service.Length > 0 ? $"in which {service} sent spans" : "in which spans were sent";
        return new StartingPoint(
            new TimeRange(until - usual, until),
            string.Create(CultureInfo.InvariantCulture, $"The last {usual.TotalMinutes:0} minutes {which}; no change in rates, errors or durations says when it began."))
        {
            Service = service,
        };
    }

    /// <summary>From an alert that is stored; null when none has this name or fingerprint.</summary>
    public async Task<StartingPoint?> OfAlertAsync(Tenant tenant, string name, Timestamp? end, CancellationToken cancellation)
    {
        var alerts = await store.FindAlertsAsync(new AlertQuery(tenant, new TimeRange(Now - AlertsReach, Now), MaxAlerts), cancellation);
        var alert = alerts.Where(a => a.Fingerprint == name || a.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).MaxBy(a => a.Start)
            ?? alerts.Where(a => a.Name.Contains(name, StringComparison.OrdinalIgnoreCase)).MaxBy(a => a.Start);
        if (alert is null)
        {
            return null;
        }

        var longest = alert.Start + limits.UsualWindow;
        var until = end ?? Least(alert.End ?? Now, Least(longest, Now));
        if (until <= alert.Start)
        {
            until = alert.Start + Shortest;
        }

        var incident = await IncidentAsync(tenant, alert.Start - limits.UsualWindow, until, _ => true, cancellation);
        var fired = $"Alert {alert.Name} fired at {alert.Start}";
        return incident is null
            ? new StartingPoint(new TimeRange(alert.Start - BeforeAlert, until), $"{fired}; five minutes before it until its end.") { Service = alert.Service }
            : new StartingPoint(Window(incident, until), $"{fired}. {Describe(incident)}") { Service = alert.Service };
    }

    /// <summary>From where a message, a template or a signature began to be told; null when it was not told.</summary>
    public async Task<StartingPoint?> OfErrorAsync(Tenant tenant, string error, string service, Timestamp? end, CancellationToken cancellation)
    {
        var until = end ?? await LatestAsync(tenant, service, cancellation) ?? Now;
        var start = until - ErrorsReach;
        var isId = error.Length == 16 && error.All(char.IsAsciiHexDigitLower);
        var steps = (int)(ErrorsReach / ErrorStep);
        var counts = new long[steps + 1];
        var services = new Dictionary<(string Service, int Step), long>();
        var ofService = service.Length > 0 ? Predicate.Equal(Field.Intrinsic(Intrinsics.Service), Literal.String(service)) : null;
        Predicate Told(string intrinsic) => isId
            ? Predicate.Equal(Field.Intrinsic(Intrinsics.ErrorSignature), Literal.String(error))
            : Predicate.Compare(Field.Intrinsic(intrinsic), ComparisonOperator.ContainsIgnoringCase, Literal.String(error));
        Predicate logs = isId
            ? new AnyPredicate([Told(Intrinsics.Body), Predicate.Equal(Field.Intrinsic(Intrinsics.Template), Literal.String(error))])
            : Told(Intrinsics.Body);
        foreach (var (dataset, told) in new[] { (Dataset.Logs, logs), (Dataset.Spans, Told(Intrinsics.StatusMessage)) })
        {
            var table = await store.ReadAsync(
                new ReadPlan(tenant, dataset, new TimeRange(start, until))
                {
                    Where = Predicate.AllOf(told, ofService),
                    GroupBy = [Field.Intrinsic(Intrinsics.Service)],
                    Step = ErrorStep,
                    Origin = start,
                    Aggregates = [Aggregate.Count()],
                },
                cancellation);
            var (names, buckets, told2) = (table.Texts(Intrinsics.Service), table.Longs("bucket"), table.Longs("count"));
            for (var i = 0; i < table.RowCount; i++)
            {
                var step = (int)Math.Clamp((buckets[i] - start.UnixNanoseconds) / (ErrorStep.Ticks * 100), 0, steps);
                counts[step] += told2[i];
                services[(names[i], step)] = services.GetValueOrDefault((names[i], step)) + told2[i];
            }
        }

        if (FirstRise.Of(counts) is not { } rise)
        {
            return null;
        }

        var from = start + (ErrorStep * rise.First);
        var to = Least(start + (ErrorStep * rise.End), until);
        to = Least(to, from + limits.UsualWindow);
        var loudest = services.Where(s => s.Key.Step >= rise.First && s.Key.Step < rise.End).GroupBy(s => s.Key.Service).MaxBy(g => g.Sum(s => s.Value));
        var times = counts[rise.First..rise.End].Sum();
        return new StartingPoint(
            new TimeRange(from, to <= from ? from + Shortest : to),
            string.Create(CultureInfo.InvariantCulture, $"\"{error}\" was told {times} times from {from} on, mostly by {loudest?.Key}."))
        {
            Service = service.Length > 0 ? service : loudest?.Key ?? "",
        };
    }

    /// <summary>From a failing request of a user, session or customer, the one nearest to a moment; null when none failed.</summary>
    public async Task<StartingPoint?> OfUserAsync(Tenant tenant, string user, Timestamp? at, Timestamp? end, CancellationToken cancellation)
    {
        var until = end ?? Now;
        var usual = limits.UsualWindow;
        var range = at is { } moment ? new TimeRange(moment - usual, moment + usual) : new TimeRange(until - TimeSpan.FromDays(1), until);
        var isUser = new AnyPredicate([.. UserKeys.Select(key => Predicate.Equal(new Field(FieldSource.Attribute, key), Literal.AnyType(user)))]);
        var traces = await store.FindTracesAsync(new TraceQuery(tenant, range, isUser, MaxUserTraces), cancellation);
        var failing = traces.Where(t => t.ErrorCount > 0).OrderBy(t => at is { } asked ? Math.Abs((t.Start - asked).Ticks) : -t.Start.UnixNanoseconds).FirstOrDefault();
        if (failing is null)
        {
            return null;
        }

        var around = await OfTraceAsync(tenant, failing.TraceId, failing.Start, end, cancellation);
        return around with
        {
            Origin = string.Create(CultureInfo.InvariantCulture, $"{traces.Count(t => t.ErrorCount > 0)} of {traces.Count} requests of {user} failed; the {(at is null ? "latest" : "nearest")} is trace {failing.TraceId} at {failing.Start}. ") + around.Origin,
        };
    }

    /// <summary>From a trace: the incident it lies in, or the usual window around it.</summary>
    /// <param name="first">When the trace began.</param>
    public async Task<StartingPoint> OfTraceAsync(Tenant tenant, TraceId trace, Timestamp first, Timestamp? end, CancellationToken cancellation)
    {
        // What a trace shows has mostly begun before it; little is known of what came after.
        var usual = limits.UsualWindow;
        var until = end ?? Least(first + (usual * 0.25), Now > first ? Now : first + (usual * 0.25));
        var incident = await IncidentAsync(tenant, first - (usual * 0.75), until, _ => true, cancellation);
        return incident is not null && incident.Onset <= first.UnixNanoseconds && (incident.Ended ?? long.MaxValue) >= first.UnixNanoseconds
            ? new StartingPoint(Window(incident, until), $"Around trace {trace}. {Describe(incident)}") { Trace = trace }
            : new StartingPoint(new TimeRange(first - (usual * 0.75), until), string.Create(CultureInfo.InvariantCulture, $"{usual.TotalMinutes:0} minutes around trace {trace}, three quarters of them before it.")) { Trace = trace };
    }

    private Timestamp Now => Timestamp.FromDateTimeOffset(clock.GetUtcNow());

    private static Timestamp Least(Timestamp left, Timestamp right) => left < right ? left : right;

    /// <summary>The latest incident that was noticed in a time; null when there was none.</summary>
    private async Task<DetectedIncident?> IncidentAsync(Tenant tenant, Timestamp from, Timestamp until, Func<RedSeries, bool> which, CancellationToken cancellation)
    {
        foreach (var step in Steps)
        {
            var length = step.Ticks * 100;
            var start = new Timestamp((from - Before).UnixNanoseconds / length * length);
            if (until <= from || until - start > Reach + Before + limits.LongestWindow)
            {
                return null;
            }

            var timeline = await red.ReadAsync(tenant, new TimeRange(start, new Timestamp(until.UnixNanoseconds / length * length)), step, cancellation);
            var latest = IncidentTracker.Replay(timeline)
                .Where(i => i.Noticed >= from.UnixNanoseconds && i.Symptoms.Any(s => timeline.Series.Any(series => series.Service == s.Service && series.Operation == s.Operation && which(series))))
                .MaxBy(i => i.Onset);
            if (latest is not null)
            {
                return latest;
            }
        }

        return null;
    }

    private static TimeRange Window(DetectedIncident incident, Timestamp until)
    {
        var start = new Timestamp(incident.Onset);
        var end = incident.Ended is { } ended && new Timestamp(ended) < until ? new Timestamp(ended) : until;
        return new TimeRange(start, end - start < Shortest ? start + Shortest : end);
    }

    private static string Describe(DetectedIncident incident) =>
        $"From the onset that rates, errors and durations show, {new Timestamp(incident.Onset)}: {IncidentRecords.Sentence(incident.Symptoms[0])}.";
}
