using System.Text.Json;
using Clew.Protocols.Values;

namespace Clew.Protocols.Kubernetes;

/// <summary>Who an object belongs to, as far as the object itself tells.</summary>
internal readonly record struct KubernetesOwner(string Kind, string Name, string Uid)
{
    public static readonly KubernetesOwner None = new("", "", "");

    /// <summary>Kinds that people deploy: an object of such a kind without an owner is its own workload.</summary>
    private static readonly HashSet<string> Workloads =
        ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Rollout", "Pod"];

    /// <summary>The labels by which services are named, the most telling first: those Kubernetes recommends, then the customary ones.</summary>
    private static readonly string[] ServiceLabels = ["app.kubernetes.io/name", "app", "k8s-app"];

    /// <summary>The reference to the controller, or else the first one.</summary>
    public static KubernetesOwner Of(JsonElement metadata)
    {
        var first = None;
        foreach (var reference in metadata.At("ownerReferences").Items())
        {
            var owner = new KubernetesOwner(reference.TextAt("kind"), reference.TextAt("name"), reference.TextAt("uid"));
            if (reference.At("controller").ValueKind == JsonValueKind.True)
            {
                return owner;
            }

            first = first == None ? owner : first;
        }

        return first;
    }

    /// <summary>
    /// The workload an object belongs to. A pod names its ReplicaSet, whose name is that of the Deployment and the hash of the template, which
    /// stands in a label of the pod too: without it the ReplicaSet is all that is known.
    /// </summary>
    public static (string Kind, string Name) WorkloadOf(string kind, JsonElement item)
    {
        var metadata = item.At("metadata");
        if (kind == "HorizontalPodAutoscaler")
        {
            var target = item.At("spec", "scaleTargetRef");
            return (target.TextAt("kind"), target.TextAt("name"));
        }

        var owner = Of(metadata);
        if (owner.Name.Length == 0)
        {
            return Workloads.Contains(kind) ? (kind, metadata.TextAt("name")) : ("", "");
        }

        foreach (var (label, workload) in new[] { ("pod-template-hash", "Deployment"), ("rollouts-pod-template-hash", "Rollout") })
        {
            var hash = metadata.At("labels").TextAt(label);
            if (owner.Kind == "ReplicaSet" && hash.Length > 0 && owner.Name.Length > hash.Length + 1 && owner.Name.EndsWith("-" + hash, StringComparison.Ordinal))
            {
                return (workload, owner.Name[..^(hash.Length + 1)]);
            }
        }

        return (owner.Kind, owner.Name);
    }

    /// <summary>The service an object belongs to: what OpenTelemetry's annotation says, else a label, else the labels it selects pods by, else its workload.</summary>
    public static string ServiceOf(string kind, JsonElement item, string workload)
    {
        var metadata = item.At("metadata");
        var spec = item.At("spec");
        if (metadata.At("annotations").TextAt("resource.opentelemetry.io/service.name") is { Length: > 0 } told)
        {
            return told;
        }

        if (kind is "Node" or "Namespace" or "PersistentVolume")
        {
            return "";
        }

        var sources = kind is "NetworkPolicy" or "PodDisruptionBudget" ? [spec.At("podSelector", "matchLabels"), spec.At("selector", "matchLabels")]
            : kind == "Service" ? [spec.At("selector"), metadata.At("labels")]
            : new[] { metadata.At("labels"), spec.At("template", "metadata").At("labels") };
        foreach (var labels in sources)
        {
            foreach (var label in ServiceLabels)
            {
                if (labels.TextAt(label) is { Length: > 0 } name)
                {
                    return name;
                }
            }
        }

        return workload.Length > 0 ? workload : kind == "Service" ? metadata.TextAt("name") : "";
    }
}
