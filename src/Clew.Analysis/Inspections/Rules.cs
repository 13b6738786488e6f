using System.Collections.Frozen;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

/// <summary>
/// When a finding counts and what it means: data, so that thresholds and wording can be read in one place. Both the absolute and the relative
/// threshold must break.
/// </summary>
/// <param name="Inspection">Name of the inspection, as reports show it.</param>
/// <param name="Absolute">Smallest change that matters, in the finding's own unit.</param>
/// <param name="Relative">Smallest factor (or, for shares, difference) that matters.</param>
/// <param name="MinWindow">Fewer observations in the window than this: no judgement.</param>
/// <param name="MinBaseline">Fewer observations in the baseline than this: no judgement.</param>
/// <param name="MinSignificance">Standard deviations.</param>
/// <param name="Weight">How strongly this kind accuses, 0 to 1. Symptoms that any victim shows weigh little.</param>
/// <param name="Group">Findings of one group are one reason, however many there are.</param>
/// <param name="Suggests">The kind of fault.</param>
/// <param name="IsConsequence">It is what a victim shows when something below it is slow: explained by a slow callee even in other traces.</param>
internal sealed record Rule(
    string Inspection, double Absolute, double Relative, int MinWindow, int MinBaseline, double MinSignificance,
    double Weight, FindingGroup Group, CauseKind Suggests, bool IsConsequence = false);

/// <summary>Independent kinds of reasons.</summary>
internal enum FindingGroup
{
    OwnTime,
    BetweenTime,
    Errors,
    Behaviour,
    Resources,
    Metrics,
    Waiting,
    Resolution,
    Silence,
}

internal static class Rules
{
    private static readonly FrozenDictionary<FindingKind, Rule> All = new Dictionary<FindingKind, Rule>
    {
        // inspection, absolute, relative, least observations in window and baseline, sigmas, weight, group, what it suggests
        [FindingKind.ExclusiveTimeGrew] = new("exclusive-time", 1e6 /* ns */, 1.3, 3, 5, 2.0, 1.00, FindingGroup.OwnTime, CauseKind.SlowCode),
        [FindingKind.NetworkTimeGrew] = new("network-gap", 1e6 /* ns */, 1.3, 3, 5, 2.0, 1.00, FindingGroup.BetweenTime, CauseKind.NetworkDelay),
        [FindingKind.ErrorsOriginate] = new("error-origin", 0.02 /* share */, 0.02, 3, 4, 2.5, 0.90, FindingGroup.Errors, CauseKind.Errors),
        [FindingKind.ErrorLogsAppeared] = new("log-templates", 0.10 /* share */, 0.10, 3, 4, 2.5, 1.00, FindingGroup.Errors, CauseKind.Errors),
        [FindingKind.LogStatementVanished] = new("log-templates", 0.10 /* share */, 0.10, 3, 4, 2.5, 0.80, FindingGroup.Behaviour, CauseKind.BehaviourChange),
        [FindingKind.LogStatementAppeared] = new("log-templates", 0.10 /* share */, 0.10, 3, 4, 2.5, 0.70, FindingGroup.Behaviour, CauseKind.BehaviourChange),
        [FindingKind.StepVanished] = new("behaviour", 0.10 /* share */, 0.10, 3, 4, 2.5, 0.70, FindingGroup.Behaviour, CauseKind.BehaviourChange),
        [FindingKind.StepAppeared] = new("behaviour", 0.10 /* share */, 0.10, 3, 4, 2.5, 0.70, FindingGroup.Behaviour, CauseKind.BehaviourChange),
        [FindingKind.LogRateChanged] = new("log-rates", 5 /* lines */, 3, 5, 2, 3.0, 0.60, FindingGroup.Errors, CauseKind.Errors),
        [FindingKind.ResourceSaturated] = new("resources", 0.10 /* share of limit */, 1.5, 2, 5, 6.0, 0.90, FindingGroup.Resources, CauseKind.ResourceSaturation),
        [FindingKind.ResourceMoved] = new("resources", 0, 2, 2, 5, 8.0, 0.25, FindingGroup.Resources, CauseKind.MetricAnomaly),
        [FindingKind.PoolSaturated] = new("pools", 1 /* thing */, 1.5, 2, 3, 4.0, 0.55, FindingGroup.Waiting, CauseKind.PoolExhaustion, IsConsequence: true),
        [FindingKind.NameResolutionSlow] = new("name-resolution", 0.02 /* s */, 3, 2, 3, 4.0, 0.85, FindingGroup.Resolution, CauseKind.NameResolution),
        [FindingKind.LatencyMetricGrew] = new("metrics", 0.005 /* s */, 1.5, 2, 5, 6.0, 0.25, FindingGroup.Metrics, CauseKind.MetricAnomaly),
        [FindingKind.ErrorMetricGrew] = new("metrics", 0, 1.5, 2, 5, 6.0, 0.35, FindingGroup.Metrics, CauseKind.MetricAnomaly),
        [FindingKind.RetriesGrew] = new("retries", 0.05 /* share */, 0.05, 3, 4, 2.5, 0.30, FindingGroup.Waiting, CauseKind.Errors, IsConsequence: true),
        [FindingKind.TimeoutsRepeat] = new("timeouts", 0.05 /* share */, 0.05, 4, 4, 2.5, 0.35, FindingGroup.Waiting, CauseKind.Unreachable, IsConsequence: true),
        [FindingKind.Unreachable] = new("external-health", 0.10 /* share */, 0.10, 3, 4, 2.5, 0.50, FindingGroup.Waiting, CauseKind.Unreachable, IsConsequence: true),
        [FindingKind.InstanceSilent] = new("silence", 5 /* spans */, 0.1, 0, 20, 3.0, 0.60, FindingGroup.Silence, CauseKind.Silence),
        [FindingKind.TrafficGrew] = new("traffic", 1 /* per s */, 2, 20, 20, 4.0, 0.15, FindingGroup.Metrics, CauseKind.Traffic),
    }.ToFrozenDictionary();

    public static Rule Of(FindingKind kind) => All[kind];
}
