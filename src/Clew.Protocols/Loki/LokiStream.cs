using System.Text;
using Clew.Protocols.Decoding;
using Clew.Protocols.Prometheus;
using Clew.Telemetry;

namespace Clew.Protocols.Loki;

/// <summary>
/// A stream while its entries are read. Its labels become the attributes of a resource, under their own names; what Clew derives from them
/// (<c>service.name</c> and the names of Kubernetes objects) is added under names with a dot, which no label has. So the labels of a stream are the
/// attributes of its resource that have no dot, exactly.
/// </summary>
internal struct LokiStream
{
    /// <summary>
    /// The labels that name a service, first one first: the list that Loki documents for <c>discover_service_name</c>, behind the label that it would add.
    /// </summary>
    private static readonly byte[][] ServiceLabels =
    [
        .. new[]
        {
            "service_name", "service", "app", "application", "app_name", "name", "app_kubernetes_io_name", "container", "container_name", "k8s_container_name",
            "component", "workload", "job", "k8s_job_name",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    /// <summary>Labels whose meaning is known, and the attribute that OpenTelemetry has for it.</summary>
    private static readonly (byte[] Label, byte[] Attribute, bool OnlyOfPods)[] KnownLabels =
    [
        Known("service_namespace", "service.namespace"),
        Known("service_instance_id", "service.instance.id"),
        Known("service_version", "service.version"),
        Known("deployment_environment_name", "deployment.environment.name"),
        Known("deployment_environment", "deployment.environment"),
        Known("cloud_region", "cloud.region"),
        Known("k8s_cluster_name", "k8s.cluster.name"),
        Known("k8s_namespace_name", "k8s.namespace.name"),
        Known("k8s_pod_name", "k8s.pod.name"),
        Known("k8s_container_name", "k8s.container.name"),
        Known("k8s_deployment_name", "k8s.deployment.name"),
        Known("k8s_node_name", "k8s.node.name"),

        // What Promtail and Alloy call them by default. The words are common, so they count beside a pod only.
        Known("pod", "k8s.pod.name", onlyOfPods: true),
        Known("namespace", "k8s.namespace.name", onlyOfPods: true),
        Known("container", "k8s.container.name", onlyOfPods: true),
        Known("node_name", "k8s.node.name", onlyOfPods: true),
    ];

    private SharedRow _resource;

    /// <summary>Why every entry of the stream must be refused.</summary>
    public DecodeIssue Issue { get; private set; }

    /// <summary>The severity that a label gives to all entries; 0 when none does.</summary>
    public byte Severity { get; private set; }

    /// <summary>Dictionary number of that label's value.</summary>
    public int SeverityText { get; private set; }

    public void Refuse(DecodeIssue issue)
    {
        if (Issue == DecodeIssue.None)
        {
            Issue = issue;
        }
    }

    /// <summary>Takes the labels from their text form.</summary>
    /// <param name="scratch">At least as long as the text, and not a part of it.</param>
    public void AddLabels(LogBatch batch, DecodeState state, ReadOnlySpan<byte> text, Span<byte> scratch)
    {
        var labels = new LabelText(text, scratch);
        while (labels.Next())
        {
            AddLabel(batch, state, labels.Name, labels.Value);
        }

        if (labels.IsDamaged)
        {
            Refuse(DecodeIssue.LabelsUnreadable);
        }
    }

    public void AddLabel(LogBatch batch, DecodeState state, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!PrometheusNames.IsLabelName(name))
        {
            Refuse(DecodeIssue.LabelNameInvalid);
            return;
        }

        // A label without a value is no label.
        if (value.IsEmpty)
        {
            return;
        }

        var attributes = batch.Resources.Attributes;
        if (++_resource.Attributes > state.Limits.MaxLabels)
        {
            Refuse(DecodeIssue.TooManyLabels);
            return;
        }

        if (Find(batch, name) is not null)
        {
            Refuse(DecodeIssue.LabelRepeated);
            return;
        }

        Refuse(AttributeRow.AddText(batch, attributes, state, name, value));
        if (Severity == 0 && LogLevel.IsField(name) && LogLevel.OfField(name, value) is > 0 and var severity)
        {
            Severity = severity;
            SeverityText = batch.Dictionary.Add(value);
        }
    }

    /// <summary>Adds what follows from the labels; called once, before the first entry.</summary>
    public void EndLabels(LogBatch batch)
    {
        if (_resource.Attributes == 0)
        {
            Refuse(DecodeIssue.LabelsMissing);
        }

        if (Issue != DecodeIssue.None)
        {
            return;
        }

        foreach (var label in ServiceLabels)
        {
            if (Find(batch, label) is { } name)
            {
                batch.Resources.Attributes.Add(batch.Dictionary.Add("service.name"u8), AttributeType.String, name);
                break;
            }
        }

        var isPod = Find(batch, "pod"u8) is not null;
        foreach (var (label, attribute, onlyOfPods) in KnownLabels)
        {
            if ((!onlyOfPods || isPod) && Find(batch, label) is { } value && Find(batch, attribute) is null)
            {
                batch.Resources.Attributes.Add(batch.Dictionary.Add(attribute), AttributeType.String, value);
            }
        }
    }

    /// <summary>Completes the stream behind its last entry.</summary>
    public readonly void End(LogBatch batch)
    {
        _resource.EndResourceOfRows(batch);
        default(SharedRow).EndScopeOfRows(batch);
    }

    private static (byte[] Label, byte[] Attribute, bool OnlyOfPods) Known(string label, string attribute, bool onlyOfPods = false) =>
        (Encoding.ASCII.GetBytes(label), Encoding.ASCII.GetBytes(attribute), onlyOfPods);

    /// <summary>The value of an attribute of the open resource.</summary>
    private static TextRef? Find(LogBatch batch, ReadOnlySpan<byte> name)
    {
        var attributes = batch.Resources.Attributes;
        for (var entry = attributes.Count == 0 ? 0 : attributes.EndOf(attributes.Count - 1); entry < attributes.Keys.Count; entry++)
        {
            if (batch.Dictionary.Get(attributes.Keys[entry]).SequenceEqual(name))
            {
                return attributes.Values[entry];
            }
        }

        return null;
    }
}
