namespace Clew.Query.PromQL.Evaluation;

/// <summary>The moments at which an expression is evaluated, in the unit of the language: milliseconds in PromQL, nanoseconds in LogQL.</summary>
/// <param name="Start">The first one, since the Unix epoch.</param>
/// <param name="Interval">The time from one to the next; at least 1.</param>
/// <param name="Count">How many; at least 1.</param>
public readonly record struct StepGrid(long Start, long Interval, int Count)
{
    public long End => Start + (Interval * (Count - 1));

    public long TimeAt(int step) => Start + (Interval * step);

    public static StepGrid At(long time) => new(time, 1, 1);
}
