using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>Binary expressions with at least one scalar; those between vectors go on to their own.</summary>
internal static class BinaryEvaluation
{
    public static EvaluatedValue Evaluate(BinaryExpression binary, StepGrid grid, Evaluator evaluator)
    {
        var left = evaluator.Evaluate(binary.Left, grid);
        var right = evaluator.Evaluate(binary.Right, grid);
        switch (left, right)
        {
            case (ScalarValue a, ScalarValue b):
                evaluator.Context.Budget.TakeSamples(grid.Count);
                var values = new double[grid.Count];
                for (var step = 0; step < values.Length; step++)
                {
                    values[step] = SampleArithmetic.Apply(binary.Operator, a.Values[step], b.Values[step]);
                }

                return new ScalarValue(values);
            case (VectorValue vector, ScalarValue scalar):
                return new VectorValue(WithScalar(binary, vector.Columns, scalar.Values, vectorIsLeft: true, evaluator.Context));
            case (ScalarValue scalar, VectorValue vector):
                return new VectorValue(WithScalar(binary, vector.Columns, scalar.Values, vectorIsLeft: false, evaluator.Context));
            case (VectorValue a, VectorValue b) when binary.Operator.IsSet():
                return new VectorValue(SetEvaluation.Evaluate(binary, a.Columns, b.Columns, evaluator.Context));
            case (VectorValue a, VectorValue b):
                return new VectorValue(new VectorMatcher(binary, grid, evaluator.Context).Evaluate(a.Columns, b.Columns));
            default:
                throw new InvalidOperationException("operators stand between scalars and vectors only");
        }
    }

    private static List<SeriesColumn> WithScalar(BinaryExpression binary, List<SeriesColumn> columns, double[] scalars, bool vectorIsLeft, EvaluationContext context)
    {
        var results = new List<SeriesColumn>(columns.Count);
        var keepsName = binary.Operator is BinaryOperator.TrimAbove or BinaryOperator.TrimBelow || (binary.Operator.IsComparison() && !binary.ReturnsBool);
        foreach (var column in columns)
        {
            context.Budget.Check();
            context.Budget.TakeSamples(column.Steps);
            var result = new SeriesColumn(column.Labels, column.DropName, column.Steps);
            for (var step = 0; step < column.Steps; step++)
            {
                if (!column.Has(step))
                {
                    continue;
                }

                var sample = new Sample(column.Floats[step], column.HistogramAt(step));
                var scalar = new Sample(scalars[step], null);
                if (binary.ReturnsBool && sample.Histogram is null)
                {
                    result.Floats[step] = vectorIsLeft ? SampleArithmetic.Apply(binary.Operator, sample.Value, scalar.Value) : SampleArithmetic.Apply(binary.Operator, scalar.Value, sample.Value);
                    continue;
                }

                if (SampleArithmetic.TryApply(binary.Operator, vectorIsLeft ? sample : scalar, vectorIsLeft ? scalar : sample, context, binary.Span, out var value))
                {
                    // A comparison keeps the vector's sample, on whichever side it stands.
                    var kept = binary.Operator.IsComparison() ? sample : value;
                    result.Set(step, kept.Value, kept.Histogram);
                }
            }

            results.Add(keepsName ? result : MetricNames.Drop(result, context.Options));
        }

        return Columns.Finish(results, context);
    }
}
