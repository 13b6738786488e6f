namespace Clew.Analysis.Reports;

/// <summary>Requests that have attributes in common and went wrong more often than the others: a partial outage.</summary>
public sealed record StratumReport
{
    /// <summary>"failing", "refused" (answered with a 4xx status) or "slow" (longer than the baseline's 95th percentile of the operation).</summary>
    public required string Outcome { get; init; }

    /// <summary>All of them hold; one or two.</summary>
    public required IReadOnlyList<StratumAttribute> Attributes { get; init; }

    /// <summary>Requests of the slice that went well.</summary>
    public required int Good { get; init; }

    /// <summary>Requests of the slice that went wrong.</summary>
    public required int Bad { get; init; }

    /// <summary>Share that went wrong in the slice, 0 to 1.</summary>
    public required double Ratio { get; init; }

    /// <summary>Share that went wrong in the same slice of the baseline; null when the baseline has too few of it.</summary>
    public double? RatioBaseline { get; init; }

    /// <summary>The ratio less that of the other requests.</summary>
    public required double RiskDifference { get; init; }

    /// <summary>Lower end of the 95 % interval of the risk difference.</summary>
    public required double Low { get; init; }

    /// <summary>Upper end of the 95 % interval of the risk difference.</summary>
    public required double High { get; init; }

    /// <summary>Share that goes wrong when the slice is taken away.</summary>
    public required double Remaining { get; init; }

    /// <summary>The rate of false discoveries at which it would just be believed, over all slices tried.</summary>
    public required double FalseDiscoveryRate { get; init; }

    /// <summary>Other conditions that select the same requests, in words.</summary>
    public IReadOnlyList<string> Folded { get; init; } = [];

    /// <summary>The above as a sentence.</summary>
    public required string Statement { get; init; }

    /// <summary>Requests that show it, hex, at most three.</summary>
    public IReadOnlyList<string> TraceIds { get; init; } = [];
}

/// <summary>One attribute of a slice.</summary>
/// <param name="Key">The attribute's key; "operation" for the name of the request's first span.</param>
/// <param name="Value">Its value; "≥ N" or "&lt; N" for numbers, "(missing)" for none.</param>
/// <param name="Service">Whose span or process carries it; null when it is the request's own.</param>
public sealed record StratumAttribute(string Key, string Value, string? Service = null);
