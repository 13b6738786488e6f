using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    private static Dictionary<FindingKind, Rule> Logs() => new()
    {
        [FindingKind.ErrorLogsAppeared] = new("log-templates", 0.10 /* share */, 0.10, 3, 4, 2.5, 1.00, FindingGroup.Errors, CauseKind.Errors),
        [FindingKind.LogRateChanged] = new("log-rates", 5 /* lines */, 3, 5, 2, 3.0, 0.60, FindingGroup.Errors, CauseKind.Errors),
        [FindingKind.LogPatternAppeared] = new("log-patterns", 5 /* lines */, 3, 5, 3, 4.0, 0.30, FindingGroup.Behaviour, CauseKind.BehaviourChange),
        [FindingKind.LogPatternVanished] = new("log-patterns", 10 /* lines */, 0.1 /* of usual */, 0, 3, 4.0, 0.30, FindingGroup.Behaviour, CauseKind.BehaviourChange),
        [FindingKind.LogPatternShifted] = new("log-patterns", 10 /* lines */, 4, 10, 3, 5.0, 0.15, FindingGroup.Behaviour, CauseKind.BehaviourChange),
        [FindingKind.LogNumberMoved] = new("log-numbers", 0, 2, 8, 8, 4.0, 0.30, FindingGroup.Behaviour, CauseKind.BehaviourChange),
        [FindingKind.LimitReachedInLogs] = new("log-fields", 1 /* record */, 1, 1, 0, 0, 0.50, FindingGroup.Waiting, CauseKind.PoolExhaustion, IsConsequence: true),
    };
}
