using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    private static Dictionary<FindingKind, Rule> SilentFailures() => new()
    {
        [FindingKind.AnswersShrank] = new("answer-sizes", 1 /* byte or thing */, 0.5 /* of usual */, 8, 8, 3.0, 0.60, FindingGroup.Behaviour, CauseKind.BehaviourChange),
        [FindingKind.FieldVanished] = new("fields", 0.30 /* share */, 0.30, 8, 12, 3.0, 0.45, FindingGroup.Behaviour, CauseKind.BehaviourChange),
        [FindingKind.CacheStale] = new("caches", 1 /* s */, 3, 8, 8, 3.0, 0.60, FindingGroup.Behaviour, CauseKind.BehaviourChange),
        [FindingKind.CacheMissesGrew] = new("caches", 0.20 /* share */, 0.20, 8, 8, 3.0, 0.35, FindingGroup.Behaviour, CauseKind.BehaviourChange),
        [FindingKind.EffectMissing] = new("effects", 0.30 /* share */, 0.30, 5, 12, 3.0, 0.30, FindingGroup.Behaviour, CauseKind.BehaviourChange),
        [FindingKind.FollowUpCeased] = new("follow-ups", 10 /* expected */, 0.2 /* of usual */, 0, 3, 4.0, 0.60, FindingGroup.Behaviour, CauseKind.BehaviourChange),

        // Fewer requests are the senders' doing as often as not: told, hardly believed.
        [FindingKind.TrafficFell] = new("throughput", 0.05 /* per s */, 0.4 /* of usual */, 0, 3, 4.0, 0.20, FindingGroup.Silence, CauseKind.Silence),
    };
}
