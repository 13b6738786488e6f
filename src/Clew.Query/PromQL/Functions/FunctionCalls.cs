using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary>Finds the evaluation of a function by its name.</summary>
internal static class FunctionCalls
{
    public static EvaluatedValue Evaluate(CallExpression call, StepGrid grid, Evaluator evaluator)
    {
        var name = call.Function.Name;
        if (RangeFunctions.Find(name) is { } function)
        {
            return new VectorValue(RangeCall.Evaluate(call, function, grid, evaluator));
        }

        if (MathFunctions.Find(name) is { } math)
        {
            return new VectorValue(Columns.Map(evaluator.Vector(call.Arguments[0], grid), evaluator.Context, math));
        }

        if (CalendarFunctions.Find(name) is { } calendar)
        {
            return new VectorValue(CalendarFunctions.Evaluate(call, calendar, grid, evaluator));
        }

        return call.Function.Returns == ExpressionType.Scalar
            ? new ScalarValue(ScalarFunctions.Evaluate(call, grid, evaluator))
            : new VectorValue(Vector(call, grid, evaluator));
    }

    private static List<SeriesColumn> Vector(CallExpression call, StepGrid grid, Evaluator evaluator) => call.Function.Name switch
    {
        "vector" => [new SeriesColumn(LabelSet.Empty, false, evaluator.Scalar(call.Arguments[0], grid), null)],
        "clamp" or "clamp_max" or "clamp_min" => ClampFunctions.Evaluate(call, grid, evaluator),
        "round" => ClampFunctions.Round(call, grid, evaluator),
        "absent" or "absent_over_time" => AbsentFunctions.Evaluate(call, grid, evaluator),
        "timestamp" or "start_timestamp" => SampleTimeFunctions.Evaluate(call, grid, evaluator),
        "label_replace" => LabelFunctions.Replace(call, grid, evaluator),
        "label_join" => LabelFunctions.Join(call, grid, evaluator),
        "sort" or "sort_desc" or "sort_by_label" or "sort_by_label_desc" => SortFunctions.Evaluate(call, grid, evaluator),
        "info" => InfoFunction.Evaluate(call, grid, evaluator),
        _ => HistogramFunctions.Evaluate(call, grid, evaluator),
    };
}
