using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    // Fewest requests in window and baseline are those of Stratifier; the absolute threshold is the least share of all trouble that must go with the slice.
    private static Dictionary<FindingKind, Rule> PartialOutages() => new()
    {
        [FindingKind.SliceFails] = new("strata", 0.50 /* share */, 0.40 /* association */, 5, 0, 3.0, 0.45, FindingGroup.Slices, CauseKind.Errors),
        [FindingKind.SliceSlow] = new("strata", 0.50 /* share */, 0.40 /* association */, 5, 0, 3.0, 0.40, FindingGroup.Slices, CauseKind.SlowCode),
    };
}
