using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

internal static partial class Rules
{
    private static Dictionary<FindingKind, Rule> Metrics() => new()
    {
        [FindingKind.LatencyMetricGrew] = new("metrics", 0.005 /* s */, 1.5, 2, 5, 6.0, 0.25, FindingGroup.Metrics, CauseKind.MetricAnomaly),
        [FindingKind.ErrorMetricGrew] = new("metrics", 0, 1.5, 2, 5, 6.0, 0.35, FindingGroup.Metrics, CauseKind.MetricAnomaly),
    };
}
