using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections.Resources;

/// <summary>
/// Memory that only grows: a slope that holds over the window and the time before, resets left out (a process that was restarted begins anew, and climbs again: the saw's teeth),
/// and when it will meet its limit.
/// </summary>
internal sealed class MemoryLeakInspection : IInspection
{
    /// <summary>Share of all pairs of points, a tenth of the series apart, that must rise.</summary>
    private const double MinRising = 0.85;

    /// <summary>A fall by more than this share of the value is a restart or a great collection.</summary>
    private const double Reset = 0.4;

    /// <summary>Bytes from which growth is a leak: young generations and caches breathe by less.</summary>
    private const double MinGrown = 16 << 20;

    /// <summary>Nanoseconds that a climb without a level before it must last: a process fills caches and compiles for about as long.</summary>
    private const long MinLength = 120_000_000_000;

    /// <summary>Fewest points of the window that show a climb which began in it.</summary>
    private const int MinFresh = 6;

    /// <summary>From so many on, and from half of all that are measured, those that climb do so alike: they warm up, or carry more load. None of them leaks for that.</summary>
    private const int MinAlike = 3;

    /// <summary>Share of the growth that the later half of a climb holds at least when it goes on; steady growth has a half there. A process that has just started grows fast, and settles.</summary>
    private const double MinLate = 0.35;

    /// <summary>The part of a climb, from its begin, that may be a process's start.</summary>
    private const double StartPart = 0.2;

    public string Name => Rules.Of(FindingKind.MemoryLeaks).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.MemoryLeaks);
        var world = view.World;
        var measured = world.Series.Where(s => ResourceVocabulary.Of(s) == ResourceMeasure.MemoryUsed && s.Kind == WorldSeriesKind.Gauge)
            .GroupBy(s => (Entity: ResourceFinding.EntityOf(view, s), s.Instance)).Where(g => g.Key.Entity >= 0)
            .Select(g => (g.Key.Entity, Worst: g.Select(s => Leak.Of(world, s) ?? Leak.OfWindow(world, s)).OfType<Leak>().Where(l => IsLeak(l, rule)).MaxBy(l => l.Slope))).ToArray();
        var climbing = measured.Where(m => m.Worst is not null).Select(m => m.Entity).Distinct().Count();
        if (climbing >= MinAlike && 2 * climbing >= measured.Select(m => m.Entity).Distinct().Count())
        {
            return;
        }

        foreach (var (entity, worst) in measured)
        {
            if (worst is null)
            {
                continue;
            }

            var limit = world.Series.Where(s => ResourceVocabulary.Of(s) == ResourceMeasure.MemoryLimit && s.Service == worst.Series.Service && s.Instance == worst.Series.Instance && s.Attributes == worst.Series.Attributes)
                .SelectMany(s => s.Points).Select(p => p.Value).Where(v => v > 0).DefaultIfEmpty(0).Min();
            var seconds = limit > worst.Last ? (limit - worst.Last) / worst.Slope : 0;
            var name = view.EntityName(entity);
            findings.Add(ResourceFinding.Make(
                view, FindingKind.MemoryLeaks, worst.Series, entity,
                Strength.OfCount(worst.Points) * worst.Rising * Math.Clamp((limit > 0 ? Math.Max(worst.Last / limit, worst.Grown - 1) : worst.Grown - 1) + 0.2, 0.2, 1),
                Math.Min(20, (worst.Rising - 0.5) * 2 * Math.Sqrt(worst.Points) * 2), worst.First, worst.Last, worst.Since, worst.Points,
                $"{ResourceFinding.Named(view, worst.Series, entity)} only grows: from {Phrase.Number(worst.First)}B to {Phrase.Number(worst.Last)}B, {Phrase.Number(worst.Slope * 60)}B a minute"
                    + (worst.Resets > 0 ? $", beginning anew {Phrase.Count(worst.Resets, "time")} and climbing again" : "")
                    + (seconds > 0 ? $"; it meets its limit of {Phrase.Number(limit)}B in {Phrase.Seconds(seconds)}" : "") + ".",
                new NextStep($"Restart instances of {name} one by one as mitigation: that gives the memory back for a while."),
                new NextStep($"Take two heap snapshots of {name} some minutes apart and compare what there is more of; look at what its last revision began to keep.")));
        }
    }

    private static bool IsLeak(Leak leak, Rule rule) =>
        leak.Grown >= rule.Relative && !leak.Settles(rule.Relative) && leak.Last - leak.First >= MinGrown && leak.Window >= rule.MinWindow && leak.Points >= rule.MinWindow + rule.MinBaseline;

    /// <param name="Slope">Bytes per second, the median over pairs of points.</param>
    /// <param name="Rising">Share of the pairs that rise.</param>
    /// <param name="Grown">Last value by first, within the longest climb.</param>
    private sealed record Leak(WorldSeries Series, double Slope, double Rising, double Grown, double First, double Last, long Since, int Resets, int Points, int Window, IReadOnlyList<WorldPoint> Climb)
    {
        /// <summary>Grew at its start, and little since.</summary>
        /// <param name="relative">Last value by first that is growth.</param>
        public bool Settles(double relative)
        {
            double At(double part) => Climb.First(p => p.Time - Climb[0].Time >= part * (Climb[^1].Time - Climb[0].Time)).Value;
            return Last - At(0.5) < MinLate * (Last - First) && Last < relative * At(StartPart);
        }

        /// <summary>A climb that began in the window, from a level that held before.</summary>
        public static Leak? OfWindow(World world, WorldSeries series)
        {
            var start = series.Points.Where(p => p.Time < world.Window.Start).Select(p => p.Time).DefaultIfEmpty(world.Window.Start).Max();
            var points = series.Points.Where(p => p.Time >= start && p.Time < world.Window.End && double.IsFinite(p.Value) && p.Value > 0).ToArray();
            var before = series.Points.Where(p => p.Time < start && p.Time >= world.ComparedSince).Select(p => p.Value).ToArray();
            var rising = points.Zip(points.Skip(1)).Count(p => p.Second.Value > p.First.Value);
            return points.Length <= MinFresh || before.Length == 0 || points[^1].Value <= before.Max() || rising < MinRising * (points.Length - 1)
                ? null
                : new Leak(
                    series, (points[^1].Value - points[0].Value) / ((points[^1].Time - points[0].Time) / 1e9), rising / (double)(points.Length - 1), points[^1].Value / points[0].Value, points[0].Value, points[^1].Value,
                    points[0].Time, 0, before.Length + points.Length, points.Length - 1, points);
        }

        public static Leak? Of(World world, WorldSeries series)
        {
            // Only what leads into the window: the stretch that holds the last point, and the climbs before it.
            var points = series.Points.Where(p => p.Time < world.Window.End && double.IsFinite(p.Value) && p.Value > 0).ToArray();
            var climbs = new List<List<WorldPoint>> { new() };
            for (var i = 0; i < points.Length; i++)
            {
                if (i > 0 && points[i].Value < points[i - 1].Value * (1 - Reset))
                {
                    climbs.Add([]);
                }

                climbs[^1].Add(points[i]);
            }

            var counted = climbs.Where(c => c.Count >= 8).ToArray();
            if (counted.Length == 0 || counted[^1][^1].Time < world.Window.Start)
            {
                return null;
            }

            var (slopes, rising, pairs) = (new List<double>(), 0, 0);
            foreach (var climb in counted)
            {
                var apart = Math.Max(2, climb.Count / 10);
                for (var i = 0; i + apart < climb.Count; i++)
                {
                    var (from, to) = (climb[i], climb[i + apart]);
                    slopes.Add((to.Value - from.Value) / ((to.Time - from.Time) / 1e9));
                    rising += to.Value > from.Value ? 1 : 0;
                    pairs++;
                }
            }

            var slope = Robust.Median(slopes);
            var longest = counted.MaxBy(c => c[^1].Value / c[0].Value)!;
            return pairs == 0 || slope <= 0 || rising < MinRising * pairs || longest[^1].Time - longest[0].Time < MinLength
                ? null
                : new Leak(series, slope, rising / (double)pairs, longest[^1].Value / longest[0].Value, longest[0].Value, longest[^1].Value, longest[0].Time, climbs.Count - 1, points.Length, points.Count(p => world.Window.Contains(p.Time)), longest);
        }
    }
}
