using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Source;
using Clew.Query.PromQL.Data;
using Clew.Telemetry;

namespace Clew.Query.LogQL.Stored;

/// <summary>
/// What a stored resource is to LogQL: the labels of its stream, and what of it is structured metadata of every entry.
/// </summary>
/// <remarks>
/// <para>A resource that came as a Loki push stream has the labels that were pushed, exactly: the attributes without a dot, which no attribute that
/// Clew adds is without. It is told by having such an attribute, and a service that one of its labels names.</para>
/// <para>Any other resource has the index labels that Loki documents for OTLP (grafana.com/docs/loki, format considerations of OpenTelemetry), dots as underscores, and
/// <c>service_name</c> in any case; its other attributes are structured metadata.</para>
/// </remarks>
public sealed class StoredStream
{
    /// <summary>The labels that can name a service of a push, first one first, as Loki documents them for <c>discover_service_name</c>.</summary>
    private static readonly string[] ServiceLabels =
    [
        "service_name", "service", "app", "application", "app_name", "name", "app_kubernetes_io_name", "container", "container_name", "k8s_container_name",
        "component", "workload", "job", "k8s_job_name",
    ];

    /// <summary>The attributes of resources that OTLP logs are indexed by.</summary>
    private static readonly HashSet<string> IndexAttributes = new(StringComparer.Ordinal)
    {
        "cloud.availability_zone", "cloud.region", "container.name", "deployment.environment", "deployment.environment.name", "k8s.cluster.name",
        "k8s.container.name", "k8s.cronjob.name", "k8s.daemonset.name", "k8s.deployment.name", "k8s.job.name", "k8s.namespace.name", "k8s.pod.name",
        "k8s.replicaset.name", "k8s.statefulset.name", "service.instance.id", "service.name", "service.namespace",
    };

    private StoredStream(LogQlStream stream, IReadOnlyList<KeyValuePair<string, string>> metadata, bool isPushed)
    {
        Stream = stream;
        Metadata = metadata;
        IsPushed = isPushed;
    }

    /// <summary>The same object for all resources with the same labels.</summary>
    public LogQlStream Stream { get; }

    /// <summary>What every entry has from its resource, under label names.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; }

    /// <summary>It came as a stream with labels: its entries have no more structured metadata than was pushed with them.</summary>
    public bool IsPushed { get; }

    /// <param name="streams">The streams that were met before, by their labels; a new one is added.</param>
    internal static StoredStream Of(in ResourceView resource, Dictionary<LabelSet, LogQlStream> streams)
    {
        var attributes = resource.Attributes;
        var isPushed = IsPush(attributes);
        var labels = new List<KeyValuePair<string, string>>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var name = new FieldName();
        foreach (var (key, value) in attributes)
        {
            if (isPushed)
            {
                if (!key.Contains('.', StringComparison.Ordinal))
                {
                    labels.Add(new(key, value.Text));
                }
            }
            else if (name.TrySet(key))
            {
                if (IndexAttributes.Contains(key))
                {
                    labels.Add(new(name.Text.ToString(), value.Text));
                }
                else
                {
                    metadata.TryAdd(name.Text.ToString(), value.Text);
                }
            }
        }

        if (!isPushed && !labels.Exists(label => label is { Key: "service_name", Value.Length: > 0 }))
        {
            labels.Add(new("service_name", ResourceView.UnknownService));
        }

        var set = LabelSet.Of(labels);
        if (!streams.TryGetValue(set, out var stream))
        {
            stream = new LogQlStream(set);
            streams.Add(set, stream);
        }

        return new StoredStream(stream, [.. metadata], isPushed);
    }

    private static bool IsPush(in AttributeListView attributes)
    {
        var hasLabel = false;
        foreach (var (key, _) in attributes)
        {
            hasLabel |= !key.Contains('.', StringComparison.Ordinal);
        }

        if (!hasLabel || attributes.Find("service.name") is not { } service)
        {
            return hasLabel;
        }

        foreach (var label in ServiceLabels)
        {
            if (attributes.Find(label) is { } value)
            {
                return value.Text == service.Text;
            }
        }

        return false;
    }
}
