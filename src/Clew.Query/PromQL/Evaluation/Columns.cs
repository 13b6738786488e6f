using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Histograms;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>Computes columns from columns, sample by sample; the metric's name goes.</summary>
internal static class Columns
{
    /// <param name="floats">What becomes of each float.</param>
    /// <param name="histograms">What becomes of each histogram; null leaves them out.</param>
    public static List<SeriesColumn> Map(List<SeriesColumn> columns, EvaluationContext context, Func<double, double> floats, Func<FloatHistogram, FloatHistogram>? histograms = null) =>
        Map(columns, context, (_, value) => floats(value), histograms);

    /// <param name="floats">What becomes of the float at a step.</param>
    public static List<SeriesColumn> Map(List<SeriesColumn> columns, EvaluationContext context, Func<int, double, double> floats, Func<FloatHistogram, FloatHistogram>? histograms = null)
    {
        var mapped = new List<SeriesColumn>(columns.Count);
        foreach (var column in columns)
        {
            context.Budget.Check();
            context.Budget.TakeSamples(column.Steps);
            var result = new SeriesColumn(column.Labels, column.DropName, column.Steps);
            for (var step = 0; step < column.Steps; step++)
            {
                if (column.HistogramAt(step) is { } histogram)
                {
                    if (histograms is not null)
                    {
                        result.Set(step, 0, histograms(histogram));
                    }
                }
                else if (column.HasFloat(step))
                {
                    result.Floats[step] = floats(step, column.Floats[step]);
                }
            }

            mapped.Add(MetricNames.Drop(result, context.Options));
        }

        return Finish(mapped, context);
    }

    /// <summary>A float from each histogram; floats are left out.</summary>
    public static List<SeriesColumn> FromHistograms(List<SeriesColumn> columns, EvaluationContext context, Func<FloatHistogram, double> measure)
    {
        var mapped = new List<SeriesColumn>(columns.Count);
        foreach (var column in columns)
        {
            if (column.Histograms is null)
            {
                continue;
            }

            context.Budget.TakeSamples(column.Steps);
            var result = new SeriesColumn(column.Labels, column.DropName, column.Steps);
            for (var step = 0; step < column.Steps; step++)
            {
                if (column.HistogramAt(step) is { } histogram)
                {
                    result.Floats[step] = measure(histogram);
                }
            }

            mapped.Add(MetricNames.Drop(result, context.Options));
        }

        return Finish(mapped, context);
    }

    /// <summary>Merges what is the same without the names, unless the names are still there.</summary>
    public static List<SeriesColumn> Finish(List<SeriesColumn> columns, EvaluationContext context) =>
        context.Options.DelayNameRemoval ? columns.FindAll(column => !column.IsEmpty) : ColumnSet.Merge(columns);
}
