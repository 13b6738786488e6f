using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>Aggregations that make one sample of a group's samples at each step.</summary>
internal static class GroupAggregation
{
    public static void Fill(AggregateExpression aggregate, List<SeriesColumn> members, double[] parameter, SeriesColumn result, EvaluationContext context)
    {
        var floats = new List<double>(members.Count);
        for (var step = 0; step < result.Steps; step++)
        {
            floats.Clear();
            var histograms = 0;
            foreach (var member in members)
            {
                if (member.HistogramAt(step) is not null)
                {
                    histograms++;
                }
                else if (member.HasFloat(step))
                {
                    floats.Add(member.Floats[step]);
                }
            }

            if (floats.Count + histograms == 0)
            {
                continue;
            }

            switch (aggregate.Operator)
            {
                case AggregateOperator.Count:
                    result.Floats[step] = floats.Count + histograms;
                    continue;
                case AggregateOperator.Group:
                    result.Floats[step] = 1;
                    continue;
                case AggregateOperator.Sum or AggregateOperator.Avg when histograms > 0:
                    Sum(aggregate, members, step, floats.Count > 0, result, context);
                    continue;
            }

            if (histograms > 0)
            {
                context.Annotations.HistogramsIgnored($"{aggregate.Operator.Text()} aggregation", aggregate.Operand.Span);
            }

            if (floats.Count > 0)
            {
                result.Floats[step] = Compute(aggregate.Operator, floats, parameter, step);
            }
        }
    }

    private static double Compute(AggregateOperator aggregate, List<double> floats, double[] parameter, int step)
    {
        var values = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(floats);
        return aggregate switch
        {
            AggregateOperator.Sum => Statistics.Sum(values),
            AggregateOperator.Avg => Statistics.Mean(values),
            AggregateOperator.Min => Statistics.Minimum(values),
            AggregateOperator.Max => Statistics.Maximum(values),
            AggregateOperator.Stdvar => Statistics.Variance(values),
            AggregateOperator.Stddev => Math.Sqrt(Statistics.Variance(values)),
            _ => Statistics.Quantile(parameter[step], values),
        };
    }

    private static void Sum(AggregateExpression aggregate, List<SeriesColumn> members, int step, bool mixed, SeriesColumn result, EvaluationContext context)
    {
        if (mixed)
        {
            context.Annotations.MixedFloatsAndHistogramsAggregated(aggregate.Operand.Span);
            return;
        }

        var sum = new HistogramSum();
        foreach (var member in members)
        {
            if (member.HistogramAt(step) is { } histogram)
            {
                sum.Add(histogram);
            }
        }

        if (sum.IsMixed)
        {
            context.Annotations.MixedSchemas(string.Empty, aggregate.Operand.Span);
            return;
        }

        if (sum.HintsConflict)
        {
            context.Annotations.HintsConflict("aggregation", aggregate.Operand.Span);
        }

        if (sum.BoundsReconciled)
        {
            context.Annotations.BoundsReconciled("aggregation", aggregate.Operand.Span);
        }

        result.Set(step, 0, aggregate.Operator == AggregateOperator.Sum ? sum.Sum() : sum.Mean());
    }
}
