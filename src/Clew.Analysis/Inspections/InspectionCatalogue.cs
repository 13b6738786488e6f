using Clew.Analysis.Inspections.Kubernetes;

namespace Clew.Analysis.Inspections;

/// <summary>Every inspection, by area; they run in this order.</summary>
internal static class InspectionCatalogue
{
    public static IReadOnlyList<IInspection> All { get; } =
    [
        // Latency and errors
        new ExclusiveTimeInspection(),
        new ErrorOriginInspection(),
        new RetryInspection(),

        // Dependencies and cascades
        new NameResolutionInspection(),
        new ReachInspection(),
        new TrafficInspection(),

        // Data stores and pools
        new PoolInspection(),

        // Partial outages
        new StrataInspection(),

        // Kubernetes
        new ClusterCoverage(),
        new ImagePullInspection(),
        new CrashLoopInspection(),
        new OutOfMemoryInspection(),
        new UnschedulableInspection(),
        new ConfigurationMissingInspection(),
        new EvictionInspection(),
        new ProbeInspection(),
        new RolloutInspection(),
        new AutoscalingInspection(),
        new ColdStartInspection(),
        new NetworkPolicyInspection(),
        new NodeConditionInspection(),
        new QuotaInspection(),

        // Behaviour
        new BehaviourInspection(),

        // Logs
        new LogRateInspection(),

        // Metrics and resources
        new MetricInspection(),
    ];
}
