using System.Globalization;
using System.Text;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp;

/// <summary>
/// The points of a batch in the order that OTLP writes them: by resource, scope and metric. Series whose metric has the same name, unit, description,
/// kind, temporality, monotonicity and metadata are one metric.
/// </summary>
internal sealed class MetricGroups
{
    private readonly MetricBatch _batch;
    private readonly RecordGroups _scopes = new();
    private readonly Dictionary<(int Resource, int Scope, string Metric), MetricGroup> _metrics = [];
    private readonly Dictionary<(ulong Series, long Time), List<int>> _exemplars = [];

    private MetricGroups(MetricBatch batch) => _batch = batch;

    /// <summary>Rows of a scope are places in <see cref="Metrics"/>.</summary>
    public List<ResourceGroup> Resources => _scopes.Resources;

    public List<MetricGroup> Metrics { get; } = [];

    public static MetricGroups Of(MetricBatch batch)
    {
        var groups = new MetricGroups(batch);
        groups.Add(batch.Numbers);
        groups.Add(batch.Histograms);
        groups.Add(batch.ExponentialHistograms);
        groups.Add(batch.Summaries);
        for (var exemplar = 0; exemplar < batch.Exemplars.Count; exemplar++)
        {
            var key = (batch.Series.Fingerprints[batch.Exemplars.SeriesIndexes[exemplar]], batch.Exemplars.PointTimes[exemplar]);
            if (!groups._exemplars.TryGetValue(key, out var list))
            {
                groups._exemplars[key] = list = [];
            }

            list.Add(exemplar);
        }

        return groups;
    }

    /// <summary>The exemplars of a point. When a series has two points of one time, the first that asks gets them all.</summary>
    public IReadOnlyList<int> TakeExemplars(PointColumns points, int row)
    {
        if (_exemplars.Count == 0)
        {
            return [];
        }

        return _exemplars.Remove((_batch.Series.Fingerprints[points.SeriesIndexes[row]], points.Times[row]), out var list) ? list : [];
    }

    private void Add(PointColumns points)
    {
        for (var row = 0; row < points.Count; row++)
        {
            var index = points.SeriesIndexes[row];
            var series = _batch.Series[index];
            var resource = _batch.Series.ResourceIndexes[index];
            var scope = _batch.Series.ScopeIndexes[index];
            var key = (IndexOf(_batch.Resources.Fingerprints, resource), IndexOf(_batch.Scopes.Fingerprints, scope), Identity(series));
            if (!_metrics.TryGetValue(key, out var metric))
            {
                _metrics[key] = metric = new MetricGroup(index, []);
                _scopes.Add(_batch, resource, scope, Metrics.Count);
                Metrics.Add(metric);
            }

            metric.Points.Add(row);
        }
    }

    /// <summary>The first index with the same content.</summary>
    private static int IndexOf(Column<ulong> fingerprints, int index) => fingerprints.Values.IndexOf(fingerprints[index]);

    private static string Identity(MetricSeriesView series)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{(int)series.Kind}/{(int)series.Temporality}/{series.IsMonotonic}/");
        Append(text, series.Name);
        Append(text, series.Unit);
        Append(text, series.Description);
        foreach (var entry in series.Metadata)
        {
            Append(text, entry.Key);
            text.Append((char)entry.Value.Type);
            Append(text, entry.Value.Text);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string part) => text.Append(CultureInfo.InvariantCulture, $"{part.Length}:").Append(part);
}

/// <summary>A metric: one of its series, by index, for what they all share, and the rows of its points in the columns of its kind.</summary>
internal sealed record MetricGroup(int Series, List<int> Points);
