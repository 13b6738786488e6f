using Clew.Analysis.Observations;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>
/// Metrics that move with what users feel (failing share, median duration of requests), at the lag where they do so best. Moving together proves nothing, so it weighs
/// next to nothing; it tells where to look, and by going first that it does not merely follow.
/// </summary>
internal sealed class SymptomCorrelationInspection : IInspection
{
    /// <summary>Steps tried in both directions.</summary>
    private const int MaxLag = 4;

    private const int MaxPerService = 2;
    private const long MinStep = 10_000_000_000;

    public string Name => Rules.Of(FindingKind.MovesWithSymptom).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.MovesWithSymptom);
        var world = view.World;
        if (world.Series.Count == 0 || view.WindowTraces.Length < rule.MinWindow || world.Baseline.Count == 0)
        {
            findings.AddUnknown(Name, null, "There are no metrics, or no requests to lay them beside.");
            return;
        }

        var start = world.Baseline[0].Start;
        var step = Math.Max(MinStep, (world.Window.End - world.Window.Start) / 12);
        var steps = (int)Math.Min(Limits.MaxPointsPerSeries, ((world.Window.End - start) / step) + 1);
        start = Math.Max(start, world.Window.End - (steps * step));
        var symptoms = Symptoms(world, start, step, steps);
        var found = new List<Finding>();
        foreach (var series in world.Series.Where(s => s.Service >= 0))
        {
            var values = Aligned(series, start, step, steps);
            foreach (var (name, symptom) in symptoms)
            {
                if (SeriesCorrelation.Lagged(values, symptom, MaxLag, rule.MinBaseline) is { } best && best.Lag >= 0 && Math.Abs(best.Spearman) >= rule.Absolute && Math.Abs(best.Pearson) >= rule.Relative
                    && Math.Abs(best.Spearman) * Math.Sqrt(best.Pairs - 1) >= rule.MinSignificance)
                {
                    found.Add(Make(view, series, name, best, step));
                }
            }
        }

        foreach (var finding in found.GroupBy(f => f.Entity).OrderBy(g => g.Key).SelectMany(g => g.OrderByDescending(f => f.Strength).ThenBy(f => f.Statement, StringComparer.Ordinal).DistinctBy(f => f.Peer).Take(MaxPerService)))
        {
            findings.Add(finding);
        }
    }

    private static Finding Make(WorldView view, WorldSeries series, string symptom, LaggedCorrelation best, long step)
    {
        var lead = best.Lag == 0 ? "" : Phrase.Text($", {Phrase.Nanoseconds(best.Lag * (double)step)} before it");
        return new Finding
        {
            Kind = FindingKind.MovesWithSymptom,
            Entity = series.Service,
            Instance = series.Instance,
            Peer = series.Name,
            Strength = Math.Abs(best.Spearman) * Strength.OfCount(best.Pairs),
            Significance = best.Spearman * Math.Sqrt(best.Pairs - 1),
            Observations = best.Pairs,
            Statement = Phrase.Text($"{series.Name} of {view.ServiceName(series.Service)} moves {(best.Spearman < 0 ? "against" : "with")} the {symptom} of requests{lead} (rank correlation {best.Spearman:0.00}, Pearson {best.Pearson:0.00}, {best.Pairs} steps); that alone does not say which moves which."),
        };
    }

    /// <summary>Per step; NaN where no request began.</summary>
    private static (string Name, double[] Values)[] Symptoms(World world, long start, long step, int steps)
    {
        var requests = new List<(double Duration, bool Fails)>?[steps];
        foreach (var trace in world.Traces)
        {
            var at = (trace.Start - start) / step;
            if (trace.Start >= start && at < steps)
            {
                (requests[at] ??= []).Add((WorldView.Duration(trace), ErrorOriginInspection.IsFailure(trace.Spans[0])));
            }
        }

        return
        [
            ("failing share", [.. requests.Select(r => r is null ? double.NaN : r.Count(x => x.Fails) / (double)r.Count)]),
            ("median duration", [.. requests.Select(r => r is null ? double.NaN : Robust.Median(r.Select(x => x.Duration)))]),
        ];
    }

    private static double[] Aligned(WorldSeries series, long start, long step, int steps)
    {
        var (sums, counts) = (new double[steps], new int[steps]);
        foreach (var point in series.Points)
        {
            var at = (point.Time - start) / step;
            if (point.Time >= start && at < steps && double.IsFinite(point.Value))
            {
                sums[at] += point.Value;
                counts[at]++;
            }
        }

        return [.. sums.Select((s, i) => counts[i] == 0 ? double.NaN : s / counts[i])];
    }
}
