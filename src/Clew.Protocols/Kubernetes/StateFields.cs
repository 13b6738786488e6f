using System.Globalization;
using System.Text.Json;
using Clew.Protocols.Values;

namespace Clew.Protocols.Kubernetes;

/// <summary>What is kept of each kind of object. Kinds that are not listed are kept by what all objects have in common.</summary>
internal static class StateFields
{
    /// <summary>Kinds that run pods from a template.</summary>
    private static readonly HashSet<string> Templated = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Rollout"];

    private static readonly string[] NodeResources = ["cpu", "memory", "pods", "ephemeral-storage"];

    /// <summary>Beginnings of taints that controllers set: Kubernetes, "Well-known labels, annotations and taints".</summary>
    private static readonly string[] ClusterTaints = ["node.kubernetes.io/", "node.cloudprovider.kubernetes.io/"];

    /// <summary>The annotations of a pod template that say that pods were to be replaced; others may hold anything and are not kept.</summary>
    private static readonly string[] RolloutAnnotations = ["kubectl.kubernetes.io/restartedAt", "checksum/"];

    /// <summary>Fills the fields of an object of this kind.</summary>
    public static void Read(string kind, JsonElement item, ObjectFields fields)
    {
        var metadata = item.At("metadata");
        var spec = item.At("spec");
        var status = item.At("status");
        ReadMetadata(metadata, fields);
        switch (kind)
        {
            case "Pod":
                ContainerFields.ReadSpec(spec, fields);
                ContainerFields.ReadStatus(status, fields);
                fields.Set("reason", status.At("reason"));
                fields.Set("message", status.At("message"));
                fields.Set("pod_ip", status.At("podIP"));
                fields.Set("host_ip", status.At("hostIP"));
                fields.Set("qos_class", status.At("qosClass"));
                fields.Set("nominated_node", status.At("nominatedNodeName"));
                break;
            case var _ when Templated.Contains(kind):
                ReadWorkload(kind == "CronJob" ? spec.At("jobTemplate", "spec") : spec, status, fields);
                fields.Set("schedule", spec.At("schedule"));
                fields.Set("suspend", spec.At("suspend"));
                fields.Set("concurrency_policy", spec.At("concurrencyPolicy"));
                fields.Set("last_schedule", status.At("lastScheduleTime"));
                break;
            case "ConfigMap" or "Secret":
                // Names only. What is stored in them is nobody's business here, and of a secret not even a digest.
                fields.SetNames("keys", item.At("data").Members().Concat(item.At("binaryData").Members()).Concat(item.At("stringData").Members()).Select(member => member.Name));
                fields.Set("type", item.At("type"));
                fields.Set("immutable", item.At("immutable"));
                if (metadata.At("annotations", "control-plane.alpha.kubernetes.io/leader").ValueKind == JsonValueKind.String)
                {
                    fields.Set("leader_election", "true");
                }

                break;
            case "Node":
                ReadNode(spec, status, fields);
                break;
            case "HorizontalPodAutoscaler":
                fields.Set("target", $"{spec.At("scaleTargetRef").TextAt("kind")}/{spec.At("scaleTargetRef").TextAt("name")}");
                fields.Set("replicas.min", spec.At("minReplicas"));
                fields.Set("replicas.max", spec.At("maxReplicas"));
                fields.Set("replicas.desired", status.At("desiredReplicas"));
                fields.Set("replicas.current", status.At("currentReplicas"));
                fields.SetJson("metrics", spec.At("metrics"));
                fields.Set("metrics.cpu_percentage", spec.At("targetCPUUtilizationPercentage"));
                fields.SetJson("metrics.current", status.At("currentMetrics"));
                fields.SetJson("behavior", spec.At("behavior"));
                break;
            case "NetworkPolicy":
                fields.SetJson("pod_selector", spec.At("podSelector"));
                fields.SetNames("policy_types", spec.At("policyTypes").Items().Select(type => type.Text()));
                fields.SetJson("ingress", spec.At("ingress"));
                fields.SetJson("egress", spec.At("egress"));
                break;
            case "Service":
                fields.Set("type", spec.At("type"));
                fields.SetJson("selector", spec.At("selector"));
                fields.SetJson("ports", spec.At("ports"));
                fields.Set("cluster_ip", spec.At("clusterIP"));
                fields.Set("external_name", spec.At("externalName"));
                break;
            case "Ingress":
                fields.Set("ingress_class", spec.At("ingressClassName"));
                fields.SetJson("rules", spec.At("rules"));
                fields.SetJson("tls", spec.At("tls"));
                fields.SetJson("default_backend", spec.At("defaultBackend"));
                break;
            case "PersistentVolumeClaim" or "PersistentVolume":
                fields.Set("storage.request", spec.At("resources", "requests").At("storage"));
                fields.Set("storage.capacity", status.At("capacity").At("storage"));
                fields.Set("storage.capacity", spec.At("capacity").At("storage"));
                fields.Set("storage_class", spec.At("storageClassName"));
                fields.Set("volume", spec.At("volumeName"));
                fields.SetNames("access_modes", spec.At("accessModes").Items().Select(mode => mode.Text()));
                fields.Set("claim", spec.At("claimRef").TextAt("name"));
                break;
            case "PodDisruptionBudget":
                fields.Set("min_available", spec.At("minAvailable"));
                fields.Set("max_unavailable", spec.At("maxUnavailable"));
                fields.Set("disruptions_allowed", status.At("disruptionsAllowed"));
                fields.Set("healthy.current", status.At("currentHealthy"));
                fields.Set("healthy.desired", status.At("desiredHealthy"));
                break;
            case "ResourceQuota":
                fields.SetAll("hard", spec.At("hard"));
                fields.SetAll("used", status.At("used"));
                break;
            case "LimitRange":
                fields.SetJson("limits", spec.At("limits"));
                break;
            default:
                fields.Set("replicas.desired", spec.At("replicas"));
                fields.Set("replicas.ready", status.At("readyReplicas"));
                fields.Set("replicas.available", status.At("availableReplicas"));
                break;
        }

        ReadConditions(status, fields);
    }

    private static void ReadMetadata(JsonElement metadata, ObjectFields fields)
    {
        fields.Set("created", metadata.At("creationTimestamp"));
        fields.Set("deleting_since", metadata.At("deletionTimestamp"));
        fields.Set("generation", metadata.At("generation"));
        fields.SetAll("label", metadata.At("labels"));
        fields.Set("revision", metadata.At("annotations").At("deployment.kubernetes.io/revision"));
        fields.Set("change_cause", metadata.At("annotations").At("kubernetes.io/change-cause"));
        var owner = KubernetesOwner.Of(metadata);
        fields.Set("owner.kind", owner.Kind);
        fields.Set("owner.name", owner.Name);
        fields.Set("owner.uid", owner.Uid);
        fields.Set("manager", Manager(metadata, entry => entry is not ("status" or "scale")));
        fields.Set("scaled_by", Manager(metadata, entry => entry == "scale"));
    }

    /// <summary>
    /// Who wrote a part of the object last, such as the specification: kubectl-edit, helm, argocd-controller. A field belongs to whoever changed it last, and an
    /// entry without fields goes; so while there is one for the subresource "scale", that is who set the replicas.
    /// </summary>
    private static string Manager(JsonElement metadata, Func<string, bool> isPart) => metadata.At("managedFields").Items()
        .Where(entry => isPart(entry.TextAt("subresource")))
        .OrderBy(entry => entry.TextAt("time"), StringComparer.Ordinal)
        .LastOrDefault().TextAt("manager");

    private static void ReadWorkload(JsonElement spec, JsonElement status, ObjectFields fields)
    {
        fields.Set("replicas.desired", spec.At("replicas"));
        fields.Set("replicas.desired", status.At("desiredNumberScheduled"));
        fields.Set("replicas.desired", spec.At("completions"));
        fields.Set("replicas.ready", status.At("readyReplicas"));
        fields.Set("replicas.ready", status.At("numberReady"));
        fields.Set("replicas.available", status.At("availableReplicas"));
        fields.Set("replicas.available", status.At("numberAvailable"));
        fields.Set("replicas.updated", status.At("updatedReplicas"));
        fields.Set("replicas.updated", status.At("updatedNumberScheduled"));
        fields.Set("replicas.unavailable", status.At("unavailableReplicas"));
        fields.Set("replicas.unavailable", status.At("numberUnavailable"));
        fields.Set("replicas.current", status.At("replicas"));
        fields.Set("observed_generation", status.At("observedGeneration"));
        fields.Set("paused", spec.At("paused"));
        fields.Set("strategy", spec.At("strategy").At("type"));
        fields.Set("strategy", spec.At("updateStrategy").At("type"));
        fields.Set("active", status.At("active"));
        fields.Set("succeeded", status.At("succeeded"));
        fields.Set("failed", status.At("failed"));
        fields.Set("backoff_limit", spec.At("backoffLimit"));
        var template = spec.At("template");
        ContainerFields.ReadSpec(template.At("spec"), fields);
        foreach (var annotation in template.At("metadata", "annotations").Members())
        {
            if (RolloutAnnotations.Any(kept => annotation.Name.StartsWith(kept, StringComparison.Ordinal)))
            {
                fields.Set($"template.{annotation.Name}", annotation.Value);
            }
        }
    }

    private static void ReadNode(JsonElement spec, JsonElement status, ObjectFields fields)
    {
        fields.Set("unschedulable", spec.At("unschedulable"));

        // Those that the cluster sets itself repeat what the conditions say.
        fields.SetNames("taints", spec.At("taints").Items().Where(taint => !ClusterTaints.Any(prefix => taint.TextAt("key").StartsWith(prefix, StringComparison.Ordinal))).Select(taint => string.Create(
            CultureInfo.InvariantCulture, $"{taint.TextAt("key")}{(taint.TextAt("value") is { Length: > 0 } value ? "=" + value : "")}:{taint.TextAt("effect")}")));
        foreach (var resource in NodeResources)
        {
            fields.Set($"capacity.{resource}", status.At("capacity").At(resource));
            fields.Set($"allocatable.{resource}", status.At("allocatable").At(resource));
        }

        var info = status.At("nodeInfo");
        fields.Set("kubelet_version", info.At("kubeletVersion"));
        fields.Set("kernel_version", info.At("kernelVersion"));
        fields.Set("os_image", info.At("osImage"));
        fields.Set("container_runtime", info.At("containerRuntimeVersion"));
        fields.Set("provider_id", spec.At("providerID"));
        foreach (var address in status.At("addresses").Items())
        {
            fields.Set($"address.{address.TextAt("type")}", address.At("address"));
        }
    }

    /// <summary><c>condition.Ready</c> = <c>False: ContainersNotReady</c>; the message apart.</summary>
    private static void ReadConditions(JsonElement status, ObjectFields fields)
    {
        foreach (var condition in status.At("conditions").Items())
        {
            var name = $"condition.{condition.TextAt("type")}";
            var reason = condition.TextAt("reason");
            fields.Set(name, reason.Length > 0 ? $"{condition.TextAt("status")}: {reason}" : condition.TextAt("status"));
            if (condition.TextAt("status") != "True" || condition.TextAt("type") is not ("Ready" or "Available" or "Progressing"))
            {
                fields.Set($"{name}.message", condition.At("message"));
            }
        }
    }
}
