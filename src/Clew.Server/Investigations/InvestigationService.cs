using System.Globalization;
using Clew.Analysis;
using Clew.Analysis.Reports;
using Clew.Analysis.Similarity;
using Clew.Analysis.Worlds;
using Clew.Server.Api.Contracts;
using Clew.Server.Configuration;
using Clew.Server.Live;
using Clew.Telemetry;
using Microsoft.Extensions.Logging;

namespace Clew.Server.Investigations;

/// <summary>What an investigation gave.</summary>
/// <param name="World">What it looked at; the same gives the same report, byte for byte.</param>
/// <param name="Id">Names the report at <c>GET /api/investigations/{id}</c>; null when it is not remembered.</param>
internal sealed record InvestigationOutcome(World World, InvestigationReport Report, string? Id);

/// <summary>Runs investigations: reads the starting point, loads the world, asks the analysis.</summary>
internal sealed partial class InvestigationService(
    ITelemetryReader store, EvidenceReader evidence, InvestigationMemory memory, StartingPoints startingPoints, LiveEvents live, TimeProvider clock, InvestigationLimits limits, ILogger<InvestigationService> logger) : IDisposable
{
    /// <summary>Earlier incidents that a report names.</summary>
    private const int MostSimilar = 5;

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

        var asked = await UnderstandAsync(tenant, request, trace, Time("at", request.At, Refuse), cancellation);
        if (refused || await BeginAsync(tenant, asked, start, end, since, Refuse, cancellation) is not { } begin)
        {
            return null;
        }

        var (range, origin) = (begin.Window, begin.Origin);
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
            FocusService = begin.Service,
            FocusTrace = begin.Trace,
        };
    }

    /// <summary>Investigates. Waits while others use the places there are.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public async Task<InvestigationReport> RunAsync(InvestigationScope scope, CancellationToken cancellation) => (await RunWithWorldAsync(scope, cancellation)).Report;

    /// <summary>As <see cref="RunAsync"/>, with the world that gives this report, byte for byte.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    /// <param name="stage">Told what is done next, as a sentence; null when nobody looks.</param>
    public async Task<InvestigationOutcome> RunWithWorldAsync(InvestigationScope scope, CancellationToken cancellation, Func<string, Task>? stage = null)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var run = live.NextRun();
        Task TellAsync(string doing)
        {
            live.Tell(scope.Tenant, LiveEvents.Investigating, new LiveNews { Run = run, Stage = doing });
            return stage is null ? Task.CompletedTask : stage(doing);
        }

        await _places.WaitAsync(cancellation);
        try
        {
            var started = clock.GetTimestamp();
            await TellAsync($"Window {scope.Window}: {scope.Origin}");
            var world = await _loader.LoadAsync(scope, cancellation);
            var loaded = clock.GetElapsedTime(started);
            await TellAsync(string.Create(CultureInfo.InvariantCulture, $"Looking at {world.Window.Traces} requests of the window and {world.Baseline.Sum(b => b.Traces)} to compare with. {world.BaselineReason}"));
            var report = await Task.Run(() => Investigator.Investigate(world), cancellation);
            Investigated(logger, scope.Window, report.Verdict, report.Causes.Count > 0 ? report.Causes[0].Service : "", world.Traces.Count,
                (long)loaded.TotalMilliseconds, (long)(clock.GetElapsedTime(started) - loaded).TotalMilliseconds);
            await TellAsync("Asking again for the evidence that is cited");
            var aftermath = await _aftermath.ReadAsync(scope.Tenant, report, cancellation);
            var similar = await memory.SimilarAsync(scope.Tenant, IncidentSimilarity.Features(report), isWhole: true, scope.Window.Start, MostSimilar, cancellation);
            world = world with { Answers = await evidence.AnswersAsync(scope.Tenant, report, cancellation), Aftermath = aftermath with { Similar = similar } };
            report = Investigator.Complete(report, world);
            return new InvestigationOutcome(world, report, await memory.KeepAsync(scope.Tenant, report, cancellation));
        }
        finally
        {
            _places.Release();
            live.Tell(scope.Tenant, LiveEvents.Investigating, new LiveNews { Run = run });
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

    /// <summary>What is asked about, with what the sentence names where the members of the request do not say it.</summary>
    private async Task<Asked> UnderstandAsync(Tenant tenant, InvestigationRequest request, TraceId trace, Timestamp? at, CancellationToken cancellation)
    {
        var asked = new Asked(trace, at, request.User ?? "", request.Service ?? "", request.Operation ?? "", request.Alert ?? "", request.Error ?? "");
        if (request.Text is not { Length: > 0 } text)
        {
            return asked;
        }

        var now = clock.GetUtcNow();
        var read = StartingText.Parse(text, await startingPoints.ServicesAsync(tenant, Timestamp.FromDateTimeOffset(now), cancellation), now);
        return asked with
        {
            Trace = asked.Trace.IsEmpty ? read.Trace : asked.Trace,
            At = asked.At ?? read.At,
            User = asked.User.Length > 0 ? asked.User : read.User,
            Service = asked.Service.Length > 0 ? asked.Service : read.Service,

            // A sentence that names nothing may be the message itself.
            Error = asked.Error.Length > 0 ? asked.Error : read.IsEmpty ? text : read.Error,
        };
    }

    /// <summary>Finds the window; null when what was asked about is not there, which was told to <paramref name="refuse"/>.</summary>
    private async Task<StartingPoint?> BeginAsync(
        Tenant tenant, Asked asked, Timestamp? start, Timestamp? end, long? since, Action<string, string?, string> refuse, CancellationToken cancellation)
    {
        var now = Timestamp.FromDateTimeOffset(clock.GetUtcNow());
        if (start is { } from)
        {
            return new StartingPoint(new TimeRange(from, end ?? (now < from + limits.LongestWindow ? now : from + limits.LongestWindow)), "As given.") { Service = asked.Service, Trace = asked.Trace };
        }

        if (since is { } nanoseconds)
        {
            var until = end ?? now;
            return new StartingPoint(new TimeRange(new Timestamp(until.UnixNanoseconds - nanoseconds), until), "The time up to now that was asked for.") { Service = asked.Service, Trace = asked.Trace };
        }

        if (!asked.Trace.IsEmpty)
        {
            var spans = await store.GetSpansAsync(tenant, [asked.Trace], null, cancellation);
            if (spans.Count == 0)
            {
                refuse("traceId", asked.Trace.ToString(), "a trace that is stored");
                return null;
            }

            return await startingPoints.OfTraceAsync(tenant, asked.Trace, new Timestamp(spans.StartTimes.Values.ToArray().Min()), end, cancellation) with { Service = asked.Service };
        }

        if (asked.Alert.Length > 0)
        {
            return Found("alert", asked.Alert, await startingPoints.OfAlertAsync(tenant, asked.Alert, end, cancellation), "the name or fingerprint of an alert of the last seven days (clew alerts lists them)");
        }

        if (asked.User.Length > 0)
        {
            return Found("user", asked.User, await startingPoints.OfUserAsync(tenant, asked.User, asked.At, end, cancellation), "a user, session or customer of whom a request failed (user.id, session.id, … of spans)");
        }

        if (asked.Error.Length > 0)
        {
            return Found("error", asked.Error, await startingPoints.OfErrorAsync(tenant, asked.Error, asked.Service, end ?? asked.At + limits.UsualWindow, cancellation),
                "a message, template or signature that was told in the six hours before, or words that name a service, a user, a trace or a time");
        }

        // A moment alone is the end of the trouble, give or take: what comes after it belongs to it as well.
        var last = end ?? (asked.At is { } moment ? (moment + (limits.UsualWindow * 0.25) < now ? moment + (limits.UsualWindow * 0.25) : now) : null);
        return await startingPoints.OfTroubleAsync(tenant, asked.Service, asked.Operation, last, cancellation);

        StartingPoint? Found(string member, string value, StartingPoint? point, string expected)
        {
            if (point is null)
            {
                refuse(member, value, expected);
            }

            return point;
        }
    }

    /// <summary>What is asked about; empty and null for what is not said.</summary>
    private sealed record Asked(TraceId Trace, Timestamp? At, string User, string Service, string Operation, string Alert, string Error);

    [LoggerMessage(LogLevel.Information, "Investigated {Window}: {Verdict} {Service}; {Traces} traces loaded in {LoadMilliseconds} ms, analysed in {AnalyseMilliseconds} ms")]
    private static partial void Investigated(ILogger logger, TimeRange window, Verdict verdict, string service, int traces, long loadMilliseconds, long analyseMilliseconds);
}
