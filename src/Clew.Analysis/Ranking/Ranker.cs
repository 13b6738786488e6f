using Clew.Analysis.Errors;
using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;

namespace Clew.Analysis.Ranking;

/// <summary>
/// Puts findings on the topology and asks of each whether something deeper explains it: the same requests show it further down, or a victim's
/// usual complaint (a full pool, a timeout, a retry) stands above something slow.
/// </summary>
internal static class Ranker
{
    /// <summary>Evidence below this is not believed more because something was changed.</summary>
    public const double MinScoreForChange = 0.15;

    /// <summary>Weight from which a group of findings counts as a reason of its own.</summary>
    public const double MinReason = 0.15;

    /// <summary>How much of a finding is explained when all requests that show it show the deeper one too.</summary>
    public const double ByTheSameRequests = 0.8;

    /// <summary>How much of a victim's complaint is explained by something slow below it that is not seen in the same requests.</summary>
    private const double ByWhatIsBelow = 0.7;

    /// <summary>A finding can only be explained by one at least half as strong.</summary>
    private const double MinRelativeStrength = 0.5;

    /// <summary>Shares that differ by less than this are the same: one request of fifty.</summary>
    private const double AsGood = 0.02;

    /// <summary>Findings of a deeper service that are tried as an explanation, strongest first.</summary>
    private const int MaxTried = 6;

    public static List<Suspect> Rank(WorldView view, Findings findings)
    {
        var suspects = Candidates(view, findings);
        var byService = suspects.Where(s => s.Entity >= 0).ToDictionary(s => s.Entity);
        var all = findings.All.GroupBy(f => f.Entity).ToDictionary(g => g.Key, g => g.OrderByDescending(f => f.Weight).ThenBy(f => f.Statement, StringComparer.Ordinal).ToArray());
        var explanations = new List<(Finding Finding, double Share, int By)>();
        // What may not be accused explains nothing away: an inventory leaves out all that is outside of the services.
        var accusable = all.Where(e => e.Key < view.World.Services.Count || byService.ContainsKey(e.Key)).ToDictionary();
        foreach (var (service, own) in all)
        {
            foreach (var finding in own)
            {
                explanations.Add(Explain(view, finding, service, accusable.ContainsKey(service) ? accusable : all));
            }
        }

        foreach (var (finding, share, by) in explanations)
        {
            finding.Explained = share;
            finding.ExplainedBy = by;
            if (byService.TryGetValue(finding.Entity, out var suspect))
            {
                suspect.Findings.Add(finding);
            }
        }

        foreach (var suspect in suspects)
        {
            suspect.Weigh();
        }

        ChangeMatcher.Match(view, suspects);
        foreach (var suspect in suspects)
        {
            suspect.Weigh();
        }

        Suspect[] ranking = [.. suspects.OrderByDescending(s => s.Score).ThenByDescending(s => s.Loudness).ThenBy(s => s.Name, StringComparer.Ordinal)];
        foreach (var suspect in ranking.Where(s => s.Findings.Count > 0))
        {
            suspect.Account(ranking);
        }

        Incidents.Number(view, ranking);
        return [.. ranking];
    }

    private static List<Suspect> Candidates(WorldView view, Findings findings)
    {
        var services = view.World.Services.Select((name, index) => (name, index)).ToDictionary(s => s.name, s => s.index, StringComparer.Ordinal);
        var names = view.World.Inventory.Count > 0 ? view.World.Inventory : view.World.Services;
        var outside = view.World.Inventory.Count > 0 ? [] : view.Outsiders.Where(e => findings.All.Any(f => f.Entity == e)).Select(e => new Suspect(view.EntityName(e), e));
        return [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(n => new Suspect(n, services.GetValueOrDefault(n, -1))), .. outside];
    }

    private static (Finding, double, int) Explain(WorldView view, Finding finding, int service, Dictionary<int, Finding[]> all)
    {
        var pauses = finding is { Kind: FindingKind.ExclusiveTimeGrew, Traces: { Count: > 0 } slow } ? RetryPauses.Of(view, service, finding.Operation, slow) : new HashSet<int>();
        finding.IsPause = pauses.Count > 0 && 2 * pauses.Count >= finding.Traces!.Count;
        double best = 0, bestFit = 0;
        var by = -1;
        var below = view.Topology.Below(service);
        foreach (var (other, theirs) in all.Where(o => o.Key != service).OrderBy(o => o.Key))
        {
            // The service's own strength decides whether it may explain, not what remains of it.
            foreach (var deeper in theirs.Take(MaxTried).Where(d => d.Strength * Rules.Of(d.Kind).Weight >= MinRelativeStrength * finding.Strength * Rules.Of(finding.Kind).Weight))
            {
                var same = InTheSameRequests(view, finding, service, deeper, pauses);
                var share = Math.Max(same, below.Contains(other) ? Math.Max(ByAbsence(finding, deeper), ByPosition(finding, deeper, all[service], view)) : BehindPassage(finding, deeper, view));
                var fit = share > 0 && same >= share ? Fit(finding, deeper) : 0;
                if (share > best + AsGood || (share > best - AsGood && share > 0 && fit > bestFit + AsGood))
                {
                    (best, bestFit, by) = (Math.Max(best, share), fit, other);
                }
            }
        }

        return (finding, best, by);
    }

    /// <summary>Of two that explain a finding as well, the one whose requests are more nearly the same: what goes wrong in all requests does not say why these ones do.</summary>
    private static double Fit(Finding finding, Finding deeper) =>
        finding.Traces is { Count: > 0 } shown && deeper.Traces is { Count: > 0 } theirs ? shown.Count(theirs.Contains) / (double)theirs.Count : 0;

    private static double InTheSameRequests(WorldView view, Finding finding, int service, Finding deeper, IReadOnlySet<int> pauses)
    {
        if (finding.Traces is not { Count: > 0 } shown || deeper.Traces is not { Count: > 0 } theirs)
        {
            return 0;
        }

        // The time between two tries is spent by whom tries, because of what made the first one fail.
        if (finding.Kind == FindingKind.ExclusiveTimeGrew && Rules.Of(deeper.Kind).Group is FindingGroup.Errors or FindingGroup.Resolution or FindingGroup.OwnTime or FindingGroup.BetweenTime)
        {
            return ByTheSameRequests * pauses.Count(t => theirs.Contains(t) && view.Reaches(t, service, deeper.Entity)) / shown.Count;
        }

        if (!IsCarriedUp(finding.Kind) || !CanCause(finding.Kind, deeper.Kind))
        {
            return 0;
        }

        var together = shown.Count(t => theirs.Contains(t) && view.Reaches(t, service, deeper.Entity));
        return ByTheSameRequests * together / shown.Count;
    }

    /// <summary>Whatever is odd in requests that met a service which is down is because of that: they fail, wait between tries, and go other ways; calls are given up and connections pile up.</summary>
    private static double ByAbsence(Finding finding, Finding deeper) =>
        deeper is not { Kind: FindingKind.InstanceSilent, Traces: { Count: > 0 } lost } ? 0
            : finding.Traces is { Count: > 0 } shown ? ByTheSameRequests * shown.Count(lost.Contains) / shown.Count
            : Rules.Of(finding.Kind).Group == FindingGroup.Errors && (FailureText.IsAboutConnecting(FailureText.Of(finding.Statement)) || FailureText.IsCancelled(finding.Statement)) ? ByWhatIsBelow
            : Rules.Of(finding.Kind).IsConsequence ? ByWhatIsBelow
            : 0;

    /// <summary>
    /// A load balancer or proxy of which only an address is known passes on what stands behind it: a service that the same callers call, and that shows the same
    /// at the same time by its own account, answers for it.
    /// </summary>
    private static double BehindPassage(Finding finding, Finding deeper, WorldView view) =>
        finding.Kind == deeper.Kind && Rules.Of(finding.Kind).Group is FindingGroup.Metrics or FindingGroup.Errors
        && Passages.IsPassage(view.EntityName(finding.Entity)) && !Passages.IsPassage(view.EntityName(deeper.Entity))
        && view.Topology.Callees(finding.Entity).Count == 0
        && view.Topology.Callers(finding.Entity).Intersect(view.Topology.Callers(deeper.Entity)).Any()
        && Math.Abs(finding.Onset - deeper.Onset) <= (view.World.Window.End - view.World.Window.Start) / 4
            ? ByWhatIsBelow
            : 0;

    /// <summary>What a caller inherits from a callee. Exclusive time is never inherited: the callee's share has been taken out.</summary>
    private static bool IsCarriedUp(FindingKind kind) => Rules.Of(kind).Group is FindingGroup.Errors or FindingGroup.Behaviour or FindingGroup.Waiting or FindingGroup.Resolution;

    /// <summary>Slowness below explains failures and waiting above, not another course of the program.</summary>
    private static bool CanCause(FindingKind above, FindingKind below) => Rules.Of(below).Group switch
    {
        FindingGroup.Errors or FindingGroup.Behaviour or FindingGroup.Resolution => true,
        FindingGroup.OwnTime or FindingGroup.BetweenTime or FindingGroup.Cluster => Rules.Of(above).Group is FindingGroup.Errors or FindingGroup.Waiting or FindingGroup.Resolution,
        _ => false,
    };

    private static double ByPosition(Finding finding, Finding deeper, Finding[] own, WorldView view)
    {
        var above = Rules.Of(finding.Kind);
        var below = Rules.Of(deeper.Kind);
        var isSlow = below.Group is FindingGroup.OwnTime or FindingGroup.BetweenTime or FindingGroup.Resolution;
        var isGround = below.Group is FindingGroup.Resources or FindingGroup.Cluster && !below.IsConsequence;
        // A complaint about a call is answered by what is found at its other end.
        if (PeerName.IsHostOf(finding.Peer, view.EntityName(deeper.Entity)) && above.Group is not FindingGroup.BetweenTime && (isSlow || below.Group == FindingGroup.Errors))
        {
            return ByWhatIsBelow;
        }

        // A call that no pod takes, that ends on an unwell node or that a policy refuses is missing, new, failing and waited for all at once.
        if (isGround && below.Group == FindingGroup.Cluster && IsAboutCallTo(finding, deeper, view))
        {
            return ByWhatIsBelow;
        }

        if (above.IsConsequence && (isSlow || isGround))
        {
            return ByWhatIsBelow;
        }

        // Where a pod cannot run, a node is unwell or a policy refuses, those that need it fail and wait.
        if (below.Group == FindingGroup.Cluster && isGround && above.Group is FindingGroup.Errors or FindingGroup.Waiting or FindingGroup.Silence or FindingGroup.Cluster)
        {
            return ByWhatIsBelow;
        }

        if (finding.Kind == deeper.Kind && above.Group is FindingGroup.Metrics or FindingGroup.Resolution)
        {
            return ByWhatIsBelow;
        }

        // What an open circuit breaker refuses never reaches whom it gave up.
        if (above.Group is FindingGroup.Errors or FindingGroup.Behaviour && (isSlow || below.Group == FindingGroup.Errors) && !below.IsConsequence
            && own.Any(f => f.Kind == FindingKind.CircuitOpened && IsGivenUp(f, deeper, view)))
        {
            return ByWhatIsBelow;
        }

        // Requests that wait for a place in a full pool, or are turned away, never reach what filled it.
        return isSlow && above.Group is FindingGroup.Errors or FindingGroup.Behaviour or FindingGroup.OwnTime && own.Any(TellsOfFullPool) ? ByWhatIsBelow : 0;
    }

    /// <summary>By its metrics, by spans that wait for a connection, or by what the refused requests say.</summary>
    public static bool TellsOfFullPool(Finding finding) => finding.Kind is FindingKind.PoolSaturated or FindingKind.PoolRefused
        || (Rules.Of(finding.Kind).Group == FindingGroup.Errors && FailureText.Of(finding.Statement) == FailureCause.Pool);

    /// <summary>The breaker stands towards the accused, or towards what needs it; one that does not say whom it gave up may have meant anybody.</summary>
    private static bool IsGivenUp(Finding breaker, Finding deeper, WorldView view) => breaker.Peer.Length == 0 || IsAboutCallTo(breaker, deeper, view) || view.FindService(breaker.Peer) < 0;

    /// <summary>The finding is about a call to the accused, to what cannot do without it, or over the very path it is accused of.</summary>
    private static bool IsAboutCallTo(Finding finding, Finding deeper, WorldView view) => finding.Peer.Length > 0
        && (PeerName.IsHostOf(finding.Peer, view.EntityName(deeper.Entity)) || PeerName.IsHostOf(finding.Peer, deeper.Peer)
            || (view.FindService(finding.Peer) is var callee and >= 0 && view.Topology.Below(callee).Contains(deeper.Entity)));
}
