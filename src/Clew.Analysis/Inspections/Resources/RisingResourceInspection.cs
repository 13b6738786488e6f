using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections.Resources;

/// <summary>A resource that is held back or waited for more than ever: throttling, garbage collection, slow disks, network errors, threads, event loops.</summary>
/// <param name="kind">What is found.</param>
/// <param name="measure">Which metrics tell of it.</param>
/// <param name="means">What it means, as the end of a sentence.</param>
/// <param name="helps">What to do; {0} is whose it is.</param>
internal sealed class RisingResourceInspection(FindingKind kind, ResourceMeasure measure, string means, string helps) : IInspection
{
    public string Name => Rules.Of(kind).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(kind);
        foreach (var series in view.World.Series.Where(s => ResourceVocabulary.Of(s) == measure))
        {
            if (SeriesComparison.Of(view.World, series, rule.MinWindow, rule.MinBaseline) is not { } c || ResourceFinding.EntityOf(view, series) is var entity && entity < 0)
            {
                continue;
            }

            var scale = series.Unit switch { "ms" => 1e-3, "us" => 1e-6, "ns" => 1e-9, _ => series.Name.Contains("nanoseconds", StringComparison.OrdinalIgnoreCase) ? 1e-9 : 1.0 };
            var significance = c.Rise(c.Sustained);
            if ((c.Sustained - c.Usual) * scale < rule.Absolute || c.Sustained <= c.Highest || c.Sustained < rule.Relative * c.Usual || significance < rule.MinSignificance)
            {
                continue;
            }

            findings.Add(ResourceFinding.Make(
                view, kind, series, entity, Strength.OfSignificance(significance) * Math.Max(0.5, Strength.OfRatio(c.Usual, c.Sustained, Math.Max(c.Spread, rule.Absolute / scale))), significance,
                c.Usual, c.Sustained, SeriesComparison.Onset(view.World, series, c.Highest), c.Window,
                $"{ResourceFinding.Named(view, series, entity)} went from {Shown(series, c.Usual)} to {Shown(series, c.Sustained)}, {Shown(series, c.Highest)} was its highest before: {means}.",
                new NextStep(helps.Replace("{0}", view.EntityName(entity), StringComparison.Ordinal))));
        }
    }

    private static string Shown(WorldSeries series, double value) =>
        series.Kind == WorldSeriesKind.Rate ? Phrase.Number(value) + (series.Unit is { Length: > 0 } unit and not "1" ? $" {unit.Trim('{', '}')}/s" : "/s") : Phrase.Value(value, series.Unit);
}
