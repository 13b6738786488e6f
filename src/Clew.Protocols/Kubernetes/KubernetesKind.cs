namespace Clew.Protocols.Kubernetes;

/// <summary>A kind of object: its name, and where the API server lists it.</summary>
/// <param name="Name">As in an object: Pod.</param>
/// <param name="Plural">As in a path: pods.</param>
/// <param name="Short">As kubectl abbreviates it: po; empty when it does not.</param>
/// <param name="GroupPath">What comes before the namespace in a path: api/v1, apis/apps/v1.</param>
/// <param name="IsNamespaced">False for what belongs to the whole cluster.</param>
public sealed record KubernetesKind(string Name, string Plural, string Short, string GroupPath, bool IsNamespaced)
{
    private const string Core = "api/v1";

    public static readonly KubernetesKind Event = new("Event", "events", "ev", Core, true);

    /// <summary>Every kind that is known by all its names.</summary>
    public static IReadOnlyList<KubernetesKind> All { get; } =
    [
        Event,
        new("Pod", "pods", "po", Core, true),
        new("Deployment", "deployments", "deploy", "apis/apps/v1", true),
        new("ReplicaSet", "replicasets", "rs", "apis/apps/v1", true),
        new("StatefulSet", "statefulsets", "sts", "apis/apps/v1", true),
        new("DaemonSet", "daemonsets", "ds", "apis/apps/v1", true),
        new("Job", "jobs", "", "apis/batch/v1", true),
        new("CronJob", "cronjobs", "cj", "apis/batch/v1", true),
        new("HorizontalPodAutoscaler", "horizontalpodautoscalers", "hpa", "apis/autoscaling/v2", true),
        new("Service", "services", "svc", Core, true),
        new("Ingress", "ingresses", "ing", "apis/networking.k8s.io/v1", true),
        new("NetworkPolicy", "networkpolicies", "netpol", "apis/networking.k8s.io/v1", true),
        new("ConfigMap", "configmaps", "cm", Core, true),
        new("Secret", "secrets", "", Core, true),
        new("PersistentVolumeClaim", "persistentvolumeclaims", "pvc", Core, true),
        new("PersistentVolume", "persistentvolumes", "pv", Core, false),
        new("PodDisruptionBudget", "poddisruptionbudgets", "pdb", "apis/policy/v1", true),
        new("ResourceQuota", "resourcequotas", "quota", Core, true),
        new("LimitRange", "limitranges", "limits", Core, true),
        new("Node", "nodes", "no", Core, false),
        new("Namespace", "namespaces", "ns", Core, false),
    ];

    /// <summary>The kind that somebody means, by any of its names in any case; null for one that is not known.</summary>
    public static KubernetesKind? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length == 0 ? null : All.FirstOrDefault(kind => kind.Names.Contains(name, StringComparer.OrdinalIgnoreCase));
    }

    private IEnumerable<string> Names => [Name, Plural, Short];
}
