using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    private static Dictionary<FindingKind, Rule> Behaviour() => new()
    {
        [FindingKind.LogStatementVanished] = new("log-templates", 0.10 /* share */, 0.10, 3, 4, 2.5, 0.80, FindingGroup.Behaviour, CauseKind.BehaviourChange),
        [FindingKind.LogStatementAppeared] = new("log-templates", 0.10 /* share */, 0.10, 3, 4, 2.5, 0.70, FindingGroup.Behaviour, CauseKind.BehaviourChange),
        [FindingKind.StepVanished] = new("behaviour", 0.10 /* share */, 0.10, 3, 4, 2.5, 0.70, FindingGroup.Behaviour, CauseKind.BehaviourChange),
        [FindingKind.StepAppeared] = new("behaviour", 0.10 /* share */, 0.10, 3, 4, 2.5, 0.70, FindingGroup.Behaviour, CauseKind.BehaviourChange),
    };
}
