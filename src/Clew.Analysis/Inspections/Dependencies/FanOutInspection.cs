using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Inspections.Dependencies;

/// <summary>
/// Calls per request that grew along an edge. When those that came before them failed it is a storm of retries, which a failing callee sets off and the caller makes
/// worse; otherwise the caller asks for more than it did.
/// </summary>
internal sealed class FanOutInspection : IInspection
{
    /// <summary>Share of the requests with more calls than usual in which a call failed, from which the calls are retries.</summary>
    private const double AreRetries = 0.5;

    public string Name => Rules.Of(FindingKind.RetryStorm).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        foreach (var edge in view.Calls.Edges.Where(e => e.Store.Length == 0))
        {
            var rule = Rules.Of(FindingKind.FanOutGrew);
            var requests = Requests(view, edge);
            var window = requests.Where(r => r.Stretch < 0).ToArray();
            var before = requests.Where(r => r.Stretch >= 0).GroupBy(r => r.Stretch).Select(g => g.Average(r => (double)r.Calls)).ToArray();
            if (window.Length < rule.MinWindow || requests.Count - window.Length < rule.MinBaseline)
            {
                continue;
            }

            var usual = Robust.Median(before);
            var now = window.Average(r => (double)r.Calls);
            var spread = Robust.MadToSigma * Robust.Median(before.Select(v => Math.Abs(v - usual)));
            var luck = Math.Sqrt(window.Sum(r => (r.Calls - now) * (r.Calls - now)) / Math.Max(1, window.Length - 1) / window.Length);
            var significance = (now - usual) / Math.Max(0.05 * usual, Math.Sqrt((spread * spread) + (luck * luck)));
            if (now - usual < rule.Absolute || now < rule.Relative * usual || significance < rule.MinSignificance)
            {
                continue;
            }

            var more = window.Where(r => r.Calls > usual).ToArray();
            var failing = more.Count(r => r.Failed > 0) / (double)Math.Max(1, more.Length);
            var kind = failing >= AreRetries ? FindingKind.RetryStorm : FindingKind.FanOutGrew;
            var name = view.ServiceName(edge.Caller);
            var most = more.MaxBy(r => r.Calls)!;
            findings.Add(new Finding
            {
                Kind = kind,
                Entity = edge.Caller,
                Peer = edge.Peer,
                Operation = most.Operation,
                Strength = Strength.OfSignificance(significance) * Strength.OfCount(more.Length) * Math.Max(0.4, Strength.OfRatio(usual, now, 0.1)),
                Significance = significance,
                Change = new Comparison(usual, now, "{call}/{request}"),
                Onset = more.Min(r => r.Time),
                Observations = window.Length,
                Traces = more.Select(r => r.Trace).ToHashSet(),
                Statement = kind == FindingKind.RetryStorm
                    ? $"{name} amplifies its load on {edge.Peer} {Phrase.Number(now / Math.Max(usual, 0.01))} times by retries: {Phrase.Number(now)} calls per request where {Phrase.Number(usual)} are usual, up to {most.Calls}; in {Phrase.Percent(failing)} of these requests a call failed before."
                    : $"{name} calls {edge.Peer} {Phrase.Number(now)} times per request where {Phrase.Number(usual)} times are usual, up to {most.Calls}; the calls do not fail, it asks for more.",
                Query = EvidenceQueries.Traces(view.World, name, most.Operation),
                Fixes = kind == FindingKind.RetryStorm
                    ? [new NextStep($"Limit the retries of {name} towards {edge.Peer}: a budget over all requests, growing and scattered pauses, none where the answer says to wait.")]
                    : [new NextStep($"Compare what {name} asks of {edge.Peer} now and before: a loop over single items wants one call for all.", EvidenceQueries.Trace(view.World.Traces[most.Trace].TraceId))],
            });
        }
    }

    /// <summary>Requests of the caller that make such calls at all, each with how many.</summary>
    private static List<Request> Requests(WorldView view, CallEdge edge) => [.. edge.Calls.GroupBy(c => (c.Trace, c.Entry)).Select(g =>
    {
        var first = g.MinBy(c => c.Time)!;
        return new Request(g.Key.Trace, first.Stretch, first.Time, g.Count(), g.Count(c => c.Failed), first.Operation);
    }).OrderBy(r => r.Time).ThenBy(r => r.Trace)];

    private sealed record Request(int Trace, int Stretch, long Time, int Calls, int Failed, string Operation);
}
