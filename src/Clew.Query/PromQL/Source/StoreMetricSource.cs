using System.Runtime.CompilerServices;
using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;
using Clew.Telemetry;

namespace Clew.Query.PromQL.Source;

/// <summary>Samples from the store: docs/promql.md says how OpenTelemetry's metrics become Prometheus's series.</summary>
/// <remarks>
/// Metrics are chosen by name, series by their labels, both by the store as far as it can; points are read of whole series in portions, so that no answer of the
/// store is larger than <see cref="PortionPoints"/> but where a single series is.
/// </remarks>
public sealed class StoreMetricSource(IMetricReader store, Tenant tenant) : IMetricSource
{
    /// <summary>The metric that tells of a resource's attributes.</summary>
    internal const string TargetInfo = "target_info";

    /// <summary>Points of one question to the store, about 30 bytes each while it is answered.</summary>
    public int PortionPoints { get; init; } = 2_000_000;

    /// <summary>Series of the first portion. The next ones have as many as by the points of the first they may have.</summary>
    public int FirstPortion { get; init; } = 2_000;

    /// <summary>The longest list of series that goes into one question.</summary>
    private const int MostSeries = 8_000;

    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly SeriesSelector _selector = new(store, tenant);

    /// <summary>Whether the samples have start times.</summary>
    public bool HasStartTimes { get; init; }

    public async IAsyncEnumerable<SampledSeries> SelectAsync(MetricSelection selection, QueryBudget budget, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(budget);
        budget.Check();
        if (selection.End < Math.Max(0, selection.Start))
        {
            yield break;
        }

        var range = Range(selection.Start, selection.End);
        var metrics = await _selector.MetricsAsync(selection.Matchers, active: null, cancellation);
        var series = await _selector.SeriesAsync(selection.Matchers, metrics, active: null, budget, cancellation);
        var literalTargets = new HashSet<LabelSet>();
        await foreach (var one in ReadAsync(series, selection.Matchers, range, budget, cancellation))
        {
            if (one.Labels.MetricName == TargetInfo)
            {
                literalTargets.Add(one.Labels);
            }

            yield return one;
        }

        if (Target.MayMatch(selection.Matchers))
        {
            foreach (var one in await new Target(store, tenant).SelectAsync(selection.Matchers, range, budget, cancellation))
            {
                if (!literalTargets.Contains(one.Labels))
                {
                    yield return one;
                }
            }
        }
    }

    /// <summary>From the first to the last millisecond, both included.</summary>
    internal static TimeRange Range(long start, long end)
    {
        const long Last = (long.MaxValue / NanosecondsPerMillisecond) - 1;
        return new TimeRange(
            Timestamp.FromUnixMilliseconds(Math.Clamp(start, 0, Last)), end >= Last ? Timestamp.MaxValue : Timestamp.FromUnixMilliseconds(Math.Max(0, end + 1)));
    }

    private async IAsyncEnumerable<SampledSeries> ReadAsync(
        List<MatchedSeries> series, IReadOnlyList<LabelMatcher> matchers, TimeRange range, QueryBudget budget, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var groups = Groups(series);
        var (at, size) = (0, FirstPortion);
        while (at < groups.Count)
        {
            budget.Check();
            var portion = Portion(groups, at, size);
            var collector = new SampleCollector();
            if (await ReadAsync(portion.SelectMany(group => group), matchers, range, portion.Count == 1, collector, budget, cancellation) is not { } read)
            {
                size = Math.Max(1, portion.Sum(group => group.Count) / 2);
                continue;
            }

            foreach (var one in collector.All)
            {
                yield return one;
            }

            at += portion.Count;
            size = (int)Math.Clamp(PortionPoints / 4 / Math.Max(1, read / portion.Sum(group => group.Count)), 1, MostSeries);
        }
    }

    /// <summary>Series that may become one are read together.</summary>
    private static List<List<MatchedSeries>> Groups(List<MatchedSeries> series) =>
        [.. series.GroupBy(one => one.Labels.Where(label => label is not ("le" or "quantile"))).Select(group => group.ToList())];

    /// <summary>As many groups as there may be series, at least one.</summary>
    private static List<List<MatchedSeries>> Portion(List<List<MatchedSeries>> groups, int at, int size)
    {
        var portion = new List<List<MatchedSeries>>();
        var count = 0;
        while (at < groups.Count && (portion.Count == 0 || count + groups[at].Count <= size))
        {
            portion.Add(groups[at]);
            count += groups[at++].Count;
        }

        return portion;
    }

    /// <summary>Reads the points of series of any kinds.</summary>
    /// <param name="isWhole">The portion cannot be made smaller.</param>
    /// <returns>Points that were read; null when there are more than a portion may have.</returns>
    private async Task<int?> ReadAsync(
        IEnumerable<MatchedSeries> portion, IReadOnlyList<LabelMatcher> matchers, TimeRange range, bool isWhole, SampleCollector collector, QueryBudget budget, CancellationToken cancellation)
    {
        var read = 0;
        foreach (var kind in portion.GroupBy(series => series.Metric.Kind == MetricKind.Sum ? MetricKind.Gauge : series.Metric.Kind))
        {
            var series = kind.ToList();
            var left = Math.Max(0, budget.Limits.Samples - budget.SamplesTaken);
            var limit = (int)Math.Min(int.MaxValue, Math.Min(isWhole ? long.MaxValue - 1 : PortionPoints, left) + 1);
            var points = await store.ReadPointsAsync(
                new PointQuery(tenant, kind.Key, [.. series.Select(one => one.Fingerprint)], range, limit) { HasStartTimes = HasStartTimes }, cancellation);
            if (points.Count > left)
            {
                budget.TakeSamples(points.Count);
            }

            if (points.Count == limit)
            {
                return null;
            }

            read += points.Count;
            Collect(series, points, matchers, collector, budget);
        }

        return read;
    }

    private static void Collect(List<MatchedSeries> series, MetricBatch batch, IReadOnlyList<LabelMatcher> matchers, SampleCollector collector, QueryBudget budget)
    {
        PointColumns points = series[0].Metric.Kind switch
        {
            MetricKind.Histogram => batch.Histograms,
            MetricKind.ExponentialHistogram => batch.ExponentialHistograms,
            MetricKind.Summary => batch.Summaries,
            _ => batch.Numbers,
        };
        var rows = new SeriesRows(points, series.Count);
        for (var i = 0; i < series.Count; i++)
        {
            budget.Check();
            var own = rows[i];
            if (own.IsEmpty)
            {
                continue;
            }

            foreach (var form in series[i].Forms)
            {
                if (points is NumberColumns numbers)
                {
                    collector.Add(NumberSamples.Of(BucketSamples.Labels(series[i], form), numbers, rows, own, series[i].Metric.Temporality == Temporality.Delta));
                    continue;
                }

                foreach (var one in Samples(series[i], form, points, rows, own.ToArray()))
                {
                    if (form.OwnLabel is not { } label || matchers.All(matcher => matcher.Name != label || matcher.Matches(one.Labels[label])))
                    {
                        collector.Add(one);
                    }
                }
            }
        }
    }

    private static IEnumerable<SampledSeries> Samples(MatchedSeries series, SeriesForm form, PointColumns points, SeriesRows rows, int[] own) => points switch
    {
        HistogramColumns histograms when form.Part == SeriesPart.Whole => [NativeSamples.Of(series, form, histograms, rows, own)],
        HistogramColumns histograms => BucketSamples.Of(series, form, histograms, rows, own),
        ExponentialHistogramColumns exponential => [NativeSamples.Of(series, form, exponential, rows, own)],
        _ => BucketSamples.Of(series, form, (SummaryColumns)points, rows, own),
    };
}
