namespace Clew.Analysis.Sampling;

/// <summary>What policies would have kept of stored traces.</summary>
public sealed record SimulationReport
{
    public required SimulationCounts Total { get; init; }

    /// <summary>In the order of the file; the last two are the error guard and what no policy kept.</summary>
    public required IReadOnlyList<PolicyShare> Policies { get; init; }

    /// <summary>By service and name of the first span, the busiest first; beyond the limit all others are one entry without a name.</summary>
    public required IReadOnlyList<OperationShare> Operations { get; init; }

    /// <summary>What a reader must know to trust the figures.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>Counts of everything, and of what would be kept.</summary>
public sealed record SimulationCounts
{
    public long Traces { get; set; }

    public long KeptTraces { get; set; }

    public long Spans { get; set; }

    public long KeptSpans { get; set; }

    /// <summary>Before compression.</summary>
    public long Bytes { get; set; }

    public long KeptBytes { get; set; }

    /// <summary>Traces with an error among their spans.</summary>
    public long ErrorTraces { get; set; }

    public long KeptErrorTraces { get; set; }

    /// <summary>Traces among the slowest twentieth of their operation.</summary>
    public long SlowTraces { get; set; }

    public long KeptSlowTraces { get; set; }

    /// <summary>What the adjusted counts of the kept traces add up to: how many traces one would think there were.</summary>
    public double EstimatedTraces { get; set; }

    /// <summary>Share of the bytes that would not be kept, 0 to 1.</summary>
    public double SavedShare { get; set; }
}

/// <param name="Name">As in the file; <c>errors</c> for the error guard; empty for traces that no policy keeps.</param>
/// <param name="Type">The collector's word; <c>guard</c> and <c>none</c> for the two that are not in the file.</param>
/// <param name="Matched">Traces for which this policy said keep (a drop policy: throw away), alone or with others.</param>
/// <param name="Decided">Traces that were kept or dropped in its name.</param>
/// <param name="Spans">Of the traces it decided.</param>
/// <param name="Bytes">Of the traces it decided.</param>
public sealed record PolicyShare(string Name, string Type, long Matched, long Decided, long Spans, long Bytes);

/// <param name="Service">Of the span without a parent, or the first.</param>
public sealed record OperationShare(string Service, string Operation, SimulationCounts Counts);
