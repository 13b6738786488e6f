using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>Pods of one workload that are in the same trouble.</summary>
/// <param name="Entity">Whom it speaks against.</param>
/// <param name="Pods">The pods in trouble, the one in it for longest first.</param>
/// <param name="Of">Pods of the workload in the window.</param>
internal sealed record PodTrouble(int Entity, IReadOnlyList<(ClusterObject Pod, Spell Spell)> Pods, int Of)
{
    /// <summary>The first pod's state, to tell of.</summary>
    public KubernetesObject State => Pods[0].Spell.State;

    public long Since => Pods[0].Spell.Since;

    /// <summary>"Pod shop/pay-1 (and 2 more of deployment pay)".</summary>
    public string Named
    {
        get
        {
            var name = $"{(State.Namespace.Length > 0 ? State.Namespace + "/" : "")}{State.Name}";
            return Pods.Count == 1 ? $"Pod {name}" : Phrase.Text($"Pod {name} and {Pods.Count - 1} more{(State.Workload.Length > 0 ? $" of {State.WorkloadKind} {State.Workload}" : "")}");
        }
    }
}

/// <summary>What a pod's trouble is called, and what helps.</summary>
internal sealed record Told(string Statement, IReadOnlyList<NextStep> Fixes, int Observations = 1);

/// <summary>Common to all that look for pods in a certain state: which workload, since when, how many of how many.</summary>
internal abstract class PodInspection(FindingKind kind) : IInspection
{
    /// <summary>A state that lasts is seen by more than one look; it counts as so many observations before anything is counted.</summary>
    private const int Fact = 5;

    public string Name => Rules.Of(kind).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var cluster = view.Cluster;
        var rule = Rules.Of(kind);
        var window = view.World.Window;
        var troubled = cluster.Of("Pod").Select(p => (Pod: p, Spell: p.Bad(window, s => IsBad(cluster, s))))
            .Where(p => p.Spell is { } spell && spell.Seconds >= MinSeconds(rule) && Matters(view, p.Pod, spell))
            .Select(p => (p.Pod, Spell: p.Spell!.Value));
        foreach (var group in troubled.GroupBy(p => (p.Spell.State.Namespace, Workload: p.Spell.State.Workload.Length > 0 ? p.Spell.State.Workload : p.Spell.State.Name))
            .OrderBy(g => g.Key.Namespace, StringComparer.Ordinal).ThenBy(g => g.Key.Workload, StringComparer.Ordinal))
        {
            var pods = group.OrderBy(p => p.Spell.Since).ThenBy(p => p.Spell.State.Name, StringComparer.Ordinal).ToArray();
            var trouble = new PodTrouble(EntityOf(view, pods[0].Spell.State), pods, cluster.PodsOf(group.Key.Namespace, group.Key.Workload).Count());
            var told = Tell(view, trouble);
            var onset = OnsetOf(trouble);
            findings.Add(new Finding
            {
                Kind = kind,
                Entity = trouble.Entity,
                Peer = "",
                Strength = ClusterStrength.Recency(view.World, onset) * ClusterStrength.Extent(pods.Length, trouble.Of) * ClusterStrength.Capacity(cluster, trouble.State)
                    * Math.Sqrt(Strength.OfCount(Fact + told.Observations + pods.Length)),
                Significance = ClusterStrength.New,
                Onset = onset,
                Observations = told.Observations + pods.Length - 1,
                Statement = told.Statement,
                Place = new CausePlace(PlaceKind.Object, $"{trouble.State.Kind} {(trouble.State.Namespace.Length > 0 ? trouble.State.Namespace + "/" : "")}{trouble.State.Name}", told.Statement),
                Query = Kubectl.Query(view.World, trouble.State),
                Fixes = told.Fixes,
            });
        }
    }

    /// <summary>Whether a state of a pod shows the trouble.</summary>
    protected abstract bool IsBad(ClusterView cluster, KubernetesObject pod);

    protected abstract Told Tell(WorldView view, PodTrouble trouble);

    /// <summary>Seconds it must last.</summary>
    protected virtual double MinSeconds(Rule rule) => rule.Absolute;

    /// <summary>A last look at a pod's whole course.</summary>
    protected virtual bool Matters(WorldView view, ClusterObject pod, Spell spell) => true;

    protected virtual int EntityOf(WorldView view, KubernetesObject pod) => view.Cluster.EntityOf(pod);

    /// <summary>Nanoseconds since the Unix epoch.</summary>
    protected virtual long OnsetOf(PodTrouble trouble) => trouble.Since;

    /// <summary>The latest event about these pods with one of these reasons whose message is longest: it says most. Null when there is none.</summary>
    protected static KubernetesEvent? Latest(WorldView view, PodTrouble trouble, params IReadOnlyList<string> reasons) => view.Cluster.Events
        .Where(e => e.Kind == "Pod" && reasons.Contains(e.Reason) && trouble.Pods.Any(p => p.Spell.State.Namespace == e.Namespace && p.Spell.State.Name == e.Name))
        .OrderByDescending(e => e.Message.Length).ThenByDescending(e => e.Time).ThenBy(e => e.Uid, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>A message of a component, on one line and not too long.</summary>
    protected static string Shortened(string message)
    {
        var line = message.ReplaceLineEndings(" ").Trim();
        return line.Length <= Limits.MaxExampleLength ? line : string.Concat(line.AsSpan(0, Limits.MaxExampleLength - 1), "…");
    }
}
