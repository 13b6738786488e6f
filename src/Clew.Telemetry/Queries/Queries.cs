namespace Clew.Telemetry;

/// <summary>Which traces. The range is about the matching span's start.</summary>
/// <param name="Limit">At most this many traces.</param>
public sealed record TraceQuery(Tenant Tenant, TimeRange Range, Predicate? Where, int Limit);

/// <summary>Which records, in which order, and how many.</summary>
/// <param name="Limit">At most this many records; the first ones in the order asked for.</param>
public sealed record RecordQuery(Tenant Tenant, TimeRange Range, Predicate? Where, int Limit, TimeOrder Order = TimeOrder.NewestFirst)
{
    /// <summary>What of each record is wanted; parts left out come back empty and are not read from disk.</summary>
    public RecordParts Parts { get; init; } = RecordParts.All;

    /// <summary>Keeps one trace in this many, whole traces, chosen by trace id alone; those kept for a larger number are among those kept for a smaller one. Of log records without a trace one in as many, by their time. 1 keeps all.</summary>
    public int OneTraceIn { get; init; } = 1;
}

/// <summary>Whose attributes: those of spans or logs in this time that fulfil a condition.</summary>
/// <param name="Limit">At most this many names of each place, or values.</param>
public sealed record AttributeQuery(Tenant Tenant, Dataset From, TimeRange Range, Predicate? Where, int Limit);

/// <summary>Parts of a record beyond its fixed fields, resource and scope.</summary>
[Flags]
public enum RecordParts
{
    /// <summary>Only the fixed fields, the resource and the scope.</summary>
    Core = 0,
    Attributes = 1,
    Events = 2,
    Links = 4,
    All = Attributes | Events | Links,
}

public enum TimeOrder
{
    NewestFirst,
    OldestFirst,
}

/// <summary>Kinds of records a plan reads.</summary>
public enum Dataset
{
    Spans,
    Logs,

    /// <summary>Number points (gauges and sums) joined with their series.</summary>
    NumberPoints,
}

/// <summary>
/// What to compute over records, independent of any query language and engine: filter, group, aggregate. One row per group.
/// </summary>
public sealed record ReadPlan(Tenant Tenant, Dataset From, TimeRange Range)
{
    public Predicate? Where { get; init; }

    /// <summary>Group keys; each becomes a text column of the answer.</summary>
    public IReadOnlyList<Field> GroupBy { get; init; } = [];

    /// <summary>Adds a group key <c>bucket</c>: the start of the time step the record falls into, in nanoseconds (a column of longs).</summary>
    public TimeSpan? Step { get; init; }

    /// <summary>A moment at which a time step begins; no record of the range is earlier. The Unix epoch when it is not said.</summary>
    public Timestamp Origin { get; init; }

    public IReadOnlyList<Aggregate> Aggregates { get; init; } = [];

    /// <summary>
    /// Counts every attribute of a record for itself, those without a value excepted. Groups are then the attributes' names, as text column <c>key</c>, and with <see cref="AttributeExpansion.Values"/>
    /// their types (<see cref="AttributeType"/>'s letter) and values, <c>type</c> and <c>value</c>. Goes with a step and the one aggregate <see cref="AggregateFunction.Count"/>, not with <see cref="GroupBy"/>.
    /// <see cref="AttributeExpansion.ValuesAndKeys"/> goes with several aggregates <see cref="AggregateFunction.CountIf"/> and without a step.
    /// </summary>
    public AttributeExpansion Each { get; init; }

    /// <summary>With values: of each name only so many, those that most records have over all steps.</summary>
    public int ValuesOfKey { get; init; } = 10;

    /// <summary>As <see cref="RecordQuery.OneTraceIn"/>. Counts are of what was kept.</summary>
    public int OneTraceIn { get; init; } = 1;

    /// <summary>At most this many groups, those with the largest first aggregate.</summary>
    public int Limit { get; init; } = 10_000;
}

/// <summary>Whether a plan counts records, or the attributes they have.</summary>
public enum AttributeExpansion
{
    None,
    Keys,
    Values,

    /// <summary>
    /// Reads the records once for several counts: for each of them the most frequent values of each name, and, in a row whose type and value are empty, how many attributes of the name there
    /// are. A row counts for one aggregate, the others are 0 in it.
    /// </summary>
    ValuesAndKeys,
}

public enum AggregateFunction
{
    /// <summary>Rows; no field.</summary>
    Count,

    /// <summary>Rows that fulfil <see cref="Aggregate.If"/>.</summary>
    CountIf,
    Sum,
    Min,
    Max,
    Average,

    /// <summary>Estimated by t-digest; <see cref="Aggregate.Level"/> from 0 to 1.</summary>
    Quantile,

    /// <summary>Estimated number of different values.</summary>
    Distinct,

    /// <summary>Any value of the field, as text.</summary>
    Any,
}

/// <param name="Name">Column name in the answer.</param>
public sealed record Aggregate(AggregateFunction Function, string Name, Field? Of = null, double Level = 0, Predicate? If = null)
{
    public static Aggregate Count(string name = "count") => new(AggregateFunction.Count, name);
}
