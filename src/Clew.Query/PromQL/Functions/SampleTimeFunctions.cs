using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary><c>timestamp</c> and <c>start_timestamp</c>: of a selector the times of its samples, of anything else those of the steps.</summary>
internal static class SampleTimeFunctions
{
    public static List<SeriesColumn> Evaluate(CallExpression call, StepGrid grid, Evaluator evaluator)
    {
        var context = evaluator.Context;
        var ofStart = call.Function.Name == "start_timestamp";
        if (call.Arguments[0].Unwrapped() is VectorSelector selector)
        {
            var times = SelectorEvaluation.Instant(selector, grid, context, ofStart ? SelectorEvaluation.Take.StartTime : SelectorEvaluation.Take.Time);
            return Columns.Map(times, context, static time => time);
        }

        var columns = evaluator.Vector(call.Arguments[0], grid);
        return ofStart ? [] : Columns.Finish(columns.ConvertAll(column => MetricNames.Drop(Times(column, grid), context.Options)), context);
    }

    private static SeriesColumn Times(SeriesColumn column, StepGrid grid)
    {
        var times = new SeriesColumn(column.Labels, column.DropName, column.Steps);
        for (var step = 0; step < column.Steps; step++)
        {
            if (column.Has(step))
            {
                times.Floats[step] = grid.TimeAt(step) / 1_000.0;
            }
        }

        return times;
    }
}
