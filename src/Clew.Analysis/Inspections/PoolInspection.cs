using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>
/// Pools of connections or threads that ran full, or that requests wait for. Usually a consequence: a pool fills when what its members do
/// takes longer.
/// </summary>
internal sealed class PoolInspection : IInspection
{
    /// <summary>From this share on a pool is full.</summary>
    private const double Full = 0.9;

    /// <summary>Seconds of waiting beyond the usual that matter: less is not felt.</summary>
    private const double MinWait = 0.05;

    /// <summary>So often a second something must wait, beyond the usual, where only that is counted.</summary>
    private const double MinWaits = 1;

    public string Name => Rules.Of(FindingKind.PoolSaturated).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var pools = view.World.Series
            .Where(s => s.Service >= 0)
            .Select(s => (Series: s, Class: MetricClasses.Of(s)))
            .Where(s => s.Class is MetricClass.PoolUsed or MetricClass.PoolLimit or MetricClass.PoolWaiting)
            .ToArray();
        if (pools.Length == 0)
        {
            findings.AddUnknown(Name, null, "No service reports its pools (used, limit, pending).");
            return;
        }

        foreach (var (series, kind) in pools)
        {
            var finding = kind switch
            {
                MetricClass.PoolUsed => Filled(view, series, pools.Where(p => p.Class == MetricClass.PoolLimit).Select(p => p.Series)),
                MetricClass.PoolWaiting => Waited(view, series),
                _ => null,
            };
            if (finding is not null)
            {
                findings.Add(finding);
            }
        }
    }

    private static Finding? Filled(WorldView view, WorldSeries used, IEnumerable<WorldSeries> limits)
    {
        var rule = Rules.Of(FindingKind.PoolSaturated);
        var limit = limits.Where(l => l.Service == used.Service && l.Instance == used.Instance && Stem(l.Name) == Stem(used.Name))
            .SelectMany(l => l.Points).Select(p => p.Value).DefaultIfEmpty(0).Max();
        if (limit <= 0 || SeriesComparison.Of(view.World, used, rule.MinWindow, rule.MinBaseline) is not { } c
            || c.Peak < Full * limit || c.Usual >= 0.7 * limit || c.Peak - c.Usual < rule.Absolute || c.Peak < rule.Relative * c.Usual)
        {
            return null;
        }

        var significance = Math.Max(c.Rise(c.Peak), rule.MinSignificance);
        return Make(view, used, c, c.Peak, significance, Strength.OfSignificance(significance) * Math.Min(1, c.Peak / limit),
            $"of {Phrase.Number(limit)} in use, {Phrase.Number(c.Usual)} before");
    }

    private static Finding? Waited(WorldView view, WorldSeries waiting)
    {
        var rule = Rules.Of(FindingKind.PoolSaturated);
        if (SeriesComparison.Of(view.World, waiting, rule.MinWindow, rule.MinBaseline) is not { } c)
        {
            return null;
        }

        var significance = c.Rise(c.Sustained);
        var enough = waiting.Unit switch
        {
            "s" => c.Sustained - c.Usual >= MinWait,
            "ms" => c.Sustained - c.Usual >= MinWait * 1e3,
            _ => waiting.Kind == WorldSeriesKind.Rate ? c.Sustained - c.Usual >= MinWaits : c.Sustained >= rule.Absolute,
        };
        return !enough || c.Sustained <= c.Highest || c.Sustained < rule.Relative * c.Usual || significance < rule.MinSignificance
            ? null
            : Make(view, waiting, c, c.Sustained, significance, Strength.OfSignificance(significance), $"where {Phrase.Value(c.Usual, waiting.Unit)} is usual");
    }

    private static Finding Make(WorldView view, WorldSeries series, SeriesComparison c, double value, double significance, double strength, string compared)
    {
        var pool = series.Attributes.Length > 0 ? $"{series.Name} ({series.Attributes})" : series.Name;
        return new Finding
        {
            Kind = FindingKind.PoolSaturated,
            Entity = series.Service,
            Instance = series.Instance,
            Peer = series.Name,
            Strength = strength,
            Significance = significance,
            Change = new Comparison(c.Usual, value, series.Unit),
            Onset = SeriesComparison.Onset(view.World, series, c.Highest),
            Observations = c.Window,
            Statement = $"{pool} of {view.ServiceName(series.Service)} reached {Phrase.Value(value, series.Unit)} {compared}.",
        };
    }

    /// <summary>What names of one pool's metrics share: all but the last word.</summary>
    private static string Stem(string name)
    {
        var end = name.LastIndexOfAny(['.', '_']);
        return end > 0 ? name[..end] : name;
    }
}
