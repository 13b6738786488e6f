using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>Aggregations: sorts columns into groups and gives each group to its operator.</summary>
internal static class Aggregation
{
    public static List<SeriesColumn> Evaluate(AggregateExpression aggregate, StepGrid grid, Evaluator evaluator)
    {
        var context = evaluator.Context;
        var parameter = aggregate.Operator.Parameter() == ExpressionType.Scalar ? evaluator.Scalar(aggregate.Parameter!, grid) : [];
        RankAggregation.CheckParameter(aggregate, parameter);
        var columns = evaluator.Vector(aggregate.Operand, grid);
        if (aggregate.Operator == AggregateOperator.CountValues)
        {
            return CountValues(aggregate, columns, grid, evaluator);
        }

        var groups = Groups(aggregate, columns, context);
        if (aggregate.Operator.KeepsSeries())
        {
            return RankAggregation.Evaluate(aggregate, groups.ConvertAll(group => group.Members), parameter, grid, context);
        }

        if (aggregate.Operator == AggregateOperator.Quantile)
        {
            WarnQuantile(aggregate, parameter, columns.Count > 0, context);
        }

        var results = new List<SeriesColumn>(groups.Count);
        foreach (var group in groups)
        {
            context.Budget.Check();
            context.Budget.TakeSamples(grid.Count);
            var result = new SeriesColumn(group.Labels, group.DropName, grid.Count);
            GroupAggregation.Fill(aggregate, group.Members, parameter, result, context);
            results.Add(result);
        }

        return results.FindAll(column => !column.IsEmpty);
    }

    private static void WarnQuantile(AggregateExpression aggregate, double[] parameter, bool any, EvaluationContext context)
    {
        foreach (var quantile in parameter)
        {
            if (any && (double.IsNaN(quantile) || quantile < 0 || quantile > 1))
            {
                context.Annotations.QuantileOutOfRange(quantile, aggregate.Parameter!.Span);
            }
        }
    }

    private static LabelSet Key(AggregateExpression aggregate, LabelSet labels, EvaluationContext context) => aggregate.IsWithout
        ? labels.Where(label => !MetricNames.IsMetadata(label, context.Options) && !aggregate.Grouping.Contains(label))
        : aggregate.Grouping.Count == 0 ? LabelSet.Empty : labels.Where(aggregate.Grouping.Contains);

    private static List<(LabelSet Labels, bool DropName, List<SeriesColumn> Members)> Groups(AggregateExpression aggregate, List<SeriesColumn> columns, EvaluationContext context)
    {
        var places = new Dictionary<LabelSet, int>();
        var groups = new List<(LabelSet, bool, List<SeriesColumn>)>();
        foreach (var column in columns)
        {
            var key = Key(aggregate, column.Labels, context);
            if (!places.TryGetValue(key, out var place))
            {
                places.Add(key, place = groups.Count);
                groups.Add((key, column.DropName, []));
            }

            var (labels, dropName, members) = groups[place];
            members.Add(column);
            groups[place] = (labels, dropName || column.DropName, members);
        }

        return groups;
    }

    private static List<SeriesColumn> CountValues(AggregateExpression aggregate, List<SeriesColumn> columns, StepGrid grid, Evaluator evaluator)
    {
        var label = Evaluator.Text(aggregate.Parameter!);
        if (!LabelNames.IsValid(label))
        {
            throw new PromQlException($"invalid label name {Language.QuotedText.Quote(label)}");
        }

        var results = new ColumnSet(evaluator.Context, grid.Count);
        foreach (var column in columns)
        {
            var key = Key(aggregate, column.Labels, evaluator.Context);
            for (var step = 0; step < grid.Count; step++)
            {
                if (!column.Has(step))
                {
                    continue;
                }

                var value = column.HistogramAt(step)?.ToString() ?? Language.GoNumber.FormatPlain(column.Floats[step]);
                var counted = results.Get(key.With(label, value), false);
                counted.Floats[step] = counted.HasFloat(step) ? counted.Floats[step] + 1 : 1;
            }
        }

        return results.Columns;
    }
}
