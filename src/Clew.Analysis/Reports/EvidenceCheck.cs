using System.Text.Json.Serialization;

namespace Clew.Analysis.Reports;

/// <summary>An evidence item's query for a machine: <c>GET api?parameters</c> on any Clew server that holds the data, and what it answered when the report was written.</summary>
public sealed record EvidenceCheck
{
    /// <summary>Path of the native API, such as <c>/api/traces</c>.</summary>
    public required string Api { get; init; }

    /// <summary>Its parameters by name, names in ordinal order; times are absolute, so that the question means the same tomorrow.</summary>
    public required IReadOnlyList<CheckParameter> Parameters { get; init; }

    /// <summary>What was found at the time; absent where the store was not asked, because a limit was met or the world came from a file.</summary>
    public EvidenceFigures? Expect { get; init; }
}

/// <summary>One parameter of a check; one that repeats stands there repeatedly.</summary>
public sealed record CheckParameter(string Name, string Value);

/// <summary>What a check found, in numbers.</summary>
public sealed record EvidenceFigures
{
    /// <summary>What was counted: <c>spans</c>, <c>log records</c>, <c>events</c>, <c>objects</c>, <c>changes</c>, <c>alerts</c>, <c>calls</c>, <c>rows</c>.</summary>
    public required string Of { get; init; }

    /// <summary>How many; exact for spans and log records, of other things no more than the answer's limit.</summary>
    public required long Count { get; init; }

    /// <summary>Of spans: how many failed.</summary>
    public long? Errors { get; init; }

    /// <summary>Of spans: the 95th percentile of their duration, seconds. Estimated by the store.</summary>
    public double? DurationP95 { get; init; }

    /// <summary>Of a query for metrics: the largest value at its end, in the metric's unit.</summary>
    public double? Value { get; init; }
}

/// <summary>The answer of <c>POST /api/investigations/verify</c>: a report's evidence, looked up again.</summary>
public sealed record Verification
{
    /// <summary>The worst of the items.</summary>
    public required EvidenceOutcome Outcome { get; init; }

    /// <summary>One for each piece of evidence, in the report's order.</summary>
    public required IReadOnlyList<VerifiedEvidence> Items { get; init; }
}

/// <summary>How one piece of evidence fared.</summary>
public sealed record VerifiedEvidence
{
    /// <summary>The id in the report.</summary>
    public required string Id { get; init; }

    /// <summary>The finding, as the report says it.</summary>
    public required string Statement { get; init; }

    /// <summary>The command for people, when there is one.</summary>
    public string? Query { get; init; }

    public required EvidenceOutcome Outcome { get; init; }

    /// <summary>The figures before and after in words, or why nothing could be looked up.</summary>
    public required string Detail { get; init; }

    /// <summary>What the report says was found.</summary>
    public EvidenceFigures? Expected { get; init; }

    /// <summary>What is found now.</summary>
    public EvidenceFigures? Actual { get; init; }
}

/// <summary>What became of a piece of evidence, from best to worst. In the JSON as kebab-case words.</summary>
[JsonConverter(typeof(EvidenceOutcomeConverter))]
public enum EvidenceOutcome
{
    /// <summary>The same figures are found.</summary>
    Same,

    /// <summary>It has no query, or one that this server cannot run.</summary>
    NotChecked,

    /// <summary>Something is found, and other figures than then: late telemetry came, or a part was removed.</summary>
    Changed,

    /// <summary>Nothing is found any more: its time was removed by retention, or this is another server.</summary>
    Gone,
}

/// <summary>Writes <see cref="EvidenceOutcome"/> in kebab-case.</summary>
public sealed class EvidenceOutcomeConverter() : JsonStringEnumConverter<EvidenceOutcome>(System.Text.Json.JsonNamingPolicy.KebabCaseLower);
