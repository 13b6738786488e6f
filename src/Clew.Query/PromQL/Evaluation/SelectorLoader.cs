using System.Globalization;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Functions;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Source;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>Finds out which samples an expression needs, and loads them, equal selections once.</summary>
internal sealed class SelectorLoader(IMetricSource source, EvaluationContext context)
{
    private readonly Dictionary<string, IReadOnlyList<SampledSeries>> _loaded = [];

    public Task LoadAsync(Expression expression) => LoadAsync(expression, context.Grid.Start, context.Grid.End, isForCounts: false);

    /// <param name="start">The first moment at which the expression is evaluated.</param>
    /// <param name="end">The last one.</param>
    /// <param name="isForCounts">
    /// Of histograms nothing but counts and sums is asked for in the end. Prometheus then leaves the buckets out as it reads, and while it still sees them decides for each histogram whether
    /// counting began anew; what joins such histograms may remark upon it. Subqueries and binary operations need the buckets.
    /// </param>
    private async Task LoadAsync(Expression expression, long start, long end, bool isForCounts)
    {
        switch (expression)
        {
            case VectorSelector selector:
                context.Loaded[selector] = await SelectAsync(selector, start, end, 0, isForCounts);
                return;
            case MatrixSelector matrix:
                context.Loaded[matrix.Selector] = await SelectAsync(matrix.Selector, start, end, context.Range(matrix.Range), isForCounts);
                return;
            case SubqueryExpression subquery:
                var (first, last) = References(subquery.Modifiers, start, end);
                if (context.SubqueryGrid(subquery, first, last) is { } grid)
                {
                    await LoadAsync(subquery.Inner, grid.Start, grid.End, isForCounts: false);
                }

                return;
            case CallExpression { Function.Name: "info" } call:
                await LoadAsync(call.Arguments[0], start, end, isForCounts);
                await LoadInfoAsync(call, start, end);
                return;
            default:
                var isForCountsWithin = expression switch
                {
                    CallExpression { Function.Name: "histogram_count" or "histogram_sum" or "histogram_avg" } => true,
                    CallExpression { Function.Name: "histogram_quantile" or "histogram_quantiles" or "histogram_fraction" } or BinaryExpression => false,
                    _ => isForCounts,
                };
                foreach (var child in expression.Children)
                {
                    await LoadAsync(child, start, end, isForCountsWithin);
                }

                return;
        }
    }

    private (long First, long Last) References(TimeModifiers modifiers, long start, long end)
    {
        var offset = context.Offset(modifiers);
        var fixedTime = context.FixedTime(modifiers);
        return ((fixedTime ?? start) - offset, (fixedTime ?? end) - offset);
    }

    private async Task<IReadOnlyList<SampledSeries>> SelectAsync(VectorSelector selector, long start, long end, long range, bool isForCounts)
    {
        var (first, last) = References(selector.Modifiers, start, end);
        var before = selector.Modifiers.Edges != EdgeMode.Plain || range == 0 ? range + context.Lookback : range;
        var after = selector.Modifiers.Edges == EdgeMode.Smoothed ? context.Lookback : 0;
        var series = await SelectAsync(new MetricSelection(selector.Matchers, first - before + 1, last + after));
        return isForCounts && series.Any(one => one.Histograms is not null) ? [.. series.Select(WithResets)] : series;
    }

    /// <summary>The same series, where each histogram says whether counting began anew since the one before it; the first one cannot.</summary>
    private static SampledSeries WithResets(SampledSeries series)
    {
        if (series.Histograms is not { } histograms)
        {
            return series;
        }

        var hinted = new FloatHistogram?[histograms.Length];
        FloatHistogram? previous = null;
        for (var i = 0; i < histograms.Length; i++)
        {
            hinted[i] = histograms[i] is { Hint: CounterResetHint.Unknown } histogram && previous is not null
                ? histogram with { Hint = histogram.IsResetAfter(previous) ? CounterResetHint.Reset : CounterResetHint.NotReset }
                : histograms[i];
            previous = histograms[i] ?? previous;
        }

        return series with { Histograms = hinted };
    }

    /// <summary>The info series lie where the selectors look whose series they are to enrich.</summary>
    private async Task LoadInfoAsync(CallExpression call, long start, long end)
    {
        var modifiers = call.Arguments[0].DescendantsAndSelf().OfType<VectorSelector>().FirstOrDefault()?.Modifiers ?? TimeModifiers.None;
        var (first, last) = References(modifiers, start, end);
        context.LoadedInfo[call] = await SelectAsync(new MetricSelection(InfoFunction.InfoMatchers(call), first - context.Lookback + 1, last));
    }

    private async Task<IReadOnlyList<SampledSeries>> SelectAsync(MetricSelection selection)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{selection.Start}-{selection.End}{{{string.Join(',', selection.Matchers)}}}");
        if (_loaded.TryGetValue(key, out var loaded))
        {
            return loaded;
        }

        var series = new List<SampledSeries>();
        await foreach (var one in source.SelectAsync(selection, context.Budget, context.Budget.Cancellation))
        {
            context.Budget.TakeSamples(one.Times.Length + (one.Histograms?.Sum(histogram => (long)(histogram?.Weight ?? 0)) ?? 0));
            context.Budget.Check();
            series.Add(one);
        }

        series.Sort((left, right) => left.Labels.CompareTo(right.Labels));
        return _loaded[key] = series;
    }
}
