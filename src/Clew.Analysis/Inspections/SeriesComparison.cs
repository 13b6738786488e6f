using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>A series before and during the window.</summary>
/// <param name="Usual">Median before the window.</param>
/// <param name="Highest">Largest value before the window.</param>
/// <param name="Lowest">Smallest value before the window.</param>
/// <param name="Spread">Robust standard deviation before the window, at least five percent of the median.</param>
/// <param name="Peak">Largest value in the window.</param>
/// <param name="Sustained">Second largest value in the window when there are three or more: a single odd point does not count.</param>
/// <param name="Trough">The same, downwards.</param>
internal sealed record SeriesComparison(
    double Usual, double Highest, double Lowest, double Spread, double Peak, double Sustained, double Trough, int Window, int Before, long PeakTime)
{
    /// <summary>Null when there is too little to compare.</summary>
    public static SeriesComparison? Of(World world, WorldSeries series, int minWindow, int minBefore)
    {
        var before = series.Points.Where(p => p.Time < world.Window.Start && p.Time >= world.ComparedSince && double.IsFinite(p.Value)).Select(p => p.Value).Order().ToArray();
        var window = series.Points.Where(p => world.Window.Contains(p.Time) && double.IsFinite(p.Value)).ToArray();
        if (before.Length < minBefore || window.Length < minWindow)
        {
            return null;
        }

        var usual = Robust.Median(before);
        var spread = Robust.MadToSigma * Robust.Median(before.Select(v => Math.Abs(v - usual)));
        var values = window.Select(p => p.Value).Order().ToArray();
        return new SeriesComparison(
            usual, before[^1], before[0], Math.Max(spread, 0.05 * Math.Abs(usual)), values[^1], values.Length >= 3 ? values[^2] : values[^1],
            values.Length >= 3 ? values[1] : values[0], values.Length, before.Length, window.First(p => p.Value == values[^1]).Time)
        {
            Deviation = spread,
            MovedBefore = world.Window.Start - series.Points.Last(p => p.Time < world.Window.Start).Time > 2 * (world.Window.End - world.Window.Start)
                && (window[0].Value > before[^1] || window[0].Value < before[0]),
        };
    }

    /// <summary>As <see cref="Spread"/>, without a least.</summary>
    public double Deviation { get; private init; }

    /// <summary>
    /// The window began with values beyond all earlier ones, and those lie far back: whatever moved the series moved it in between, and this incident
    /// is not known to.
    /// </summary>
    public bool MovedBefore { get; init; }

    /// <summary>Standard deviations above usual; unmoving series count a change of their usual size as twenty.</summary>
    public double Rise(double value) => Spread > 0 ? (value - Usual) / Spread : value > Usual ? 20 : 0;

    /// <summary>What a value must exceed to be out of the ordinary: all earlier ones, or, where an earlier incident is among those, so many standard deviations.</summary>
    public double BarAbove(double sigmas) => Spread > 0 ? Math.Min(Highest, Usual + (sigmas * Spread)) : Highest;

    /// <summary>As <see cref="BarAbove"/>, downwards.</summary>
    public double BarBelow(double sigmas) => Spread > 0 ? Math.Max(Lowest, Usual - (sigmas * Spread)) : Lowest;

    /// <summary>When the series first went beyond a bar, in the window; 0 when it did not.</summary>
    public static long Onset(World world, WorldSeries series, double bar, bool isAbove = true) =>
        series.Points.Where(p => world.Window.Contains(p.Time) && (isAbove ? p.Value > bar : p.Value < bar)).Select(p => p.Time).DefaultIfEmpty(0).Min();
}
