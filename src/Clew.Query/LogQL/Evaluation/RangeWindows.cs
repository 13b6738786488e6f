using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Evaluation;

namespace Clew.Query.LogQL.Evaluation;

/// <summary>The stretches of time that a range aggregation looks at, one for each step: each without its beginning and with its end. In nanoseconds.</summary>
internal readonly struct RangeWindows(StepGrid grid, LogQlRange range)
{
    public StepGrid Grid { get; } = grid;

    public long Length => range.Length;

    public double Seconds => range.Length / 1_000_000_000.0;

    /// <summary>Where the first one begins; a line exactly there is in none.</summary>
    public long From => Grid.Start - range.Offset - range.Length;

    /// <summary>Where the last one ends; a line exactly there is in it.</summary>
    public long To => Grid.End - range.Offset;

    /// <summary>The end of a step's stretch.</summary>
    public long EndOf(int step) => Grid.TimeAt(step) - range.Offset;

    /// <summary>The steps whose stretches hold a moment: from the first to the last, none when the first is behind the last.</summary>
    public (int First, int Last) StepsWith(long time)
    {
        var sinceStart = time + range.Offset - Grid.Start;
        var first = sinceStart <= 0 ? 0 : ((sinceStart - 1) / Grid.Interval) + 1;
        var last = Math.Min((sinceStart + range.Length - 1) / Grid.Interval, Grid.Count - 1);
        return sinceStart + range.Length - 1 < 0 ? (0, -1) : ((int)Math.Min(first, int.MaxValue), (int)last);
    }
}
