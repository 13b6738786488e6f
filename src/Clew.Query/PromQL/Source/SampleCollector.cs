using Clew.Query.PromQL.Data;

namespace Clew.Query.PromQL.Source;

/// <summary>Brings samples together that belong to one series of Prometheus though they are stored as several: because the metric's type became known later, because floats and histograms are kept apart, or because only the scope differs.</summary>
internal sealed class SampleCollector
{
    private readonly Dictionary<LabelSet, SampledSeries> _series = [];

    /// <param name="series">Its samples by time.</param>
    public void Add(SampledSeries series)
    {
        if (series.Times.Length > 0)
        {
            _series[series.Labels] = _series.TryGetValue(series.Labels, out var known) ? Merge(known, series) : series;
        }
    }

    public IEnumerable<SampledSeries> All => _series.Values;

    private static SampledSeries Merge(SampledSeries left, SampledSeries right)
    {
        var (l, r, n) = (0, 0, 0);
        var most = left.Times.Length + right.Times.Length;
        var (times, values) = (new long[most], new double[most]);
        var histograms = left.Histograms is null && right.Histograms is null ? null : new Histograms.FloatHistogram?[most];
        var starts = left.StartTimes is null && right.StartTimes is null ? null : new long[most];
        while (l < left.Times.Length || r < right.Times.Length)
        {
            var isLeft = r == right.Times.Length || (l < left.Times.Length && left.Times[l] < right.Times[r]);
            if (!isLeft && l < left.Times.Length && left.Times[l] == right.Times[r])
            {
                // Of two samples of one moment a value counts more than the end of a series.
                isLeft = left.Histograms?[l] is not null || !StaleMarker.Is(left.Values[l]);
                (l, r) = isLeft ? (l, r + 1) : (l + 1, r);
            }

            var (from, at) = isLeft ? (left, l++) : (right, r++);
            (times[n], values[n]) = (from.Times[at], from.Values[at]);
            if (histograms is not null)
            {
                histograms[n] = from.Histograms?[at];
            }

            if (starts is not null)
            {
                starts[n] = from.StartTimes?[at] ?? 0;
            }

            n++;
        }

        return new SampledSeries(left.Labels, times[..n], values[..n], histograms?[..n], starts?[..n]);
    }
}
