using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Inspections.DataStores;

/// <summary>
/// One query and then one more for each row it gave: the same statement many times, one after the other, below one span. Reported when a request makes many more than it did;
/// one that always did so is slow, and no incident.
/// </summary>
internal sealed class RepeatedStatementInspection : IInspection
{
    /// <summary>Share of the calls below one span that must not overlap: side by side they would be a batch.</summary>
    private const double Sequential = 0.8;

    public string Name => Rules.Of(FindingKind.StatementRepeated).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.StatementRepeated);
        foreach (var statement in StoreCalls.Of(view))
        {
            var groups = statement.Calls.Where(c => c.Parent >= 0).GroupBy(c => (c.Trace, c.Parent)).Select(Group.Of).ToArray();
            var window = groups.Where(g => g.Stretch < 0).ToArray();
            var before = groups.Where(g => g.Stretch >= 0).ToArray();

            // A statement that is new is measured against none at all, if its service was seen before.
            var usual = before.Length > 0 ? Robust.Quantile(before.Select(g => (double)g.Count).Order().ToArray(), 0.9) : 0;
            var seen = before.Length > 0 ? before.Length : view.World.Traces.Count(t => t.Stretch >= 0 && t.Spans.Any(s => view.Operation(s).Service == statement.Service));
            var repeated = window.Where(g => g.Count >= usual + rule.Absolute && g.Count >= rule.Relative * usual && g.IsSequential).ToArray();
            var share = new Share(repeated.Length, window.Length);
            if (repeated.Length < rule.MinWindow || seen < rule.MinBaseline || share.Rate < 0.05)
            {
                continue;
            }

            var most = repeated.MaxBy(g => g.Count)!;
            var typical = Robust.Median(repeated.Select(g => (double)g.Count));
            var name = view.ServiceName(statement.Service);
            var parent = view.Operation(view.World.Traces[most.Trace].Spans[most.Parent]).Name;
            findings.Add(new Finding
            {
                Kind = FindingKind.StatementRepeated,
                Entity = statement.Service,
                Operation = parent,
                Peer = statement.Store,
                Place = new CausePlace(PlaceKind.Statement, statement.Shown, $"Below '{parent}' it is made up to {most.Count} times."),
                Strength = Strength.OfCount(repeated.Length * 3) * Math.Sqrt(share.Rate) * Math.Max(0.5, Strength.OfRatio(Math.Max(1, usual), typical, 1)),
                Significance = UsualRate.Of(before.GroupBy(g => g.Stretch).Select(g => new Share(0, g.Count()))) is { Observations: > 0 } none ? none.Significance(share) : 6,
                Change = new Comparison(usual, typical, "{call}"),
                Onset = repeated.Min(g => g.Time),
                Observations = window.Length,
                Traces = repeated.Select(g => g.Trace).ToHashSet(),
                Statement = $"{name} '{parent}' makes \"{statement.Shown}\" {Phrase.Number(typical)} times one after the other, up to {most.Count} times, where {Phrase.Number(usual)} is usual: one query for each row of another (N+1), {Phrase.Nanoseconds(Robust.Median(repeated.Select(g => (double)g.Spent)))} in all.",
                Query = EvidenceQueries.Trace(view.World.Traces[most.Trace].TraceId),
                Fixes = [new NextStep($"Fetch what '{parent}' needs with one statement: a join, or a list of keys; and see what changed in how {name} loads it.")],
            });
        }
    }

    /// <param name="Spent">Nanoseconds spent in the calls.</param>
    private sealed record Group(int Trace, int Parent, int Stretch, long Time, int Count, bool IsSequential, long Spent)
    {
        public static Group Of(IGrouping<(int Trace, int Parent), StoreCall> calls)
        {
            var ordered = calls.OrderBy(c => c.Time).ToArray();
            var apart = 0;
            for (var i = 1; i < ordered.Length; i++)
            {
                apart += ordered[i].Time >= ordered[i - 1].Time + ordered[i - 1].Duration ? 1 : 0;
            }

            return new Group(calls.Key.Trace, calls.Key.Parent, ordered[0].Stretch, ordered[0].Time, ordered.Length, apart >= Sequential * (ordered.Length - 1), ordered.Sum(c => c.Duration));
        }
    }
}
