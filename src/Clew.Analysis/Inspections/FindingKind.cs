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
    CriticalPathShifted,
    GapsGrew,
    ErrorSignatureAppeared,
    StatusAppeared,

    // Dependencies and cascades
    NameResolutionSlow,
    Unreachable,
    InstanceSilent,
    TrafficGrew,
    RetryStorm,
    FanOutGrew,
    CircuitOpened,
    ExternalFails,
    ExternalSlow,
    ExternalUnreachable,
    PathBlocked,
    CertificateFails,
    QueueBacklog,

    // Data stores and pools
    PoolSaturated,
    PoolRefused,
    StatementSlower,
    StoreSlower,
    StatementRepeated,
    ServerStatementSlower,
    ServerStatementNew,
    ServerStatementOften,
    TableScanned,
    LockContention,
    ConnectionsLeak,

    // Resources
    ResourceSaturated,
    ResourceMoved,
    Throttled,
    MemoryLeaks,
    CollectionGrew,
    DiskFull,
    DiskSlow,
    NetworkErrorsGrew,
    DescriptorsExhausted,
    ThreadsStarve,
    EventLoopLate,
    NeighbourTakes,

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

    // Changes
    RevisionWorse,

    // Behaviour
    LogStatementVanished,
    LogStatementAppeared,
    StepVanished,
    StepAppeared,

    // Silent failures
    AnswersShrank,
    FieldVanished,
    CacheStale,
    CacheMissesGrew,
    EffectMissing,
    FollowUpCeased,
    TrafficFell,

    // Logs
    ErrorLogsAppeared,
    LogRateChanged,
    LogPatternAppeared,
    LogPatternVanished,
    LogPatternShifted,
    LogNumberMoved,
    LimitReachedInLogs,

    // Metrics
    LatencyMetricGrew,
    ErrorMetricGrew,
    MetricShifted,
    ExhaustionAhead,
    MovesWithSymptom,

    // Security
    IntrusionSucceeded,
    AttackFloods,
}
