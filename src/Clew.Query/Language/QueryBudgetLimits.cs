namespace Clew.Query.Language;

/// <summary>
/// What one query in any of the languages may use up, so that no question takes the store or the process from the others. Each is in the error of the
/// query that meets it.
/// </summary>
public sealed record QueryBudgetLimits
{
    /// <summary>Characters of a regular expression. Its automaton is larger by far. Longer ones are parse errors.</summary>
    public const int PatternLength = 10_000;

    /// <summary>Characters of a query. Longer ones are parse errors; what people write has a few thousand at most.</summary>
    public const int QueryLength = 100_000;

    /// <summary>Expressions within expressions. Deeper ones are parse errors: parser and evaluation go down with them and have a stack that ends.</summary>
    public const int Nesting = 200;

    /// <summary>How long a query may take in all. Then it stops with an error that names this limit.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Steps of a range query. Prometheus and its clients know 11,000: a point for each pixel of a wide screen. More are refused.</summary>
    public int Steps { get; init; } = 11_000;

    /// <summary>Series that one selector of a query may select. Each costs about a kilobyte while its labels are matched. More are an error.</summary>
    public int Series { get; init; } = 200_000;

    /// <summary>
    /// Values that a query may hold, read and computed ones together, about 16 bytes each; histograms count by their buckets. Beyond it the query stops.
    /// </summary>
    public long Samples { get; init; } = 50_000_000;

    /// <summary>Log lines that a query may read, those included that its filters let fall. Beyond it the query stops; narrower selectors read fewer.</summary>
    public long Entries { get; init; } = 200_000_000;

    /// <summary>Bytes of text that a query may hold for its answer: log lines with what was taken out of them. Beyond it the query stops.</summary>
    public long TextBytes { get; init; } = 256L << 20;
}
