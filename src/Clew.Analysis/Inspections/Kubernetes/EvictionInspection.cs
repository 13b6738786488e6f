using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>Pods that were put off: by a node that runs short, by a pod of higher priority, by a taint.</summary>
internal sealed class EvictionInspection : IInspection
{
    private static readonly string[] Reasons = ["Evicted", "Preempted", "TaintManagerEviction", "EvictionThresholdMet"];

    public string Name => Rules.Of(FindingKind.PodEvicted).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var cluster = view.Cluster;
        var window = view.World.Window;
        var evicted = cluster.Of("Pod").Select(p => (Pod: p, Spell: p.Bad(window, s => s.Fields.GetValueOrDefault("reason", "") is "Evicted" or "Preempting" or "Preempted")))
            .Where(p => p.Spell is { } spell && spell.Since >= window.Start - Lately)
            .Select(p => new Eviction(p.Spell!.Value.State.Namespace, p.Spell.Value.State.Name, p.Spell.Value.State.Node, p.Spell.Value.State.Fields.GetValueOrDefault("message", ""), p.Spell.Value.Since,
                cluster.EntityOf(p.Spell.Value.State), p.Spell.Value.State.Fields["reason"]))
            .Concat(cluster.Events.Where(e => e.Kind == "Pod" && Reasons.Contains(e.Reason) && !e.Message.StartsWith("Cancelling", StringComparison.Ordinal))
                .Select(e => new Eviction(e.Namespace, e.Name, NodeOf(cluster, e), e.Message, e.FirstTime.UnixNanoseconds, cluster.EntityOf(e), e.Reason)))
            .GroupBy(e => (e.Namespace, e.Pod)).Select(g => g.OrderByDescending(e => e.Message.Length).ThenBy(e => e.Time).First()).ToArray();
        foreach (var group in evicted.GroupBy(e => e.Reason == "Evicted" && e.Node.Length > 0 ? e.Node : "").OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var all = group.OrderBy(e => e.Time).ThenBy(e => e.Pod, StringComparer.Ordinal).ToArray();
            var node = group.Key;
            var first = all[0];
            var onset = all.Min(e => e.Time);
            var names = string.Join(", ", all.Take(3).Select(e => $"{e.Namespace}/{e.Pod}"));
            findings.Add(new Finding
            {
                Kind = FindingKind.PodEvicted,
                Entity = node.Length > 0 ? cluster.EntityOfNode(node) : first.Entity,
                Strength = ClusterStrength.Recency(view.World, onset) * Math.Sqrt(Strength.OfCount(all.Length + 2)),
                Significance = ClusterStrength.New,
                Onset = onset,
                Observations = all.Length,
                Statement = $"{Phrase.Count(all.Length, "pod")} {(node.Length > 0 ? $"put off node {node}" : $"put off ({first.Reason})")}: {names}{(all.Length > 3 ? ", …" : "")}{(first.Message.Length > 0 ? $". {first.Message.ReplaceLineEndings(" ").Trim().TrimEnd('.')}" : "")}.",
                Query = EvidenceQueries.KubernetesEvents(view.World, first.Namespace, reason: "Evicted"),
                Fixes = node.Length > 0
                    ? [
                        new NextStep($"See what node {node} is short of, and which pods use more than they asked for.", $"kubectl describe node {Phrase.Quoted(node)}"),
                        new NextStep("Keep new pods away until it is relieved.", $"kubectl cordon {Phrase.Quoted(node)}"),
                    ]
                    : [new NextStep("See why the pod had to go.", Kubectl.In(first.Namespace, $"describe pod {Phrase.Quoted(first.Pod)}"))],
            });
        }
    }

    /// <summary>Nanoseconds before the window from which an eviction may still be felt in it.</summary>
    private const long Lately = 300_000_000_000;

    private static string NodeOf(ClusterView cluster, KubernetesEvent happened) =>
        happened.Node.Length > 0 ? happened.Node : cluster.Find("Pod", happened.Namespace, happened.Name)?.Last.Node ?? "";

    private sealed record Eviction(string Namespace, string Pod, string Node, string Message, long Time, int Entity, string Reason);
}
