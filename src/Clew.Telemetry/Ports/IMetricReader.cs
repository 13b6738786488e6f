namespace Clew.Telemetry;

/// <summary>
/// Reads metrics the way languages of metrics need them: first which there are, then their series, then the points of series that were chosen.
/// </summary>
/// <remarks>
/// <para>Freshness: whatever a writer acknowledged before the question is seen.</para>
/// <para>Duplicates: points that were sent twice are answered twice. A series is answered once.</para>
/// <para>Order: none, unless a method says so.</para>
/// <para>Conditions narrow what is read: a series that fulfils them is never left out, one that does not may be given. Whoever asks tests again.</para>
/// <para>Errors: as of <see cref="ITelemetryReader"/>.</para>
/// </remarks>
public interface IMetricReader
{
    /// <summary>The metrics of a tenant, each combination of what tells two apart once.</summary>
    Task<IReadOnlyList<StoredMetric>> GetMetricsAsync(MetricQuery query, CancellationToken cancellation);

    /// <summary>Series of metrics, without points.</summary>
    Task<MetricBatch> FindSeriesAsync(SeriesQuery query, CancellationToken cancellation);

    /// <summary>
    /// Points of one kind. The batch has no table of series: the points' series indexes are places in <see cref="PointQuery.Series"/>. Of number points the types and
    /// whole numbers are left out, of all points the start times unless they are asked for; such columns are empty. Points of one series that follow each other in the
    /// batch are mostly, not always, by time.
    /// </summary>
    Task<MetricBatch> ReadPointsAsync(PointQuery query, CancellationToken cancellation);

    /// <summary>Exemplars of series, by the time of the points they came with. The batch is as that of <see cref="ReadPointsAsync"/>.</summary>
    Task<MetricBatch> ReadExemplarsAsync(PointQuery query, CancellationToken cancellation);

    /// <summary>The different bounds that the histogram points of series have, or the quantiles of summary points. The series are places in the query's list.</summary>
    Task<IReadOnlyList<(int Series, double[] Bounds)>> GetBoundsAsync(PointQuery query, CancellationToken cancellation);

    /// <summary>For each series and minute in which it has points the time of the last one. The series are places in the query's list.</summary>
    Task<IReadOnlyList<(int Series, Timestamp Time)>> GetActiveMinutesAsync(PointQuery query, CancellationToken cancellation);
}
