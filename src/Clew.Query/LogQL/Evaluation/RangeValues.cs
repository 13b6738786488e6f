using Clew.Query.PromQL.Data;

namespace Clew.Query.LogQL.Evaluation;

/// <summary>What is known of the lines of a range aggregation, series by series. Lines come in the order of time.</summary>
internal abstract class RangeValues
{
    /// <summary>Takes a line that is in some stretch.</summary>
    /// <param name="series">The number of the series: at most one more than any before.</param>
    /// <param name="time">Nanoseconds since the Unix epoch.</param>
    /// <param name="value">What the line counts: 1, its bytes, or the unwrapped value.</param>
    /// <param name="lines">How many lines it stands for.</param>
    public abstract void Add(int series, long time, double value, long lines);

    /// <summary>The vector over all steps.</summary>
    public abstract List<SeriesColumn> Columns(IReadOnlyList<LabelSet> labels);
}
