using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>Lines of a template that a service writes more often than usual.</summary>
/// <param name="Usual">Lines in as long a time of the baseline, by its median.</param>
/// <param name="Significance">Standard deviations above the usual, as counts scatter.</param>
internal sealed record LogExcess(WorldLogRate Rate, double Usual, double Significance)
{
    private const double MinRatio = 2;

    /// <summary>Null below the rule's count and significance, below twice the usual, and without two parts of a baseline to say what is usual.</summary>
    public static LogExcess? Of(World world, WorldLogRate rate, Rule rule)
    {
        if (world.Baseline.Count < 2 || rate.Counts[0] < rule.MinWindow)
        {
            return null;
        }

        var seconds = (world.Window.End - world.Window.Start) / 1e9;
        var usual = Robust.Median(world.Baseline.Select((b, i) => rate.Counts[i + 1] / Math.Max(1e-9, (b.End - b.Start) / 1e9) * seconds));
        var significance = (rate.Counts[0] - usual) / Math.Sqrt(usual + 0.5);
        return rate.Counts[0] < MinRatio * usual || significance < rule.MinSignificance ? null : new LogExcess(rate, usual, significance);
    }

    /// <summary>Whether it was never written before the window: one such line is enough where it says that something has run out.</summary>
    public static bool IsUnheard(WorldLogRate rate) => rate.Counts[0] > 0 && rate.Counts.Skip(1).Sum() == 0;

    /// <summary>The finding that a service complains for the first time.</summary>
    /// <param name="complaint">What it does, to be followed by how often: "finds no space left on a disk,".</param>
    public static Finding Unheard(WorldView view, WorldLogRate rate, FindingKind kind, string complaint) =>
        Finding(view, rate, kind, 0, 6, Strength.OfCount(3 * rate.Counts[0]), $"{view.ServiceName(rate.Service)} {complaint} {Phrase.Count(rate.Counts[0], "time")}: \"{Phrase.Template(view.World.Templates[rate.Template])}\".");

    /// <summary>The finding that a service says it so often.</summary>
    /// <param name="saying">What it says, followed by how often, as in "tells of waiting for locks 3 times".</param>
    public Finding Finding(WorldView view, FindingKind kind, string saying) => Finding(
        view, Rate, kind, Usual, Significance, Strength.OfSignificance(Significance) * Strength.OfCount(Rate.Counts[0]),
        $"{view.ServiceName(Rate.Service)} {saying}, {Phrase.Number(Usual)} is usual: \"{Phrase.Template(view.World.Templates[Rate.Template])}\".");

    private static Finding Finding(WorldView view, WorldLogRate rate, FindingKind kind, double usual, double significance, double strength, string statement) => new()
    {
        Kind = kind,
        Entity = rate.Service,
        Strength = strength,
        Significance = significance,
        Change = new Comparison(usual, rate.Counts[0], "{line}"),
        Onset = rate.FirstInWindow,
        Observations = rate.Counts[0],
        Statement = statement,
    };
}
