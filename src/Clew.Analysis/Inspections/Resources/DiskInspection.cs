using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections.Resources;

/// <summary>File systems that are full or will be soon, by what is left, by the share used, and by log lines that say so.</summary>
internal sealed class DiskInspection : IInspection
{
    /// <summary>Share used from which a disk is full.</summary>
    private const double Full = 0.97;

    /// <summary>Seconds until it is full that are soon.</summary>
    private const double Soon = 3_600;

    private static readonly string[] Lines = ["no space left on device", "ENOSPC", "disk is full", "disk full", "not enough space on the disk"];

    public string Name => Rules.Of(FindingKind.DiskFull).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var world = view.World;
        foreach (var series in world.Series)
        {
            var measure = ResourceVocabulary.Of(series);
            if (measure is ResourceMeasure.DiskFree or ResourceMeasure.DiskShare && ResourceFinding.EntityOf(view, series) is var entity and >= 0)
            {
                Judge(view, findings, series, measure == ResourceMeasure.DiskFree, entity);
            }
        }

        foreach (var rate in world.LogRates.Where(r => LogExcess.IsUnheard(r) && Lines.Any(l => world.Templates[r.Template].Text.Contains(l, StringComparison.OrdinalIgnoreCase))))
        {
            var name = view.ServiceName(rate.Service);
            findings.Add(LogExcess.Unheard(view, rate, FindingKind.DiskFull, "finds no space left on a disk,") with
            {
                Query = EvidenceQueries.Logs(world, name, text: "space"),
                Fixes = Fixes(name),
            });
        }
    }

    private static void Judge(WorldView view, Findings findings, WorldSeries series, bool isFree, int entity)
    {
        var rule = Rules.Of(FindingKind.DiskFull);
        var world = view.World;
        var scale = series.Unit == "%" || series.Points.Any(p => p.Value > 1.5) ? 100.0 : 1;
        var window = series.Points.Where(p => world.Window.Contains(p.Time)).ToArray();
        var before = series.Points.Where(p => p.Time < world.Window.Start).ToArray();
        if (window.Length < rule.MinWindow || before.Length < rule.MinBaseline)
        {
            return;
        }

        // Left, falling to nothing: in bytes, or in shares.
        double Left(WorldPoint p) => isFree ? p.Value : 1 - (p.Value / scale);
        var (first, last) = (Left(window[0]), Left(window[^1]));
        var usual = Robust.Median(before.Select(Left));
        var seconds = (window[^1].Time - window[0].Time) / 1e9;
        var slope = window.Length >= 3 && seconds > 0 ? (first - last) / seconds : 0;
        var isFull = isFree ? last <= (1 - Full) * usual : last <= 1 - Full;
        var until = slope > 0 ? last / slope : double.PositiveInfinity;
        if (last > rule.Relative * usual || (!isFull && until > Soon))
        {
            return;
        }

        var name = view.EntityName(entity);
        var size = isFree ? $"{Phrase.Number(last)}B" : Phrase.Percent(last);
        findings.Add(ResourceFinding.Make(
            view, FindingKind.DiskFull, series, entity, isFull ? 0.95 : Math.Clamp(1 - (until / Soon), 0.2, 0.8), isFull ? 8 : 4, usual, last,
            series.Points.Where(p => world.Window.Contains(p.Time) && Left(p) < rule.Relative * usual).Select(p => p.Time).DefaultIfEmpty(window[0].Time).Min(), window.Length,
            $"{ResourceFinding.Named(view, series, entity)}: {size} {(isFull ? "is left, the disk is full" : $"is left and falling, the disk is full in {Phrase.Seconds(until)}")}; {(isFree ? Phrase.Number(usual) + "B" : Phrase.Percent(usual))} was usual.",
            Fixes(name)));
    }

    private static NextStep[] Fixes(string name) => [new($"Make room where {name} writes: old logs, temporary files, images no longer used; then find what writes so much, or make the volume larger.", "df -h && du -xh / --max-depth=2 | sort -h | tail -20")];
}
