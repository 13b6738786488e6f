using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>
/// Where evaluation gets spans from. It may give more than was asked for, never less: conditions are tested again on what it gives.
/// </summary>
/// <remarks>
/// <para>Portions: answers come in portions that fit into memory together with what is made of them; whoever reads them may stop at any time.</para>
/// <para>Errors: <see cref="QueryLimitException"/> and <see cref="StoreUnavailableException"/> as of <see cref="ITelemetryReader"/>.</para>
/// </remarks>
public interface ITraceSource
{
    /// <summary>
    /// Whole traces with at least one span that starts within the range and fulfils the condition; those with the newest such span first, each once.
    /// </summary>
    /// <param name="where">Null for any span.</param>
    /// <param name="wanted">How many traces the reader expects to need; a hint for the size of the first portion.</param>
    IAsyncEnumerable<TracePortion> FindTracesAsync(TimeRange range, Predicate? where, int wanted, CancellationToken cancellation);

    /// <summary>Single spans that start within the range and fulfil the condition, without the rest of their traces, in no order.</summary>
    /// <param name="where">Null for any span.</param>
    /// <exception cref="QueryLimitException">There are more than one query may read.</exception>
    IAsyncEnumerable<SpanBatch> FindSpansAsync(TimeRange range, Predicate? where, CancellationToken cancellation);

    /// <summary>Some of the spans that start within the range and fulfil the condition exactly, the newest ones; at most <paramref name="count"/>. In no order.</summary>
    Task<SpanBatch> SampleSpansAsync(TimeRange range, Predicate? where, int count, CancellationToken cancellation);

    /// <summary>Aggregates over the spans that fulfil a plan exactly; null when it cannot and wants the spans to be read instead.</summary>
    /// <param name="plan">Of spans; its tenant is not looked at.</param>
    Task<ResultTable?> AggregateAsync(ReadPlan plan, CancellationToken cancellation);
}

/// <summary>Some of the traces asked for.</summary>
/// <param name="IsCut">More traces fulfil the condition than the source is willing to give, and this is its last portion.</param>
public sealed record TracePortion(IReadOnlyList<TraceSpans> Traces, bool IsCut = false);
