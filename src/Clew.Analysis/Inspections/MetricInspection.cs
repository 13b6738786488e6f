using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>Which metrics of a service or instance moved beyond all they had been: resources that run short, and symptoms where there are no traces.</summary>
internal sealed class MetricInspection : IInspection
{
    /// <summary>Spans in the window from which a service's own traces say more than its latency and error metrics.</summary>
    private const int WellTraced = 20;

    /// <summary>What a latency or error metric counts of a service that is in no trace although requests are traced: it takes no part in them.</summary>
    private const double Uninvolved = 0.3;

    /// <summary>What a series counts that was as odd when the window began as it is in it.</summary>
    private const double AlreadySo = 0.3;

    /// <summary>Share of a processor, seconds per second, by which processor time or pauses must grow: a process that does nothing moves by less.</summary>
    private const double MinProcessor = 0.05;

    /// <summary>Bytes by which memory must grow: less is what collectors and caches do by themselves.</summary>
    private const double MinBytes = 16 << 20;

    /// <summary>What is used may grow this much more than the requests do, and still be because of them.</summary>
    private const double WithLoad = 1.5;

    /// <summary>Availability that is lost, as a share of all, below which nobody is called.</summary>
    private const double LeastLost = 0.01;

    /// <summary>How much availability varies at least, as a share of all: one failure among a thousand requests is chance.</summary>
    private const double LeastSpread = 0.001;

    public string Name => Rules.Of(FindingKind.ResourceMoved).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var world = view.World;
        if (world.Series.Count == 0)
        {
            findings.AddUnknown(Name, null, "There are no metrics around the window.");
            return;
        }

        var traced = view.Times.GroupBy(t => t.Key.Service).Where(g => g.Sum(t => t.Value.Window.Count) >= WellTraced).Select(g => g.Key).ToHashSet();
        var involvement = view.WindowTraces.Length >= WellTraced ? Uninvolved : 1;
        foreach (var series in world.Series.Where(s => s.Service >= 0))
        {
            var finding = MetricClasses.Of(series) switch
            {
                MetricClass.Utilization => Saturated(view, series),
                MetricClass.Cpu => Moved(view, series, 1),
                MetricClass.Memory or MetricClass.Disk => Moved(view, series, 0.7),
                MetricClass.Network => Moved(view, series, 0.3),
                MetricClass.Latency when !traced.Contains(series.Service) => Grew(view, series, FindingKind.LatencyMetricGrew, involvement),
                MetricClass.Errors when !traced.Contains(series.Service) => Grew(view, series, FindingKind.ErrorMetricGrew, involvement, MetricClasses.CountsEnds(series)),
                MetricClass.Health => Sank(view, series),
                _ => null,
            };
            if (finding is not null)
            {
                findings.Add(finding);
            }
        }
    }

    private static Finding? Saturated(WorldView view, WorldSeries series)
    {
        var rule = Rules.Of(FindingKind.ResourceSaturated);
        var scale = series.Unit == "%" ? 100.0 : 1;
        if (SeriesComparison.Of(view.World, series, rule.MinWindow, rule.MinBaseline) is not { } c)
        {
            return null;
        }

        var significance = c.Rise(c.Peak);
        var beyond = (c.Peak - c.Highest) / scale;
        return beyond < rule.Absolute || c.Peak < rule.Relative * c.Usual || significance < rule.MinSignificance
            ? null
            : Make(view, series, FindingKind.ResourceSaturated, c, c.Peak, significance, Math.Min(1, beyond) * Strength.OfSignificance(significance));
    }

    private static Finding? Moved(WorldView view, WorldSeries series, double meaning)
    {
        var rule = Rules.Of(FindingKind.ResourceMoved);
        if (SeriesComparison.Of(view.World, series, rule.MinWindow, rule.MinBaseline) is not { } c)
        {
            return null;
        }

        var significance = c.Rise(c.Sustained);
        return c.Sustained <= c.Highest || c.Sustained - c.Usual < Least(series) || c.Sustained < rule.Relative * c.Usual || significance < rule.MinSignificance
                || c.Sustained <= WithLoad * view.LoadGrowth(series.Service, series.Instance) * c.Usual
            ? null
            : Make(view, series, FindingKind.ResourceMoved, c, c.Sustained, significance, meaning * Strength.OfSignificance(significance) * Strength.OfRatio(c.Usual, c.Sustained, c.Spread));
    }

    /// <summary>The smallest growth that matters, in the unit of the series; 0 where its unit does not tell.</summary>
    private static double Least(WorldSeries series) => series.Unit switch
    {
        "By" or "bytes" => MinBytes,
        "s" when series.Kind == WorldSeriesKind.Rate => MinProcessor,
        "ms" when series.Kind == WorldSeriesKind.Rate => MinProcessor * 1e3,
        "ns" when series.Kind == WorldSeriesKind.Rate => MinProcessor * 1e9,
        _ => 0,
    };

    private static Finding? Grew(WorldView view, WorldSeries series, FindingKind kind, double meaning, bool isOnceEnough = false)
    {
        var rule = Rules.Of(kind);
        if (SeriesComparison.Of(view.World, series, rule.MinWindow, rule.MinBaseline) is not { } c)
        {
            return null;
        }

        // A process that was killed once was killed; a single odd point of anything else may be noise.
        c = isOnceEnough ? c with { Sustained = c.Peak } : c;

        var seconds = series.Unit switch { "ms" => 1e-3, "us" => 1e-6, "ns" => 1e-9, _ => 1.0 };
        var significance = c.Rise(c.Sustained);
        return (c.Sustained - c.Usual) * seconds < rule.Absolute || c.Sustained < rule.Relative * c.Usual || significance < rule.MinSignificance
            ? null
            : Make(view, series, kind, c, c.Sustained, significance, meaning * Strength.OfSignificance(significance) * Strength.OfRatio(c.Usual, c.Sustained, c.Spread));
    }

    /// <summary>
    /// Availability is one minus the share that fails, and is judged as that share would be: from 100 % to 97 % is little of the whole, and many times the usual failures.
    /// </summary>
    private static Finding? Sank(WorldView view, WorldSeries series)
    {
        var rule = Rules.Of(FindingKind.ErrorMetricGrew);
        if (SeriesComparison.Of(view.World, series, rule.MinWindow, rule.MinBaseline) is not { } c || c.Usual <= 0)
        {
            return null;
        }

        var whole = series.Unit == "%" ? 100.0 : 1;
        if (c.Highest <= whole && c.Lowest >= 0)
        {
            var (usually, failing) = (whole - c.Usual, whole - c.Trough);
            var spread = Math.Max(Math.Max(c.Deviation, 0.05 * usually), LeastSpread * whole);
            var sigmas = (failing - usually) / spread;
            return failing - usually < LeastLost * whole || failing < rule.Relative * usually || sigmas < rule.MinSignificance
                ? null
                : Make(view, series, FindingKind.ErrorMetricGrew, c, c.Trough, sigmas, Strength.OfSignificance(sigmas) * Strength.OfRatio(usually, failing, spread), c.Usual - (rule.MinSignificance * spread));
        }

        var significance = (c.Usual - c.Trough) / Math.Max(c.Spread, 0.01 * c.Usual);
        var lost = 1 - (c.Trough / c.Usual);
        return c.Trough >= c.Lowest || significance < rule.MinSignificance || lost <= 0
            ? null
            : Make(view, series, FindingKind.ErrorMetricGrew, c, c.Trough, significance, Strength.OfSignificance(significance) * Math.Sqrt(Math.Min(1, lost)));
    }

    private static Finding Make(WorldView view, WorldSeries series, FindingKind kind, SeriesComparison c, double value, double significance, double strength, double? bar = null)
    {
        var service = view.ServiceName(series.Service);
        var instance = view.InstanceName(series.Instance);
        var metric = series.Attributes.Length > 0 ? $"{series.Name} ({series.Attributes})" : series.Name;
        var statement = $"{metric} of {(instance.Length > 0 ? instance : service)} went from {Phrase.Value(c.Usual, series.Unit)} to {Phrase.Value(value, series.Unit)}; {(value > c.Usual ? $"{Phrase.Value(c.Highest, series.Unit)} was its highest" : $"{Phrase.Value(c.Lowest, series.Unit)} was its lowest")} of {Phrase.Count(c.Before, "earlier value")}.";
        return new Finding
        {
            Kind = kind,
            Entity = series.Service,
            Instance = series.Instance,
            Operation = "",
            Peer = series.Name,
            Strength = c.MovedBefore ? AlreadySo * strength : strength,
            Significance = significance,
            Change = new Comparison(c.Usual, value, series.Unit),
            Onset = SeriesComparison.Onset(view.World, series, bar ?? (value > c.Usual ? c.BarAbove(Rules.Of(kind).MinSignificance) : c.BarBelow(Rules.Of(kind).MinSignificance)), value > c.Usual),
            Observations = c.Window,
            Statement = statement,
            Place = new CausePlace(PlaceKind.Metric, series.Name, statement),
            Query = $"clew query promql {Phrase.Quoted(Phrase.Selector(series.Name, service))} {Phrase.Window(view.World)}",
        };
    }
}
