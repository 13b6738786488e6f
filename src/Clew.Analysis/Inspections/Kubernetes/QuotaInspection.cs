using System.Text.RegularExpressions;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>Pods that are not even made because a quota or a limit range refuses them.</summary>
internal sealed partial class QuotaInspection : IInspection
{
    public string Name => Rules.Of(FindingKind.QuotaExceeded).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var cluster = view.Cluster;
        var refused = cluster.Events.Where(e => e.Reason is "FailedCreate" && (e.Message.Contains("exceeded quota", StringComparison.OrdinalIgnoreCase) || e.Message.Contains("must specify limits", StringComparison.OrdinalIgnoreCase)
            || e.Message.Contains("usage per", StringComparison.OrdinalIgnoreCase)));
        foreach (var group in refused.GroupBy(cluster.EntityOf).OrderBy(g => g.Key))
        {
            var events = group.OrderBy(e => e.FirstTime).ThenBy(e => e.Uid, StringComparer.Ordinal).ToArray();
            var latest = events.MaxBy(e => e.Time)!;
            var onset = events[0].FirstTime.UnixNanoseconds;
            var quota = Quota().Match(latest.Message).Groups["name"].Value;
            findings.Add(new Finding
            {
                Kind = FindingKind.QuotaExceeded,
                Entity = group.Key,
                Strength = ClusterStrength.Recency(view.World, onset) * Strength.OfCount(6 + events.Sum(e => e.Count)),
                Significance = ClusterStrength.New,
                Onset = onset,
                Observations = events.Sum(e => e.Count),
                Statement = $"{latest.Kind} {latest.Namespace}/{latest.Name} may make no more pods, refused {Phrase.Count(events.Sum(e => e.Count), "time")}: {latest.Message.ReplaceLineEndings(" ").Trim().TrimEnd('.')}.",
                Query = EvidenceQueries.KubernetesEvents(view.World, latest.Namespace, reason: "FailedCreate"),
                Fixes = [new NextStep(
                    quota.Length > 0 ? $"See what uses quota {quota}; raise it or free what is not needed." : "See the quotas and limits of the namespace.",
                    Kubectl.In(latest.Namespace, quota.Length > 0 ? $"describe resourcequota {Phrase.Quoted(quota)}" : "describe resourcequota,limitrange"))],
            });
        }
    }

    [GeneratedRegex("""exceeded quota: (?<name>[^\s,]+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Quota();
}
