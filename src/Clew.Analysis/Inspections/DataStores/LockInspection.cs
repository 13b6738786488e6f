using Clew.Analysis.Errors;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections.DataStores;

/// <summary>Sessions that wait for one another's locks: from failing calls, from log lines (deadlock, lock wait timeout, "blocked by"), and from PostgreSQL's own figures (docs/postgresql.md).</summary>
internal sealed class LockInspection : IInspection
{
    public string Name => Rules.Of(FindingKind.LockContention).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.LockContention);
        foreach (var edge in view.Calls.Edges)
        {
            if (Dependencies.Excess.Of(edge, c => c.Cause == FailureCause.Lock, rule) is not { } excess)
            {
                continue;
            }

            var name = view.ServiceName(edge.Caller);
            var statement = excess.Facts(view).Statement;
            var said = $"Transactions in {edge.Peer} wait for one another: {excess.Said} from {name} fail on a lock (\"{excess.Message(view)}\"{(statement.Length > 0 ? $"; {statement}" : "")}).";
            findings.Add(excess.Finding(view, FindingKind.LockContention, said) with
            {
                Entity = edge.Callee >= 0 ? edge.Callee : view.EntityOf(EntityKind.DataStore, edge.Peer, edge.Caller),
                Fixes = Fixes(edge.Peer),
            });
        }

        FromLogs(view, findings);
        FromMetrics(view, findings);
    }

    private static void FromLogs(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.LockContention);
        var world = view.World;
        var told = findings.All.Where(f => f.Kind == FindingKind.LockContention).Select(f => f.Entity).ToHashSet();
        foreach (var rate in world.LogRates.Where(r => r.Counts[0] >= rule.MinWindow && IsAboutLocks(world.Templates[r.Template])))
        {
            if (LogExcess.Of(world, rate, rule) is not { } excess || !told.Add(rate.Service))
            {
                continue;
            }

            var name = view.ServiceName(rate.Service);
            findings.Add(excess.Finding(view, FindingKind.LockContention, $"tells of waiting for locks {Phrase.Count(rate.Counts[0], "time")}") with
            {
                Query = EvidenceQueries.Logs(world, name, text: Word(world.Templates[rate.Template].Text)),
                Fixes = Fixes(name),
            });
        }
    }

    private static void FromMetrics(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.LockContention);
        foreach (var series in view.World.Series.Where(s => s.Service >= 0 && IsAboutLocks(s)))
        {
            if (SeriesComparison.Of(view.World, series, 2, 5) is not { } c || c.Sustained <= c.Highest || c.Sustained < 2 * c.Usual || c.Rise(c.Sustained) < rule.MinSignificance
                || (series.Kind == WorldSeriesKind.Gauge && c.Sustained - c.Usual < 2))
            {
                continue;
            }

            var name = view.ServiceName(series.Service);
            findings.Add(new Finding
            {
                Kind = FindingKind.LockContention,
                Entity = series.Service,
                Peer = series.Name,
                Strength = Strength.OfSignificance(c.Rise(c.Sustained)) * 0.9,
                Significance = c.Rise(c.Sustained),
                Change = new Comparison(c.Usual, c.Sustained, series.Unit),
                Onset = SeriesComparison.Onset(view.World, series, c.Highest),
                Observations = c.Window,
                Statement = $"{series.Name}{(series.Attributes.Length > 0 ? $" ({series.Attributes})" : "")} of {name} went from {Phrase.Number(c.Usual)} to {Phrase.Number(c.Sustained)}: sessions wait for one another's locks.",
                Query = EvidenceQueries.Logs(view.World, name, text: "blocked by"),
                Fixes = Fixes(name),
            });
        }
    }

    private static NextStep[] Fixes(string store) =>
    [
        new($"See who holds the locks in {store} and for how long: SELECT pid, pg_blocking_pids(pid), state, now() - xact_start, query FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0."),
        new($"End the oldest transaction that blocks others, if that is safe: SELECT pg_terminate_backend(PID). Then make it shorter, or let all take their locks in one order."),
    ];

    private static bool IsAboutLocks(WorldTemplate template) =>
        FailureText.Of(template.Text) == FailureCause.Lock || (template.Text.Contains("blocked by", StringComparison.OrdinalIgnoreCase) && template.Text.Contains("wait", StringComparison.OrdinalIgnoreCase));

    private static string Word(string text) => text.Contains("deadlock", StringComparison.OrdinalIgnoreCase) ? "deadlock" : text.Contains("blocked by", StringComparison.OrdinalIgnoreCase) ? "blocked by" : "lock";

    private static bool IsAboutLocks(WorldSeries series)
    {
        var name = series.Name.ToLowerInvariant();
        return name.Contains("sessions.blocked", StringComparison.Ordinal) || name.Contains("deadlocks", StringComparison.Ordinal) || name.Contains("row_lock_waits", StringComparison.Ordinal)
            || name.Contains("lock_wait", StringComparison.Ordinal) || name.Contains("lock.wait", StringComparison.Ordinal)
            || (name.Contains("locks", StringComparison.Ordinal) && series.Attributes.Contains("granted=false", StringComparison.Ordinal));
    }
}
