using System.Globalization;
using Clew.Analysis;
using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;
using Clew.Server.Api.Contracts;
using Clew.Server.Configuration;
using Clew.Telemetry;
using Microsoft.Extensions.Logging;

namespace Clew.Server.Investigations;

/// <summary>Runs investigations: reads the starting point, loads the world, asks the analysis.</summary>
internal sealed partial class InvestigationService(ITelemetryReader store, EvidenceReader evidence, TimeProvider clock, InvestigationLimits limits, ILogger<InvestigationService> logger) : IDisposable
{
    private readonly SemaphoreSlim _places = new(limits.Concurrent, limits.Concurrent);
    private readonly WorldLoader _loader = new(store, limits);
    private readonly AftermathReader _aftermath = new(store, clock);

    /// <summary>Turns a request into a scope.</summary>
    /// <param name="refuse">Told every member that is not what was expected: name, value, what was expected.</param>
    /// <returns>Null when something was refused.</returns>
    public async Task<InvestigationScope?> ReadAsync(Tenant tenant, InvestigationRequest request, Action<string, string?, string> refuse, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var refused = false;
        void Refuse(string member, string? value, string expected)
        {
            refused = true;
            refuse(member, value, expected);
        }

        var start = Time("start", request.Start, Refuse);
        var end = Time("end", request.End, Refuse);
        var baselineStart = Time("baselineStart", request.BaselineStart, Refuse);
        var baselineEnd = Time("baselineEnd", request.BaselineEnd, Refuse);
        long? since = null;
        if (request.Since is { Length: > 0 } sinceText)
        {
            if (!DurationText.TryParse(sinceText, out var nanoseconds))
            {
                Refuse("since", sinceText, DurationText.Expected);
            }
            else if (start is not null)
            {
                Refuse("start", request.Start, "start or since, not both");
            }
            else
            {
                since = nanoseconds;
            }
        }

        TraceId trace = default;
        if (request.TraceId is { Length: > 0 } traceText && (!TraceId.TryParse(traceText, out trace) || trace.IsEmpty))
        {
            Refuse("traceId", traceText, "up to 32 hex digits, not all zero");
        }

        if (request.Inventory is { } inventory && inventory.Count > limits.Inventory)
        {
            Refuse("inventory", null, string.Create(CultureInfo.InvariantCulture, $"at most {limits.Inventory} names (limit investigations.inventory)"));
        }

        if ((baselineStart is null) != (baselineEnd is null) || baselineStart >= baselineEnd)
        {
            Refuse("baselineEnd", request.BaselineEnd, "a baselineStart and a later baselineEnd");
        }

        if (refused)
        {
            return null;
        }

        var (window, origin) = await WindowAsync(tenant, start, end, since, trace, request.Service ?? string.Empty, cancellation);
        if (window is not { } range)
        {
            Refuse("traceId", request.TraceId, "a trace that is stored");
            return null;
        }

        if (range.Start >= range.End || range.Length > limits.LongestWindow)
        {
            Refuse("end", request.End, string.Create(CultureInfo.InvariantCulture, $"a window from {range.Start} of at most {limits.LongestWindow.TotalHours:0} hours (limit investigations.longest_window)"));
            return null;
        }

        if (baselineStart is { } from && baselineEnd is { } to && new TimeRange(from, to).Overlaps(range))
        {
            Refuse("baselineStart", request.BaselineStart, "a baseline that does not overlap the window");
            return null;
        }

        return new InvestigationScope(tenant, range, origin)
        {
            Baseline = baselineStart is { } first && baselineEnd is { } last ? new TimeRange(first, last) : null,
            Inventory = request.Inventory ?? [],
            FocusService = request.Service ?? string.Empty,
            FocusTrace = trace,
        };
    }

    /// <summary>Investigates. Waits while others use the places there are.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public async Task<InvestigationReport> RunAsync(InvestigationScope scope, CancellationToken cancellation) => (await RunWithWorldAsync(scope, cancellation)).Report;

    /// <summary>As <see cref="RunAsync"/>, with the world that gives this report, byte for byte.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public async Task<(World World, InvestigationReport Report)> RunWithWorldAsync(InvestigationScope scope, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(scope);
        await _places.WaitAsync(cancellation);
        try
        {
            var started = clock.GetTimestamp();
            var world = await _loader.LoadAsync(scope, cancellation);
            var loaded = clock.GetElapsedTime(started);
            var report = await Task.Run(() => Investigator.Investigate(world), cancellation);
            Investigated(logger, scope.Window, report.Verdict, report.Causes.Count > 0 ? report.Causes[0].Service : "", world.Traces.Count,
                (long)loaded.TotalMilliseconds, (long)(clock.GetElapsedTime(started) - loaded).TotalMilliseconds);
            world = world with { Answers = await evidence.AnswersAsync(scope.Tenant, report, cancellation), Aftermath = await _aftermath.ReadAsync(scope.Tenant, report, cancellation) };
            return (world, Investigator.Complete(report, world));
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Looks up again what a report cites. Waits while others use the places there are.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public async Task<Verification> VerifyAsync(Tenant tenant, InvestigationReport report, CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation);
        try
        {
            return await evidence.VerifyAsync(tenant, report, cancellation);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Loads what an investigation of this scope looks at, and stops there. Waits while others use the places there are.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public async Task<World> LoadAsync(InvestigationScope scope, CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation);
        try
        {
            return await _loader.LoadAsync(scope, cancellation);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    private static Timestamp? Time(string member, string? text, Action<string, string?, string> refuse)
    {
        if (text is not { Length: > 0 })
        {
            return null;
        }

        if (TimestampText.TryParse(text, out var time))
        {
            return time;
        }

        refuse(member, text, TimestampText.Expected);
        return null;
    }

    private async Task<(TimeRange? Window, string Origin)> WindowAsync(
        Tenant tenant, Timestamp? start, Timestamp? end, long? since, TraceId trace, string service, CancellationToken cancellation)
    {
        var now = Timestamp.FromDateTimeOffset(clock.GetUtcNow());
        if (start is { } from)
        {
            return (new TimeRange(from, end ?? (now < from + limits.LongestWindow ? now : from + limits.LongestWindow)), "As given.");
        }

        if (since is { } nanoseconds)
        {
            var until = end ?? now;
            return (new TimeRange(new Timestamp(until.UnixNanoseconds - nanoseconds), until), "The time up to now that was asked for.");
        }

        var usual = limits.UsualWindow;
        if (!trace.IsEmpty)
        {
            var spans = await store.GetSpansAsync(tenant, [trace], null, cancellation);
            if (spans.Count == 0)
            {
                return (null, string.Empty);
            }

            // What a trace shows has mostly begun before it; little is known of what came after.
            var first = new Timestamp(spans.StartTimes.Values.ToArray().Min());
            var window = new TimeRange(first - (usual * 0.75), end ?? first + (usual * 0.25));
            return (window.End > now ? window with { End = now > first ? now : window.End } : window, string.Create(CultureInfo.InvariantCulture, $"{usual.TotalMinutes:0} minutes around trace {trace}, three quarters of them before it."));
        }

        var last = end ?? await LatestAsync(tenant, service, cancellation) ?? now;
        return (new TimeRange(last - usual, last), string.Create(CultureInfo.InvariantCulture,
            $"The last {usual.TotalMinutes:0} minutes {(end is null ? service.Length > 0 ? $"in which {service} sent spans" : "in which spans were sent" : "before the end that was given")}."));
    }

    /// <summary>Just after the latest span; null when there is none.</summary>
    private async Task<Timestamp?> LatestAsync(Tenant tenant, string service, CancellationToken cancellation)
    {
        var query = new RecordQuery(
            tenant, TimeRange.All, service.Length > 0 ? Predicate.Equal(Field.Intrinsic(Intrinsics.Service), Literal.String(service)) : null, 1)
        {
            Parts = RecordParts.Core,
        };
        var latest = await store.FindSpansAsync(query, cancellation);
        return latest.Count == 0 ? null : latest[0].Start + TimeSpan.FromMilliseconds(1);
    }

    [LoggerMessage(LogLevel.Information, "Investigated {Window}: {Verdict} {Service}; {Traces} traces loaded in {LoadMilliseconds} ms, analysed in {AnalyseMilliseconds} ms")]
    private static partial void Investigated(ILogger logger, TimeRange window, Verdict verdict, string service, int traces, long loadMilliseconds, long analyseMilliseconds);
}
