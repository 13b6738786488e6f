using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>Probes that fail: readiness takes pods out of service, liveness and startup restart them. Mostly a symptom of what makes the pod slow.</summary>
internal sealed class ProbeInspection : IInspection
{
    /// <summary>Nanoseconds after a pod was made in which failing readiness probes are usual: it starts.</summary>
    private const long Starting = 120_000_000_000;

    public string Name => Rules.Of(FindingKind.ProbeFails).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var cluster = view.Cluster;
        var rule = Rules.Of(FindingKind.ProbeFails);
        var failures = cluster.Events.Where(e => e.Kind == "Pod" && e.Reason is "Unhealthy" or "ProbeError" && !IsStarting(cluster, e));
        foreach (var group in failures.GroupBy(e => (Entity: cluster.EntityOf(e), Probe: ProbeOf(e.Message))).OrderBy(g => g.Key.Entity).ThenBy(g => g.Key.Probe, StringComparer.Ordinal))
        {
            var events = group.OrderBy(e => e.FirstTime).ThenBy(e => e.Uid, StringComparer.Ordinal).ToArray();
            var count = events.Sum(e => e.Count);
            if (count < rule.Absolute)
            {
                continue;
            }

            var first = events[0];
            var onset = events.Min(e => e.FirstTime.UnixNanoseconds);
            var pods = events.Select(e => e.Name).Distinct().Count();
            var latest = events.MaxBy(e => e.Time)!;
            var isRestart = group.Key.Probe is "Liveness" or "Startup";
            var pod = cluster.Find("Pod", first.Namespace, first.Name)?.Last;
            findings.Add(new Finding
            {
                Kind = FindingKind.ProbeFails,
                Entity = group.Key.Entity,
                Strength = ClusterStrength.Recency(view.World, onset) * Strength.OfCount(count) * (isRestart ? 1 : 0.7)
                    * ClusterStrength.Extent(pods, pod is null ? pods : cluster.PodsOf(pod.Namespace, pod.Workload).Count()),
                Significance = ClusterStrength.New,
                Onset = onset,
                Observations = count,
                Statement = $"{group.Key.Probe} probes of {Phrase.Count(pods, "pod")} of {view.EntityName(group.Key.Entity)} failed {Phrase.Count(count, "time")} ({latest.Namespace}/{latest.Name}: {latest.Message.ReplaceLineEndings(" ").Trim().TrimEnd('.')}); {(isRestart ? "the pod is restarted for it" : "the pod gets no traffic meanwhile")}.",
                Query = EvidenceQueries.KubernetesEvents(view.World, first.Namespace, reason: first.Reason),
                Fixes =
                [
                    new NextStep("See the probe and what it answers.", Kubectl.In(latest.Namespace, $"describe pod {Phrase.Quoted(latest.Name)}")),
                    .. pod is not null && isRestart && Kubectl.HasRevisions(pod)
                        ? new[] { new NextStep("If the probe or the revision is new, go back to the one before.", Kubectl.RolloutUndo(pod)) }
                        : [],
                ],
            });
        }
    }

    private static string ProbeOf(string message) => message.StartsWith("Liveness", StringComparison.OrdinalIgnoreCase) ? "Liveness" : message.StartsWith("Startup", StringComparison.OrdinalIgnoreCase) ? "Startup" : "Readiness";

    private static bool IsStarting(ClusterView cluster, KubernetesEvent happened) =>
        ProbeOf(happened.Message) == "Readiness" && cluster.Find("Pod", happened.Namespace, happened.Name)?.Last.Fields.GetValueOrDefault("created") is { } created
        && DateTimeOffset.TryParse(created, System.Globalization.CultureInfo.InvariantCulture, out var made) && happened.Time.UnixNanoseconds - Timestamp.FromDateTimeOffset(made).UnixNanoseconds < Starting;
}
