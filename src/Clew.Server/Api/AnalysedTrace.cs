using Clew.Analysis.Doctor;
using Clew.Analysis.Traces;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Server.Api;

/// <summary>A stored trace with what its tree tells.</summary>
/// <param name="Tree">Of the batch's rows.</param>
/// <param name="Places">From a row to the span's index in answers.</param>
/// <param name="SelfTimes">Nanoseconds by row.</param>
/// <param name="Corrections">Nanoseconds by row that the clocks around the trace were off.</param>
internal sealed record AnalysedTrace(TraceTree Tree, int[] Places, CriticalPath Path, long[] SelfTimes, long[] Corrections)
{
    /// <param name="batch">All spans of one trace, at least one.</param>
    /// <param name="clocks">Null for times as received.</param>
    public static AnalysedTrace Of(SpanBatch batch, ClockCorrections? clocks)
    {
        var corrections = Enumerable.Range(0, batch.Count).Select(row => clocks?.Of(batch.Resources[batch.ResourceIndexes[row]]) ?? 0).ToArray();
        var tree = TraceTree.Build(corrections.Select((correction, row) => Corrected(TraceSpan.FromBatch(batch, row), correction)));
        var places = new int[tree.Count];
        for (var place = 0; place < places.Length; place++)
        {
            places[tree.Order[place]] = place;
        }

        return new AnalysedTrace(tree, places, CriticalPath.Of(tree), SelfTime.Of(tree), corrections);
    }

    /// <summary>Spans whose parent has not arrived.</summary>
    public int OrphanCount => Enumerable.Range(0, Tree.Count).Count(row => (Tree.FlawsOf(row) & SpanFlaws.ParentMissing) != 0);

    /// <summary>Numbers of each service, by name.</summary>
    public TraceServiceTime[] Services(SpanBatch batch) =>
    [
        .. Enumerable.Range(0, Tree.Count).GroupBy(row => batch[row].Service, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new TraceServiceTime
            {
                Name = group.Key,
                SpanCount = group.Count(),
                ErrorCount = group.Count(row => batch[row].Status == SpanStatus.Error),
                SelfTimeNanos = group.Sum(row => SelfTimes[row]),
                CriticalPathNanos = group.Sum(Path.OwnTimeOf),
            }),
    ];

    private static TraceSpan Corrected(in TraceSpan span, long correction) =>
        correction == 0 ? span : span with { Start = TraceMapping.Shifted(new Timestamp(span.Start), correction).UnixNanoseconds };
}
