using System.Runtime.CompilerServices;
using Clew.Telemetry;

namespace Clew.Protocols.LogLines;

/// <summary>What a log line can say about the resource it comes from.</summary>
internal enum ResourceField
{
    Service,
    ServiceNamespace,
    ServiceVersion,
    Environment,
    Host,
    Pod,
    Namespace,
    Container,
    Node,
    ContainerId,
    ContainerName,
    Count,
}

internal static class ResourceFields
{
    /// <summary>The attribute's key by OpenTelemetry's resource conventions.</summary>
    public static ReadOnlySpan<byte> KeyOf(ResourceField field) => field switch
    {
        ResourceField.Service => "service.name"u8,
        ResourceField.ServiceNamespace => "service.namespace"u8,
        ResourceField.ServiceVersion => "service.version"u8,
        ResourceField.Environment => "deployment.environment.name"u8,
        ResourceField.Host => "host.name"u8,
        ResourceField.Pod => "k8s.pod.name"u8,
        ResourceField.Namespace => "k8s.namespace.name"u8,
        ResourceField.Container => "k8s.container.name"u8,
        ResourceField.Node => "k8s.node.name"u8,
        ResourceField.ContainerId => "container.id"u8,
        ResourceField.ContainerName => "container.name"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
    };
}

/// <summary>A text for every <see cref="ResourceField"/>, in the batch's arena; empty where nothing is known.</summary>
[InlineArray((int)ResourceField.Count)]
internal struct ResourceTexts
{
    private TextRef _first;
}
