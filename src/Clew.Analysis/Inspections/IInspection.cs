using Clew.Analysis.Observations;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

/// <summary>
/// One way of looking at a world. It reports what it found, and what it could not judge; it neither ranks nor knows the other inspections.
/// </summary>
internal interface IInspection
{
    /// <summary>As in <see cref="Rule.Inspection"/>.</summary>
    string Name { get; }

    void Inspect(WorldView view, Findings findings);
}

/// <summary>Collects what inspections say.</summary>
internal sealed class Findings
{
    private readonly List<Finding> _all = [];
    private readonly List<UnknownInspection> _unknown = [];
    private readonly Dictionary<int, string> _healthy = [];
    private readonly List<StratumReport> _strata = [];
    private readonly List<SecurityReport> _security = [];

    public IReadOnlyList<Finding> All => _all;

    public IReadOnlyList<UnknownInspection> Unknown => _unknown;

    /// <summary>
    /// Takes out what is only the course of the day (<see cref="DailyCourse"/>): time, waiting, load and new lines of operations, or of services, that were as busy and as slow at the same time
    /// of the other days. Failures stay, and so does what a cluster or a data store's own account says.
    /// </summary>
    /// <returns>How many.</returns>
    public int SetAside(DailyCourse course) => course.Usual.Count == 0 ? 0 : _all.RemoveAll(f => IsOfTheDay(f, course));

    private static bool IsOfTheDay(Finding finding, DailyCourse course)
    {
        var rule = Rules.Of(finding.Kind);
        if (finding.Operation.Length > 0 && rule.Group is FindingGroup.OwnTime or FindingGroup.BetweenTime or FindingGroup.Waiting)
        {
            return course.IsUsual(finding.Entity, finding.Operation) || (finding.Peer.Length > 0 && course.IsUsual(finding.Entity));
        }

        return course.IsUsual(finding.Entity) && (rule.Group is FindingGroup.OwnTime or FindingGroup.BetweenTime or FindingGroup.Waiting or FindingGroup.Metrics or FindingGroup.Resources or FindingGroup.Slices
            || finding.Kind is FindingKind.LogStatementAppeared or FindingKind.LogPatternAppeared or FindingKind.LogPatternShifted or FindingKind.LogNumberMoved or FindingKind.StepAppeared or FindingKind.FanOutGrew);
    }

    public void Add(Finding finding)
    {
        if (finding.Strength > 0)
        {
            _all.Add(finding);
        }
    }

    /// <summary>Services that are well by their own account, with what they say, by index into services.</summary>
    public IReadOnlyDictionary<int, string> Healthy => _healthy;

    /// <summary>What failing or slow requests have in common, best first per outcome.</summary>
    public IReadOnlyList<StratumReport> Strata => _strata;

    public void AddStratum(StratumReport stratum) => _strata.Add(stratum);

    /// <summary>Attacks and abuse of rights, gravest first.</summary>
    public IReadOnlyList<SecurityReport> Security => _security;

    public void AddSecurity(SecurityReport report) => _security.Add(report);

    public void AddHealthy(int service, string because) => _healthy.TryAdd(service, because);

    public void AddUnknown(string inspection, string? entity, string reason) => _unknown.Add(new UnknownInspection(inspection, entity, reason));
}
