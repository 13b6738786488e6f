using Clew.Telemetry;

namespace Clew.Server.Api.Contracts;

/// <summary>Answer of <c>GET /api/logs</c> and of the logs of a trace or a span.</summary>
public sealed record LogList
{
    /// <summary>In the order asked for.</summary>
    public required IReadOnlyList<LogEntry> Logs { get; init; }

    /// <summary>Log records point here by index.</summary>
    public required IReadOnlyList<ResourceDetail> Resources { get; init; }

    /// <summary>Log records point here by index.</summary>
    public required IReadOnlyList<ScopeDetail> Scopes { get; init; }

    /// <summary>The limit that applied. As many records as this mean that there may be more.</summary>
    public required int Limit { get; init; }
}

/// <summary>A log record.</summary>
public sealed record LogEntry
{
    /// <summary>When it happened; when it was first seen if the source did not say.</summary>
    public required Timestamp Time { get; init; }

    /// <summary>When it was first seen, if the source said so.</summary>
    public Timestamp? ObservedTime { get; init; }

    public required string Service { get; init; }

    /// <summary>OTLP's severity number, 1 to 24; 0 when the source gave none.</summary>
    public required int Severity { get; init; }

    /// <summary>The source's own word, or OTLP's short name for the number (<c>WARN</c>, <c>ERROR2</c>); absent when there is neither.</summary>
    public string? SeverityText { get; init; }

    /// <summary>As text; JSON when the source sent an array or a map.</summary>
    public required string Body { get; init; }

    /// <summary>The type of the body: as for attributes.</summary>
    public required AttributeType BodyType { get; init; }

    public string? EventName { get; init; }

    /// <summary>What <c>GET /api/logs/templates</c> calls the template of its body: 16 hex digits; absent when it has none.</summary>
    public string? Template { get; init; }

    /// <summary>What <c>GET /api/errors</c> calls the error it tells of: 16 hex digits; absent when it tells of none.</summary>
    public string? Signature { get; init; }

    public TraceId? TraceId { get; init; }

    public SpanId? SpanId { get; init; }

    public uint Flags { get; init; }

    public required int ResourceIndex { get; init; }

    public required int ScopeIndex { get; init; }

    public required IReadOnlyList<ApiAttribute> Attributes { get; init; }

    public uint DroppedAttributesCount { get; init; }
}
