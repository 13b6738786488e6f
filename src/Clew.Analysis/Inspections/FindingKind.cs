namespace Clew.Analysis.Inspections;

/// <summary>What kind of thing was found, by area. Each has a row in <see cref="Rules"/>.</summary>
internal enum FindingKind
{
    // Latency and errors
    ExclusiveTimeGrew,
    NetworkTimeGrew,
    ErrorsOriginate,
    TimeoutsRepeat,
    RetriesGrew,

    // Dependencies and cascades
    NameResolutionSlow,
    Unreachable,
    InstanceSilent,
    TrafficGrew,

    // Data stores and pools
    PoolSaturated,

    // Resources
    ResourceSaturated,
    ResourceMoved,

    // Partial outages
    SliceFails,
    SliceSlow,

    // Kubernetes
    ImagePullFails,
    ContainerCrashes,
    OutOfMemory,
    PodUnschedulable,
    ConfigurationMissing,
    PodEvicted,
    ProbeFails,
    RolloutStuck,
    AutoscalerAtMaximum,
    AutoscalerBlind,
    ColdStarts,
    PolicyBlocks,
    NodeUnwell,
    QuotaExceeded,

    // Behaviour
    LogStatementVanished,
    LogStatementAppeared,
    StepVanished,
    StepAppeared,

    // Logs
    ErrorLogsAppeared,
    LogRateChanged,

    // Metrics
    LatencyMetricGrew,
    ErrorMetricGrew,
}
