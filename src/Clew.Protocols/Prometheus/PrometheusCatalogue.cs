using System.Collections.Concurrent;
using Clew.Telemetry;

namespace Clew.Protocols.Prometheus;

/// <summary>
/// What senders said once and mean from then on: types, help and units of metrics (remote write 1.0 sends them apart from the samples) and what
/// <c>target_info</c> tells of targets. Kept in memory, bounded by <see cref="ProtocolLimits.MaxKnownMetrics"/> and
/// <see cref="ProtocolLimits.MaxKnownTargets"/>. What one tenant said is not known to another. Safe for concurrent use.
/// </summary>
public sealed class PrometheusCatalogue(ProtocolLimits limits)
{
    /// <summary>Characters of a name, help or unit, and of all labels of one target. Longer ones are not remembered: they would make the other bounds worthless.</summary>
    private const int MaxText = 4_096;

    private readonly ConcurrentDictionary<(Tenant Tenant, string Metric), PrometheusMetadata> _metrics = new();
    private readonly ConcurrentDictionary<(Tenant Tenant, string Series), PrometheusMetadata> _before = new();
    private readonly ConcurrentDictionary<(Tenant Tenant, string Job, string Instance), KeyValuePair<string, string>[]> _targets = new();

    /// <summary>Metrics and targets that are known.</summary>
    public (int Metrics, int Targets) Count => (_metrics.Count, _targets.Count);

    /// <summary>Remembers what was said of a metric (without suffixes), unless there is no room.</summary>
    public void SetMetadata(Tenant tenant, string metric, PrometheusMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(metadata);
        if (metric.Length > MaxText || metadata.Unit.Length > MaxText)
        {
            return;
        }

        metadata = metadata.Help.Length > MaxText ? metadata with { Help = string.Empty } : metadata;
        if (_metrics.ContainsKey((tenant, metric)) || _metrics.Count < limits.MaxKnownMetrics)
        {
            _metrics[(tenant, metric)] = metadata;
        }
    }

    /// <summary>
    /// What was said of a series' metric before this start. It counts until something is said again: a sender of remote write 1.0 says it once a minute,
    /// and what came until then would be another series, since type and unit are a part of what a series is.
    /// </summary>
    /// <param name="series">The series' own name.</param>
    public void Recall(Tenant tenant, string series, PrometheusMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(metadata);
        if (series.Length <= MaxText && metadata.Unit.Length <= MaxText && metadata.Help.Length <= MaxText && _before.Count < limits.MaxKnownMetrics)
        {
            _before[(tenant, series)] = metadata;
        }
    }

    /// <summary>What is known of the metric that a series belongs to, by the series' name; null when nothing is.</summary>
    public PrometheusMetadata? MetadataOf(Tenant tenant, string series)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (_metrics.TryGetValue((tenant, series), out var known))
        {
            return known;
        }

        foreach (var suffix in PrometheusNames.SeriesSuffixes)
        {
            if (series.EndsWith(suffix, StringComparison.Ordinal) && _metrics.TryGetValue((tenant, series[..^suffix.Length]), out known))
            {
                return known;
            }
        }

        return _before.GetValueOrDefault((tenant, series));
    }

    /// <summary>Remembers the labels of a target's <c>target_info</c>; none forgets them.</summary>
    internal void SetTarget(Tenant tenant, string job, string instance, KeyValuePair<string, string>[] labels)
    {
        if (labels.Length == 0)
        {
            _targets.TryRemove((tenant, job, instance), out _);
        }
        else if (job.Length + instance.Length + labels.Sum(label => label.Key.Length + label.Value.Length) <= MaxText && (_targets.ContainsKey((tenant, job, instance)) || _targets.Count < limits.MaxKnownTargets))
        {
            _targets[(tenant, job, instance)] = labels;
        }
    }

    internal KeyValuePair<string, string>[] TargetLabels(Tenant tenant, string job, string instance) =>
        !_targets.IsEmpty && _targets.TryGetValue((tenant, job, instance), out var labels) ? labels : [];
}
