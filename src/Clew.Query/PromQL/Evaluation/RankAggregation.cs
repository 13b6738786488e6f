using System.Globalization;
using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>Aggregations that keep some of a group's series at each step: <c>topk</c>, <c>bottomk</c>, <c>limitk</c>, <c>limit_ratio</c>.</summary>
internal static class RankAggregation
{
    /// <exception cref="PromQlException">A number of series or a share that is none.</exception>
    public static void CheckParameter(AggregateExpression aggregate, double[] parameter)
    {
        if (!aggregate.Operator.KeepsSeries())
        {
            return;
        }

        foreach (var value in parameter)
        {
            if (double.IsNaN(value))
            {
                throw new PromQlException(aggregate.Operator == AggregateOperator.LimitRatio ? "Ratio value is NaN" : "Parameter value is NaN");
            }

            if (aggregate.Operator != AggregateOperator.LimitRatio && Math.Abs(value) >= long.MaxValue)
            {
                throw new PromQlException(string.Create(CultureInfo.InvariantCulture, $"Scalar value {GoNumber.FormatGeneral(value)} {(value > 0 ? "overflows" : "underflows")} int64"));
            }
        }
    }

    public static List<SeriesColumn> Evaluate(AggregateExpression aggregate, List<List<SeriesColumn>> groups, double[] parameter, StepGrid grid, EvaluationContext context)
    {
        var results = new List<SeriesColumn>();
        foreach (var group in groups)
        {
            context.Budget.Check();
            context.Budget.TakeSamples((long)group.Count * grid.Count);
            var kept = group.ConvertAll(column => new SeriesColumn(column.Labels, column.DropName, grid.Count));
            List<int> order = [];
            for (var step = 0; step < grid.Count; step++)
            {
                order = Choose(aggregate, group, parameter[step], step, context);
                foreach (var place in order)
                {
                    kept[place].CopyFrom(group[place], step);
                }
            }

            // With one step the order of the values is that of the answer.
            results.AddRange(grid.Count == 1 ? order.ConvertAll(place => kept[place]) : kept);
        }

        return results.FindAll(column => !column.IsEmpty);
    }

    /// <summary>The places of the series that stay, in their order.</summary>
    private static List<int> Choose(AggregateExpression aggregate, List<SeriesColumn> group, double parameter, int step, EvaluationContext context)
    {
        var present = Enumerable.Range(0, group.Count).Where(place => group[place].Has(step)).ToList();
        switch (aggregate.Operator)
        {
            case AggregateOperator.LimitRatio:
                var ratio = Math.Clamp(parameter, -1, 1);
                if (ratio != parameter)
                {
                    context.Annotations.Warn(
                        $"ratio value should be between -1 and 1, got {GoNumber.FormatGeneral(parameter)}, capping to {GoNumber.FormatGeneral(ratio)}", aggregate.Parameter!.Span);
                }

                return present.FindAll(place => IsWithin(group[place].Labels, ratio));
            case AggregateOperator.LimitK:
                return present.Take((int)Math.Clamp(parameter, 0, int.MaxValue)).ToList();
            default:
                if (present.Exists(place => group[place].HistogramAt(step) is not null))
                {
                    context.Annotations.HistogramsIgnored($"{aggregate.Operator.Text()} aggregation", aggregate.Operand.Span);
                }

                var floats = present.Where(place => group[place].HistogramAt(step) is null);
                var top = aggregate.Operator == AggregateOperator.TopK;
                return floats.OrderBy(place => group[place].Floats[step], Comparer<double>.Create((left, right) => Statistics.CompareNaNLast(left, right, top)))
                    .Take((int)Math.Clamp(parameter, 0, int.MaxValue)).ToList();
        }
    }

    /// <summary>A positive ratio keeps the series whose hash lies in the lower share, a negative one those in the upper: r and r - 1 together keep all.</summary>
    private static bool IsWithin(LabelSet labels, double ratio)
    {
        var share = labels.StableHash() / (double)ulong.MaxValue;
        return ratio >= 0 ? share < ratio || ratio == 1 : share >= 1 + ratio;
    }
}
