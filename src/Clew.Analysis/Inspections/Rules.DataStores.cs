using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    private static Dictionary<FindingKind, Rule> DataStores() => new()
    {
        [FindingKind.PoolSaturated] = new("pools", 1 /* thing */, 1.5, 2, 3, 4.0, 0.55, FindingGroup.Waiting, CauseKind.PoolExhaustion, IsConsequence: true),
    };
}
