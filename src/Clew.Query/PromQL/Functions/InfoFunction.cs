using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary>
/// <c>info</c>: adds the labels of info series (<c>target_info</c> unless the second argument names others) to the series that have the same
/// <c>instance</c> and <c>job</c>.
/// </summary>
internal static class InfoFunction
{
    private const string DefaultMetric = "target_info";
    private static readonly string[] Identifying = ["instance", "job"];

    /// <summary>Which info series a call could want, whatever its data labels are.</summary>
    public static IReadOnlyList<LabelMatcher> InfoMatchers(CallExpression call)
    {
        var named = Wanted(call).Where(matcher => matcher.Name == LabelNames.MetricName).ToList();

        // Without a positive condition every series of the store would do; those that are called info are meant.
        return named.Exists(matcher => !matcher.MatchesEmpty && matcher.Kind is MatchKind.Equal or MatchKind.Regex) ? named
            : named.Count == 0 ? [LabelMatcher.Equal(LabelNames.MetricName, DefaultMetric)]
            : LabelMatcher.TryCreate(LabelNames.MetricName, MatchKind.Regex, ".+_info", out var any, out _) ? [any, .. named]
            : named;
    }

    public static List<SeriesColumn> Evaluate(CallExpression call, StepGrid grid, Evaluator evaluator)
    {
        var context = evaluator.Context;
        var columns = evaluator.Vector(call.Arguments[0], grid);
        var wanted = Wanted(call).Where(matcher => matcher.Name != LabelNames.MetricName).ToList();
        var named = InfoMatchers(call);
        var modifiers = call.Arguments[0].DescendantsAndSelf().OfType<VectorSelector>().FirstOrDefault()?.Modifiers ?? TimeModifiers.None;
        var infos = Infos(context.LoadedInfo[call], wanted, context.References(modifiers, grid), context.Lookback);
        var results = new ColumnSet(context, grid.Count);
        foreach (var column in columns)
        {
            context.Budget.Check();
            if (named.All(matcher => matcher.Matches(column.Labels.MetricName)))
            {
                // An info series is not enriched itself.
                Copy(results, column, column.Labels);
                continue;
            }

            Enrich(results, column, infos, wanted);
        }

        return results.Columns;
    }

    private static IEnumerable<LabelMatcher> Wanted(CallExpression call) => call.Arguments.Count > 1 ? ((VectorSelector)call.Arguments[1]).Matchers : [];

    private static void Copy(ColumnSet results, SeriesColumn column, LabelSet labels)
    {
        for (var step = 0; step < column.Steps; step++)
        {
            if (column.Has(step))
            {
                results.Put(labels, column.DropName, step, column.Floats[step], column.HistogramAt(step));
            }
        }
    }

    /// <summary>The info series and the time of the sample each has at each step, or -1.</summary>
    private static List<(LabelSet Labels, long[] Times)> Infos(IReadOnlyList<SampledSeries> loaded, List<LabelMatcher> wanted, long[] references, long lookback)
    {
        var infos = new List<(LabelSet, long[])>();
        foreach (var series in loaded)
        {
            if (series.Histograms is not null)
            {
                throw new PromQlException("this should be an info metric, with float samples: " + series.Labels);
            }

            if (!wanted.TrueForAll(matcher => matcher.Matches(series.Labels[matcher.Name])))
            {
                continue;
            }

            var times = new long[references.Length];
            for (var step = 0; step < times.Length; step++)
            {
                var place = Array.BinarySearch(series.Times, references[step]);
                place = place < 0 ? ~place - 1 : place;
                times[step] = place >= 0 && series.Times[place] > references[step] - lookback && !StaleMarker.Is(series.Values[place]) ? series.Times[place] : long.MinValue;
            }

            infos.Add((series.Labels, times));
        }

        return infos;
    }

    private static void Enrich(ColumnSet results, SeriesColumn column, List<(LabelSet Labels, long[] Times)> infos, List<LabelMatcher> wanted)
    {
        var hasIdentity = Identifying.Any(name => column.Labels[name].Length > 0);
        var matching = hasIdentity ? infos.FindAll(info => Identifying.All(name => info.Labels[name] == column.Labels[name])) : [];
        var mayMiss = wanted.TrueForAll(matcher => matcher.MatchesEmpty);
        for (var step = 0; step < column.Steps; step++)
        {
            if (!column.Has(step))
            {
                continue;
            }

            // Of several series of one info metric the one with the latest sample counts.
            var latest = matching.Where(info => info.Times[step] != long.MinValue)
                .GroupBy(info => info.Labels.MetricName)
                .Select(group => group.MaxBy(info => info.Times[step]).Labels)
                .ToList();
            if (latest.Count == 0 && !mayMiss)
            {
                continue;
            }

            results.Put(Join(column.Labels, latest, wanted), column.DropName, step, column.Floats[step], column.HistogramAt(step));
        }
    }

    private static LabelSet Join(LabelSet labels, List<LabelSet> infos, List<LabelMatcher> wanted)
    {
        var added = new Dictionary<string, string>();
        foreach (var info in infos)
        {
            foreach (var (name, value) in info.Pairs)
            {
                if (name == LabelNames.MetricName || labels[name].Length > 0 || (wanted.Count > 0 && !wanted.Exists(matcher => matcher.Name == name)))
                {
                    continue;
                }

                if (!added.TryAdd(name, value) && added[name] != value)
                {
                    throw new PromQlException($"conflicting label: {QuotedText.Quote(name)} is {QuotedText.Quote(added[name])} and {QuotedText.Quote(value)} in info series of {labels}");
                }
            }
        }

        return added.Count == 0 ? labels : LabelSet.Of(labels.Pairs.Concat(added));
    }
}
