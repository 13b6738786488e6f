using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    private static Dictionary<FindingKind, Rule> Dependencies() => new()
    {
        [FindingKind.NameResolutionSlow] = new("name-resolution", 0.02 /* s */, 3, 2, 3, 4.0, 0.85, FindingGroup.Resolution, CauseKind.NameResolution),
        [FindingKind.Unreachable] = new("external-health", 0.10 /* share */, 0.10, 3, 4, 2.5, 0.50, FindingGroup.Waiting, CauseKind.Unreachable, IsConsequence: true),
        [FindingKind.InstanceSilent] = new("silence", 5 /* spans */, 0.1, 0, 20, 3.0, 0.60, FindingGroup.Silence, CauseKind.Silence),
        [FindingKind.TrafficGrew] = new("traffic", 1 /* per s */, 2, 20, 20, 4.0, 0.15, FindingGroup.Metrics, CauseKind.Traffic),
    };
}
