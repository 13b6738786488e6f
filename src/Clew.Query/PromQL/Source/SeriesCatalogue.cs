using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;
using Clew.Telemetry;

namespace Clew.Query.PromQL.Source;

/// <summary>What a metric's metadata say.</summary>
/// <param name="Type">Prometheus's word for the type.</param>
public sealed record MetricInformation(string Type, string Help, string Unit);

/// <summary>An exemplar with the labels it carries beside its series', the trace among them.</summary>
/// <param name="Time">Milliseconds since the Unix epoch.</param>
public sealed record SeriesExemplar(LabelSet Labels, double Value, long Time);

/// <summary>Which series there are: their labels, values of labels, metadata and exemplars; without samples.</summary>
public sealed class SeriesCatalogue(IMetricReader store, Tenant tenant)
{
    /// <summary>Series of one question about their bounds, and about their exemplars.</summary>
    private const int MostSeries = 4_000;

    /// <summary>Lists of bounds and exemplars of one question.</summary>
    private const int MostRows = 100_000;

    private static readonly IReadOnlyList<LabelMatcher>[] Everything = [[]];

    /// <summary>What is known of a metric of which nobody said anything.</summary>
    private static readonly MetricInformation Nothing = new("unknown", string.Empty, string.Empty);

    private readonly SeriesSelector _selector = new(store, tenant);

    /// <summary>The labels of the series that one of several selections selects, each series once, in order.</summary>
    /// <param name="selections">None for all series.</param>
    /// <param name="active">Only series with points in this time; null for all.</param>
    /// <exception cref="QueryLimitException">A selection selects too many.</exception>
    public async Task<IReadOnlyCollection<LabelSet>> SeriesAsync(IReadOnlyList<IReadOnlyList<LabelMatcher>> selections, TimeRange? active, QueryBudget budget, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(selections);
        ArgumentNullException.ThrowIfNull(budget);
        var found = new SortedSet<LabelSet>();
        foreach (var matchers in selections.Count == 0 ? Everything : selections)
        {
            budget.Check();
            var metrics = await _selector.MetricsAsync(matchers, active, cancellation);
            var series = await _selector.SeriesAsync(matchers, metrics, active, budget, cancellation);
            foreach (var one in series)
            {
                found.UnionWith(one.Forms.Where(form => form.OwnLabel is null).Select(form => BucketSamples.Labels(one, form)));
            }

            await AddBoundsAsync(series, matchers, active ?? TimeRange.All, found, budget, cancellation);
            if (selections.Count == 0 || Target.MayMatch(matchers))
            {
                found.UnionWith((await new Target(store, tenant).SelectAsync(matchers, active ?? TimeRange.All, budget, cancellation)).Select(target => target.Labels));
            }
        }

        return found;
    }

    /// <summary>The names of the labels that such series have, in order.</summary>
    public async Task<IReadOnlyCollection<string>> LabelNamesAsync(IReadOnlyList<IReadOnlyList<LabelMatcher>> selections, TimeRange? active, QueryBudget budget, CancellationToken cancellation)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var labels in await SeriesAsync(selections, active, budget, cancellation))
        {
            names.UnionWith(labels.Pairs.Select(pair => pair.Key));
        }

        return names;
    }

    /// <summary>The values that a label has in such series, in order.</summary>
    public async Task<IReadOnlyCollection<string>> LabelValuesAsync(
        string label, IReadOnlyList<IReadOnlyList<LabelMatcher>> selections, TimeRange? active, QueryBudget budget, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(selections);
        if (label == LabelNames.MetricName && selections.All(matchers => matchers.All(matcher => matcher.Name == label)))
        {
            return await MetricNamesAsync(selections, active, budget, cancellation);
        }

        var values = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var labels in await SeriesAsync(selections, active, budget, cancellation))
        {
            if (labels[label] is { Length: > 0 } value)
            {
                values.Add(value);
            }
        }

        return values;
    }

    /// <summary>What is known of metrics, by their names in order; of one metric several when its series differ in it. Metrics of which nobody said anything are left out.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<MetricInformation>>> MetadataAsync(CancellationToken cancellation)
    {
        var known = new SortedDictionary<string, IReadOnlyList<MetricInformation>>(StringComparer.Ordinal);
        foreach (var metric in await store.GetMetricsAsync(new MetricQuery(tenant), cancellation))
        {
            var (name, type) = (SeriesForm.FamilyName(metric), Type(metric));
            if (SeriesForm.IsLiteral(metric) && metric.Kind is MetricKind.Gauge or MetricKind.Sum)
            {
                name = WithoutSuffix(name, type);
            }

            var information = new MetricInformation(type, metric.Description, SeriesForm.IsLiteral(metric) ? metric.Unit : string.Empty);
            if (name.Length > 0 && information != Nothing && !(known.TryGetValue(name, out var others) && others.Contains(information)))
            {
                known[name] = [.. others ?? [], information];
            }
        }

        return known;
    }

    /// <summary>The exemplars of the series that a selection selects, by series in order, then by time.</summary>
    public async Task<IReadOnlyList<(LabelSet Series, IReadOnlyList<SeriesExemplar> Exemplars)>> ExemplarsAsync(
        IReadOnlyList<LabelMatcher> matchers, long start, long end, QueryBudget budget, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(budget);
        var metrics = await _selector.MetricsAsync(matchers, active: null, cancellation);
        var series = await _selector.SeriesAsync(matchers, metrics, active: null, budget, cancellation);
        var found = new SortedDictionary<LabelSet, List<SeriesExemplar>>();
        foreach (var some in series.Chunk(MostSeries))
        {
            budget.Check();
            var batch = await store.ReadExemplarsAsync(
                new PointQuery(tenant, MetricKind.Gauge, [.. some.Select(one => one.Fingerprint)], StoreMetricSource.Range(start, end), MostRows), cancellation);
            for (var i = 0; i < batch.Exemplars.Count; i++)
            {
                var one = some[batch.Exemplars.SeriesIndexes[i]];
                var labels = BucketSamples.Labels(one, one.Forms[0]);
                (found.TryGetValue(labels, out var known) ? known : found[labels] = []).Add(Exemplar(batch, i));
            }
        }

        return [.. found.Select(pair => (pair.Key, (IReadOnlyList<SeriesExemplar>)[.. pair.Value.OrderBy(exemplar => exemplar.Time)]))];
    }

    /// <summary>How many series each metric has, by its stored form; those with most first.</summary>
    public async Task<IReadOnlyList<(string Name, long Series)>> CountsAsync(CancellationToken cancellation) =>
        [.. (await store.GetMetricsAsync(new MetricQuery(tenant), cancellation))
            .GroupBy(SeriesForm.FamilyName)
            .Select(group => (Name: group.Key, Series: group.Sum(metric => metric.Series)))
            .OrderByDescending(count => count.Series).ThenBy(count => count.Name, StringComparer.Ordinal)];

    private async Task<IReadOnlyCollection<string>> MetricNamesAsync(
        IReadOnlyList<IReadOnlyList<LabelMatcher>> selections, TimeRange? active, QueryBudget budget, CancellationToken cancellation)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var matchers in selections.Count == 0 ? Everything : selections)
        {
            budget.Check();
            foreach (var (_, forms) in await _selector.MetricsAsync(matchers, active, cancellation))
            {
                names.UnionWith(forms.Select(form => form.Name));
            }

            if ((matchers.Count == 0 || Target.MayMatch(matchers)) && (await new Target(store, tenant).SelectAsync(matchers, active ?? TimeRange.All, budget, cancellation)).Count > 0)
            {
                names.Add(StoreMetricSource.TargetInfo);
            }
        }

        return names;
    }

    private async Task AddBoundsAsync(List<MatchedSeries> series, IReadOnlyList<LabelMatcher> matchers, TimeRange range, SortedSet<LabelSet> found, QueryBudget budget, CancellationToken cancellation)
    {
        foreach (var kind in series.Where(one => one.Forms.Any(form => form.OwnLabel is not null)).GroupBy(one => one.Metric.Kind))
        {
            foreach (var some in kind.Chunk(MostSeries))
            {
                budget.Check();
                foreach (var (place, bounds) in await store.GetBoundsAsync(new PointQuery(tenant, kind.Key, [.. some.Select(one => one.Fingerprint)], range, MostRows), cancellation))
                {
                    var form = some[place].Forms.First(form => form.OwnLabel is not null);
                    var all = kind.Key == MetricKind.Summary ? bounds : bounds.Append(double.PositiveInfinity);
                    found.UnionWith(all.Select(bound => BucketSamples.Labels(some[place], form, bound))
                        .Where(labels => matchers.All(matcher => matcher.Name != form.OwnLabel || matcher.Matches(labels[matcher.Name]))));
                }
            }
        }
    }

    private static SeriesExemplar Exemplar(MetricBatch batch, int index)
    {
        var exemplars = batch.Exemplars;
        var labels = new List<KeyValuePair<string, string>>();
        if (exemplars.TraceIds[index] != default)
        {
            labels.Add(new("trace_id", exemplars.TraceIds[index].ToString()));
        }

        if (exemplars.SpanIds[index] != default)
        {
            labels.Add(new("span_id", exemplars.SpanIds[index].ToString()));
        }

        foreach (var (key, value) in batch.View(exemplars.Attributes, index))
        {
            labels.Add(new(key, value.Text));
        }

        var time = exemplars.Times[index] != 0 ? exemplars.Times[index] : exemplars.PointTimes[index];
        return new SeriesExemplar(LabelSet.Of(labels), exemplars.Types[index] == NumberType.Int ? exemplars.Ints[index] : exemplars.Doubles[index], time / 1_000_000);
    }

    private static string Type(StoredMetric metric) => SeriesForm.IsLiteral(metric) ? metric.Type : metric.Kind switch
    {
        MetricKind.Sum when metric.IsMonotonic => "counter",
        MetricKind.Histogram or MetricKind.ExponentialHistogram => "histogram",
        MetricKind.Summary => "summary",
        _ => "gauge",
    };

    /// <summary>The series of a classic histogram or summary are stored one by one; their metadata are the metric's.</summary>
    private static string WithoutSuffix(string name, string type)
    {
        var suffixes = type switch { "histogram" or "gaugehistogram" => new[] { "_bucket", "_count", "_sum" }, "summary" => ["_count", "_sum"], _ => [] };
        return suffixes.FirstOrDefault(suffix => name.EndsWith(suffix, StringComparison.Ordinal)) is { } known ? name[..^known.Length] : name;
    }
}
