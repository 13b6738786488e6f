using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;
using Clew.Telemetry;

namespace Clew.Query.PromQL.Source;

/// <summary>
/// <c>target_info</c> of resources whose metrics came as OpenTelemetry's: 1 in every minute in which one of a few of its series has a point. Resources whose metrics
/// came with Prometheus's names have a stored series of that name if they have any.
/// </summary>
internal sealed class Target(IMetricReader store, Tenant tenant)
{
    /// <summary>Series by which it is seen whether a resource is there. They are reported together, mostly.</summary>
    private const int SeriesOfResource = 8;

    /// <summary>Minutes of one question.</summary>
    private const int MostMinutes = 1_000_000;

    public static bool MayMatch(IReadOnlyList<LabelMatcher> matchers) =>
        matchers.Any(matcher => matcher.Name == LabelNames.MetricName) && matchers.All(matcher => matcher.Name != LabelNames.MetricName || matcher.Matches(StoreMetricSource.TargetInfo));

    /// <summary>The labels of those that fulfil the matchers and have points in the time.</summary>
    public async Task<IReadOnlyList<SampledSeries>> SelectAsync(IReadOnlyList<LabelMatcher> matchers, TimeRange range, QueryBudget budget, CancellationToken cancellation)
    {
        var metrics = (await store.GetMetricsAsync(new MetricQuery(tenant), cancellation)).Where(metric => !SeriesForm.IsLiteral(metric)).ToList();
        if (metrics.Count == 0)
        {
            return [];
        }

        var batch = await store.FindSeriesAsync(new SeriesQuery(tenant, SeriesSelector.Named(metrics), budget.Limits.Series) { Active = range }, cancellation);
        var targets = new Dictionary<LabelSet, SortedSet<long>>();
        var byKind = new Dictionary<MetricKind, List<(ulong Fingerprint, LabelSet Target)>>();
        var chosen = new Dictionary<ulong, int>();
        for (var i = 0; i < batch.Series.Count; i++)
        {
            var series = batch.Series[i];
            var resource = series.Resource.Fingerprint;
            var count = chosen.GetValueOrDefault(resource);
            if (count == SeriesOfResource || series.Metadata.Find(MetadataKeys.PrometheusType) is not null)
            {
                continue;
            }

            var labels = SeriesLabels.OfTarget(series.Resource);
            if (labels.Count > 0 && matchers.All(matcher => matcher.Matches(labels[matcher.Name])))
            {
                chosen[resource] = count + 1;
                var kind = series.Kind == MetricKind.Sum ? MetricKind.Gauge : series.Kind;
                (byKind.TryGetValue(kind, out var known) ? known : byKind[kind] = []).Add((series.Fingerprint, labels));
            }
        }

        foreach (var (kind, series) in byKind)
        {
            foreach (var some in series.Chunk(4_000))
            {
                foreach (var (place, time) in await store.GetActiveMinutesAsync(new PointQuery(tenant, kind, [.. some.Select(one => one.Fingerprint)], range, MostMinutes), cancellation))
                {
                    var times = targets.TryGetValue(some[place].Target, out var known) ? known : targets[some[place].Target] = [];
                    times.Add(time.UnixNanoseconds / 1_000_000);
                }
            }
        }

        return [.. targets.Select(target => new SampledSeries(target.Key, [.. target.Value], [.. target.Value.Select(_ => 1.0)]))];
    }
}
