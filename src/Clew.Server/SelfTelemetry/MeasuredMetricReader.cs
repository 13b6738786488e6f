using Clew.Telemetry;

namespace Clew.Server.SelfTelemetry;

/// <summary>The store's reader of metrics, with every question timed.</summary>
internal sealed class MeasuredMetricReader(IMetricReader reader, ServerTelemetry telemetry, TimeProvider time) : IMetricReader
{
    public Task<IReadOnlyList<StoredMetric>> GetMetricsAsync(MetricQuery query, CancellationToken cancellation) =>
        Measure(() => reader.GetMetricsAsync(query, cancellation), "get_metrics");

    public Task<MetricBatch> FindSeriesAsync(SeriesQuery query, CancellationToken cancellation) =>
        Measure(() => reader.FindSeriesAsync(query, cancellation), "find_series");

    public Task<MetricBatch> ReadPointsAsync(PointQuery query, CancellationToken cancellation) =>
        Measure(() => reader.ReadPointsAsync(query, cancellation), "read_points");

    public Task<MetricBatch> ReadExemplarsAsync(PointQuery query, CancellationToken cancellation) =>
        Measure(() => reader.ReadExemplarsAsync(query, cancellation), "read_exemplars");

    public Task<IReadOnlyList<(int Series, double[] Bounds)>> GetBoundsAsync(PointQuery query, CancellationToken cancellation) =>
        Measure(() => reader.GetBoundsAsync(query, cancellation), "get_bounds");

    public Task<IReadOnlyList<(int Series, Timestamp Time)>> GetActiveMinutesAsync(PointQuery query, CancellationToken cancellation) =>
        Measure(() => reader.GetActiveMinutesAsync(query, cancellation), "get_active_minutes");

    private Task<T> Measure<T>(Func<Task<T>> ask, string query) => MeasuredQuestion.AskAsync(ask, query, telemetry, time);
}
