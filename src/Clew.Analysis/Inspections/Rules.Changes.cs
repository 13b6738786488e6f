using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    private static Dictionary<FindingKind, Rule> Changes() => new()
    {
        [FindingKind.RevisionWorse] = new("revisions", 0.10 /* share */, 1.3, 5, 5, 3.0, 0.85, FindingGroup.Revisions, CauseKind.BadRevision),
    };
}
