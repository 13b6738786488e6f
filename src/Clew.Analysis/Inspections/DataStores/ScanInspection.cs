using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections.DataStores;

/// <summary>Signs that an index is missing or no longer used: plans and slow logs that tell of whole tables read, and counters of scans and of rows read.</summary>
internal sealed class ScanInspection : IInspection
{
    /// <summary>Words of plans (auto_explain), slow logs and their tools.</summary>
    private static readonly string[] Lines = ["Seq Scan on", "full table scan", "rows_examined", "rows examined", "COLLSCAN", "type: ALL", "table scan", "missing index", "planSummary: COLLSCAN"];

    public string Name => Rules.Of(FindingKind.TableScanned).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.TableScanned);
        var world = view.World;
        foreach (var group in world.LogRates.Where(r => r.Counts[0] > 0 && Lines.Any(l => world.Templates[r.Template].Text.Contains(l, StringComparison.OrdinalIgnoreCase))).GroupBy(r => r.Service).OrderBy(g => g.Key))
        {
            var rate = group.OrderByDescending(r => r.Counts[0]).ThenBy(r => r.Template).First();
            if (LogExcess.Of(world, rate, rule) is not { } excess)
            {
                continue;
            }

            findings.Add(excess.Finding(view, FindingKind.TableScanned, $"logs {Phrase.Count(rate.Counts[0], "time")} that whole tables are read") with
            {
                Query = EvidenceQueries.Logs(world, view.ServiceName(rate.Service)),
                Fixes = Fixes(),
            });
        }

        foreach (var series in world.Series.Where(s => s.Service >= 0 && s.Kind == WorldSeriesKind.Rate && IsScan(s.Name)))
        {
            if (SeriesComparison.Of(world, series, 2, 5) is not { } c || c.Sustained - c.Usual < rule.Absolute || c.Sustained <= c.Highest || c.Sustained < rule.Relative * c.Usual || c.Rise(c.Sustained) < rule.MinSignificance)
            {
                continue;
            }

            findings.Add(new Finding
            {
                Kind = FindingKind.TableScanned,
                Entity = series.Service,
                Peer = series.Name,
                Strength = 0.7 * Strength.OfSignificance(c.Rise(c.Sustained)) * Math.Max(0.4, Strength.OfRatio(c.Usual, c.Sustained, 1)),
                Significance = c.Rise(c.Sustained),
                Change = new Comparison(c.Usual, c.Sustained, series.Unit),
                Onset = SeriesComparison.Onset(world, series, c.Highest),
                Observations = c.Window,
                Statement = $"{series.Name}{(series.Attributes.Length > 0 ? $" ({series.Attributes})" : "")} of {view.ServiceName(series.Service)} went from {Phrase.Number(c.Usual)} to {Phrase.Number(c.Sustained)} a second: tables are read as a whole.",
                Fixes = Fixes(),
            });
        }
    }

    private static NextStep[] Fixes() =>
    [
        new("See which indexes the tables have, and which statement no longer uses one: EXPLAIN it; look for an index that a migration dropped."),
        new("Create the index without holding up writes: CREATE INDEX CONCURRENTLY ON TABLE (COLUMN)."),
    ];

    /// <summary>PostgreSQL's sequential scans, MySQL's full joins and scans, MongoDB's scanned documents, by their exporters' names.</summary>
    private static bool IsScan(string name)
    {
        var lower = name.ToLowerInvariant();
        return lower.Contains("seq_scan", StringComparison.Ordinal) || lower.Contains("sequential_scans", StringComparison.Ordinal) || lower.Contains("seq_tup_read", StringComparison.Ordinal)
            || lower.Contains("select_scan", StringComparison.Ordinal) || lower.Contains("select_full_join", StringComparison.Ordinal) || lower.Contains("read_rnd_next", StringComparison.Ordinal)
            || lower.Contains("scanned_objects", StringComparison.Ordinal) || lower.Contains("collection_scans", StringComparison.Ordinal);
    }
}
