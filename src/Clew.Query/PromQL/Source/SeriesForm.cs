using Clew.Telemetry;

namespace Clew.Query.PromQL.Source;

/// <summary>What of a stored point a series of Prometheus shows.</summary>
internal enum SeriesPart
{
    /// <summary>The number, or the native histogram, as it is.</summary>
    Whole,

    /// <summary>Cumulative counts by the label <c>le</c>.</summary>
    Buckets,
    Count,
    Sum,

    /// <summary>The values of a summary by the label <c>quantile</c>.</summary>
    Quantiles,
}

/// <summary>A family of Prometheus's series that stored series of one metric become.</summary>
/// <param name="Name">The metric's name that they have.</param>
internal sealed record SeriesForm(string Name, SeriesPart Part)
{
    /// <summary>The label that tells the series of one stored series apart; null where there is only one.</summary>
    public string? OwnLabel => Part switch { SeriesPart.Buckets => "le", SeriesPart.Quantiles => "quantile", _ => null };

    /// <summary>Everything that series of a metric are in Prometheus.</summary>
    public static IReadOnlyList<SeriesForm> Of(StoredMetric metric)
    {
        var name = FamilyName(metric);
        return metric.Kind switch
        {
            _ when name.Length == 0 => [],
            MetricKind.Histogram when !IsNative(metric) => [new(name + "_bucket", SeriesPart.Buckets), new(name + "_count", SeriesPart.Count), new(name + "_sum", SeriesPart.Sum)],
            MetricKind.Summary => [new(name, SeriesPart.Quantiles), new(name + "_count", SeriesPart.Count), new(name + "_sum", SeriesPart.Sum)],
            _ => [new(name, SeriesPart.Whole)],
        };
    }

    /// <summary>The name of the metric itself, which its metadata stand under.</summary>
    public static string FamilyName(StoredMetric metric) =>
        IsLiteral(metric) ? metric.Name : MetricTranslation.MetricName(metric.Name, metric.Unit, metric.Kind, metric.IsMonotonic);

    /// <summary>Whether names and labels are Prometheus's own already.</summary>
    public static bool IsLiteral(StoredMetric metric) => metric.Type.Length > 0;

    /// <summary>Whether explicit buckets are a native histogram with custom ones.</summary>
    public static bool IsNative(StoredMetric metric) => IsLiteral(metric) && metric.Buckets != MetadataKeys.ClassicBuckets;
}
