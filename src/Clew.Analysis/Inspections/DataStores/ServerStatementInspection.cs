using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections.DataStores;

/// <summary>Statements that shifted by the database server's own account (pg_stat_statements): slower per call, new, or made more often.</summary>
internal sealed class ServerStatementInspection : IInspection
{
    /// <summary>Statements reported per server, those that added most time.</summary>
    private const int Reported = 3;

    public string Name => Rules.Of(FindingKind.ServerStatementSlower).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var world = view.World;
        var lengths = world.Baseline.Select(b => (b.End - b.Start) / 1e9).ToArray();
        var seconds = (world.Window.End - world.Window.Start) / 1e9;
        foreach (var server in world.Statements.GroupBy(s => s.Service).OrderBy(g => g.Key))
        {
            // Stretches in which the server was not looked at say nothing of any statement.
            var looked = Enumerable.Range(0, lengths.Length).Where(i => server.Any(s => s.Uses[i + 1].Calls > 0)).ToArray();
            if (looked.Length < Rules.Of(FindingKind.ServerStatementSlower).MinBaseline)
            {
                continue;
            }

            var shifts = server.Select(s => Shift.Of(s, looked, lengths, seconds)).Where(s => s is not null).Select(s => s!)
                .OrderByDescending(s => s.Added).ThenBy(s => s.Statement.Text, StringComparer.Ordinal).Take(Reported);
            foreach (var shift in shifts)
            {
                findings.Add(Make(view, shift));
            }
        }
    }

    private static Finding Make(WorldView view, Shift shift)
    {
        var name = view.ServiceName(shift.Statement.Service);
        var text = shift.Statement.Text.Length <= 120 ? shift.Statement.Text : shift.Statement.Text[..119] + "…";
        var blocks = shift.UsualBlocks > 0 && shift.Blocks > 3 * shift.UsualBlocks ? $"; it touches {Phrase.Number(shift.Blocks)} blocks per call where {Phrase.Number(shift.UsualBlocks)} were enough, as without an index" : "";
        return new Finding
        {
            Kind = shift.Kind,
            Entity = shift.Statement.Service,
            Strength = Strength.OfSignificance(shift.Significance) * Math.Clamp(0.3 + (shift.Added * 2), 0.3, 1),
            Significance = shift.Significance,
            Change = new Comparison(shift.Usual / 1e3, shift.Now / 1e3, "s"),
            Onset = shift.Statement.Uses[0].First,
            Observations = (int)Math.Min(int.MaxValue, shift.Statement.Uses[0].Calls),
            Statement = shift.Kind switch
            {
                FindingKind.ServerStatementNew => $"\"{text}\" is new in {name}: {Phrase.Number(shift.Statement.Uses[0].Calls)} calls, {Phrase.Seconds(shift.Now / 1e3)} each, {Phrase.Percent(shift.Added)} of one processor's time.",
                FindingKind.ServerStatementOften => $"\"{text}\" is made {Phrase.Number(shift.Often)} times as often in {name} as usual, and takes no longer by itself ({Phrase.Seconds(shift.Now / 1e3)}): look at who calls it.",
                _ => $"\"{text}\" takes {Phrase.Seconds(shift.Now / 1e3)} per call in {name} where {Phrase.Seconds(shift.Usual / 1e3)} is usual, by the server's own account{blocks}.",
            },
            Query = EvidenceQueries.Logs(view.World, name, text: "Statement"),
            Fixes = shift.Kind == FindingKind.ServerStatementOften ? [] : [new NextStep($"See its plan in {name}: EXPLAIN (ANALYZE, BUFFERS) \"{text}\"; an index that is gone, stale statistics, or rows that grew.")],
        };
    }

    /// <param name="Usual">Milliseconds per call, median over stretches.</param>
    /// <param name="Added">Seconds more per second.</param>
    private sealed record Shift(WorldStatement Statement, FindingKind Kind, double Usual, double Now, double Often, double Added, double Blocks, double UsualBlocks, double Significance)
    {
        public static Shift? Of(WorldStatement statement, int[] looked, double[] lengths, double seconds)
        {
            var use = statement.Uses[0];
            if (use.Calls == 0)
            {
                return null;
            }

            var slower = Rules.Of(FindingKind.ServerStatementSlower);
            var used = looked.Where(i => statement.Uses[i + 1].Calls > 0).ToArray();
            var now = use.Milliseconds / use.Calls;
            var load = use.Milliseconds / 1e3 / seconds;
            var usualLoad = Robust.Median(looked.Select(i => statement.Uses[i + 1].Milliseconds / 1e3 / Math.Max(1e-9, lengths[i])));
            var added = load - usualLoad;
            if (added < slower.Absolute)
            {
                return null;
            }

            if (used.Length == 0)
            {
                return new Shift(statement, FindingKind.ServerStatementNew, 0, now, 0, added, use.Blocks / (double)use.Calls, 0, 6);
            }

            var means = used.Select(i => statement.Uses[i + 1].Milliseconds / statement.Uses[i + 1].Calls).ToArray();
            var usual = Robust.Median(means);
            var spread = Math.Max(0.1 * usual, Robust.MadToSigma * Robust.Median(means.Select(m => Math.Abs(m - usual))));
            var often = use.Calls / seconds / Math.Max(1e-9, Robust.Median(looked.Select(i => statement.Uses[i + 1].Calls / Math.Max(1e-9, lengths[i]))));
            var blocks = Robust.Median(used.Select(i => statement.Uses[i + 1].Blocks / (double)statement.Uses[i + 1].Calls));
            var significance = (now - usual) / spread;
            if (now >= slower.Relative * usual && significance >= slower.MinSignificance)
            {
                return new Shift(statement, FindingKind.ServerStatementSlower, usual, now, often, added, use.Blocks / (double)use.Calls, blocks, significance);
            }

            return often >= Rules.Of(FindingKind.ServerStatementOften).Relative
                ? new Shift(statement, FindingKind.ServerStatementOften, usual, now, often, added, use.Blocks / (double)use.Calls, blocks, Math.Min(12, often * 2))
                : null;
        }
    }
}
