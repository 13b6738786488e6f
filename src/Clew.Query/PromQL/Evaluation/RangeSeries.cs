using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Histograms;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>One series of a range vector with floats and histograms apart, as range functions look at them. Stale markers are gone.</summary>
internal sealed class RangeSeries
{
    public required LabelSet Labels { get; init; }

    public bool DropName { get; init; }

    public required long[] FloatTimes { get; init; }

    public required double[] Floats { get; init; }

    /// <summary>When counting began for each float, 0 where that is not known; empty when it is known of none.</summary>
    public long[] FloatStarts { get; init; } = [];

    public required long[] HistogramTimes { get; init; }

    public required FloatHistogram[] Histograms { get; init; }

    public long[] HistogramStarts { get; init; } = [];

    public static RangeSeries From(SampledSeries series, bool startTimes)
    {
        var floats = new List<int>(series.Times.Length);
        var histograms = new List<int>();
        for (var i = 0; i < series.Times.Length; i++)
        {
            if (series.Histograms?[i] is not null)
            {
                histograms.Add(i);
            }
            else if (!StaleMarker.Is(series.Values[i]))
            {
                floats.Add(i);
            }
        }

        var starts = startTimes ? series.StartTimes : null;
        return new RangeSeries
        {
            Labels = series.Labels,
            FloatTimes = [.. floats.Select(i => series.Times[i])],
            Floats = [.. floats.Select(i => series.Values[i])],
            FloatStarts = starts is null ? [] : [.. floats.Select(i => starts[i])],
            HistogramTimes = [.. histograms.Select(i => series.Times[i])],
            Histograms = [.. histograms.Select(i => series.Histograms![i]!)],
            HistogramStarts = starts is null ? [] : [.. histograms.Select(i => starts[i])],
        };
    }

    /// <summary>
    /// The samples of a column. What their hints say of their predecessors holds no longer: between two steps of a subquery samples may be left out or come
    /// twice.
    /// </summary>
    public static RangeSeries From(SeriesColumn column, StepGrid grid)
    {
        var floats = new List<int>();
        var histograms = new List<int>();
        for (var step = 0; step < column.Steps; step++)
        {
            if (column.HistogramAt(step) is not null)
            {
                histograms.Add(step);
            }
            else if (column.HasFloat(step))
            {
                floats.Add(step);
            }
        }

        static FloatHistogram Unhinted(FloatHistogram histogram) => histogram.Hint is CounterResetHint.Reset or CounterResetHint.NotReset
            ? histogram with { Hint = CounterResetHint.Unknown }
            : histogram;
        return new RangeSeries
        {
            Labels = column.Labels,
            DropName = column.DropName,
            FloatTimes = [.. floats.Select(grid.TimeAt)],
            Floats = [.. floats.Select(step => column.Floats[step])],
            HistogramTimes = [.. histograms.Select(grid.TimeAt)],
            Histograms = [.. histograms.Select(step => Unhinted(column.HistogramAt(step)!))],
        };
    }
}

/// <summary>A range vector: its series and where the range of each step lies.</summary>
/// <param name="Ends">The end of the range for each step, in milliseconds since the Unix epoch; it belongs to the range.</param>
/// <param name="Length">Milliseconds from the start of the range, which does not belong to it, to the end.</param>
internal sealed record RangeVector(List<RangeSeries> Series, long[] Ends, long Length, Syntax.EdgeMode Edges);
