using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Evaluation;

/// <summary>
/// Where a vector aggregation over a range aggregation may be done line by line: a sum of sums over the same labels is the sum, likewise the least of the
/// least. The range aggregation then has as many series as the answer, and labels that do not count need not be read.
/// </summary>
internal static class GroupingPushDown
{
    /// <summary>The grouping that each range aggregation may use at once.</summary>
    public static Dictionary<LogQlRangeAggregation, LabelGrouping> Find(Expression metric)
    {
        var groupings = new Dictionary<LogQlRangeAggregation, LabelGrouping>(ReferenceEqualityComparer.Instance);
        foreach (var aggregate in metric.DescendantsAndSelf().OfType<AggregateExpression>())
        {
            if (aggregate.Operand.Unwrapped() is LogQlRangeAggregation { Grouping: null } range && Commutes(aggregate.Operator, range.Operation))
            {
                groupings.Add(range, new LabelGrouping(aggregate.IsWithout, aggregate.Grouping));
            }
        }

        return groupings;
    }

    private static bool Commutes(AggregateOperator aggregate, RangeOperation operation) => aggregate switch
    {
        AggregateOperator.Sum => operation is RangeOperation.CountOverTime or RangeOperation.Rate or RangeOperation.BytesOverTime or RangeOperation.BytesRate or RangeOperation.SumOverTime,
        AggregateOperator.Min => operation == RangeOperation.MinOverTime,
        AggregateOperator.Max => operation == RangeOperation.MaxOverTime,
        _ => false,
    };
}
