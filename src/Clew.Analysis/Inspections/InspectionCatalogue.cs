using Clew.Analysis.Inspections.Changes;
using Clew.Analysis.Inspections.DataStores;
using Clew.Analysis.Inspections.Dependencies;
using Clew.Analysis.Inspections.Kubernetes;
using Clew.Analysis.Inspections.Resources;

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
        new CriticalPathInspection(),
        new GapInspection(),
        new ErrorSignatureInspection(),
        new StatusInspection(),

        // Dependencies and cascades
        new NameResolutionInspection(),
        new ReachInspection(),
        new TrafficInspection(),
        new FanOutInspection(),
        new CircuitBreakerInspection(),
        new ExternalInspection(),
        new CertificateInspection(),
        new QueueInspection(),

        // Data stores and pools
        new PoolInspection(),
        new PoolSignsInspection(),
        new StatementInspection(),
        new RepeatedStatementInspection(),
        new ServerStatementInspection(),
        new ScanInspection(),
        new LockInspection(),
        new ConnectionLeakInspection(),

        // Changes
        new RevisionInspection(),

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

        // Silent failures
        new AttributeUseInspection(),
        new EffectInspection(),
        new FollowUpInspection(),
        new ThroughputInspection(),

        // Logs
        new LogRateInspection(),
        new LogPatternInspection(),
        new LogNumberInspection(),
        new LogFieldInspection(),

        // Metrics and resources
        new MetricInspection(),
        new RisingResourceInspection(
            FindingKind.Throttled, ResourceMeasure.Throttling, "it is held back at its processor limit although the machine may have room",
            "Raise or remove the processor limit of {0} as mitigation; then see what it does more of, and how many threads it runs for how much limit."),
        new RisingResourceInspection(
            FindingKind.CollectionGrew, ResourceMeasure.GarbageCollection, "the program stands still while garbage is collected",
            "See whether the heap of {0} is nearly full (a leak, or too small a limit), or whether it makes more garbage per request than before."),
        new RisingResourceInspection(
            FindingKind.DiskSlow, ResourceMeasure.DiskTime, "the disk is busy and makes its users wait",
            "See what reads and writes on {0}, and whether its volume is throttled by its provider."),
        new RisingResourceInspection(
            FindingKind.NetworkErrorsGrew, ResourceMeasure.NetworkErrors, "packets are lost and sent again",
            "See link, queue and connection-table limits of {0}, and who else shares its network."),
        new RisingResourceInspection(
            FindingKind.ThreadsStarve, ResourceMeasure.ThreadsWaiting, "work waits for a thread",
            "Take a dump of {0}'s threads and see what they block on: calls that wait synchronously for others are the usual reason."),
        new RisingResourceInspection(
            FindingKind.EventLoopLate, ResourceMeasure.EventLoopDelay, "one piece of work holds up all others",
            "Profile {0}: something computes for long, or reads and writes synchronously, on its event loop."),
        new MemoryLeakInspection(),
        new DiskInspection(),
        new DescriptorInspection(),
        new NoisyNeighbourInspection(),
        new MetricShiftInspection(),
        new ExhaustionInspection(),
        new SymptomCorrelationInspection(),

        // Security
        new SecurityInspection(),
    ];
}
