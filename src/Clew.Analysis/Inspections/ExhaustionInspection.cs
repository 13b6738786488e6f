using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>What will be full soon: shares of a limit that rise steadily, and free amounts that fall. A forecast with its interval from a line that odd values do not bend.</summary>
internal sealed class ExhaustionInspection : IInspection
{
    /// <summary>How far ahead is of interest, seconds: the rest of a shift. What fills by next week is no incident.</summary>
    private const double Horizon = 8 * 3600;

    /// <summary>Rank correlation with time: it rises, it does not only wave.</summary>
    private const double MinSteady = 0.8;

    private static readonly string[] Free = ["free", "available", "remaining", "headroom", "avail"];

    private static readonly string[] Resources = ["disk", "filesystem", "volume", "storage", "memory", "heap", "swap", "inode", "fd", "file_descriptor", "pool", "connection", "queue", "tablespace", "wal", "space"];

    public string Name => Rules.Of(FindingKind.ExhaustionAhead).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var judged = 0;
        foreach (var series in view.World.Series.Where(s => s.Kind == WorldSeriesKind.Gauge))
        {
            if (Towards(series) is not { } limit)
            {
                continue;
            }

            judged++;
            if (Judge(view, series, limit) is { } finding)
            {
                findings.Add(finding);
            }
        }

        if (judged == 0)
        {
            findings.AddUnknown(Name, null, "No metric tells a share of a limit or what is left of a resource, so nothing can be forecast.");
        }
    }

    /// <summary>The value at which nothing is left; null when the series has none.</summary>
    private static double? Towards(WorldSeries series)
    {
        var name = series.Name.ToLowerInvariant();
        var about = name + "," + series.Attributes.ToLowerInvariant();
        return !Resources.Any(r => about.Contains(r, StringComparison.Ordinal)) ? null
            : Free.Any(f => about.Contains(f, StringComparison.Ordinal)) ? 0
            : series.Unit == "%" ? 100
            : (series.Unit == "1" && (name.Contains("utilization", StringComparison.Ordinal) || name.Contains("ratio", StringComparison.Ordinal) || name.Contains("usage", StringComparison.Ordinal))) ? 1 : null;
    }

    private static Finding? Judge(WorldView view, WorldSeries series, double limit)
    {
        var rule = Rules.Of(FindingKind.ExhaustionAhead);
        var world = view.World;
        var end = world.Window.End;
        var points = series.Points.Where(p => double.IsFinite(p.Value) && p.Time < end).ToArray();

        // Since the last change of level: what grew last week tells nothing about now.
        var from = Math.Max(0, Math.Min(points.Length - rule.MinWindow, points.Length == 0 ? 0 : Array.FindIndex(points, p => p.Time >= world.Window.Start - (world.Window.End - world.Window.Start))));
        var recent = points.Skip(from).Select(p => (Seconds: (p.Time - end) / 1e9, Value: limit == 0 ? -p.Value : p.Value)).ToArray();
        if (recent.Length < rule.MinWindow || TrendLine.Of(recent) is not { } line)
        {
            return null;
        }

        var top = limit == 0 ? 0 : limit;
        var steady = SeriesCorrelation.Spearman([.. recent.Select(r => r.Value)], [.. recent.Select(r => r.Seconds)]);
        var scale = limit == 0 ? Math.Abs(recent[0].Value) : limit;
        var growth = line.Slope * (recent[^1].Seconds - recent[0].Seconds);
        if (line.Reaches(top, 0) is not { } when || when.Seconds > Horizon || steady < MinSteady || growth < rule.Absolute * scale)
        {
            return null;
        }

        var name = series.Attributes.Length > 0 ? $"{series.Name} ({series.Attributes})" : series.Name;
        var owner = series.Service >= 0 ? view.ServiceName(series.Service) : Node(series);
        var entity = series.Service >= 0 ? series.Service : owner.Length > 0 ? view.EntityOf(EntityKind.Node, owner) : -1;
        if (entity < 0)
        {
            return null;
        }

        var last = points[^1].Value;
        return new Finding
        {
            Kind = FindingKind.ExhaustionAhead,
            Entity = entity,
            Instance = series.Instance,
            Peer = series.Name,

            // Nearer is worse: a half an hour before, nearly nothing at the horizon.
            Strength = steady * Math.Exp(-when.Seconds / 3600 * Math.Log(2)),
            Significance = 0,
            Change = new Comparison(points[from].Value, last, series.Unit),
            Onset = 0,
            Observations = recent.Length,
            Statement = when.Seconds == 0
                ? $"{name} of {owner} has reached its limit: {Phrase.Value(last, series.Unit)}."
                : $"{name} of {owner} is at {Phrase.Value(last, series.Unit)} and will be {(limit == 0 ? "used up" : "full")} in {Phrase.Seconds(when.Seconds)} ({Phrase.Seconds(when.Earliest)} to {Phrase.Seconds(when.Latest)}) if it goes on like this.",
        };
    }

    private static string Node(WorldSeries series)
    {
        foreach (var attribute in series.Attributes.Split(','))
        {
            foreach (var key in (ReadOnlySpan<string>)["k8s.node.name=", "host.name=", "node=", "instance="])
            {
                if (attribute.StartsWith(key, StringComparison.Ordinal))
                {
                    return attribute[key.Length..];
                }
            }
        }

        return "";
    }
}
