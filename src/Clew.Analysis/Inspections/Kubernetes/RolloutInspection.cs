using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>Rollouts that do not end: the deadline passed, replicas cannot be made, or replicas stay unavailable.</summary>
internal sealed class RolloutInspection : IInspection
{
    private static readonly string[] Kinds = ["Deployment", "StatefulSet", "DaemonSet"];

    public string Name => Rules.Of(FindingKind.RolloutStuck).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var cluster = view.Cluster;
        var rule = Rules.Of(FindingKind.RolloutStuck);
        foreach (var workload in Kinds.SelectMany(cluster.Of))
        {
            var stuck = workload.Bad(view.World.Window, IsOverdue);
            var spell = stuck ?? workload.Bad(view.World.Window, s => Number(s, "replicas.desired") > 0 && (Number(s, "replicas.unavailable") > 0 || Missing(s) > 0));
            if (spell is not { } found || (stuck is null && found.Seconds < rule.Absolute))
            {
                continue;
            }

            var state = found.State;
            var (desired, available) = (Number(state, "replicas.desired"), Number(state, "replicas.available"));
            var lost = desired > 0 ? Math.Clamp((desired - Math.Max(0, available)) / (double)desired, 0, 1) : 0;
            var message = state.Fields.GetValueOrDefault("condition.Progressing.message", "") is { Length: > 0 } progressing ? progressing : state.Fields.GetValueOrDefault("condition.ReplicaFailure.message", "");
            findings.Add(new Finding
            {
                Kind = FindingKind.RolloutStuck,
                Entity = cluster.EntityOf(state),
                Strength = ClusterStrength.Recency(view.World, found.Since) * (stuck is null ? 0.6 : 1) * (0.4 + (0.6 * lost)) * Strength.OfCount(Math.Max(3, desired * 2)),
                Significance = ClusterStrength.New,
                Onset = found.Since,
                Observations = Math.Max(1, desired),
                Statement = Phrase.Text($"{state.Kind} {state.Namespace}/{state.Name} {(stuck is null ? $"has lacked replicas for {Phrase.Seconds(found.Seconds)}" : "does not get its new revision out in time (ProgressDeadlineExceeded)")}: {Math.Max(0, available)} of {desired} replicas available, {Math.Max(0, Number(state, "replicas.updated"))} updated{(message.Length > 0 ? $". {message.ReplaceLineEndings(" ").Trim().TrimEnd('.')}" : "")}."),
                Query = Kubectl.Query(view.World, state),
                Fixes =
                [
                    new NextStep($"Go back to the revision of {state.Name} before.", Kubectl.In(state.Namespace, $"rollout undo {state.Kind.ToLowerInvariant()}/{Phrase.Quoted(state.Name)}")),
                    new NextStep("See what its pods wait for.", Kubectl.In(state.Namespace, "get pods -o wide")),
                ],
            });
        }
    }

    private static bool IsOverdue(KubernetesObject state) =>
        state.Fields.GetValueOrDefault("condition.Progressing", "").Contains("ProgressDeadlineExceeded", StringComparison.Ordinal)
        || state.Fields.GetValueOrDefault("condition.ReplicaFailure", "").StartsWith("True", StringComparison.Ordinal);

    /// <summary>Replicas wanted and not ready, where the workload does not count the unavailable ones.</summary>
    private static int Missing(KubernetesObject state) => Number(state, "replicas.ready") is var ready and >= 0 ? Number(state, "replicas.desired") - ready : 0;

    /// <summary>-1 when the state does not tell.</summary>
    private static int Number(KubernetesObject state, string field) =>
        int.TryParse(state.Fields.GetValueOrDefault(field), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : -1;
}
