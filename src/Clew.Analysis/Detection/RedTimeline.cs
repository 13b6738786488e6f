namespace Clew.Analysis.Detection;

/// <summary>Requests of one operation in one step of time.</summary>
/// <param name="Count">Requests that began in it.</param>
/// <param name="Errors">Those with status error.</param>
/// <param name="P50">Median duration in nanoseconds; 0 when there was no request.</param>
/// <param name="P95">95th percentile, likewise.</param>
public readonly record struct RedStep(long Count, long Errors, double P50, double P95);

/// <summary>Rate, errors and duration of one operation over time.</summary>
/// <param name="IsEntry">Requests come from outside: their spans are roots.</param>
/// <param name="Steps">One for each step of the timeline at least; a step without requests has a count of 0.</param>
public sealed record RedSeries(string Service, string Operation, bool IsEntry, IReadOnlyList<RedStep> Steps);

/// <summary>What the detector looks at: all operations that serve requests, in steps of equal length.</summary>
/// <param name="Start">Begin of the first step, nanoseconds since the Unix epoch.</param>
/// <param name="StepLength">Nanoseconds.</param>
/// <param name="Steps">How many.</param>
public sealed record RedTimeline(long Start, long StepLength, int Steps, IReadOnlyList<RedSeries> Series)
{
    /// <summary>Begin of a step, nanoseconds since the Unix epoch.</summary>
    public long TimeOf(int step) => Start + (step * StepLength);
}
