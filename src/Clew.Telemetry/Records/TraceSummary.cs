namespace Clew.Telemetry;

/// <summary>What a list of traces shows of each.</summary>
/// <param name="RootService">Service of the span without a parent (the earliest one); of the earliest span when no root has arrived.</param>
/// <param name="RootName">Name of that span.</param>
/// <param name="OrphanCount">Spans whose parent is not in the trace.</param>
/// <param name="Services">By name.</param>
public sealed record TraceSummary(
    TraceId TraceId,
    Timestamp Start,
    Timestamp End,
    string RootService,
    string RootName,
    int SpanCount,
    int ErrorCount,
    int OrphanCount,
    IReadOnlyList<TraceServiceSummary> Services)
{
    /// <summary>True when spans are known to be missing: a parent that never arrived, or no root.</summary>
    public bool IsPartial => OrphanCount > 0;
}

public sealed record TraceServiceSummary(string Service, int SpanCount, int ErrorCount);
