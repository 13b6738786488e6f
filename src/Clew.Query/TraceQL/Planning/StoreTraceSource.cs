using System.Globalization;
using System.Runtime.CompilerServices;
using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>How much a search reads from the store.</summary>
public sealed record TraceSearchLimits
{
    /// <summary>
    /// Traces that a search evaluates at most, when the store cannot test the whole query by itself. Beyond it a search answers with what it found, marked as not
    /// complete; a metrics query is refused.
    /// </summary>
    public int Candidates { get; init; } = 5_000;

    /// <summary>Spans that are held at once while traces are evaluated. A portion of candidates ends before it has more, or holds a single larger trace.</summary>
    public int PortionSpans { get; init; } = 50_000;

    /// <summary>Traces of a portion, so that the first matches of a search are there soon.</summary>
    public int PortionTraces { get; init; } = 50;

    /// <summary>Single spans that a metrics query reads at most, when the store cannot count them by itself. Beyond it the query is refused.</summary>
    public int Spans { get; init; } = 1_000_000;
}

/// <summary>Candidates from the store.</summary>
public sealed class StoreTraceSource(ITelemetryReader store, Tenant tenant, TraceSearchLimits limits) : ITraceSource
{
    /// <summary>
    /// The first question is for as many traces as are wanted: all of them match where the store tests the whole query. The next ones are for so many times as many.
    /// </summary>
    private const int Growth = 8;

    public async IAsyncEnumerable<TracePortion> FindTracesAsync(TimeRange range, Predicate? where, int wanted, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var seen = new HashSet<TraceId>();
        var ask = Math.Min(limits.Candidates, wanted);
        for (var isLast = false; !isLast; ask = (int)Math.Min(limits.Candidates, (long)ask * Growth))
        {
            // One more than there may be tells that there are more.
            var found = await store.FindTracesAsync(new TraceQuery(tenant, range, where, ask == limits.Candidates ? ask + 1 : ask), cancellation);
            isLast = found.Count < ask || ask == limits.Candidates;
            var unseen = found.Where(summary => !seen.Contains(summary.TraceId)).ToArray();
            var room = limits.Candidates - seen.Count;
            await foreach (var portion in ReadAsync([.. unseen.Take(room)], cancellation))
            {
                yield return portion;
            }

            seen.UnionWith(unseen.Select(summary => summary.TraceId));
            if (unseen.Length > room)
            {
                yield return new TracePortion([], IsCut: true);
                yield break;
            }
        }
    }

    public async IAsyncEnumerable<SpanBatch> FindSpansAsync(TimeRange range, Predicate? where, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Read backwards through time: each question ends where the oldest span of the last one began.
        var (end, read) = (range.End, 0L);
        while (end > range.Start)
        {
            var batch = await store.FindSpansAsync(new RecordQuery(tenant, range with { End = end }, where, limits.PortionSpans), cancellation);
            var isLast = batch.Count < limits.PortionSpans;
            var oldest = batch.Count == 0 ? range.Start.UnixNanoseconds : batch.StartTimes.Values.ToArray().Min();
            if (!isLast && batch.StartTimes[0] == oldest)
            {
                // More spans of one moment than a portion holds: all of them at once.
                batch = await store.FindSpansAsync(new RecordQuery(tenant, new TimeRange(new Timestamp(oldest), new Timestamp(oldest + 1)), where, limits.Spans + 1), cancellation);
            }
            else if (!isLast)
            {
                // Spans of the last moment may be cut in two: they are read with the next portion.
                batch.RemoveRows([.. batch.StartTimes.Values.ToArray().Select(time => time == oldest)]);
                oldest++;
            }

            read += batch.Count;
            if (read > limits.Spans)
            {
                throw new QueryLimitException(
                    "query.metric_spans",
                    string.Create(CultureInfo.InvariantCulture, $"the query reads more than {limits.Spans} spans (limit query.metric_spans); ask for less time or add conditions, or group by attributes of spans and resources only"));
            }

            yield return batch;
            if (isLast)
            {
                yield break;
            }

            end = new Timestamp(oldest);
        }
    }

    public Task<SpanBatch> SampleSpansAsync(TimeRange range, Predicate? where, int count, CancellationToken cancellation) =>
        store.FindSpansAsync(new RecordQuery(tenant, range, where, count), cancellation);

    public async Task<ResultTable?> AggregateAsync(ReadPlan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return await store.ReadAsync(plan with { Tenant = tenant }, cancellation);
    }

    /// <summary>Reads traces whole, in portions that fit into memory.</summary>
    private async IAsyncEnumerable<TracePortion> ReadAsync(TraceSummary[] traces, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var portion = new List<TraceId>();
        var spans = 0L;
        foreach (var summary in traces)
        {
            if (portion.Count > 0 && (portion.Count == limits.PortionTraces || spans + summary.SpanCount > limits.PortionSpans))
            {
                yield return await ReadAsync(portion, cancellation);
                portion.Clear();
                spans = 0;
            }

            portion.Add(summary.TraceId);
            spans += summary.SpanCount;
        }

        if (portion.Count > 0)
        {
            yield return await ReadAsync(portion, cancellation);
        }
    }

    private async Task<TracePortion> ReadAsync(List<TraceId> traces, CancellationToken cancellation)
    {
        var batch = await store.GetSpansAsync(tenant, [.. traces], range: null, cancellation);
        var byId = TraceSpans.Of(batch).ToDictionary(trace => trace.Id);
        return new TracePortion([.. traces.Where(byId.ContainsKey).Select(id => byId[id])]);
    }
}
