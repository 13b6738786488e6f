namespace Clew.Telemetry;

/// <summary>What an investigation found, as it is remembered.</summary>
public sealed record PastInvestigation
{
    /// <summary>16 hex digits, made of the report: the same report again is the same investigation.</summary>
    public required string Id { get; init; }

    /// <summary>Begin of its window.</summary>
    public required Timestamp Start { get; init; }

    /// <summary>End of its window.</summary>
    public required Timestamp End { get; init; }

    /// <summary>When it was made.</summary>
    public required Timestamp Written { get; init; }

    /// <summary>The report's verdict, as its JSON has it.</summary>
    public required string Verdict { get; init; }

    /// <summary>The first cause's service; empty when there is none.</summary>
    public string Service { get; init; } = "";

    /// <summary>The first cause's kind, as the report's JSON has it; empty when there is none.</summary>
    public string Kind { get; init; } = "";

    /// <summary>One sentence.</summary>
    public required string Headline { get; init; }

    /// <summary>By what it is recognised: words such as <c>kind:slow-code</c>, one a line.</summary>
    public required string Features { get; init; }

    /// <summary>The report as JSON; empty in lists.</summary>
    public string Report { get; init; } = "";
}
