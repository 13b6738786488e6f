using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Inspections.DataStores;

/// <summary>
/// Statements that take longer themselves, told apart from those that are made more often. When most statements of a store are slower it is the store's matter, otherwise the
/// statement's: of the service that makes it.
/// </summary>
internal sealed class StatementInspection : IInspection
{
    /// <summary>Share of a store's statements that must be slower for the store to be accused.</summary>
    private const double Most = 0.6;

    public string Name => Rules.Of(FindingKind.StatementSlower).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var statements = StoreCalls.Of(view);
        if (statements.Count == 0)
        {
            findings.AddUnknown(Name, null, "No span is a call to a data store (db.system.name).");
            return;
        }

        var rule = Rules.Of(FindingKind.StatementSlower);
        foreach (var store in statements.GroupBy(s => s.Store).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var judged = store.Where(s => s.Window.Length >= rule.MinWindow && s.Before.Length >= rule.MinBaseline).Select(s => (Statement: s, Slower: Slower.Of(s, rule))).ToArray();
            var slower = judged.Where(j => j.Slower is not null).Select(j => (j.Statement, Slower: j.Slower!)).OrderByDescending(j => j.Slower.Added).ThenBy(j => j.Statement.Statement, StringComparer.Ordinal).ToArray();
            if (slower.Length >= 3 && slower.Length >= Most * judged.Length)
            {
                findings.Add(OfStore(view, store.Key, slower, judged.Length));
                continue;
            }

            foreach (var (statement, growth) in slower.Take(3))
            {
                findings.Add(OfStatement(view, statement, growth));
            }
        }
    }

    private static Finding OfStatement(WorldView view, StoreStatement statement, Slower growth)
    {
        var service = view.ServiceName(statement.Service);
        var often = growth.Often;
        return Make(view, FindingKind.StatementSlower, statement.Service, statement, growth) with
        {
            Peer = statement.Store,
            Place = new CausePlace(PlaceKind.Statement, statement.Shown, $"\"{statement.Shown}\" in {statement.Store} takes {Phrase.Nanoseconds(growth.Now)} where {Phrase.Nanoseconds(growth.Usual)} is usual."),
            Statement = $"\"{statement.Shown}\" of {service} takes {Phrase.Nanoseconds(growth.Now)} in {statement.Store} where {Phrase.Nanoseconds(growth.Usual)} is usual, made {(often is > 0.7 and < 1.4 ? "as often as ever" : $"{Phrase.Number(often)} times as often per request")}: it takes longer itself{Phrase.Caution(statement.Window.Length)}.",
            Fixes =
            [
                new NextStep($"See how {statement.Store} carries the statement out: EXPLAIN (ANALYZE, BUFFERS) \"{statement.Shown}\". An index that is gone or not used, more rows, stale statistics or a lock are the usual reasons."),
                new NextStep("See what else ran there at the time.", view.FindService(statement.Store) >= 0 ? EvidenceQueries.Logs(view.World, statement.Store) : null),
            ],
        };
    }

    private static Finding OfStore(WorldView view, string store, (StoreStatement Statement, Slower Slower)[] slower, int of)
    {
        var (first, growth) = slower[0];
        var callers = slower.Select(s => s.Statement.Service).Distinct().Order().ToArray();
        return Make(view, FindingKind.StoreSlower, view.EntityOf(EntityKind.DataStore, store, callers), first, growth) with
        {
            Operation = "",
            Observations = slower.Sum(s => s.Statement.Window.Length),
            Traces = slower.SelectMany(s => s.Slower.Traces).ToHashSet(),
            Onset = slower.Min(s => s.Slower.Onset),
            Statement = $"{slower.Length} of {of} statements in {store} are slower, from {Phrase.Count(callers.Length, "service")}; most: \"{first.Shown}\" takes {Phrase.Nanoseconds(growth.Now)} where {Phrase.Nanoseconds(growth.Usual)} is usual. It is {store}, not one statement.",
            Fixes = [new NextStep($"Look at {store}: processor, disk, locks, connections, and what else runs on it.", view.FindService(store) >= 0 ? EvidenceQueries.Logs(view.World, store) : null)],
        };
    }

    private static Finding Make(WorldView view, FindingKind kind, int entity, StoreStatement statement, Slower growth) => new()
    {
        Kind = kind,
        Entity = entity,
        Operation = statement.Operation,
        Strength = Strength.OfSignificance(growth.Significance) * Strength.OfCount(statement.Window.Length) * Math.Max(0.4, Strength.OfRatio(growth.Usual, growth.Now, 1e6)),
        Significance = growth.Significance,
        Change = new Comparison(growth.Usual / 1e9, growth.Now / 1e9, "s"),
        Onset = growth.Onset,
        Observations = statement.Window.Length,
        Traces = growth.Traces,
        Statement = "",
        Query = EvidenceQueries.Traces(view.World, view.ServiceName(statement.Service), statement.Operation),
    };

    /// <summary>How much a statement's own duration grew.</summary>
    /// <param name="Often">Calls per request that makes any, against usual.</param>
    /// <param name="Added">Nanoseconds more in all.</param>
    private sealed record Slower(double Usual, double Now, double Significance, double Often, double Added, long Onset, HashSet<int> Traces)
    {
        public static Slower? Of(StoreStatement statement, Rule rule)
        {
            var before = statement.Before.Select(c => (double)c.Duration).Order().ToArray();
            var usual = Robust.Quantile(before, 0.5);
            var now = Robust.Median(statement.Window.Select(c => (double)c.Duration));
            var between = statement.Before.GroupBy(c => c.Stretch).Select(g => Robust.Median(g.Select(c => (double)c.Duration))).ToArray();
            var spread = Math.Max(0.1 * usual, Robust.MadToSigma * Robust.Median(between.Select(v => Math.Abs(v - usual))));
            var significance = (now - usual) / spread;
            if (now - usual < rule.Absolute || now < rule.Relative * usual || significance < rule.MinSignificance)
            {
                return null;
            }

            var bar = usual * rule.Relative;
            var slow = statement.Window.Where(c => c.Duration > bar).ToArray();
            return new Slower(
                usual, now, significance, PerRequest(statement.Window) / Math.Max(0.01, PerRequest(statement.Before)), (now - usual) * statement.Window.Length,
                slow.Min(c => c.Time), [.. slow.Select(c => c.Trace)]);
        }

        private static double PerRequest(StoreCall[] calls) => calls.Length / (double)Math.Max(1, calls.Select(c => c.Trace).Distinct().Count());
    }
}
