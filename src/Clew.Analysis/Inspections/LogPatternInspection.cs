using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>
/// Statements that are new, gone, or come much more often, for services whose logs cannot be laid beside their requests; errors are <see cref="LogRateInspection"/>'s.
/// Measured against the service's other statements, so that more traffic is not news. Of statements that come together only the first is told.
/// </summary>
internal sealed class LogPatternInspection : IInspection
{
    /// <summary>Invocations in the window from which a service's logs are judged per invocation instead.</summary>
    private const int WellTraced = 3;

    /// <summary>Statements from which their median change says how traffic changed.</summary>
    private const int MinForTraffic = 5;

    /// <summary>Told per service: after a deploy everything is new.</summary>
    private const int MaxPerService = 4;

    public string Name => Rules.Of(FindingKind.LogPatternAppeared).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var world = view.World;
        if (world.LogRates.Count == 0 || world.Baseline.Count == 0)
        {
            findings.AddUnknown(Name, null, "There are no logs around the window.");
            return;
        }

        var traced = view.Invocations.Where(i => i.Window.Count >= WellTraced).Select(i => i.Service).ToHashSet();
        var associations = LogAssociations.Of(world);
        foreach (var service in world.LogRates.Where(r => !traced.Contains(r.Service)).GroupBy(r => r.Service).OrderBy(g => g.Key))
        {
            // A service that logged nothing before is new itself.
            var factor = Traffic(world, service);
            if (factor is not { } traffic)
            {
                continue;
            }

            var found = service.Where(r => !world.Templates[r.Template].IsError && !associations.Follows(r.Service, r.Template)).Select(r => Judge(view, r, traffic, associations)).OfType<Finding>();
            foreach (var finding in found.OrderByDescending(f => f.Weight).ThenBy(f => f.Statement, StringComparer.Ordinal).Take(MaxPerService))
            {
                findings.Add(finding);
            }
        }
    }

    /// <summary>How many times as much as usual the service does, by its usual statements; null when it had none.</summary>
    private static double? Traffic(World world, IEnumerable<WorldLogRate> rates)
    {
        var ratios = rates.Select(r => (Usual: Usual(world, r).Median, r.Counts)).Where(r => r.Usual >= 3).Select(r => r.Counts[0] / r.Usual).ToArray();
        return ratios.Length == 0 ? null : ratios.Length < MinForTraffic ? 1 : Robust.Median(ratios) is > 0 and var median ? median : 1;
    }

    /// <summary>Lines in a stretch as long as the window.</summary>
    private static (double Median, double Spread) Usual(World world, WorldLogRate rate)
    {
        var length = world.Window.End - world.Window.Start;
        var stretches = world.Baseline.Select((b, i) => new Weighted(rate.Counts[i + 1] * (length / (double)Math.Max(1, b.End - b.Start)), 1)).ToArray();
        return (Robust.WeightedMedian(stretches), Robust.WeightedHalfRange(stretches));
    }

    private static Finding? Judge(WorldView view, WorldLogRate rate, double traffic, LogAssociations associations)
    {
        var world = view.World;
        var (median, spread) = Usual(world, rate);
        var (usual, count) = (median * traffic, rate.Counts[0]);
        var significance = (count - usual) / Math.Sqrt(usual + 1 + Math.Pow(spread * traffic, 2));
        var isNew = rate.Counts.Skip(1).All(c => c == 0);
        var kind = isNew ? FindingKind.LogPatternAppeared : count < usual ? FindingKind.LogPatternVanished : FindingKind.LogPatternShifted;
        var rule = Rules.Of(kind);
        var isFar = kind switch
        {
            FindingKind.LogPatternAppeared => count >= rule.Absolute,
            FindingKind.LogPatternVanished => usual >= rule.Absolute && count <= rule.Relative * usual,
            _ => count - usual >= rule.Absolute && count >= rule.Relative * usual,
        };
        if (world.Baseline.Count < rule.MinBaseline || !isFar || Math.Abs(significance) < rule.MinSignificance)
        {
            return null;
        }

        var name = view.ServiceName(rate.Service);
        var line = Phrase.Template(world.Templates[rate.Template]);
        var seconds = (world.Window.End - world.Window.Start) / 1e9;
        return new Finding
        {
            Kind = kind,
            Entity = rate.Service,
            Strength = Strength.OfSignificance(significance) * (kind == FindingKind.LogPatternShifted ? Strength.OfRatio(usual + 1, count + 1, 1) : 1),
            Significance = significance,
            Change = new Comparison(median / seconds, count / seconds, "{line}/s"),
            Onset = kind == FindingKind.LogPatternVanished ? 0 : rate.FirstInWindow,
            Observations = (int)Math.Max(count, usual),
            Statement = (kind switch
            {
                FindingKind.LogPatternAppeared => $"{name} logs \"{line}\" {Phrase.Count(count, "time")}; it never did in the baseline.",
                FindingKind.LogPatternVanished => $"{name} logs \"{line}\" {Phrase.Count(count, "time")} where {Phrase.Number(usual)} are usual for its traffic.",
                _ => $"{name} logs \"{line}\" {Phrase.Count(count, "time")}; {Phrase.Number(usual)} are usual for its traffic.",
            }) + associations.Told(world, rate.Service, rate.Template),
            Query = EvidenceQueries.Logs(world, name),
        };
    }
}
