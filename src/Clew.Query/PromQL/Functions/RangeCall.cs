using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary>Computes one sample from the samples of a range.</summary>
/// <returns>Whether there is a result.</returns>
internal delegate bool RangeFunction(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram);

/// <summary>One call of a function over a range vector, step by step for each series.</summary>
internal sealed class RangeCall
{
    private readonly double[][] _scalars;
    private int _step;

    private RangeCall(CallExpression call, RangeVector range, double[][] scalars, StepGrid grid, EvaluationContext context)
    {
        Annotations = context.Annotations;
        Span = call.Arguments.First(argument => argument.Type == ExpressionType.RangeVector).Span;
        Call = call;
        Range = range;
        Grid = grid;
        Lookback = context.Lookback;
        _scalars = scalars;
    }

    public CallExpression Call { get; }

    public Annotations Annotations { get; }

    /// <summary>Where the range vector stands in the query.</summary>
    public SourceSpan Span { get; }

    public RangeVector Range { get; }

    public long Lookback { get; }

    /// <summary>The moment of the step, in milliseconds since the Unix epoch; with <c>offset</c> and <c>@</c> the range lies elsewhere.</summary>
    public long Time => Grid.TimeAt(_step);

    private StepGrid Grid { get; }

    /// <summary>The value of a scalar argument at this step, counted among the scalar ones.</summary>
    public double Scalar(int index) => _scalars[index][_step];

    public static List<SeriesColumn> Evaluate(CallExpression call, RangeFunction function, StepGrid grid, Evaluator evaluator)
    {
        var context = evaluator.Context;
        var scalars = call.Arguments.Where(argument => argument.Type == ExpressionType.Scalar).Select(argument => evaluator.Scalar(argument, grid)).ToArray();
        var range = evaluator.Range(call.Arguments.First(argument => argument.Type == ExpressionType.RangeVector), grid);
        var state = new RangeCall(call, range, scalars, grid, context);
        var keepsName = call.Function.Name is "last_over_time" or "first_over_time";
        var columns = new List<SeriesColumn>(range.Series.Count);
        foreach (var series in range.Series)
        {
            context.Budget.TakeSamples(grid.Count);
            var column = new SeriesColumn(series.Labels, series.DropName, grid.Count);
            state.Fill(series, function, column, context);
            columns.Add(keepsName ? column : MetricNames.Drop(column, context.Options));
        }

        return Columns.Finish(columns, context);
    }

    private void Fill(RangeSeries series, RangeFunction function, SeriesColumn column, EvaluationContext context)
    {
        // Ranges move forward from step to step, and so do their edges.
        var floats = (Low: 0, High: 0);
        var histograms = (Low: 0, High: 0);
        for (_step = 0; _step < column.Steps; _step++)
        {
            if (_step % 64 == 0)
            {
                context.Budget.Check();
            }

            var end = Range.Ends[_step];
            var start = end - Range.Length;
            floats = Move(series.FloatTimes, floats, start, end);
            histograms = Move(series.HistogramTimes, histograms, start, end);
            if (Range.Edges == EdgeMode.Plain && floats.Low == floats.High && histograms.Low == histograms.High)
            {
                continue;
            }

            if (function(new RangeWindow(series, start, end, floats, histograms), this, out var value, out var histogram))
            {
                column.Set(_step, value, histogram);
            }
        }
    }

    private static (int Low, int High) Move(long[] times, (int Low, int High) edges, long start, long end)
    {
        var (low, high) = edges;
        while (low < times.Length && times[low] <= start)
        {
            low++;
        }

        high = Math.Max(high, low);
        while (high < times.Length && times[high] <= end)
        {
            high++;
        }

        return (low, high);
    }
}
