using System.Runtime.CompilerServices;
using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Source;

namespace Clew.Tests.Query.PromQL;

/// <summary>Series in memory, as a store would give them.</summary>
internal sealed class MemoryMetricSource : IScriptSource
{
    private readonly Dictionary<LabelSet, SortedList<long, (double Value, FloatHistogram? Histogram, long Start)>> _series = [];

    public void Clear() => _series.Clear();

    public void Add(LabelSet labels, long time, double value, FloatHistogram? histogram, long start)
    {
        if (!_series.TryGetValue(labels, out var samples))
        {
            _series.Add(labels, samples = []);
        }

        samples[time] = (value, histogram, start);
    }

    public async IAsyncEnumerable<SampledSeries> SelectAsync(MetricSelection selection, QueryBudget budget, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        foreach (var (labels, samples) in _series)
        {
            budget.Check();
            if (selection.Matchers.All(matcher => matcher.Matches(labels[matcher.Name])) && Select(labels, samples, selection) is { Times.Length: > 0 } series)
            {
                yield return series;
            }
        }
    }

    private static SampledSeries Select(LabelSet labels, SortedList<long, (double Value, FloatHistogram? Histogram, long Start)> samples, MetricSelection selection)
    {
        var hinted = Hinted(samples).Where(sample => sample.Time >= selection.Start && sample.Time <= selection.End).ToList();
        return new SampledSeries(
            labels,
            [.. hinted.Select(sample => sample.Time)],
            [.. hinted.Select(sample => sample.Value)],
            hinted.Exists(sample => sample.Histogram is not null) ? [.. hinted.Select(sample => sample.Histogram)] : null,
            hinted.Exists(sample => sample.Start != 0) ? [.. hinted.Select(sample => sample.Start)] : null);
    }

    /// <summary>A store that keeps counters in chunks knows of each histogram but the first of a chunk that it counts on; at a reset a chunk begins.</summary>
    private static IEnumerable<(long Time, double Value, FloatHistogram? Histogram, long Start)> Hinted(SortedList<long, (double Value, FloatHistogram? Histogram, long Start)> samples)
    {
        FloatHistogram? before = null;
        foreach (var (time, (value, histogram, start)) in samples)
        {
            if (histogram is null)
            {
                before = null;
                yield return (time, value, null, start);
                continue;
            }

            var hint = histogram.Hint == CounterResetHint.Gauge ? CounterResetHint.Gauge
                : before is null || before.Hint == CounterResetHint.Gauge || histogram.IsResetAfter(before) ? CounterResetHint.Unknown
                : CounterResetHint.NotReset;
            yield return (time, value, histogram with { Hint = hint }, start);
            before = histogram;
        }
    }
}
