using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary>Functions of histograms, native ones and classic ones, whose buckets are series with the label <c>le</c>.</summary>
internal static class HistogramFunctions
{
    private const string MonotonicityHelp = "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile";

    /// <summary>One histogram: its native samples or its buckets.</summary>
    private sealed record Family(LabelSet Labels, SeriesColumn? Native, List<(double Upper, SeriesColumn Column)> Buckets);

    public static List<SeriesColumn> Evaluate(CallExpression call, StepGrid grid, Evaluator evaluator)
    {
        var context = evaluator.Context;
        switch (call.Function.Name)
        {
            case "histogram_count":
                return Columns.FromHistograms(evaluator.Vector(call.Arguments[0], grid), context, static histogram => histogram.Count);
            case "histogram_sum":
                return Columns.FromHistograms(evaluator.Vector(call.Arguments[0], grid), context, static histogram => histogram.Sum);
            case "histogram_avg":
                return Columns.FromHistograms(evaluator.Vector(call.Arguments[0], grid), context, static histogram => histogram.Sum / histogram.Count);
            case "histogram_stdvar":
                return Columns.FromHistograms(evaluator.Vector(call.Arguments[0], grid), context, static histogram => histogram.Variance());
            case "histogram_stddev":
                return Columns.FromHistograms(evaluator.Vector(call.Arguments[0], grid), context, static histogram => Math.Sqrt(histogram.Variance()));
            case "histogram_quantile":
                return Quantiles(call, evaluator.Vector(call.Arguments[1], grid), [(evaluator.Scalar(call.Arguments[0], grid), null)], call.Arguments[0].Span, call.Arguments[1].Span, grid, context);
            case "histogram_quantiles":
                var label = Evaluator.Text(call.Arguments[1]);
                if (!LabelNames.IsValid(label))
                {
                    throw new PromQlException($"invalid label name {QuotedText.Quote(label)}");
                }

                var shares = call.Arguments.Skip(2).Select(argument => (evaluator.Scalar(argument, grid), (string?)label)).ToList();
                return Quantiles(call, evaluator.Vector(call.Arguments[0], grid), shares, call.Arguments[2].Span, call.Arguments[0].Span, grid, context);
            default:
                return Fraction(call, grid, evaluator);
        }
    }

    private static List<SeriesColumn> Quantiles(
        CallExpression call, List<SeriesColumn> columns, List<(double[] Shares, string? Label)> quantiles, SourceSpan shareSpan, SourceSpan vectorSpan, StepGrid grid, EvaluationContext context)
    {
        var results = new ColumnSet(context, grid.Count);
        foreach (var share in quantiles.SelectMany(quantile => quantile.Shares).Where(share => double.IsNaN(share) || share is < 0 or > 1).Distinct())
        {
            context.Annotations.QuantileOutOfRange(share, shareSpan);
        }

        foreach (var family in Families(columns, context, vectorSpan))
        {
            for (var step = 0; step < grid.Count; step++)
            {
                if (!TryKind(family, step, context, vectorSpan, out var native, out var buckets))
                {
                    continue;
                }

                foreach (var (shares, label) in quantiles)
                {
                    var share = shares[step];
                    var value = native is not null
                        ? NativeQuantile(native, share, family, context, vectorSpan)
                        : ClassicQuantile(buckets, share, family, context, vectorSpan);
                    var labels = label is null ? family.Labels : family.Labels.With(label, Share(share));
                    Put(results, labels, step, value, context);
                }
            }
        }

        return results.Columns;
    }

    private static List<SeriesColumn> Fraction(CallExpression call, StepGrid grid, Evaluator evaluator)
    {
        var context = evaluator.Context;
        var lower = evaluator.Scalar(call.Arguments[0], grid);
        var upper = evaluator.Scalar(call.Arguments[1], grid);
        var span = call.Arguments[2].Span;
        var results = new ColumnSet(context, grid.Count);
        foreach (var family in Families(evaluator.Vector(call.Arguments[2], grid), context, span))
        {
            for (var step = 0; step < grid.Count; step++)
            {
                if (!TryKind(family, step, context, span, out var native, out var buckets))
                {
                    continue;
                }

                if (native is null)
                {
                    Put(results, family.Labels, step, ClassicHistogram.Fraction(buckets, lower[step], upper[step]), context);
                    continue;
                }

                Put(results, family.Labels, step, native.Fraction(lower[step], upper[step], out var effect), context);
                if (effect == NaNEffect.Excluded)
                {
                    context.Annotations.Inform(
                        $"input to histogram_fraction has NaN observations, which are excluded from all fractions for metric name {QuotedText.Quote(family.Labels.MetricName)}", span);
                }
            }
        }

        return results.Columns;
    }

    private static void Put(ColumnSet results, LabelSet labels, int step, double value, EvaluationContext context) =>
        results.Put(context.Options.DelayNameRemoval ? labels : MetricNames.Drop(labels, context.Options), context.Options.DelayNameRemoval, step, value, null);

    /// <summary>As OpenMetrics writes numbers in labels: whole ones with <c>.0</c>.</summary>
    private static string Share(double share) => GoNumber.FormatGeneral(share) is var text && double.IsFinite(share) && !text.Contains('.', StringComparison.Ordinal) && !text.Contains('e', StringComparison.Ordinal)
        ? text + ".0"
        : text;

    private static double NativeQuantile(FloatHistogram histogram, double share, Family family, EvaluationContext context, SourceSpan span)
    {
        var value = histogram.Quantile(share, out var effect);
        if (effect != NaNEffect.None)
        {
            context.Annotations.Inform(
                $"input to histogram_quantile has NaN observations, result is {(effect == NaNEffect.ResultIsNaN ? "NaN" : "skewed higher")} for metric name {QuotedText.Quote(family.Labels.MetricName)}", span);
        }

        return value;
    }

    private static double ClassicQuantile(List<ClassicBucket> buckets, double share, Family family, EvaluationContext context, SourceSpan span)
    {
        var value = ClassicHistogram.Quantile(share, buckets, out var wasFixed);
        if (wasFixed)
        {
            context.Annotations.Inform(
                $"input to histogram_quantile needed to be fixed for monotonicity (see {MonotonicityHelp}) for metric name {QuotedText.Quote(family.Labels.MetricName)}", span);
        }

        return value;
    }

    /// <summary>The histograms in a vector, by their labels without <c>le</c>. The name tells them apart only where the others do not.</summary>
    private static List<Family> Families(List<SeriesColumn> columns, EvaluationContext context, SourceSpan span)
    {
        var families = new Dictionary<LabelSet, Family>();
        Family Get(LabelSet labels, SeriesColumn? native)
        {
            if (!families.TryGetValue(labels, out var family))
            {
                families.Add(labels, family = new Family(labels, native, []));
            }
            else if (native is not null)
            {
                families[labels] = family with { Native = native };
            }

            return family;
        }

        foreach (var column in columns)
        {
            if (column.Histograms is not null)
            {
                Get(column.Labels, column);
            }

            if (!Enumerable.Range(0, column.Steps).Any(step => column.HasFloat(step) && column.HistogramAt(step) is null))
            {
                continue;
            }

            var end = column.Labels[LabelNames.BucketEnd];
            if (!GoNumber.TryParse(end, out var upper))
            {
                context.Annotations.Warn(
                    $"bucket label {QuotedText.Quote(LabelNames.BucketEnd)} is missing or has a malformed value of {QuotedText.Quote(end)} for metric name {QuotedText.Quote(column.Labels.MetricName)}", span);
                continue;
            }

            Get(column.Labels.Without(LabelNames.BucketEnd), null).Buckets.Add((upper, column));
        }

        return [.. families.Values];
    }

    /// <summary>What the histogram is at a step; both kinds at once are neither.</summary>
    private static bool TryKind(Family family, int step, EvaluationContext context, SourceSpan span, out FloatHistogram? native, out List<ClassicBucket> buckets)
    {
        native = family.Native?.HistogramAt(step);
        buckets = [];
        foreach (var (upper, column) in family.Buckets)
        {
            if (column.HasFloat(step) && column.HistogramAt(step) is null)
            {
                buckets.Add(new ClassicBucket(upper, column.Floats[step]));
            }
        }

        if (native is not null && buckets.Count > 0)
        {
            context.Annotations.Warn($"vector contains a mix of classic and native histograms for metric name {QuotedText.Quote(family.Labels.MetricName)}", span);
            return false;
        }

        return native is not null || buckets.Count > 0;
    }
}
