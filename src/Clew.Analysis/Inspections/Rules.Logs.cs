using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    private static Dictionary<FindingKind, Rule> Logs() => new()
    {
        [FindingKind.ErrorLogsAppeared] = new("log-templates", 0.10 /* share */, 0.10, 3, 4, 2.5, 1.00, FindingGroup.Errors, CauseKind.Errors),
        [FindingKind.LogRateChanged] = new("log-rates", 5 /* lines */, 3, 5, 2, 3.0, 0.60, FindingGroup.Errors, CauseKind.Errors),
    };
}
