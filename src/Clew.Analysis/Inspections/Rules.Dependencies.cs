using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    private static Dictionary<FindingKind, Rule> Dependencies() => new()
    {
        [FindingKind.NameResolutionSlow] = new("name-resolution", 0.02 /* s */, 3, 2, 3, 4.0, 0.85, FindingGroup.Resolution, CauseKind.NameResolution),
        [FindingKind.Unreachable] = new("external-health", 0.10 /* share */, 0.10, 3, 4, 2.5, 0.50, FindingGroup.Waiting, CauseKind.Unreachable, IsConsequence: true),
        [FindingKind.InstanceSilent] = new("silence", 5 /* spans */, 0.1, 0, 20, 3.0, 0.75, FindingGroup.Silence, CauseKind.Silence),
        [FindingKind.TrafficGrew] = new("traffic", 1 /* per s */, 2, 20, 20, 4.0, 0.15, FindingGroup.Metrics, CauseKind.Traffic),
        [FindingKind.RetryStorm] = new("retry-storm", 0.5 /* calls per request */, 1.5, 5, 8, 3.0, 0.35, FindingGroup.Waiting, CauseKind.RetryStorm, IsConsequence: true),
        [FindingKind.FanOutGrew] = new("fan-out", 0.5 /* calls per request */, 1.5, 5, 8, 3.0, 0.60, FindingGroup.Behaviour, CauseKind.FanOut),
        [FindingKind.CircuitOpened] = new("circuit-breakers", 0.05 /* share */, 0.05, 3, 4, 2.5, 0.30, FindingGroup.Waiting, CauseKind.CircuitOpen, IsConsequence: true),
        [FindingKind.ExternalFails] = new("external", 0.10 /* share */, 0.10, 3, 4, 2.5, 0.85, FindingGroup.Errors, CauseKind.ExternalDependency),
        [FindingKind.ExternalSlow] = new("external", 50e6 /* ns */, 1.5, 5, 8, 4.0, 0.75, FindingGroup.OwnTime, CauseKind.ExternalDependency),
        [FindingKind.ExternalUnreachable] = new("external", 0.10 /* share */, 0.10, 3, 4, 2.5, 0.70, FindingGroup.Errors, CauseKind.Unreachable),
        [FindingKind.PathBlocked] = new("blocked-path", 0.10 /* share */, 0.10, 3, 4, 2.5, 0.65, FindingGroup.Waiting, CauseKind.PathBlocked),
        [FindingKind.CertificateFails] = new("certificates", 0.05 /* share */, 0.05, 2, 4, 2.5, 0.95, FindingGroup.Errors, CauseKind.Certificate),
        [FindingKind.QueueBacklog] = new("queues", 500e6 /* ns */, 2, 5, 8, 4.0, 0.45, FindingGroup.Waiting, CauseKind.QueueBacklog, IsConsequence: true),
    };
}
