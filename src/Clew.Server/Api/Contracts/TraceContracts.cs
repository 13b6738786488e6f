using Clew.Telemetry;

namespace Clew.Server.Api.Contracts;

/// <summary>Answer of <c>GET /api/traces</c>: newest matching span first.</summary>
public sealed record TraceList
{
    public required IReadOnlyList<TraceEntry> Traces { get; init; }

    /// <summary>The limit that applied. As many traces as this mean that there may be more.</summary>
    public required int Limit { get; init; }
}

/// <summary>A trace in a list.</summary>
public sealed record TraceEntry
{
    public required TraceId TraceId { get; init; }

    /// <summary>Service of the span without a parent; of the earliest span when no such span has arrived.</summary>
    public required string RootService { get; init; }

    /// <summary>Name of that span.</summary>
    public required string RootName { get; init; }

    /// <summary>Start of the earliest span.</summary>
    public required Timestamp StartTime { get; init; }

    /// <summary>End of the last span.</summary>
    public required Timestamp EndTime { get; init; }

    public required long DurationNanos { get; init; }

    public required int SpanCount { get; init; }

    /// <summary>Spans with status error.</summary>
    public required int ErrorCount { get; init; }

    /// <summary>Spans whose parent has not arrived.</summary>
    public required int OrphanCount { get; init; }

    /// <summary>True when spans are known to be missing.</summary>
    public required bool Partial { get; init; }

    public required IReadOnlyList<TraceServiceEntry> Services { get; init; }
}

/// <summary>A service's part in a trace.</summary>
public sealed record TraceServiceEntry
{
    public required string Name { get; init; }

    public required int SpanCount { get; init; }

    public required int ErrorCount { get; init; }
}

/// <summary>Answer of <c>GET /api/traces/{traceId}</c>: the whole trace with what the tree of its spans tells.</summary>
public sealed record TraceDetail
{
    public required TraceId TraceId { get; init; }

    public required string RootService { get; init; }

    public required string RootName { get; init; }

    public required Timestamp StartTime { get; init; }

    public required Timestamp EndTime { get; init; }

    public required long DurationNanos { get; init; }

    public required int SpanCount { get; init; }

    public required int ErrorCount { get; init; }

    public required int OrphanCount { get; init; }

    /// <summary>True when spans are known to be missing.</summary>
    public required bool Partial { get; init; }

    /// <summary>True when times are adjusted for clocks that disagree, as asked with <c>adjusted=true</c>; absent for times as received.</summary>
    public bool? Adjusted { get; init; }

    /// <summary>Services by name, with the self time of their spans in this trace.</summary>
    public required IReadOnlyList<TraceServiceTime> Services { get; init; }

    /// <summary>What is odd about the trace (missing parents, parents in a circle, clock skew, …), one sentence each. Empty for a sound trace.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>
    /// The stretches of time that made the root span last as long as it did, in order of time, without gaps or overlaps: see
    /// <c>docs/api.md</c>. Spans are named by their index in <see cref="Spans"/>.
    /// </summary>
    public required IReadOnlyList<CriticalPathEntry> CriticalPath { get; init; }

    /// <summary>Spans point here by index.</summary>
    public required IReadOnlyList<ResourceDetail> Resources { get; init; }

    /// <summary>Spans point here by index.</summary>
    public required IReadOnlyList<ScopeDetail> Scopes { get; init; }

    /// <summary>In the order of a waterfall: every span before its children, children by start time.</summary>
    public required IReadOnlyList<SpanDetail> Spans { get; init; }
}

/// <summary>A service's part in a trace, with its time.</summary>
public sealed record TraceServiceTime
{
    public required string Name { get; init; }

    public required int SpanCount { get; init; }

    public required int ErrorCount { get; init; }

    /// <summary>Self time of the service's spans, added up.</summary>
    public required long SelfTimeNanos { get; init; }

    /// <summary>The service's share of the critical path.</summary>
    public required long CriticalPathNanos { get; init; }
}

/// <summary>A stretch of the critical path: during it the trace waited for this span's own work.</summary>
public sealed record CriticalPathEntry
{
    public required int SpanIndex { get; init; }

    public required Timestamp StartTime { get; init; }

    public required Timestamp EndTime { get; init; }

    public required long DurationNanos { get; init; }
}

/// <summary>A resource, once per trace or list of logs.</summary>
public sealed record ResourceDetail
{
    public required string Service { get; init; }

    public string? SchemaUrl { get; init; }

    public required IReadOnlyList<ApiAttribute> Attributes { get; init; }

    public uint DroppedAttributesCount { get; init; }
}

/// <summary>An instrumentation scope, once per trace or list of logs.</summary>
public sealed record ScopeDetail
{
    public required string Name { get; init; }

    public string? Version { get; init; }

    public string? SchemaUrl { get; init; }

    public required IReadOnlyList<ApiAttribute> Attributes { get; init; }

    public uint DroppedAttributesCount { get; init; }
}

/// <summary>A span with everything that was received of it and what the trace tells about it.</summary>
public sealed record SpanDetail
{
    public required SpanId SpanId { get; init; }

    /// <summary>Absent for a root.</summary>
    public SpanId? ParentSpanId { get; init; }

    public required string Service { get; init; }

    public required string Name { get; init; }

    public required SpanKind Kind { get; init; }

    public required Timestamp StartTime { get; init; }

    public required Timestamp EndTime { get; init; }

    /// <summary>End minus start; negative when the source's clock jumped.</summary>
    public required long DurationNanos { get; init; }

    public required SpanStatus Status { get; init; }

    public string? StatusMessage { get; init; }

    public string? TraceState { get; init; }

    /// <summary>OTLP's 32 flag bits.</summary>
    public uint Flags { get; init; }

    public required int ResourceIndex { get; init; }

    public required int ScopeIndex { get; init; }

    public required IReadOnlyList<ApiAttribute> Attributes { get; init; }

    public required IReadOnlyList<EventDetail> Events { get; init; }

    public required IReadOnlyList<LinkDetail> Links { get; init; }

    public uint DroppedAttributesCount { get; init; }

    public uint DroppedEventsCount { get; init; }

    public uint DroppedLinksCount { get; init; }

    public required SpanAnalysis Analysis { get; init; }
}

/// <summary>What the tree of the trace tells about a span.</summary>
public sealed record SpanAnalysis
{
    /// <summary>0 for roots and for spans whose parent is missing.</summary>
    public required int Depth { get; init; }

    /// <summary>Index of the parent in the trace's list of spans; absent when there is none.</summary>
    public int? ParentIndex { get; init; }

    public required int ChildCount { get; init; }

    /// <summary>The part of the span's time in which none of its children was running.</summary>
    public required long SelfTimeNanos { get; init; }

    /// <summary>How much of the critical path is this span's own.</summary>
    public required long CriticalPathNanos { get; init; }

    /// <summary>True when the critical path leads through this span, be it only to a child of it.</summary>
    public required bool OnCriticalPath { get; init; }

    /// <summary>The span names a parent that has not arrived.</summary>
    public required bool ParentMissing { get; init; }

    /// <summary>Another span before this one in the list has the same id.</summary>
    public required bool DuplicateId { get; init; }

    /// <summary>
    /// Nanoseconds to add to the span's times to make them fit its caller's clock; absent when nothing looks wrong. The times in the answer
    /// are as received; self time and critical path are computed with the correction.
    /// </summary>
    public long? ClockSkewNanos { get; init; }

    /// <summary>In an adjusted trace, the nanoseconds that were added to the span's times and its events'; absent for none.</summary>
    public long? AdjustedNanos { get; init; }

    /// <summary>The span failed and none of its children did: an error started here.</summary>
    public required bool ErrorOrigin { get; init; }
}

/// <summary>Something that happened during a span.</summary>
public sealed record EventDetail
{
    public required Timestamp Time { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<ApiAttribute> Attributes { get; init; }

    public uint DroppedAttributesCount { get; init; }
}

/// <summary>A span's reference to another span, often of another trace.</summary>
public sealed record LinkDetail
{
    public required TraceId TraceId { get; init; }

    public required SpanId SpanId { get; init; }

    public string? TraceState { get; init; }

    public uint Flags { get; init; }

    public required IReadOnlyList<ApiAttribute> Attributes { get; init; }

    public uint DroppedAttributesCount { get; init; }
}
