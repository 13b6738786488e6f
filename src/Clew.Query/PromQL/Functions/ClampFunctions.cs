using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary><c>clamp</c> and its like, and <c>round</c>: functions of a number and bounds that may differ from step to step.</summary>
internal static class ClampFunctions
{
    public static List<SeriesColumn> Evaluate(CallExpression call, StepGrid grid, Evaluator evaluator)
    {
        var columns = evaluator.Vector(call.Arguments[0], grid);
        var bound = evaluator.Scalar(call.Arguments[1], grid);
        switch (call.Function.Name)
        {
            case "clamp_min":
                return Columns.Map(columns, evaluator.Context, (step, value) => Math.Max(value, bound[step]));
            case "clamp_max":
                return Columns.Map(columns, evaluator.Context, (step, value) => Math.Min(value, bound[step]));
            default:
                var upper = evaluator.Scalar(call.Arguments[2], grid);
                return Columns.Map(
                    columns, evaluator.Context, (step, value) => bound[step] > upper[step] ? StaleMarker.Value : Math.Max(bound[step], Math.Min(upper[step], value)));
        }
    }

    /// <summary>To the nearest multiple; halves go up.</summary>
    public static List<SeriesColumn> Round(CallExpression call, StepGrid grid, Evaluator evaluator)
    {
        var columns = evaluator.Vector(call.Arguments[0], grid);
        var nearest = call.Arguments.Count > 1 ? evaluator.Scalar(call.Arguments[1], grid) : null;
        return Columns.Map(columns, evaluator.Context, (step, value) =>
        {
            // Multiplying by the inverse and dividing by it again rounds less than dividing by the fraction.
            var inverse = 1 / (nearest?[step] ?? 1);
            return Math.Floor((value * inverse) + 0.5) / inverse;
        });
    }
}
