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
