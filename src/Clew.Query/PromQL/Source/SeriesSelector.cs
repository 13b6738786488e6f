using System.Globalization;
using Clew.Query.Language;
using Clew.Query.PromQL.Syntax;
using Clew.Telemetry;

namespace Clew.Query.PromQL.Source;

/// <summary>Finds the stored series that label matchers select. Names are chosen among the metrics that there are; matchers of labels go into the question to the store as far as they can.</summary>
internal sealed class SeriesSelector(IMetricReader store, Tenant tenant)
{
    /// <summary>Values that a question names one by one; matchers with more are tested here only.</summary>
    private const int MostValues = 1_000;

    /// <summary>The metrics with a form that fulfils all matchers of the name.</summary>
    /// <param name="active">Only those with points in this time; null for all.</param>
    public async Task<List<(StoredMetric Metric, SeriesForm[] Forms)>> MetricsAsync(IReadOnlyList<LabelMatcher> matchers, TimeRange? active, CancellationToken cancellation)
    {
        var names = matchers.Where(matcher => matcher.Name == LabelNames.MetricName).ToList();
        var found = new List<(StoredMetric, SeriesForm[])>();
        foreach (var metric in await store.GetMetricsAsync(Question(names) with { Active = active }, cancellation))
        {
            var forms = SeriesForm.Of(metric).Where(form => names.TrueForAll(name => name.Matches(form.Name))).ToArray();
            if (forms.Length > 0)
            {
                found.Add((metric, forms));
            }
        }

        return found;
    }

    /// <summary>The series of such metrics that may fulfil all matchers; those of a form's own label are not tested.</summary>
    /// <exception cref="QueryLimitException">There are more than one query may select.</exception>
    public async Task<List<MatchedSeries>> SeriesAsync(
        IReadOnlyList<LabelMatcher> matchers, IReadOnlyList<(StoredMetric Metric, SeriesForm[] Forms)> metrics, TimeRange? active, QueryBudget budget, CancellationToken cancellation)
    {
        var matched = new List<MatchedSeries>();
        if (metrics.Count == 0)
        {
            return matched;
        }

        var labels = matchers.Where(matcher => matcher.Name != LabelNames.MetricName).ToList();
        var own = metrics.SelectMany(metric => metric.Forms).Select(form => form.OwnLabel).OfType<string>().ToHashSet();
        var names = Named(metrics.Select(metric => metric.Metric));
        var batch = await store.FindSeriesAsync(Question(names, labels, own, budget) with { Active = active }, cancellation);
        if (batch.Series.Count > budget.Limits.Series)
        {
            throw new QueryLimitException(
                "query.selected_series",
                string.Create(CultureInfo.InvariantCulture, $"the query selects more than {budget.Limits.Series} series (limit query.selected_series); add matchers"));
        }

        var byIdentity = metrics.ToLookup(metric => (metric.Metric.Name, metric.Metric.Unit, metric.Metric.Kind, metric.Metric.Temporality, metric.Metric.IsMonotonic));
        for (var i = 0; i < batch.Series.Count; i++)
        {
            budget.Check();
            var series = batch.Series[i];
            foreach (var (metric, forms) in byIdentity[(series.Name, series.Unit, series.Kind, series.Temporality, series.IsMonotonic)])
            {
                string Said(string key) => series.Metadata.Find(key)?.Text ?? string.Empty;
                if (Said(MetadataKeys.PrometheusType) != metric.Type || Said(MetadataKeys.PrometheusBuckets) != metric.Buckets)
                {
                    continue;
                }

                var set = SeriesLabels.Of(series, SeriesForm.IsLiteral(metric));
                var wanted = Array.FindAll(forms, form => labels.TrueForAll(matcher => matcher.Name == form.OwnLabel || matcher.Matches(set[matcher.Name])));
                if (wanted.Length > 0)
                {
                    matched.Add(new MatchedSeries(series.Fingerprint, metric, set, wanted));
                }
            }
        }

        return matched;
    }

    private MetricQuery Question(List<LabelMatcher> names)
    {
        var all = new MetricQuery(tenant);
        var exact = names.Select(name => name.Alternatives).OfType<IReadOnlyCollection<string>>().MinBy(alternatives => alternatives.Count);
        if (exact is null || exact.Count > MostValues)
        {
            return all;
        }

        var words = new HashSet<string>();
        foreach (var name in exact)
        {
            if (MetricTranslation.FirstWords(name) is not { } first)
            {
                return all;
            }

            words.UnionWith(first);
        }

        return all with { Names = [.. exact.SelectMany(WithoutSuffix)], FirstWords = [.. words] };
    }

    /// <summary>The name, and what it may be of: histograms with literal names have series whose names go on.</summary>
    private static IEnumerable<string> WithoutSuffix(string name)
    {
        yield return name;
        foreach (var suffix in (string[])["_bucket", "_count", "_sum"])
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal))
            {
                yield return name[..^suffix.Length];
            }
        }
    }

    /// <summary>The names for a question to the store; null, which is all metrics, where they are too many to be named.</summary>
    public static IReadOnlyList<string>? Named(IEnumerable<StoredMetric> metrics)
    {
        var names = metrics.Select(metric => metric.Name).Distinct().ToList();
        return names.Count > SeriesQuery.MostNames ? null : names;
    }

    private SeriesQuery Question(IReadOnlyList<string>? names, List<LabelMatcher> labels, HashSet<string> own, QueryBudget budget)
    {
        var conditions = new List<LabelCondition>();
        IReadOnlyList<string>? services = null;
        IReadOnlyList<string>? instances = null;
        foreach (var matcher in labels)
        {
            var values = matcher.Alternatives is { } alternatives && alternatives.Count <= MostValues ? alternatives.ToList() : null;
            switch (matcher.Name)
            {
                case SeriesLabels.Job:
                    services = values is null || matcher.MatchesEmpty ? services : [.. values.SelectMany(Services).Distinct()];
                    break;
                case SeriesLabels.Instance:
                    instances = values is null || matcher.MatchesEmpty ? instances : values;
                    break;
                default:
                    if (!own.Contains(matcher.Name) && !matcher.Name.StartsWith("key", StringComparison.Ordinal) && Condition(matcher, values) is { } condition)
                    {
                        conditions.Add(condition);
                    }

                    break;
            }
        }

        return new SeriesQuery(tenant, names, budget.Limits.Series + 1) { Labels = conditions, Services = services, Instances = instances };
    }

    private static LabelCondition? Condition(LabelMatcher matcher, List<string>? values) => matcher.Kind switch
    {
        MatchKind.Equal or MatchKind.Regex when values is not null => new LabelCondition(matcher.Name, LabelTest.OneOf, values),
        MatchKind.NotEqual => new LabelCondition(matcher.Name, LabelTest.NoneOf, [matcher.Value]),
        MatchKind.Regex => new LabelCondition(matcher.Name, LabelTest.Matches, [matcher.Value]),
        MatchKind.NotRegex => new LabelCondition(matcher.Name, LabelTest.NotMatches, [matcher.Value]),
        _ => null,
    };

    /// <summary>A job is a service, or a namespace and a service with a slash between; either may have slashes itself.</summary>
    private static IEnumerable<string> Services(string job)
    {
        yield return job;
        for (var slash = job.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = job.IndexOf('/', slash + 1))
        {
            yield return job[(slash + 1)..];
        }
    }
}
