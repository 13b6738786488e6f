using Clew.Telemetry;

namespace Clew.Analysis.Traces;

/// <summary>Which operations own the critical path of many traces.</summary>
/// <param name="Traces">How many were looked at.</param>
/// <param name="TotalNanos">Their critical paths added up: the durations of their main roots.</param>
public sealed record CriticalPathShares(int Traces, long TotalNanos, IReadOnlyList<CriticalPathShare> Operations)
{
    /// <summary>Operations in an answer; the rest owns what is missing to the whole.</summary>
    public const int MaxOperations = 100;

    /// <param name="batch">All spans of any number of traces.</param>
    public static CriticalPathShares Of(SpanBatch batch)
    {
        var totals = new Dictionary<(string Service, string Name), (long Nanos, int Traces, long Most, TraceId Trace)>();
        var traces = TraceRows.Of(batch);
        var total = 0L;
        foreach (var (trace, rows) in traces)
        {
            var tree = TraceTree.FromBatch(batch, rows);
            var path = CriticalPath.Of(tree);
            var own = new Dictionary<(string Service, string Name), long>();
            foreach (var segment in path.Segments)
            {
                var span = batch[rows[segment.Span]];
                own[(span.Service, span.Name)] = own.GetValueOrDefault((span.Service, span.Name)) + segment.Duration;
            }

            foreach (var (key, nanos) in own)
            {
                var old = totals.GetValueOrDefault(key);
                totals[key] = (old.Nanos + nanos, old.Traces + 1, Math.Max(old.Most, nanos), nanos > old.Most ? trace : old.Trace);
                total += nanos;
            }
        }

        return new CriticalPathShares(
            traces.Count,
            total,
            [.. totals.Select(pair => new CriticalPathShare(pair.Key.Service, pair.Key.Name, pair.Value.Nanos, total == 0 ? 0 : Math.Round((double)pair.Value.Nanos / total, 6), pair.Value.Traces, pair.Value.Most, pair.Value.Trace.ToString()))
                .OrderByDescending(share => share.Nanos).ThenBy(share => share.Service, StringComparer.Ordinal).ThenBy(share => share.Name, StringComparer.Ordinal).Take(MaxOperations)]);
    }
}

/// <summary>An operation's part of the critical paths.</summary>
/// <param name="Nanos">Time of the paths that is its own, added up.</param>
/// <param name="Share">Of all paths together, 0 to 1.</param>
/// <param name="Traces">Traces on whose path it is.</param>
/// <param name="MostNanos">The most it has of one trace's path.</param>
/// <param name="MostTraceId">That trace.</param>
public sealed record CriticalPathShare(string Service, string Name, long Nanos, double Share, int Traces, long MostNanos, string MostTraceId);
