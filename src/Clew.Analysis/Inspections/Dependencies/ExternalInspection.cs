using Clew.Analysis.Errors;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Inspections.Dependencies;

/// <summary>
/// Other parties and data stores, seen only by their callers: whether they fail by their own account (they answer 5xx or 429), answer slowly, or are not reached at all. What cannot be reached
/// from one caller and is well for the others is a blocked path, the caller's matter.
/// </summary>
internal sealed class ExternalInspection : IInspection
{
    public string Name => Rules.Of(FindingKind.ExternalFails).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        foreach (var group in view.Calls.Edges.Where(e => e.Callee < 0).GroupBy(e => e.Peer).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var edges = group.ToArray();
            if (edges.All(e => e.Store.Length == 0))
            {
                // How data stores answer is judged statement by statement.
                Answered(view, findings, edges);
                Slow(view, findings, edges);
            }

            Unreached(view, findings, edges);
        }

        // A callee that sends telemetry speaks for itself; what is of interest is whether only one caller cannot reach it.
        foreach (var group in view.Calls.Edges.Where(e => e.Callee >= 0).GroupBy(e => e.Callee).OrderBy(g => g.Key))
        {
            Blocked(view, findings, [.. group]);
        }
    }

    private static bool IsLost(Call call) => call is { Failed: true, HasArrived: false, Status: "" } && FailureText.IsAboutConnecting(call.Cause);

    private static bool IsRefusal(Call call) => call.Status.Length == 3 && (call.Status[0] == '5' || call.Status == "429");

    private static void Answered(WorldView view, Findings findings, CallEdge[] edges)
    {
        var rule = Rules.Of(FindingKind.ExternalFails);
        if (edges.Select(e => Excess.Of(e, IsRefusal, rule)).OfType<Excess>().MaxBy(e => e.Strength) is not { } excess)
        {
            return;
        }

        var edge = excess.Edge;
        var status = excess.Hits.GroupBy(c => c.Status).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).First().Key;
        var statement = $"{edge.Peer} answers {excess.Said} of {view.ServiceName(edge.Caller)} with {status}{(status == "429" ? ": it limits how often it may be called" : "")}; it is reached and fails by its own account.";
        findings.Add(excess.Finding(view, FindingKind.ExternalFails, statement) with
        {
            Entity = Outside(view, edges),
            Fixes =
            [
                new NextStep(status == "429" ? $"Call {edge.Peer} less: cache, batch, spread; or ask for a higher limit." : $"See the status page of {edge.Peer} or ask its operators; answer from a cache or without it meanwhile."),
            ],
        });
    }

    private static void Slow(WorldView view, Findings findings, CallEdge[] edges)
    {
        var rule = Rules.Of(FindingKind.ExternalSlow);
        foreach (var edge in edges)
        {
            var before = edge.Before.Where(c => !c.Failed).Select(c => (double)c.Waited).Order().ToArray();
            var window = edge.Window.Where(c => !c.Failed).ToArray();
            if (before.Length < rule.MinBaseline || window.Length < rule.MinWindow)
            {
                continue;
            }

            var usual = Robust.Quantile(before, 0.5);
            var now = Robust.Median(window.Select(c => (double)c.Waited));
            var spread = Math.Max(0.1 * usual, Robust.MadToSigma * Robust.Median(before.Select(v => Math.Abs(v - usual))));
            var significance = (now - usual) / spread;
            if (now - usual < rule.Absolute || now < rule.Relative * usual || significance < rule.MinSignificance)
            {
                continue;
            }

            var slow = window.Where(c => c.Waited > usual * rule.Relative).ToArray();
            findings.Add(new Finding
            {
                Kind = FindingKind.ExternalSlow,
                Entity = Outside(view, edges),
                Peer = edge.Peer,
                Strength = Strength.OfSignificance(significance) * Strength.OfCount(slow.Length) * Math.Max(0.4, Strength.OfRatio(usual, now, 1e6)),
                Significance = significance,
                Change = new Comparison(usual / 1e9, now / 1e9, "s"),
                Onset = slow.Min(c => c.Time),
                Observations = window.Length,
                Traces = slow.Select(c => c.Trace).ToHashSet(),
                Statement = $"{edge.Peer} takes {Phrase.Nanoseconds(now)} to answer {view.ServiceName(edge.Caller)} where {Phrase.Nanoseconds(usual)} is usual{Phrase.Caution(window.Length)}.",
                Query = EvidenceQueries.Traces(view.World, view.ServiceName(edge.Caller), slow[0].Operation),
                Fixes = [new NextStep($"Bound how long {view.ServiceName(edge.Caller)} waits for {edge.Peer}, and do without it where that is possible.")],
            });
        }
    }

    private static void Unreached(WorldView view, Findings findings, CallEdge[] edges)
    {
        var rule = Rules.Of(FindingKind.ExternalUnreachable);
        var lost = edges.Select(e => (Edge: e, Excess: Excess.Of(e, IsLost, rule))).ToArray();
        if (lost.All(l => l.Excess is null))
        {
            return;
        }

        if (lost.Any(l => l.Excess is null && IsWell(l.Edge)))
        {
            Blocked(view, findings, edges);
            return;
        }

        var excess = lost.Select(l => l.Excess).OfType<Excess>().MaxBy(e => e.Strength)!;
        var edge = excess.Edge;
        var others = edges.Length > 1 ? $", and so it is for all its {edges.Length} callers" : "; nobody else calls it, so whether it is down or the way there cannot be told from here";
        var statement = $"{view.ServiceName(edge.Caller)} does not reach {edge.Peer}: {excess.Said} {FailureText.Phrase(Most(excess.Hits))} before anything is answered{others}.";
        findings.Add(excess.Finding(view, FindingKind.ExternalUnreachable, statement) with
        {
            Entity = Outside(view, edges),
            Fixes = [new NextStep($"Try {edge.Peer} from another place; then check egress rules, routes and proxies between {view.ServiceName(edge.Caller)} and it.")],
        });
    }

    private static void Blocked(WorldView view, Findings findings, CallEdge[] edges)
    {
        if (edges.Length < 2)
        {
            return;
        }

        var rule = Rules.Of(FindingKind.PathBlocked);
        foreach (var edge in edges)
        {
            var well = edges.Where(e => e != edge && IsWell(e)).ToArray();
            if (well.Length == 0 || Excess.Of(edge, IsLost, rule) is not { } excess)
            {
                continue;
            }

            var name = view.ServiceName(edge.Caller);
            var statement = $"The way from {name} to {edge.Peer} is blocked: {excess.Said} {FailureText.Phrase(Most(excess.Hits))}, while {view.ServiceName(well[0].Caller)} reaches {edge.Peer} as ever ({Phrase.Count(well[0].Window.Count(), "call")} in the window).";
            findings.Add(excess.Finding(view, FindingKind.PathBlocked, statement) with
            {
                Operation = excess.Hits[0].Operation,
                Fixes = [new NextStep($"Check what stands between {name} and {edge.Peer} only: network policies, security groups, egress rules, sidecars, the node {name} runs on.")],
            });
        }
    }

    /// <summary>Others' calls arrive there, or are answered.</summary>
    private static bool IsWell(CallEdge edge)
    {
        var window = edge.Window.ToArray();
        return window.Length >= 3 && window.Count(IsLost) <= 0.05 * window.Length && window.Any(c => c.HasArrived || c.Status.Length > 0 || !c.Failed);
    }

    private static int Outside(WorldView view, CallEdge[] edges) => view.EntityOf(edges.Any(e => e.Store.Length > 0) ? EntityKind.DataStore : EntityKind.External, edges[0].Peer, [.. edges.Select(e => e.Caller).Distinct().Order()]);

    private static FailureCause Most(IReadOnlyList<Call> calls) => calls.GroupBy(c => c.Cause).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key;
}
