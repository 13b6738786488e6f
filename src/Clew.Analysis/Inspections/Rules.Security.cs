using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    // Weights are low: an intrusion is told of in any case ("security" in the report); it is the cause of slowness or failures only when its traffic is what overwhelms.
    private static Dictionary<FindingKind, Rule> Security() => new()
    {
        [FindingKind.IntrusionSucceeded] = new("security", 1 /* success */, 1, 1, 0, 0, 0.30, FindingGroup.Security, CauseKind.Intrusion),
        [FindingKind.AttackFloods] = new("security", 0.30 /* share of requests */, 1.5 /* × all requests */, 50, 20, 3.0, 0.70, FindingGroup.Security, CauseKind.Traffic),
    };
}
