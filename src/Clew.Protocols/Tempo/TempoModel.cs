namespace Clew.Protocols.Tempo;

/// <summary>A label or attribute and its value, OTLP's KeyValue.</summary>
public readonly record struct TempoLabel(string Key, TempoValue Value);

/// <summary>A value of one of the types that Tempo's answers have.</summary>
public readonly record struct TempoValue
{
    private TempoValue(TempoValueType type, string text, long whole, double number, IReadOnlyList<TempoValue>? items = null)
    {
        Items = items ?? [];
        Type = type;
        Text = text;
        Whole = whole;
        Number = number;
    }

    public TempoValueType Type { get; }

    public string Text { get; }

    /// <summary>A whole number, and 1 for true.</summary>
    public long Whole { get; }

    public double Number { get; }

    /// <summary>The elements of an array.</summary>
    public IReadOnlyList<TempoValue> Items { get; }

    public static TempoValue Of(IReadOnlyList<TempoValue> items) => new(TempoValueType.Many, string.Empty, 0, 0, items);

    public static TempoValue Of(string text) => new(TempoValueType.Text, text, 0, 0);

    public static TempoValue Of(long whole) => new(TempoValueType.Whole, string.Empty, whole, 0);

    public static TempoValue Of(double number) => new(TempoValueType.Number, string.Empty, 0, number);

    public static TempoValue Of(bool truth) => new(TempoValueType.Truth, string.Empty, truth ? 1 : 0, 0);
}

public enum TempoValueType
{
    Text,
    Whole,
    Number,
    Truth,

    /// <summary>An array.</summary>
    Many,
}

/// <summary>A trace that a search found, <c>tempopb.TraceSearchMetadata</c>.</summary>
/// <param name="StartNanoseconds">Since the Unix epoch.</param>
/// <param name="DurationMilliseconds">Rounded down.</param>
/// <param name="Sets">Spans that matched; none when the search was by tags.</param>
/// <param name="Services">How many spans each service has, and how many of them failed, by name.</param>
public sealed record TempoTrace(
    string Id, string RootService, string RootName, long StartNanoseconds, uint DurationMilliseconds, IReadOnlyList<TempoSpanSet> Sets, IReadOnlyList<(string Name, int Spans, int Errors)> Services);

/// <param name="Spans">The first of them.</param>
/// <param name="Matched">How many there are.</param>
/// <param name="Attributes">What the set was grouped by and tested with.</param>
public sealed record TempoSpanSet(IReadOnlyList<TempoSpan> Spans, int Matched, IReadOnlyList<TempoLabel> Attributes);

/// <param name="Name">Null when the query does not show it.</param>
/// <param name="StartNanoseconds">Since the Unix epoch.</param>
public sealed record TempoSpan(string Id, string? Name, long StartNanoseconds, long DurationNanoseconds, IReadOnlyList<TempoLabel> Attributes);

/// <summary>A series of a metrics query. Of an instant query it has one sample, whose time is not said.</summary>
/// <param name="Samples">By time, in milliseconds since the Unix epoch.</param>
public sealed record TempoSeries(IReadOnlyList<TempoLabel> Labels, IReadOnlyList<(long Milliseconds, double Value)> Samples, IReadOnlyList<TempoExemplar> Exemplars);

/// <param name="Milliseconds">Since the Unix epoch.</param>
public sealed record TempoExemplar(IReadOnlyList<TempoLabel> Labels, double Value, long Milliseconds);

/// <summary>How much work an answer was, as far as it has come.</summary>
/// <param name="InspectedTraces">Traces that were evaluated.</param>
/// <param name="IsComplete">False while there may be more than was found.</param>
public sealed record TempoWork(int InspectedTraces, bool IsComplete)
{
    /// <summary>Jobs are Tempo's measure of progress: one that is done, of one or of an unknown number more.</summary>
    public const int CompletedJobs = 1;

    /// <summary>See <see cref="CompletedJobs"/>.</summary>
    public int TotalJobs => IsComplete ? 1 : 2;
}
