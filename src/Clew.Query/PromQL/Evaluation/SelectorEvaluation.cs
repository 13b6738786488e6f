using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>Selectors over all steps at once.</summary>
internal static class SelectorEvaluation
{
    /// <summary>What of the sample found is the value.</summary>
    public enum Take
    {
        Value,

        /// <summary>Its time in seconds.</summary>
        Time,

        /// <summary>When counting began for it, in seconds; 0 where that is not known.</summary>
        StartTime,
    }

    /// <summary>The last sample of each series at each step that is not older than the look-back.</summary>
    public static List<SeriesColumn> Instant(VectorSelector selector, StepGrid grid, EvaluationContext context, Take take = Take.Value)
    {
        var references = context.References(selector.Modifiers, grid);
        var columns = new List<SeriesColumn>();
        foreach (var series in context.Loaded[selector])
        {
            context.Budget.Check();
            context.Budget.TakeSamples(grid.Count);
            var column = new SeriesColumn(series.Labels, false, grid.Count);
            if (selector.Modifiers.Edges == EdgeMode.Smoothed && take == Take.Value)
            {
                Smooth(series, references, column, context, selector.Span);
            }
            else
            {
                Fill(series, references, column, context.Lookback, take);
            }

            if (!column.IsEmpty)
            {
                columns.Add(column);
            }
        }

        return columns;
    }

    /// <summary>The samples of each series, and where the range of each step lies.</summary>
    public static RangeVector Range(MatrixSelector matrix, StepGrid grid, EvaluationContext context)
    {
        var series = context.Loaded[matrix.Selector].Select(one => RangeSeries.From(one, context.Options.UseStartTimestamps)).ToList();
        return new RangeVector(series, context.References(matrix.Selector.Modifiers, grid), context.Range(matrix.Range), matrix.Selector.Modifiers.Edges);
    }

    private static void Fill(SampledSeries series, long[] references, SeriesColumn column, long lookback, Take take)
    {
        var next = 0;
        for (var step = 0; step < references.Length; step++)
        {
            next = Advance(series.Times, references, step, next);
            var last = next - 1;
            if (last < 0 || series.Times[last] <= references[step] - lookback)
            {
                continue;
            }

            var histogram = series.Histograms?[last];
            if (histogram is null && StaleMarker.Is(series.Values[last]))
            {
                continue;
            }

            switch (take)
            {
                case Take.Time:
                    column.Floats[step] = series.Times[last] / 1_000.0;
                    break;
                case Take.StartTime:
                    column.Floats[step] = (series.StartTimes?[last] ?? 0) / 1_000.0;
                    break;
                default:
                    column.Set(step, series.Values[last], histogram);
                    break;
            }
        }
    }

    /// <summary>The place of the first sample after a step's moment; steps are asked for in their order.</summary>
    private static int Advance(long[] times, long[] references, int step, int next)
    {
        while (next < times.Length && times[next] <= references[step])
        {
            next++;
        }

        return next;
    }

    /// <summary>Between two samples the value lies on the line between them; after the last one it stays.</summary>
    private static void Smooth(SampledSeries series, long[] references, SeriesColumn column, EvaluationContext context, SourceSpan span)
    {
        var ranged = RangeSeries.From(series, startTimes: false);
        for (var step = 0; step < references.Length; step++)
        {
            var at = references[step];
            var before = RangeWindow.Of(ranged, at - context.Lookback, at);
            var after = RangeWindow.Of(ranged, at, at + context.Lookback);
            if ((before.Floats.Length > 0 || after.Floats.Length > 0) && (before.Histograms.Length > 0 || after.Histograms.Length > 0))
            {
                context.Annotations.MixedFloatsAndHistograms(series.Labels.MetricName, span);
            }
            else if (before.Floats.Length > 0)
            {
                var (time, value) = (before.FloatTimes[^1], before.Floats[^1]);
                column.Floats[step] = time == at || after.Floats.Length == 0 ? value
                    : value + ((after.Floats[0] - value) * (at - time) / (after.FloatTimes[0] - time));
            }
            else if (before.Histograms.Length > 0)
            {
                var (time, histogram) = (before.HistogramTimes[^1], before.Histograms[^1]);
                if (time == at || after.Histograms.Length == 0)
                {
                    column.Set(step, 0, histogram);
                }
                else if (Functions.ExtendedRange.Interpolate(histogram, time, after.Histograms[0], after.HistogramTimes[0], at, histogram.Hint != CounterResetHint.Gauge) is { } between)
                {
                    column.Set(step, 0, between);
                }
                else
                {
                    context.Annotations.MixedSchemas(series.Labels.MetricName, span);
                }
            }
        }
    }
}
