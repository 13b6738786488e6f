using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    private static Dictionary<FindingKind, Rule> Latency() => new()
    {
        [FindingKind.ExclusiveTimeGrew] = new("exclusive-time", 1e6 /* ns */, 1.3, 3, 5, 2.0, 1.00, FindingGroup.OwnTime, CauseKind.SlowCode),
        [FindingKind.NetworkTimeGrew] = new("network-gap", 1e6 /* ns */, 1.3, 3, 5, 2.0, 1.00, FindingGroup.BetweenTime, CauseKind.NetworkDelay),
        [FindingKind.ErrorsOriginate] = new("error-origin", 0.02 /* share */, 0.02, 3, 4, 2.5, 0.90, FindingGroup.Errors, CauseKind.Errors),
        [FindingKind.TimeoutsRepeat] = new("timeouts", 0.05 /* share */, 0.05, 4, 4, 2.5, 0.35, FindingGroup.Waiting, CauseKind.Unreachable, IsConsequence: true),
        [FindingKind.RetriesGrew] = new("retries", 0.05 /* share */, 0.05, 3, 4, 2.5, 0.30, FindingGroup.Waiting, CauseKind.Errors, IsConsequence: true),
        [FindingKind.CriticalPathShifted] = new("critical-path", 0.15 /* share */, 1.3, 8, 8, 3.0, 0.05, FindingGroup.OwnTime, CauseKind.SlowCode),
        [FindingKind.GapsGrew] = new("gaps", 5e6 /* ns */, 2, 8, 8, 3.0, 0.05, FindingGroup.OwnTime, CauseKind.SlowCode),
        [FindingKind.ErrorSignatureAppeared] = new("error-signatures", 3 /* times */, 3, 3, 2, 3.0, 0.70, FindingGroup.Errors, CauseKind.Errors),
        [FindingKind.StatusAppeared] = new("statuses", 0.10 /* share */, 0.10, 4, 8, 3.0, 0.40, FindingGroup.Errors, CauseKind.Errors),
    };
}
