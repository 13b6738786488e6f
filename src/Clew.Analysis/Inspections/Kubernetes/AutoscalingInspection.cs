using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>Autoscalers that stand at their maximum, and those that cannot see what they scale by.</summary>
internal sealed class AutoscalingInspection : IInspection
{
    public string Name => Rules.Of(FindingKind.AutoscalerAtMaximum).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var cluster = view.Cluster;
        foreach (var scaler in cluster.Of("HorizontalPodAutoscaler"))
        {
            Report(view, findings, scaler, FindingKind.AutoscalerAtMaximum, scaler.Bad(view.World.Window, IsAtMaximum));
            Report(view, findings, scaler, FindingKind.AutoscalerBlind, scaler.Bad(view.World.Window, s => Condition(s, "ScalingActive").StartsWith("False", StringComparison.Ordinal)
                && !Condition(s, "ScalingActive").Contains("ScalingDisabled", StringComparison.Ordinal)));
        }
    }

    private static void Report(WorldView view, Findings findings, ClusterObject scaler, FindingKind kind, Spell? spell)
    {
        if (spell is not { } found || found.Seconds < Rules.Of(kind).Absolute)
        {
            return;
        }

        var cluster = view.Cluster;
        var state = found.State;
        var target = state.Fields.GetValueOrDefault("target", "").Split('/', 2);
        var name = target.Length == 2 ? target[1] : state.Name;
        var about = target.Length == 2 && cluster.Find(target[0], state.Namespace, name) is { } workload ? workload.Last : state with { WorkloadKind = target[0], Workload = name };
        var maximum = state.Fields.GetValueOrDefault("replicas.max", "");
        var why = state.Fields.GetValueOrDefault(kind == FindingKind.AutoscalerBlind ? "condition.ScalingActive.message" : "condition.ScalingLimited.message", "");
        findings.Add(new Finding
        {
            Kind = kind,
            Entity = cluster.EntityOf(about),
            Strength = ClusterStrength.Recency(view.World, found.Since) * Strength.OfCount(10),
            Significance = ClusterStrength.New,
            Onset = found.Since,
            Observations = Math.Max(1, cluster.PodsOf(state.Namespace, name).Count()),
            Statement = kind == FindingKind.AutoscalerAtMaximum
                ? $"Autoscaler {state.Namespace}/{state.Name} has stood at its maximum of {maximum} replicas of {name} for {Phrase.Seconds(found.Seconds)}, and wants more{(why.Length > 0 ? $" ({why})" : "")}."
                : $"Autoscaler {state.Namespace}/{state.Name} cannot see what it scales {name} by for {Phrase.Seconds(found.Seconds)} ({Condition(state, "ScalingActive")}{(why.Length > 0 ? $": {why}" : "")}).",
            Query = Kubectl.Query(view.World, state),
            Fixes = kind == FindingKind.AutoscalerAtMaximum
                ? [new NextStep(
                    $"Raise the maximum of {name} if the nodes have room.",
                    Kubectl.In(state.Namespace, $"patch horizontalpodautoscaler {Phrase.Quoted(state.Name)} --type merge -p '{{\"spec\":{{\"maxReplicas\":{(int.TryParse(maximum, out var most) ? Phrase.Text($"{Math.Min(2L * most, 1_000_000)}") : "MAXIMUM")}}}}}'"))]
                : [
                    new NextStep("See whether metrics are served.", "kubectl get apiservices v1beta1.metrics.k8s.io"),
                    new NextStep("Set the replicas by hand meanwhile.", Kubectl.In(state.Namespace, $"scale {Kubectl.Workload(about)} --replicas={Phrase.Quoted(maximum.Length > 0 ? maximum : "REPLICAS")}")),
                ],
        });
    }

    /// <summary>It says that it wanted more than it may. Only standing there is where a peak is meant to end.</summary>
    private static bool IsAtMaximum(KubernetesObject state) =>
        Condition(state, "ScalingLimited").StartsWith("True", StringComparison.Ordinal) && Condition(state, "ScalingLimited").Contains("TooManyReplicas", StringComparison.Ordinal);

    private static string Condition(KubernetesObject state, string type) => state.Fields.GetValueOrDefault($"condition.{type}", "");
}
