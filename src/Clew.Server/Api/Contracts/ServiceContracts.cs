using Clew.Telemetry;

namespace Clew.Server.Api.Contracts;

/// <summary>Answer of <c>GET /api/services</c>, by name.</summary>
public sealed record ServiceList
{
    public required IReadOnlyList<ServiceEntry> Services { get; init; }
}

/// <summary>A service and how much of it was seen in the time asked about.</summary>
public sealed record ServiceEntry
{
    public required string Name { get; init; }

    public required long SpanCount { get; init; }

    /// <summary>Spans with status error.</summary>
    public required long ErrorCount { get; init; }

    public required long LogCount { get; init; }
}

/// <summary>Answer of <c>GET /api/services/{service}/operations</c>, by name and kind.</summary>
public sealed record OperationList
{
    public required string Service { get; init; }

    public required IReadOnlyList<OperationEntry> Operations { get; init; }
}

/// <summary>A span name and kind of a service, with rate, errors and duration.</summary>
public sealed record OperationEntry
{
    public required string Name { get; init; }

    public required SpanKind Kind { get; init; }

    public required long SpanCount { get; init; }

    public required long ErrorCount { get; init; }

    public required long P50DurationNanos { get; init; }

    public required long P95DurationNanos { get; init; }

    public required long P99DurationNanos { get; init; }
}

/// <summary>Answer of <c>GET /api/dependencies</c>, by caller and callee.</summary>
public sealed record DependencyList
{
    public required Timestamp StartTime { get; init; }

    public required Timestamp EndTime { get; init; }

    public required IReadOnlyList<DependencyEntry> Dependencies { get; init; }
}

/// <summary>Calls from one service to another.</summary>
public sealed record DependencyEntry
{
    public required string Caller { get; init; }

    public required string Callee { get; init; }

    public required long CallCount { get; init; }

    /// <summary>Calls whose span at the callee has status error.</summary>
    public required long ErrorCount { get; init; }
}
