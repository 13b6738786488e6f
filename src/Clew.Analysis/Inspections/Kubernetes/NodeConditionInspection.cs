using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>Machines that say they are unwell: not ready, short of memory, disk or process ids, without a network.</summary>
internal sealed class NodeConditionInspection : IInspection
{
    private static readonly (string Type, string Means)[] Pressures =
    [
        ("MemoryPressure", "runs short of memory"),
        ("DiskPressure", "runs short of disk"),
        ("PIDPressure", "runs short of process ids"),
        ("NetworkUnavailable", "has no network"),
        ("KernelDeadlock", "reports a kernel deadlock"),
        ("ReadonlyFilesystem", "has a read-only file system"),
    ];

    public string Name => Rules.Of(FindingKind.NodeUnwell).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        foreach (var node in view.Cluster.Of("Node"))
        {
            Report(view, findings, node, "Ready", "is not ready", s => Value(s, "Ready") is var ready && (ready.StartsWith("False", StringComparison.Ordinal) || ready.StartsWith("Unknown", StringComparison.Ordinal)));
            foreach (var (type, means) in Pressures)
            {
                Report(view, findings, node, type, means, s => Value(s, type).StartsWith("True", StringComparison.Ordinal));
            }
        }
    }

    private static void Report(WorldView view, Findings findings, ClusterObject node, string type, string means, Func<KubernetesObject, bool> isBad)
    {
        if (node.Bad(view.World.Window, isBad) is not { } spell || spell.Seconds < Rules.Of(FindingKind.NodeUnwell).Absolute)
        {
            return;
        }

        var name = node.Last.Name;
        var pods = view.Cluster.Of("Pod").Count(p => p.Last.Node == name);
        var message = spell.State.Fields.GetValueOrDefault($"condition.{type}.message", "");
        findings.Add(new Finding
        {
            Kind = FindingKind.NodeUnwell,
            Entity = view.Cluster.EntityOfNode(name),
            Strength = ClusterStrength.Recency(view.World, spell.Since) * Strength.OfCount(Math.Max(6, pods)),
            Significance = ClusterStrength.New,
            Onset = spell.Since,
            Observations = Math.Max(1, pods),
            Statement = $"Node {name} {means} ({type} = {Value(spell.State, type)}{(message.Length > 0 ? $": {message.ReplaceLineEndings(" ").Trim().TrimEnd('.')}" : "")}); {Phrase.Count(pods, "pod")} on it {(pods == 1 ? "is" : "are")} known.",
            Query = Kubectl.Query(view.World, spell.State),
            Fixes =
            [
                new NextStep("Keep new pods away from it.", $"kubectl cordon {Phrase.Quoted(name)}"),
                new NextStep("Move its pods elsewhere.", $"kubectl drain {Phrase.Quoted(name)} --ignore-daemonsets --delete-emptydir-data"),
                new NextStep("See what it says of itself.", $"kubectl describe node {Phrase.Quoted(name)}"),
            ],
        });
    }

    private static string Value(KubernetesObject state, string type) => state.Fields.GetValueOrDefault($"condition.{type}", "");
}
