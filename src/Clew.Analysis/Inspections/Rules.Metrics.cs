using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    private static Dictionary<FindingKind, Rule> Metrics() => new()
    {
        [FindingKind.LatencyMetricGrew] = new("metrics", 0.005 /* s */, 1.5, 2, 5, 6.0, 0.25, FindingGroup.Metrics, CauseKind.MetricAnomaly),
        [FindingKind.ErrorMetricGrew] = new("metrics", 0, 1.5, 2, 5, 6.0, 0.35, FindingGroup.Metrics, CauseKind.MetricAnomaly),
        [FindingKind.MetricShifted] = new("metric-shifts", 0, 1.5, 3, 12, 8.0, 0.12, FindingGroup.Metrics, CauseKind.MetricAnomaly),
        [FindingKind.ExhaustionAhead] = new("exhaustion", 0.05 /* of the limit */, 0, 6, 0, 0, 0.35, FindingGroup.Resources, CauseKind.ResourceSaturation),
        [FindingKind.MovesWithSymptom] = new("symptom-correlation", 0.8 /* rank correlation */, 0.6 /* Pearson */, 4, 10, 4.0, 0.06, FindingGroup.Metrics, CauseKind.MetricAnomaly),
    };
}
