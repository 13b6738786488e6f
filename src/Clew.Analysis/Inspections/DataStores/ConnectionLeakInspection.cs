using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections.DataStores;

/// <summary>Connections that are taken and not given back: those in use climb and do not fall again while traffic does not grow; sessions that stay idle in a transaction.</summary>
internal sealed class ConnectionLeakInspection : IInspection
{
    /// <summary>Share of steps that must not fall.</summary>
    private const double Climbing = 0.9;

    /// <summary>Traffic that grew by more than this explains more connections.</summary>
    private const double SameTraffic = 1.3;

    public string Name => Rules.Of(FindingKind.ConnectionsLeak).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.ConnectionsLeak);
        var world = view.World;
        foreach (var series in world.Series.Where(s => s.Service >= 0 && s.Kind == WorldSeriesKind.Gauge))
        {
            var isIdle = series.Attributes.Contains("idle in transaction", StringComparison.OrdinalIgnoreCase) || series.Name.Contains("idle_in_transaction", StringComparison.OrdinalIgnoreCase);
            if (!isIdle && (MetricClasses.Of(series) != MetricClass.PoolUsed || series.Name.Contains("thread", StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            var window = series.Points.Where(p => world.Window.Contains(p.Time)).ToArray();
            var before = series.Points.Where(p => p.Time < world.Window.Start).Select(p => p.Value).ToArray();
            if (window.Length < rule.MinWindow || before.Length < rule.MinBaseline)
            {
                continue;
            }

            var usual = Robust.Median(before);
            var last = window[^1].Value;
            var steps = window.Zip(window.Skip(1), (a, b) => b.Value - a.Value).ToArray();
            var climbs = steps.Count(s => s >= 0) / (double)steps.Length;
            if (last - usual < rule.Absolute || last < rule.Relative * usual || climbs < Climbing || steps.Count(s => s > 0) < 3 || Traffic(view, series.Service) > SameTraffic)
            {
                continue;
            }

            var name = view.ServiceName(series.Service);
            findings.Add(new Finding
            {
                Kind = FindingKind.ConnectionsLeak,
                Entity = series.Service,
                Instance = series.Instance,
                Peer = series.Name,
                Strength = Strength.OfCount(steps.Length) * climbs * Math.Max(0.5, Strength.OfRatio(Math.Max(1, usual), last, 1)),
                Significance = Math.Min(12, steps.Count(s => s > 0)),
                Change = new Comparison(usual, last, series.Unit),
                Onset = SeriesComparison.Onset(world, series, before.Max()),
                Observations = window.Length,
                Statement = $"{series.Name}{(series.Attributes.Length > 0 ? $" ({series.Attributes})" : "")} of {name} climbs from {Phrase.Number(usual)} to {Phrase.Number(last)} and does not fall again, while traffic does not grow: {(isIdle ? "transactions stay open and idle" : "connections are taken and not given back")}.",
                Fixes =
                [
                    new NextStep($"Restart instances of {name} one by one as mitigation: it gives the connections back for a while."),
                    new NextStep($"Look in {name} for a path, likely an error's, on which a connection or transaction is not closed; let the pool tell who holds one too long (leak detection)."),
                ],
            });
        }
    }

    /// <summary>How many times as often the service is entered as usual; 1 when it cannot be told.</summary>
    private static double Traffic(WorldView view, int service)
    {
        var world = view.World;
        double Rate(int stretch, WorldStretch s) => view.Calls.Entered.GetValueOrDefault((service, stretch)) / Math.Max(1e-9, (s.End - s.Start) / 1e9);
        var usual = world.Baseline.Count == 0 ? 0 : Robust.Median(world.Baseline.Select((b, i) => Rate(i, b)));
        return usual <= 0 ? 1 : Rate(-1, world.Window) / usual;
    }
}
