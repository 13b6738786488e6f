namespace Clew.Server.SelfTelemetry.Prometheus;

/// <summary>A series as of now.</summary>
public sealed record SeriesValue(IReadOnlyList<KeyValuePair<string, object?>> Tags, double Value)
{
    /// <summary>The label's value; empty when the series has no such label.</summary>
    public string Label(string name) => Tags.FirstOrDefault(tag => tag.Key == name).Value?.ToString() ?? string.Empty;
}

/// <summary>A histogram as of now.</summary>
/// <param name="Bounds">Upper bounds, ascending.</param>
/// <param name="Buckets">Counts of each bucket, not added up; one more than bounds.</param>
public sealed record HistogramValue(IReadOnlyList<double> Bounds, IReadOnlyList<long> Buckets)
{
    public long Count => Buckets.Sum();

    /// <summary>As Prometheus's <c>histogram_quantile</c>: linear within the bucket; the last bound for what lies beyond it.</summary>
    /// <param name="level">0 to 1.</param>
    public double Quantile(double level)
    {
        var rank = level * Count;
        double below = 0;
        for (var i = 0; i < Bounds.Count; i++)
        {
            if (below + Buckets[i] >= rank && Buckets[i] > 0)
            {
                var from = i == 0 ? 0 : Bounds[i - 1];
                return from + ((Bounds[i] - from) * (rank - below) / Buckets[i]);
            }

            below += Buckets[i];
        }

        return Bounds.Count == 0 ? double.NaN : Bounds[^1];
    }
}
