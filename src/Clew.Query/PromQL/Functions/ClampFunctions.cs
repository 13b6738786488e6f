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
                return Columns.Map(columns, evaluator.Context, (step, value) => Larger(value, bound[step]));
            case "clamp_max":
                return Columns.Map(columns, evaluator.Context, (step, value) => Smaller(value, bound[step]));
            default:
                var upper = evaluator.Scalar(call.Arguments[2], grid);
                return Columns.Map(
                    columns, evaluator.Context, (step, value) => bound[step] > upper[step] ? StaleMarker.Value : Larger(bound[step], Smaller(upper[step], value)));
        }
    }

    /// <summary>As Go's math.Max: an infinity that no number is beyond wins even over what is no number.</summary>
    private static double Larger(double left, double right) => double.IsPositiveInfinity(left) || double.IsPositiveInfinity(right) ? double.PositiveInfinity : Math.Max(left, right);

    /// <summary>As Go's math.Min.</summary>
    private static double Smaller(double left, double right) => double.IsNegativeInfinity(left) || double.IsNegativeInfinity(right) ? double.NegativeInfinity : Math.Min(left, right);

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
