using System.Text.Json.Serialization;

namespace Clew.Analysis.Differences;

/// <summary>Two traces side by side: their trees aligned, and what differs.</summary>
public sealed record TraceDiff
{
    public required DiffedTrace A { get; init; }

    public required DiffedTrace B { get; init; }

    /// <summary>The aligned tree from its root down, each span before its children.</summary>
    public required IReadOnlyList<DiffedSpan> Spans { get; init; }

    /// <summary>Rows that were left out because there are too many.</summary>
    public int MoreSpans { get; init; }

    /// <summary>Where the time went: self time by service and operation, the largest difference first.</summary>
    public required IReadOnlyList<SelfTimeChange> SelfTimes { get; init; }

    /// <summary>What matters most, in sentences; empty when nothing differs that matters.</summary>
    public required IReadOnlyList<string> Findings { get; init; }
}

/// <summary>One of the two.</summary>
/// <param name="DurationNanos">Of the main root.</param>
public sealed record DiffedTrace(string TraceId, string RootService, string RootName, long DurationNanos, int SpanCount, int ErrorCount);

/// <summary>A span of both traces, or of one; like siblings that only one trace has are one row with a count.</summary>
public sealed record DiffedSpan
{
    public required int Depth { get; init; }

    public required SpanFate Fate { get; init; }

    public required string Service { get; init; }

    public required string Name { get; init; }

    /// <summary>How many like siblings the row stands for.</summary>
    public int Count { get; init; } = 1;

    public SpanSide? A { get; init; }

    public SpanSide? B { get; init; }

    /// <summary>Attributes that differ, by key.</summary>
    public IReadOnlyList<AttributeDifference> Attributes { get; init; } = [];
}

/// <summary>A span in one of the traces.</summary>
/// <param name="DurationNanos">Never negative; of several, added up.</param>
/// <param name="SelfTimeNanos">Time in which no child ran; of several, added up.</param>
/// <param name="IsError">Its status is error.</param>
public sealed record SpanSide(string SpanId, long DurationNanos, long SelfTimeNanos, bool IsError);

/// <param name="A">Null when the first trace's span has none.</param>
/// <param name="B">Null when the second trace's span has none.</param>
public sealed record AttributeDifference(string Key, string? A, string? B);

/// <summary>Self time of an operation, all of its spans added up.</summary>
public sealed record SelfTimeChange(string Service, string Name, long ANanos, long BNanos, int ACount, int BCount)
{
    public long DifferenceNanos => BNanos - ANanos;
}

/// <summary>In the JSON in lower case.</summary>
[JsonConverter(typeof(SpanFateConverter))]
public enum SpanFate
{
    /// <summary>In both, and alike.</summary>
    Same,

    /// <summary>In both; duration, status or attributes differ.</summary>
    Changed,

    /// <summary>Only in the first.</summary>
    Removed,

    /// <summary>Only in the second.</summary>
    Added,
}

/// <summary>Writes <see cref="SpanFate"/> in lower case.</summary>
public sealed class SpanFateConverter() : JsonStringEnumConverter<SpanFate>(System.Text.Json.JsonNamingPolicy.KebabCaseLower);
