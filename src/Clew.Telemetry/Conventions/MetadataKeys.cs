namespace Clew.Telemetry;

/// <summary>Keys of a metric's metadata that say how its names are to be read.</summary>
public static class MetadataKeys
{
    /// <summary>
    /// Prometheus's word for the type of a metric (OpenTelemetry, "Prometheus and OpenMetrics compatibility"). Where it is, name and attributes are Prometheus's own and
    /// are taken literally.
    /// </summary>
    public const string PrometheusType = "prometheus.type";

    /// <summary>
    /// <see cref="ClassicBuckets"/> at a histogram with literal names that Prometheus knows as series <c>…_bucket</c>, <c>…_sum</c> and <c>…_count</c>. Without it such a
    /// histogram is a native one with custom buckets, which is how remote write sends it.
    /// </summary>
    public const string PrometheusBuckets = "prometheus.buckets";

    public const string ClassicBuckets = "classic";
}
