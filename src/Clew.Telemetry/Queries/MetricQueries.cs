namespace Clew.Telemetry;

/// <summary>Which metrics.</summary>
public sealed record MetricQuery(Tenant Tenant)
{
    /// <summary>Only metrics with one of these names, or with one of <see cref="FirstWords"/>; null for all.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Beside <see cref="Names"/>: metrics whose name has one of these as its first word. A word is made of ASCII letters, digits and colons.</summary>
    public IReadOnlyList<string> FirstWords { get; init; } = [];

    /// <summary>Only metrics with points in this time; null for all.</summary>
    public TimeRange? Active { get; init; }
}

/// <summary>A metric as it is stored.</summary>
/// <param name="Type">
/// What the metadata entry <c>prometheus.type</c> says, for metrics that came with Prometheus's names and labels; empty for those of OpenTelemetry.
/// </param>
/// <param name="Buckets">What the metadata entry <c>prometheus.buckets</c> says; mostly empty.</param>
/// <param name="Description">One of them, where series differ.</param>
/// <param name="Series">About how many series there are.</param>
public sealed record StoredMetric(string Name, string Unit, MetricKind Kind, Temporality Temporality, bool IsMonotonic, string Type, string Buckets, string Description, long Series);

/// <summary>Which series.</summary>
/// <param name="Names">Names of metrics as they are stored; null for all.</param>
/// <param name="Limit">At most this many.</param>
public sealed record SeriesQuery(Tenant Tenant, IReadOnlyList<string>? Names, int Limit)
{
    /// <summary>Names that one question names at most, so that its statement stays within what the engine reads.</summary>
    public const int MostNames = 1_000;


    /// <summary>Conditions on attributes; all of them hold.</summary>
    public IReadOnlyList<LabelCondition> Labels { get; init; } = [];

    /// <summary>Only series of these services and of services without a name; null for all.</summary>
    public IReadOnlyList<string>? Services { get; init; }

    /// <summary>Only series whose resource has one of these as <c>service.instance.id</c>, and those with an attribute <c>instance</c>; null for all.</summary>
    public IReadOnlyList<string>? Instances { get; init; }

    /// <summary>Only series with points in this time; null for all.</summary>
    public TimeRange? Active { get; init; }
}

public enum LabelTest
{
    /// <summary>The value is one of several.</summary>
    OneOf,
    NoneOf,

    /// <summary>The whole value matches one RE2 pattern, whose dot matches line ends too.</summary>
    Matches,
    NotMatches,
}

/// <summary>
/// A condition on the attribute of a series that is called <paramref name="Name"/>, or is called so when everything but ASCII letters, digits and underscores
/// becomes an underscore. A series without it has the empty value; a series with several such attributes fulfils every condition.
/// </summary>
public sealed record LabelCondition(string Name, LabelTest Test, IReadOnlyList<string> Values);

/// <summary>Which points of which series.</summary>
/// <param name="Kind">The kind of all these series; gauges and sums have the same kind of points.</param>
/// <param name="Series">Fingerprints, no two the same.</param>
/// <param name="Limit">At most this many points.</param>
public sealed record PointQuery(Tenant Tenant, MetricKind Kind, IReadOnlyList<ulong> Series, TimeRange Range, int Limit)
{
    /// <summary>Whether start times are read.</summary>
    public bool HasStartTimes { get; init; }
}
