using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary>Functions that answer a number for each step.</summary>
internal static class ScalarFunctions
{
    public static double[] Evaluate(CallExpression call, StepGrid grid, Evaluator evaluator)
    {
        var context = evaluator.Context;
        context.Budget.TakeSamples(grid.Count);
        var values = new double[grid.Count];
        switch (call.Function.Name)
        {
            case "time":
                for (var step = 0; step < values.Length; step++)
                {
                    values[step] = grid.TimeAt(step) / 1_000.0;
                }

                return values;
            case "scalar":
                return OnlyFloat(call, grid, evaluator);
            case "min_of" or "max_of":
                var left = evaluator.Scalar(call.Arguments[0], grid);
                var right = evaluator.Scalar(call.Arguments[1], grid);
                for (var step = 0; step < values.Length; step++)
                {
                    values[step] = call.Function.Name == "min_of" ? Math.Min(left[step], right[step]) : Math.Max(left[step], right[step]);
                }

                return values;
            default:
                Array.Fill(values, call.Function.Name switch
                {
                    "pi" => Math.PI,
                    "start" => context.Grid.Start / 1_000.0,
                    "end" => context.End / 1_000.0,
                    "step" => context.Durations.Step / 1_000.0,
                    _ => context.Durations.Range / 1_000.0,
                });
                return values;
        }
    }

    /// <summary>The float of the only series that has one, otherwise NaN.</summary>
    private static double[] OnlyFloat(CallExpression call, StepGrid grid, Evaluator evaluator)
    {
        var columns = evaluator.Vector(call.Arguments[0], grid);
        var values = new double[grid.Count];
        for (var step = 0; step < values.Length; step++)
        {
            var found = 0;
            foreach (var column in columns)
            {
                if (column.HasFloat(step) && column.HistogramAt(step) is null)
                {
                    values[step] = column.Floats[step];
                    found++;
                }
            }

            if (found != 1)
            {
                values[step] = double.NaN;
            }
        }

        return values;
    }
}
