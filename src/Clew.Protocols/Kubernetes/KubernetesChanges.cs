using System.Globalization;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Kubernetes;

/// <summary>
/// What was changed on purpose between two states of an object. Which fields count, and as what, stands in <see cref="Rules"/>; what a
/// cluster does by itself (phases, conditions, restarts, ready replicas, replicas that an autoscaler sets) is no change.
/// </summary>
public static class KubernetesChanges
{
    private const string Deploy = "deploy";
    private const string Rollout = "rollout";
    private const string Config = "config";
    private const string Infrastructure = "infrastructure";

    /// <summary>Characters of a value in a summary; attributes have it whole.</summary>
    private const int ShownValue = 80;

    private static readonly string[] Workloads = ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Rollout", "ReplicationController"];

    /// <summary>In the order in which fields are given to them: a field belongs to the first rule that names it.</summary>
    private static readonly Rule[] Rules =
    [
        new("image", Deploy, "image", Workloads, field => field.EndsWith(".image", StringComparison.Ordinal)),
        new("restart", Rollout, "restart", Workloads, field => field == "template.kubectl.kubernetes.io/restartedAt"),
        new("resources", Config, "resources", Workloads, field => field.Contains(".request.", StringComparison.Ordinal) || field.Contains(".limit.", StringComparison.Ordinal)),
        new("replicas", Infrastructure, "replicas", ["Deployment", "StatefulSet", "Rollout", "ReplicationController"], field => field == "replicas.desired"),
        new("configuration", Config, "configuration", Workloads, IsConfiguration),
        new("autoscaling", Config, "autoscaling", ["HorizontalPodAutoscaler"], field => field is "replicas.min" or "replicas.max" or "metrics" or "metrics.cpu_percentage" or "behavior" or "target"),
        new("network-policy", Infrastructure, "network policy", ["NetworkPolicy"], field => field is "pod_selector" or "policy_types" or "ingress" or "egress"),
        new("routing", Config, "routing", ["Service"], field => field is "type" or "selector" or "ports" or "external_name"),
        new("routing", Config, "routing", ["Ingress"], field => field is "ingress_class" or "rules" or "tls" or "default_backend"),
        new("storage", Infrastructure, "storage", ["PersistentVolumeClaim", "PersistentVolume"], field => field is "storage.request" or "storage_class"),
        new("limits", Config, "limits", ["ResourceQuota", "LimitRange", "PodDisruptionBudget"],
            field => field.StartsWith("hard.", StringComparison.Ordinal) || field is "limits" or "min_available" or "max_unavailable"),
        new("scheduling", Infrastructure, "scheduling", ["Node"], field => field is "unschedulable" or "taints"),
        new("node", Infrastructure, "node", ["Node"],
            field => field is "kubelet_version" or "kernel_version" or "os_image" or "container_runtime" || field.StartsWith("allocatable.", StringComparison.Ordinal)),
    ];

    /// <summary>Kinds whose making and deleting is a change.</summary>
    private static readonly HashSet<string> Made = [.. Workloads, "NetworkPolicy", "HorizontalPodAutoscaler", "Ingress", "Node"];

    private static readonly HashSet<string> Deleted = [.. Made, "Service", "ConfigMap", "Secret", "PersistentVolumeClaim", "PodDisruptionBudget"];

    /// <summary>True when the later state tells nothing new: then it need not be stored.</summary>
    public static bool LooksTheSame(KubernetesObject before, KubernetesObject after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return before.IsDeleted == after.IsDeleted && before.Phase == after.Phase && before.Node == after.Node && before.Workload == after.Workload
            && before.Service == after.Service && before.Fields.Count == after.Fields.Count
            && before.Fields.All(field => after.Fields.TryGetValue(field.Key, out var value) && value == field.Value)
            && !(IsData(after) && before.Version != after.Version);
    }

    /// <summary>The changes that lead from one state of an object to its next.</summary>
    /// <param name="before">Null when the object was not known: then only its making is a change, at the time it says it was made.</param>
    public static IReadOnlyList<ChangeRecord> Between(KubernetesObject? before, KubernetesObject after)
    {
        ArgumentNullException.ThrowIfNull(after);
        if (before is null || (before.IsDeleted && !after.IsDeleted))
        {
            return after.IsDeleted ? Gone(after) : New(after);
        }

        if (after.IsDeleted)
        {
            return before.IsDeleted ? [] : Gone(after);
        }

        if (IsData(after))
        {
            return before.Version == after.Version || after.Fields.ContainsKey("leader_election") ? []
                : [Record(after, "data", Config, $"{After(after)} was written", [new("keys", before.Fields.GetValueOrDefault("keys", ""), after.Fields.GetValueOrDefault("keys", ""))])];
        }

        var found = new List<ChangeRecord>();
        var differences = before.Fields.Keys.Union(after.Fields.Keys)
            .Select(field => new Difference(field, before.Fields.GetValueOrDefault(field, ""), after.Fields.GetValueOrDefault(field, "")))
            .Where(difference => difference.From != difference.To)
            .OrderBy(difference => difference.Field, StringComparer.Ordinal)
            .ToList();
        if (IsAutoscaled(after) && differences.RemoveAll(difference => difference.Field == "replicas.desired") > 0)
        {
            differences.RemoveAll(difference => difference.Field == "generation");
        }

        foreach (var group in differences.GroupBy(difference => Array.Find(Rules, rule => rule.Kinds.Contains(after.Kind) && rule.Fields(difference.Field))).Where(group => group.Key is not null))
        {
            found.Add(Record(after, group.Key!.Group, group.Key.Kind, Sentence(after, group.Key, [.. group]), [.. group]));
        }

        // The generation counts writes to the specification, also to the parts that are not kept: values of variables, commands, probes.
        if (found.Count == 0 && Workloads.Contains(after.Kind) && differences.Find(difference => difference.Field == "generation") is { } generation && generation.From.Length > 0 && generation.To.Length > 0)
        {
            found.Add(Record(after, "specification", Config, $"{After(after)}: a part of the specification that is not kept changed (generation {generation.From} → {generation.To})", [generation]));
        }

        return found;
    }

    private static bool IsConfiguration(string field) =>
        field.EndsWith(".env", StringComparison.Ordinal) || field.EndsWith("_probe", StringComparison.Ordinal) || field.StartsWith("template.checksum/", StringComparison.Ordinal)
        || field is "config_maps" or "secrets" or "service_account" or "priority_class" or "host_network" or "strategy" or "paused" or "schedule" or "suspend" or "concurrency_policy";

    /// <summary>Whether the replicas are what the autoscaler made them: the cluster's own doing, and the generation counts it like any other's.</summary>
    private static bool IsAutoscaled(KubernetesObject state) => state.Fields.GetValueOrDefault("scaled_by") == "kube-controller-manager";

    private static bool IsData(KubernetesObject state) => state.Kind is "ConfigMap" or "Secret";

    private static IReadOnlyList<ChangeRecord> New(KubernetesObject state)
    {
        if (!state.Fields.TryGetValue("created", out var created) || !DateTimeOffset.TryParse(created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
        {
            return [];
        }

        var at = state with { Time = Timestamp.FromDateTimeOffset(moment), Version = 0 };
        var images = string.Join(", ", state.Fields.Where(field => IsContainerImage(field.Key)).Select(field => field.Value).Order(StringComparer.Ordinal));
        if (state.Kind == "ReplicaSet" && state.Workload.Length > 0 && state.Workload != state.Name)
        {
            var revision = state.Fields.TryGetValue("revision", out var number) ? $"revision {number}" : "a new revision";
            return [Record(at, "created", Rollout, $"{state.WorkloadKind} {Full(state.Namespace, state.Workload)} began to roll out {revision} ({Shown(images)})", [])];
        }

        // A job that nobody's schedule made is how migrations are run.
        if (state.Kind == "Job" && state.WorkloadKind == "Job")
        {
            return [Record(at, "created", "migration", $"{After(state)} was started ({Shown(images)})", [])];
        }

        return Made.Contains(state.Kind)
            ? [Record(at, "created", Workloads.Contains(state.Kind) ? Deploy : Infrastructure, $"{After(state)} was created{(images.Length > 0 ? $" ({Shown(images)})" : "")}", [])]
            : [];
    }

    private static IReadOnlyList<ChangeRecord> Gone(KubernetesObject state) =>
        Deleted.Contains(state.Kind) ? [Record(state, "deleted", Infrastructure, $"{After(state)} was deleted", [])] : [];

    private static ChangeRecord Record(KubernetesObject state, string group, string kind, string summary, IReadOnlyList<Difference> differences)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["source"] = "kubernetes",
            ["k8s.kind"] = state.Kind,
            ["k8s.name"] = state.Name,
            ["change"] = group,
        };
        if (state.Namespace.Length > 0)
        {
            attributes["k8s.namespace.name"] = state.Namespace;
        }

        if (state.Workload.Length > 0)
        {
            attributes["k8s.workload"] = $"{state.WorkloadKind}/{state.Workload}";
        }

        if (differences.Count == 1)
        {
            (attributes["field"], attributes["from"], attributes["to"]) = (differences[0].Field, differences[0].From, differences[0].To);
        }
        else
        {
            foreach (var difference in differences)
            {
                attributes[$"from.{difference.Field}"] = difference.From;
                attributes[$"to.{difference.Field}"] = difference.To;
            }
        }

        return new ChangeRecord(
            string.Create(CultureInfo.InvariantCulture, $"k8s-{state.Uid}-{(state.Version > 0 ? state.Version : (ulong)state.Time.UnixNanoseconds)}-{group}"),
            state.Time,
            kind,
            state.Service,
            summary,
            VersionOf(state, group),
            group == "replicas" && state.Fields.TryGetValue("scaled_by", out var scaler) ? scaler : state.Fields.GetValueOrDefault("manager", ""),
            "",
            attributes);
    }

    private static string VersionOf(KubernetesObject state, string group)
    {
        if (group is not ("image" or "created" or "restart"))
        {
            return "";
        }

        if (state.Fields.TryGetValue("label.app.kubernetes.io/version", out var told))
        {
            return told;
        }

        var images = state.Fields.Where(field => IsContainerImage(field.Key)).OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => field.Value).ToArray();
        return images.Length == 0 ? "" : Tag(images[0]);
    }

    /// <summary>The tag of an image, or the beginning of its digest.</summary>
    private static string Tag(string image)
    {
        var digest = image.IndexOf("@sha256:", StringComparison.Ordinal);
        var name = digest >= 0 ? image[..digest] : image;
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[(colon + 1)..] : digest >= 0 ? image[(digest + 1)..Math.Min(image.Length, digest + 20)] : "latest";
    }

    private static bool IsContainerImage(string field) => field.StartsWith("container.", StringComparison.Ordinal) && field.EndsWith(".image", StringComparison.Ordinal);

    private static string Sentence(KubernetesObject state, Rule rule, IReadOnlyList<Difference> differences)
    {
        var first = differences[0];
        var more = differences.Count > 1 ? $" and {differences.Count - 1} more" : "";
        if (first.Field == "unschedulable")
        {
            return $"{After(state)} was {(first.To == "true" ? "cordoned" : "uncordoned")}";
        }

        return rule.Group == "restart"
            ? $"{After(state)} was restarted"
            : $"{After(state)}: {rule.Words} {(first.Field == "replicas.desired" ? "" : first.Field + " ")}{Shown(first.From)} → {Shown(first.To)}{more}";
    }

    private static string Shown(string value) => value.Length == 0 ? "none" : TextCut.Only.Cut(value, ShownValue);

    private static string After(KubernetesObject state) => $"{state.Kind} {Full(state.Namespace, state.Name)}";

    private static string Full(string space, string name) => space.Length > 0 ? $"{space}/{name}" : name;

    /// <param name="Group">Names the change in its id and in the attribute <c>change</c>.</param>
    /// <param name="Kind">The kind of the change record.</param>
    /// <param name="Words">What a summary calls it.</param>
    /// <param name="Kinds">Of objects.</param>
    private sealed record Rule(string Group, string Kind, string Words, string[] Kinds, Func<string, bool> Fields);

    private sealed record Difference(string Field, string From, string To);
}
