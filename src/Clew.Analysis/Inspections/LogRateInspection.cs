using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Inspections;

/// <summary>Error statements whose rate jumped, for services whose logs cannot be laid beside their requests.</summary>
internal sealed class LogRateInspection : IInspection
{
    /// <summary>Invocations in the window from which a service's logs are judged per invocation instead.</summary>
    private const int WellTraced = 3;

    public string Name => Rules.Of(FindingKind.LogRateChanged).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var world = view.World;
        if (world.LogRates.Count == 0)
        {
            findings.AddUnknown(Name, null, "There are no logs around the window.");
            return;
        }

        var rule = Rules.Of(FindingKind.LogRateChanged);
        var traced = view.Invocations.Where(i => i.Window.Count >= WellTraced).Select(i => i.Service).ToHashSet();
        var joined = world.Traces.SelectMany(t => t.Logs).Select(l => (l.Service, l.Template)).ToHashSet();
        var seconds = (world.Window.End - world.Window.Start) / 1e9;
        foreach (var rate in world.LogRates.Where(r => world.Templates[r.Template].IsError && !(traced.Contains(r.Service) && joined.Contains((r.Service, r.Template)))))
        {
            var stretches = world.Baseline.Select((b, i) => new Weighted(rate.Counts[i + 1] / Math.Max(1e-9, (b.End - b.Start) / 1e9) * seconds, 1)).ToArray();
            if (stretches.Length < rule.MinBaseline)
            {
                continue;
            }

            var usual = Robust.WeightedMedian(stretches);
            var count = rate.Counts[0];
            var significance = (count - usual) / Math.Sqrt(usual + 1 + Math.Pow(Robust.WeightedHalfRange(stretches), 2));
            if (count - usual < rule.Absolute || count < rule.Relative * usual || significance < rule.MinSignificance)
            {
                continue;
            }

            var name = view.ServiceName(rate.Service);
            findings.Add(new Finding
            {
                Kind = FindingKind.LogRateChanged,
                Entity = rate.Service,
                Strength = Strength.OfSignificance(significance) * Strength.OfRatio(usual + 1, count + 1, 1),
                Significance = significance,
                Change = new Comparison(usual / seconds, count / seconds, "{line}/s"),
                Onset = rate.FirstInWindow,
                Observations = count,
                Statement = $"{name} logs \"{Phrase.Template(world.Templates[rate.Template])}\" {Phrase.Count(count, "time")} in the window; {Phrase.Number(usual)} is usual.",
                Query = EvidenceQueries.Logs(world, name, "error"),
            });
        }
    }
}
