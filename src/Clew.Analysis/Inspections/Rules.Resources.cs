using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    private static Dictionary<FindingKind, Rule> Resources() => new()
    {
        [FindingKind.ResourceSaturated] = new("resources", 0.10 /* share of limit */, 1.5, 2, 5, 6.0, 0.90, FindingGroup.Resources, CauseKind.ResourceSaturation),
        [FindingKind.ResourceMoved] = new("resources", 0, 2, 2, 5, 8.0, 0.25, FindingGroup.Resources, CauseKind.MetricAnomaly),
    };
}
