using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    /// <summary>States and events are facts, not samples: one is enough, and what is absolute are the seconds it must last or the events it must be told by.</summary>
    private static Dictionary<FindingKind, Rule> Kubernetes() => new()
    {
        [FindingKind.ImagePullFails] = new("image-pull", 10 /* s */, 0, 1, 0, 0, 0.80, FindingGroup.Cluster, CauseKind.ImagePull),
        [FindingKind.ContainerCrashes] = new("crash-loop", 2 /* restarts */, 0, 1, 0, 0, 0.85, FindingGroup.Cluster, CauseKind.CrashLoop),
        [FindingKind.OutOfMemory] = new("out-of-memory", 0, 0, 1, 0, 0, 0.90, FindingGroup.Cluster, CauseKind.OutOfMemory),
        [FindingKind.PodUnschedulable] = new("unschedulable", 30 /* s */, 0, 1, 0, 0, 0.70, FindingGroup.Cluster, CauseKind.Unschedulable),
        [FindingKind.ConfigurationMissing] = new("configuration-missing", 10 /* s */, 0, 1, 0, 0, 0.85, FindingGroup.Cluster, CauseKind.ConfigurationMissing),
        [FindingKind.PodEvicted] = new("evictions", 0, 0, 1, 0, 0, 0.60, FindingGroup.Cluster, CauseKind.Eviction),
        [FindingKind.ProbeFails] = new("probes", 3 /* failures */, 0, 1, 0, 0, 0.40, FindingGroup.Cluster, CauseKind.ProbeFailure, IsConsequence: true),
        [FindingKind.RolloutStuck] = new("rollouts", 60 /* s */, 0, 1, 0, 0, 0.55, FindingGroup.Cluster, CauseKind.RolloutStuck),
        [FindingKind.AutoscalerAtMaximum] = new("autoscaling", 60 /* s */, 0, 1, 0, 0, 0.45, FindingGroup.Cluster, CauseKind.AutoscalingLimit, IsConsequence: true),
        [FindingKind.AutoscalerBlind] = new("autoscaling", 60 /* s */, 0, 1, 0, 0, 0.35, FindingGroup.Cluster, CauseKind.AutoscalingLimit),
        [FindingKind.ColdStarts] = new("cold-starts", 20e6 /* ns */, 1.5, 5, 10, 3.0, 0.60, FindingGroup.Cluster, CauseKind.ColdStart),
        [FindingKind.PolicyBlocks] = new("network-policy", 0.10 /* share */, 0.10, 3, 4, 2.5, 0.90, FindingGroup.Cluster, CauseKind.NetworkPolicy),
        [FindingKind.NodeUnwell] = new("node-conditions", 20 /* s */, 0, 1, 0, 0, 0.85, FindingGroup.Cluster, CauseKind.NodeTrouble),
        [FindingKind.QuotaExceeded] = new("quotas", 0, 0, 1, 0, 0, 0.70, FindingGroup.Cluster, CauseKind.QuotaExceeded),
    };
}
