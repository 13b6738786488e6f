using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>Pods that no node takes, and what stands against each: resources, taints, rules of placement, volumes.</summary>
internal sealed class UnschedulableInspection() : PodInspection(FindingKind.PodUnschedulable)
{
    /// <summary>The scheduler's words, what they mean, and what helps.</summary>
    private static readonly (string[] Words, string Means, string Helps)[] Obstacles =
    [
        (["Insufficient cpu"], "the nodes have no processor time left to promise", "Lower the processor requests, or add nodes."),
        (["Insufficient memory"], "the nodes have no memory left to promise", "Lower the memory requests, or add nodes."),
        (["Insufficient ephemeral-storage", "Insufficient "], "the nodes lack a resource that is asked for", "Lower the requests, or add nodes that have it."),
        (["Too many pods"], "the nodes hold as many pods as they may", "Add nodes, or raise the kubelets' limit of pods."),
        (["untolerated taint", "taint"], "nodes are tainted and the pod does not tolerate it", "Add a toleration, or take the taint away."),
        (["node affinity", "node selector", "didn't match Pod's node"], "no node has the labels that affinity or selector ask for", "Correct the selector, or label nodes."),
        (["pod anti-affinity", "pod affinity"], "rules keep the pod away from, or tie it to, other pods", "Loosen the affinity rules, or add nodes."),
        (["topology spread"], "the pods would lie unevenly over zones or nodes", "Loosen the spread constraint, or add nodes where they lack."),
        (["unbound immediate PersistentVolumeClaims", "persistentvolumeclaim", "volume node affinity", "volume binding"], "a volume is not bound, or lies where no node fits", "Look at the volume claim and its storage class."),
        (["exceed max volume count"], "the nodes have as many volumes attached as they may", "Add nodes."),
        (["free ports"], "a host port is taken", "Do without the host port."),
        (["unschedulable", "cordoned"], "nodes are cordoned", "Uncordon nodes, or wait for those being replaced."),
    ];

    protected override bool IsBad(ClusterView cluster, KubernetesObject pod) =>
        pod.Phase == "Pending" && pod.Fields.GetValueOrDefault("condition.PodScheduled", "").StartsWith("False", StringComparison.Ordinal);

    protected override Told Tell(WorldView view, PodTrouble trouble)
    {
        var state = trouble.State;
        var happened = Latest(view, trouble, "FailedScheduling");
        var message = state.Fields.GetValueOrDefault("condition.PodScheduled.message", "") is { Length: > 0 } said ? said : happened?.Message ?? "";

        // What preemption could not do repeats what is already said.
        var against = message.Split("preemption:", 2)[0];
        var found = Obstacles.Where(o => o.Words.Any(w => against.Contains(w, StringComparison.OrdinalIgnoreCase))).ToList();
        if (found.Any(o => o.Words is ["Insufficient cpu"] or ["Insufficient memory"]))
        {
            found.RemoveAll(o => o.Words.Length == 2 && o.Words[1] == "Insufficient ");
        }

        var claims = view.Cluster.Of("PersistentVolumeClaim").Where(c => c.Last.Namespace == state.Namespace && c.Last.Phase == "Pending").Select(c => c.Last).ToArray();
        var fixes = found.Select(o => new NextStep(o.Helps, Command(o.Words[0], state))).ToList();
        if (found.Any(o => o.Means.StartsWith("a volume", StringComparison.Ordinal)) && claims.Length > 0)
        {
            fixes.Add(new NextStep($"Volume claim {claims[0].Name} is not bound{(claims[0].Fields.TryGetValue("storage_class", out var storage) ? $" (storage class {storage})" : "")}: see why.", Kubectl.Describe(claims[0])));
        }

        if (fixes.Count == 0)
        {
            fixes.Add(new NextStep("Read what the scheduler says of the pod.", Kubectl.Describe(state)));
        }

        var reasons = found.Count > 0 ? string.Join("; ", found.Select(o => o.Means)) : "the scheduler finds no node that fits";
        return new Told(
            $"{trouble.Named} finds no node for {Phrase.Seconds(trouble.Pods[0].Spell.Seconds)}: {reasons}{(message.Length > 0 ? $" ({Shortened(against)})" : "")}.", fixes, happened?.Count ?? 1);
    }

    private static string Command(string word, KubernetesObject state) => word switch
    {
        "untolerated taint" or "unschedulable" => "kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints,UNSCHEDULABLE:.spec.unschedulable",
        "node affinity" => "kubectl get nodes --show-labels",
        "unbound immediate PersistentVolumeClaims" => Kubectl.In(state.Namespace, "get persistentvolumeclaims"),
        "Insufficient cpu" or "Insufficient memory" or "Insufficient ephemeral-storage" or "Too many pods" => "kubectl describe nodes",
        _ => Kubectl.Describe(state),
    };
}
