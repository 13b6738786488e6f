namespace Clew.Telemetry;

/// <summary>
/// What deciding over stored traces needs of a store. Decisions are made above it, by policies; the store groups spans to traces, tests conditions on
/// them, remembers decisions and deletes.
/// </summary>
/// <remarks>
/// <para>Time is handled in hours. A trace belongs to the hour in which its first span starts; spans of it further than <c>reach</c> away from that
/// are not seen together with it and are decided on their own.</para>
/// <para>Every method may be repeated after a failure or a kill at any point: what was done twice is done once.</para>
/// <para>Errors: <see cref="StoreUnavailableException"/>, <see cref="QueryLimitException"/>.</para>
/// </remarks>
public interface ISamplingStore
{
    /// <summary>
    /// Hours before <paramref name="before"/> that hold spans nobody decided about, oldest first: hours never decided, and decided ones in which spans
    /// arrived since. Remembers what it has seen, so that asking again costs little when nothing arrived.
    /// </summary>
    Task<IReadOnlyList<SpanHour>> GetOpenHoursAsync(Timestamp before, CancellationToken cancellation);

    /// <summary>Hours with spans of a tenant in a range, oldest first; the range's ends cut the first and the last short.</summary>
    Task<IReadOnlyList<SpanHour>> GetHoursAsync(Tenant tenant, TimeRange range, CancellationToken cancellation);

    /// <summary>Cuts a range into stretches of whole seconds with at most about <paramref name="maxSpans"/> spans each; stretches without spans are left out.</summary>
    Task<IReadOnlyList<SpanStretch>> SplitAsync(Tenant tenant, TimeRange range, long maxSpans, CancellationToken cancellation);

    /// <summary>The traces that begin in a stretch, with what policies look at.</summary>
    Task<TraceFacts> GetTracesAsync(TraceQuestion question, CancellationToken cancellation);

    /// <summary>Remembers decisions; on disk when the task completes. A trace that was once kept stays kept.</summary>
    Task RecordAsync(Tenant tenant, IReadOnlyList<SamplingDecision> decisions, CancellationToken cancellation);

    /// <summary>
    /// Deletes the spans of dropped traces that start in this hour. Never deletes a span of a trace with an error among its spans, unless a drop
    /// policy dropped it: such a trace is recorded as kept from now on.
    /// </summary>
    /// <param name="logs">Also the log records of those traces.</param>
    Task DeleteDroppedAsync(Tenant tenant, TimeRange hour, TimeSpan reach, bool logs, CancellationToken cancellation);

    /// <summary>Writes down that an hour is decided, with how many spans of kept traces are left in it; more than that later means undecided ones.</summary>
    Task CompleteAsync(Tenant tenant, TimeRange hour, TimeSpan reach, CancellationToken cancellation);

    /// <summary>Hours of a range that are written down as decided.</summary>
    Task<IReadOnlyList<Timestamp>> GetDecidedHoursAsync(Tenant tenant, TimeRange range, CancellationToken cancellation);

    /// <summary>Gives the room of deleted spans back, day by day, for days whose hours before <paramref name="before"/> are all decided.</summary>
    Task ReclaimAsync(Timestamp before, CancellationToken cancellation);

    /// <summary>Forgets that traces were dropped whose start lies before this; spans of them that arrive later are decided anew.</summary>
    Task ForgetDroppedAsync(Timestamp before, CancellationToken cancellation);

    /// <summary>What was decided about a trace; null when nothing was.</summary>
    Task<SamplingDecision?> FindDecisionAsync(Tenant tenant, TraceId trace, CancellationToken cancellation);
}

/// <param name="Hour">Its start.</param>
/// <param name="Spans">Spans that start in it.</param>
public sealed record SpanHour(Tenant Tenant, Timestamp Hour, long Spans)
{
    public TimeRange Range => new(Hour, Hour + TimeSpan.FromHours(1));
}

/// <param name="Spans">Spans that start in it.</param>
public sealed record SpanStretch(TimeRange Range, long Spans);

/// <param name="Stretch">In which the traces begin.</param>
/// <param name="Reach">How far before and after the stretch spans are looked for.</param>
/// <param name="Conditions">Tested on every span; each becomes a column of <see cref="TraceFacts.Matches"/>.</param>
/// <param name="OnlyUndecided">Leaves out traces about which something was decided.</param>
/// <param name="WithBytes">Measures the traces.</param>
public sealed record TraceQuestion(
    Tenant Tenant, TimeRange Stretch, TimeSpan Reach, IReadOnlyList<Predicate> Conditions, bool OnlyUndecided, bool WithBytes);
