using Clew.Telemetry;

namespace Clew.Protocols.Prometheus;

/// <summary>
/// What a series of numbers is in OpenTelemetry's terms, by its metric's type and its own name (OpenTelemetry, "Prometheus and OpenMetrics
/// compatibility"). The series of a classic histogram or summary stay series of their own, so that their labels stay what they were.
/// </summary>
internal readonly record struct SeriesKind(MetricKind Kind, Temporality Temporality, bool IsMonotonic)
{
    public static readonly SeriesKind Gauge = new(MetricKind.Gauge, Temporality.Unspecified, false);
    public static readonly SeriesKind Counter = new(MetricKind.Sum, Temporality.Cumulative, true);
    public static readonly SeriesKind State = new(MetricKind.Sum, Temporality.Cumulative, false);
    public static readonly SeriesKind NativeHistogram = new(MetricKind.ExponentialHistogram, Temporality.Cumulative, false);
    public static readonly SeriesKind CustomHistogram = new(MetricKind.Histogram, Temporality.Cumulative, false);

    /// <param name="type">Unknown when nothing is known: then the name decides, by the suffix that counters have.</param>
    /// <param name="name">The series' name.</param>
    /// <param name="hasBound">It has the label <c>le</c>.</param>
    public static SeriesKind Of(PrometheusMetricType type, ReadOnlySpan<byte> name, bool hasBound)
    {
        if (name.EndsWith("_created"u8))
        {
            return Gauge;
        }

        return type switch
        {
            PrometheusMetricType.Counter => Counter,
            PrometheusMetricType.Histogram => Counter,
            PrometheusMetricType.Summary when name.EndsWith("_count"u8) || name.EndsWith("_sum"u8) => Counter,
            PrometheusMetricType.Info or PrometheusMetricType.StateSet => State,
            PrometheusMetricType.Unknown when name.EndsWith("_total"u8) || (hasBound && name.EndsWith("_bucket"u8)) => Counter,
            _ => Gauge,
        };
    }

    /// <summary>The same for a histogram of the gauge kind, whose counts may also fall.</summary>
    public SeriesKind OfGauges() => this with { Temporality = Temporality.Unspecified };
}
