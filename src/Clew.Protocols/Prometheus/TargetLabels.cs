using System.Collections.Frozen;

namespace Clew.Protocols.Prometheus;

/// <summary>
/// The attributes behind the labels of <c>target_info</c>. Exporters write attribute names with underscores for dots; which underscore was a dot can only
/// be told of names that are known. Others keep the label's name.
/// </summary>
internal static class TargetLabels
{
    private static readonly FrozenDictionary<string, string> Attributes = new[]
    {
        "service.version", "deployment.environment", "deployment.environment.name", "cloud.provider", "cloud.region", "cloud.availability_zone", "cloud.account.id",
        "host.name", "host.id", "host.arch", "os.type", "os.description", "process.pid", "process.executable.name", "process.runtime.name", "process.runtime.version",
        "container.id", "container.name", "container.image.name", "telemetry.sdk.name", "telemetry.sdk.language", "telemetry.sdk.version",
        "k8s.cluster.name", "k8s.namespace.name", "k8s.node.name", "k8s.pod.name", "k8s.pod.uid", "k8s.container.name", "k8s.deployment.name", "k8s.replicaset.name",
        "k8s.statefulset.name", "k8s.daemonset.name", "k8s.job.name", "k8s.cronjob.name",
    }.ToFrozenDictionary(attribute => attribute.Replace('.', '_'), StringComparer.Ordinal);

    public static string AttributeOf(string label) => Attributes.GetValueOrDefault(label, label);
}
