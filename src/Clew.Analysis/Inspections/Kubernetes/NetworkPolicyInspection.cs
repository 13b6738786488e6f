using System.Globalization;
using Clew.Analysis.Errors;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>Connections that come about no more after a network policy was made or changed that concerns one of their ends.</summary>
internal sealed class NetworkPolicyInspection : IInspection
{
    /// <summary>Nanoseconds by which failures may seem to come before the policy: clocks, and times with whole seconds.</summary>
    private const long Tolerance = 30_000_000_000;

    public string Name => Rules.Of(FindingKind.PolicyBlocks).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var policies = view.Cluster.Of("NetworkPolicy").Select(p => (Policy: p, Written: Written(view, p))).Where(p => p.Written > 0).ToArray();
        if (policies.Length == 0)
        {
            return;
        }

        var rule = Rules.Of(FindingKind.PolicyBlocks);
        foreach (var edge in view.Calls.Edges)
        {
            var window = edge.Window.ToArray();
            var lost = window.Where(IsLost).ToArray();
            var usual = edge.Usual(IsLost);
            var share = new Share(lost.Length, window.Length);
            var significance = usual.Significance(share);
            if (lost.Length < rule.MinWindow || usual.Observations < rule.MinBaseline || share.Rate - usual.Rate < rule.Absolute || significance < rule.MinSignificance)
            {
                continue;
            }

            var onset = lost.Min(c => c.Time);
            foreach (var (policy, written) in policies.Where(p => p.Written <= onset + Tolerance && Concerns(view, p.Policy.Last, edge)).OrderByDescending(p => p.Written).Take(1))
            {
                var state = policy.Last;
                var name = $"network policy {state.Namespace}/{state.Name}";
                var after = Phrase.Seconds(Math.Max(0, (onset - written) / 1e9));
                findings.Add(new Finding
                {
                    Kind = FindingKind.PolicyBlocks,
                    Entity = view.EntityOf(EntityKind.Network, name, edge.Caller),
                    Peer = edge.Peer,
                    Strength = Strength.OfSignificance(significance) * Math.Sqrt(share.Rate - usual.Rate) * Strength.OfCount(lost.Length),
                    Significance = significance,
                    Change = new Comparison(usual.Rate, share.Rate, "1"),
                    Onset = Math.Min(onset, Math.Max(written, view.World.Window.Start)),
                    Observations = window.Length,
                    Traces = lost.Select(c => c.Trace).ToHashSet(),
                    Statement = $"{Phrase.Percent(share.Rate)} of the calls from {view.ServiceName(edge.Caller)} to {edge.Peer} {FailureText.Phrase(Most(lost))} ({Phrase.Percent(usual.Rate)} is usual), from {after} after {name} was written, which selects {Selected(state)} for {state.Fields.GetValueOrDefault("policy_types", "Ingress")}.",
                    Query = Kubectl.Query(view.World, state),
                    Fixes =
                    [
                        new NextStep($"See what {name} allows.", Kubectl.In(state.Namespace, $"describe networkpolicy {Phrase.Quoted(state.Name)}")),
                        new NextStep($"Allow {view.ServiceName(edge.Caller)} → {edge.Peer}, or take the policy away until that is settled; keep a copy.",
                            Kubectl.In(state.Namespace, $"get networkpolicy {Phrase.Quoted(state.Name)} -o yaml")),
                        new NextStep("Taking it away opens all that it closed.", Kubectl.In(state.Namespace, $"delete networkpolicy {Phrase.Quoted(state.Name)}")),
                    ],
                });
            }
        }
    }

    /// <summary>When it was written last, if that was after the baseline's start; 0 otherwise.</summary>
    private static long Written(WorldView view, ClusterObject policy)
    {
        var last = policy.Last;
        var time = policy.States.Count == 1 && DateTimeOffset.TryParse(last.Fields.GetValueOrDefault("created"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created)
            ? Math.Max(Timestamp.FromDateTimeOffset(created).UnixNanoseconds, last.Time.UnixNanoseconds)
            : last.Time.UnixNanoseconds;
        return ClusterStrength.Recency(view.World, time) > 0 && time < view.World.Window.End ? time : 0;
    }

    /// <summary>An egress policy concerns whom it selects as callers, an ingress policy as callees. One that selects all pods concerns its whole namespace.</summary>
    private static bool Concerns(WorldView view, KubernetesObject policy, CallEdge edge)
    {
        var types = policy.Fields.GetValueOrDefault("policy_types", "Ingress");
        var selects = IsForAll(policy) ? -1 : view.Cluster.EntityOf(policy);
        bool Is(int service) => service >= 0 && (selects == service || (selects < 0 && InNamespace(view, service, policy.Namespace)));
        return (types.Contains("Egress", StringComparison.Ordinal) && Is(edge.Caller)) || (types.Contains("Ingress", StringComparison.Ordinal) && (Is(edge.Callee) || (selects >= 0 && PeerName.IsHostOf(edge.Peer, view.EntityName(selects)))));
    }

    private static bool IsForAll(KubernetesObject policy) => policy.Fields.GetValueOrDefault("pod_selector", "{}").Replace(" ", "", StringComparison.Ordinal) is "" or "{}";

    private static bool InNamespace(WorldView view, int service, string space)
    {
        var pods = view.Cluster.Of("Pod").Where(p => view.Cluster.EntityOf(p.Last) == service).ToArray();
        return pods.Length == 0 || pods.Any(p => p.Last.Namespace == space);
    }

    private static string Selected(KubernetesObject policy) => IsForAll(policy) ? $"every pod of {policy.Namespace}" : policy.Service.Length > 0 ? policy.Service : policy.Fields["pod_selector"];

    private static bool IsLost(Call call) => call is { Failed: true, HasArrived: false, Status: "" } && (FailureText.IsAboutConnecting(call.Cause) || call.Cause is FailureCause.Name or FailureCause.Unknown);

    private static FailureCause Most(Call[] calls) => calls.GroupBy(c => c.Cause).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key;
}
