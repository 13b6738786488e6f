namespace Clew.Query.PromQL.Evaluation;

/// <summary>The moments at which an expression is evaluated.</summary>
/// <param name="Start">The first one, in milliseconds since the Unix epoch.</param>
/// <param name="Interval">Milliseconds from one to the next; at least 1.</param>
/// <param name="Count">How many; at least 1.</param>
public readonly record struct StepGrid(long Start, long Interval, int Count)
{
    public long End => Start + (Interval * (Count - 1));

    public long TimeAt(int step) => Start + (Interval * step);

    public static StepGrid At(long time) => new(time, 1, 1);
}
