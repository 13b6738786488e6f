using Clew.Telemetry;

namespace Clew.Server.Api.Contracts;

/// <summary>
/// A trace without attributes, events and links, by columns: what a waterfall of 100,000 spans needs. A span is an index into the columns, in the
/// order of <see cref="TraceDetail.Spans"/>.
/// </summary>
public sealed record TraceOutline
{
    /// <summary>As in <see cref="TraceDetail"/>, like the members up to <see cref="CriticalPath"/>.</summary>
    public required TraceId TraceId { get; init; }

    public required string RootService { get; init; }

    public required string RootName { get; init; }

    /// <summary>Of the earliest span; column times count from here.</summary>
    public required Timestamp StartTime { get; init; }

    public required Timestamp EndTime { get; init; }

    public required long DurationNanos { get; init; }

    public required int SpanCount { get; init; }

    public required int ErrorCount { get; init; }

    public required int OrphanCount { get; init; }

    public required bool Partial { get; init; }

    public bool? Adjusted { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    public required IReadOnlyList<CriticalPathEntry> CriticalPath { get; init; }

    /// <summary>Services, by which spans name theirs.</summary>
    public required IReadOnlyList<TraceServiceTime> Services { get; init; }

    /// <summary>Span names, by which spans name theirs.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Peers that clients named and that sent no span below (a database, somebody else's API), by which spans name theirs.</summary>
    public required IReadOnlyList<string> Peers { get; init; }

    public required SpanColumns Spans { get; init; }
}

/// <summary>One list per property, all of the same length.</summary>
public sealed record SpanColumns
{
    /// <summary>16 hex digits each.</summary>
    public required IReadOnlyList<SpanId> Id { get; init; }

    /// <summary>Index of the parent; -1 without one in the trace.</summary>
    public required IReadOnlyList<int> Parent { get; init; }

    public required IReadOnlyList<int> Service { get; init; }

    public required IReadOnlyList<int> Name { get; init; }

    /// <summary>Index into peers; -1 for none.</summary>
    public required IReadOnlyList<int> Peer { get; init; }

    /// <summary>OTLP's numbers.</summary>
    public required IReadOnlyList<int> Kind { get; init; }

    /// <summary>OTLP's numbers.</summary>
    public required IReadOnlyList<int> Status { get; init; }

    /// <summary>Nanoseconds after the trace's start.</summary>
    public required IReadOnlyList<long> Start { get; init; }

    /// <summary>Nanoseconds.</summary>
    public required IReadOnlyList<long> Duration { get; init; }

    /// <summary>Nanoseconds during which no child was running.</summary>
    public required IReadOnlyList<long> Self { get; init; }

    /// <summary>Nanoseconds of the critical path that are the span's own.</summary>
    public required IReadOnlyList<long> Critical { get; init; }

    /// <summary>Sum of: 1 on the critical path, 2 parent missing, 4 id shared with an earlier span, 8 an error starts here, 16 clock skew.</summary>
    public required IReadOnlyList<int> Flags { get; init; }
}

/// <summary>The spans of one id with all that is stored of them; more than one when a sender used the id twice.</summary>
public sealed record SpanList
{
    public required IReadOnlyList<SpanDetail> Spans { get; init; }

    public required IReadOnlyList<ResourceDetail> Resources { get; init; }

    public required IReadOnlyList<ScopeDetail> Scopes { get; init; }
}
