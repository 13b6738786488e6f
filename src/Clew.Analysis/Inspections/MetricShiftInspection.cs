using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>
/// Metrics of no known kind (business figures, an application's own) whose level changed in the window: a change point there, far outside the usual spread of what remains
/// when season and trend are taken away.
/// </summary>
internal sealed class MetricShiftInspection : IInspection
{
    private const int MaxPerService = 3;

    public string Name => Rules.Of(FindingKind.MetricShifted).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var others = view.World.Series.Where(s => s.Service >= 0 && MetricClasses.Of(s) == MetricClass.Other).ToArray();
        if (others.Length == 0)
        {
            findings.AddUnknown(Name, null, "There are no metrics of an application's own around the window.");
            return;
        }

        // Each series is judged by itself, and change points cost the square of its length: on all processors.
        var judged = others.AsParallel().AsOrdered().Select(s => Judge(view, s)).OfType<Finding>().ToArray();
        foreach (var service in judged.GroupBy(f => f.Entity).OrderBy(g => g.Key))
        {
            foreach (var finding in service.OrderByDescending(f => f.Strength).ThenBy(f => f.Statement, StringComparer.Ordinal).Take(MaxPerService))
            {
                findings.Add(finding);
            }
        }
    }

    private static Finding? Judge(WorldView view, WorldSeries series)
    {
        var rule = Rules.Of(FindingKind.MetricShifted);
        var world = view.World;
        var points = series.Points.Where(p => double.IsFinite(p.Value) && p.Time < world.Window.End).ToArray();
        var before = points.Count(p => p.Time < world.Window.Start);
        if (before < rule.MinBaseline || points.Length - before < rule.MinWindow)
        {
            return null;
        }

        double[] values = [.. points.Select(p => p.Value)];
        var period = SeasonalDecomposition.FindPeriod(values.AsSpan(0, before));
        var rest = period is { } steps && SeasonalDecomposition.Of(values, steps) is { } parts ? [.. values.Select((v, i) => v - parts.Season[i])] : values;
        if (!Leaves(rest, before, rule) || ChangePoints.Find(rest).LastOrDefault(c => c >= before - 1) is not (> 0 and var change))
        {
            return null;
        }

        var level = Robust.Median(rest.Take(change));
        var spread = Math.Max(Robust.MadToSigma * Robust.Median(rest.Take(change).Select(v => Math.Abs(v - level))), 0.02 * Math.Abs(level));
        var now = Robust.Median(rest.Skip(change));
        var significance = spread > 0 ? (now - level) / spread : 0;
        var (low, high) = (Math.Min(Math.Abs(level), Math.Abs(now)), Math.Max(Math.Abs(level), Math.Abs(now)));
        if (Math.Abs(significance) < rule.MinSignificance || high < rule.Relative * low)
        {
            return null;
        }

        var name = series.Attributes.Length > 0 ? $"{series.Name} ({series.Attributes})" : series.Name;
        return new Finding
        {
            Kind = FindingKind.MetricShifted,
            Entity = series.Service,
            Instance = series.Instance,
            Peer = series.Name,
            Strength = Strength.OfSignificance(significance) * Math.Max(0.2, Strength.OfRatio(low, high, spread)),
            Significance = significance,
            Change = new Comparison(level, now, series.Unit),
            Onset = points[change].Time,
            Observations = points.Length - change,
            Statement = $"The level of {name} of {view.ServiceName(series.Service)} changed from {Phrase.Value(level, series.Unit)} to {Phrase.Value(now, series.Unit)} at {Phrase.Time(points[change].Time)}{(period is null ? "" : " (its season taken away)")}.",
        };
    }

    /// <summary>
    /// Whether enough values of the window for a level of their own lie half as far out as the level would have to. What does not is not asked for change points, which cost the square of a series' length.
    /// </summary>
    private static bool Leaves(double[] values, int before, Rule rule)
    {
        var level = Robust.Median(values.Take(before));
        var spread = Robust.MadToSigma * Robust.Median(values.Take(before).Select(v => Math.Abs(v - level)));
        return values.Skip(before).Count(v => Math.Abs(v - level) >= rule.MinSignificance / 2 * spread) >= ChangePoints.MinLength;
    }
}
