using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary><c>absent</c> and <c>absent_over_time</c>: 1 where there is nothing.</summary>
internal static class AbsentFunctions
{
    public static List<SeriesColumn> Evaluate(CallExpression call, StepGrid grid, Evaluator evaluator)
    {
        evaluator.Context.Budget.TakeSamples(grid.Count);
        var present = new bool[grid.Count];
        if (call.Function.Name == "absent")
        {
            foreach (var column in evaluator.Vector(call.Arguments[0], grid))
            {
                for (var step = 0; step < present.Length; step++)
                {
                    present[step] |= column.Has(step);
                }
            }
        }
        else
        {
            var range = evaluator.Range(call.Arguments[0], grid);
            foreach (var series in range.Series)
            {
                for (var step = 0; step < present.Length; step++)
                {
                    present[step] = present[step] || !RangeWindow.Of(series, range.Ends[step] - range.Length, range.Ends[step]).IsEmpty;
                }
            }
        }

        var result = new SeriesColumn(Labels(call.Arguments[0]), false, grid.Count);
        for (var step = 0; step < present.Length; step++)
        {
            if (!present[step])
            {
                result.Floats[step] = 1;
            }
        }

        return result.IsEmpty ? [] : [result];
    }

    /// <summary>The labels that the selector says a series would have: those that are compared for equality once.</summary>
    private static LabelSet Labels(Expression argument)
    {
        var matchers = argument.Unwrapped() switch
        {
            VectorSelector vector => vector.Matchers,
            MatrixSelector matrix => matrix.Selector.Matchers,
            _ => [],
        };
        return LabelSet.Of(matchers.Where(matcher => matcher.Name != LabelNames.MetricName)
            .GroupBy(matcher => matcher.Name)
            .Where(group => group.Count() == 1 && group.First().Kind == MatchKind.Equal)
            .Select(group => KeyValuePair.Create(group.Key, group.First().Value)));
    }
}
