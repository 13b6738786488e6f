using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    private static Dictionary<FindingKind, Rule> Resources() => new()
    {
        [FindingKind.ResourceSaturated] = new("resources", 0.10 /* share of limit */, 1.5, 2, 5, 6.0, 0.90, FindingGroup.Resources, CauseKind.ResourceSaturation),
        [FindingKind.ResourceMoved] = new("resources", 0, 2, 2, 5, 8.0, 0.25, FindingGroup.Resources, CauseKind.MetricAnomaly),
        [FindingKind.Throttled] = new("throttling", 0.02 /* per s */, 2, 2, 5, 6.0, 0.90, FindingGroup.Resources, CauseKind.CpuThrottling),
        [FindingKind.MemoryLeaks] = new("memory-leak", 0, 1.3 /* times its first value */, 3, 5, 0, 0.70, FindingGroup.Resources, CauseKind.MemoryLeak),
        [FindingKind.CollectionGrew] = new("garbage-collection", 0.02 /* s */, 2, 2, 5, 6.0, 0.65, FindingGroup.Resources, CauseKind.GarbageCollection),
        [FindingKind.DiskFull] = new("disk", 0, 0.5 /* of what was usually left */, 2, 5, 0, 0.90, FindingGroup.Resources, CauseKind.DiskFull),
        [FindingKind.DiskSlow] = new("disk-time", 0.2 /* s per s */, 2, 2, 5, 6.0, 0.65, FindingGroup.Resources, CauseKind.SlowDisk),
        [FindingKind.NetworkErrorsGrew] = new("network-errors", 1 /* per s */, 3, 2, 5, 6.0, 0.60, FindingGroup.Resources, CauseKind.PacketLoss),
        [FindingKind.DescriptorsExhausted] = new("descriptors", 0, 0, 2, 5, 4.0, 0.90, FindingGroup.Resources, CauseKind.DescriptorExhaustion),
        [FindingKind.ThreadsStarve] = new("thread-pool", 5 /* work items */, 3, 2, 5, 6.0, 0.60, FindingGroup.Resources, CauseKind.ThreadStarvation, IsConsequence: true),
        [FindingKind.EventLoopLate] = new("event-loop", 0.05 /* s */, 3, 2, 5, 6.0, 0.60, FindingGroup.Resources, CauseKind.ThreadStarvation),
        [FindingKind.NeighbourTakes] = new("noisy-neighbour", 0.3 /* cores */, 2, 2, 5, 6.0, 0.95, FindingGroup.Resources, CauseKind.NoisyNeighbour),
    };
}
