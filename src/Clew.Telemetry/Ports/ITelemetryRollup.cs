namespace Clew.Telemetry;

/// <summary>
/// Keeps sums per minute beside the spans: rate, errors and duration by operation, and calls between services. Readers use them where they are exact, so a
/// store without rolls answers the same, only slower.
/// </summary>
/// <remarks>
/// <para>Exactness: a minute is computed from all its spans at once, late ones included, and computed again when more arrive. Repeating a roll, or being killed in
/// the middle of one, changes nothing.</para>
/// <para>Errors: <see cref="StoreUnavailableException"/>, <see cref="QueryLimitException"/>; what was not rolled stays marked for the next time.</para>
/// </remarks>
public interface ITelemetryRollup
{
    /// <summary>Rolls up every minute that has changed and ended before <paramref name="settled"/>. One at a time.</summary>
    Task<RollupResult> RollAsync(Timestamp settled, CancellationToken cancellation);

    /// <summary>
    /// Sums over a range, from its start to the end of each minute in which the series was active: what a counter that began at the start would have shown then.
    /// Ordered by series and time.
    /// </summary>
    /// <param name="range">Whole minutes. Only minutes from <paramref name="from"/> on are answered; earlier ones are added up.</param>
    /// <param name="limit">At most so many points; the first ones of that order.</param>
    Task<IReadOnlyList<SpanSeriesPoint>> GetSpanSeriesAsync(Tenant tenant, TimeRange range, Timestamp from, int limit, CancellationToken cancellation);

    /// <summary>As <see cref="GetSpanSeriesAsync"/>, of calls between services.</summary>
    Task<IReadOnlyList<EdgeSeriesPoint>> GetEdgeSeriesAsync(Tenant tenant, TimeRange range, Timestamp from, int limit, CancellationToken cancellation);
}

/// <param name="Minutes">How many minutes were computed.</param>
/// <param name="Ranges">Stretches of minutes that were computed, ascending.</param>
public sealed record RollupResult(int Minutes, IReadOnlyList<TimeRange> Ranges);

/// <summary>A duration histogram: how many lay up to 2 ms · 2^i for i from 0 to 13, each bucket for itself, and beyond.</summary>
/// <param name="SumNanoseconds">All durations added up.</param>
public sealed record DurationHistogram(IReadOnlyList<ulong> Buckets, long SumNanoseconds)
{
    /// <summary>Upper bounds in seconds.</summary>
    public static IReadOnlyList<double> BoundsSeconds { get; } = [.. Enumerable.Range(0, 14).Select(i => 0.002 * (1 << i))];

    public ulong Count => Buckets.Aggregate(0UL, (sum, count) => sum + count);
}

/// <param name="Time">End of a minute; counts are up to then.</param>
/// <param name="SlowestTrace">Of that minute.</param>
/// <param name="SlowestNanoseconds">Its duration.</param>
/// <param name="Bytes">What the spans take in OTLP's protobuf, about.</param>
public sealed record SpanSeriesPoint(
    Timestamp Time, string Service, string Name, SpanKind Kind, SpanStatus Status, ulong Spans, DurationHistogram Durations, TraceId SlowestTrace, SpanId SlowestSpan, long SlowestNanoseconds, ulong Bytes);

/// <summary>What two ends of a call are to each other.</summary>
public enum EdgeLink : byte
{
    /// <summary>A client span and the server span below it.</summary>
    Request = 1,

    /// <summary>A producer span and a consumer span below it.</summary>
    Message = 2,

    /// <summary>Any other parent and child of different services.</summary>
    Other = 3,

    /// <summary>A client span of a database call; the database sent no span.</summary>
    Database = 4,

    /// <summary>A client span whose peer sent no span.</summary>
    External = 5,
}

/// <param name="Server">The callee's service; of a peer that sent no span what the client calls it.</param>
/// <param name="Failed">Calls of which either side's span has status error.</param>
/// <param name="ServerDurations">Empty where the callee sent no span.</param>
/// <param name="WaitingDurations">From the end of the producer's span to the start of the consumer's; empty but for messages.</param>
public sealed record EdgeSeriesPoint(
    Timestamp Time, string Client, string Server, EdgeLink Link, ulong Calls, ulong Failed, DurationHistogram ServerDurations, DurationHistogram ClientDurations, DurationHistogram WaitingDurations,
    TraceId SlowestTrace, SpanId SlowestSpan, long SlowestNanoseconds);
