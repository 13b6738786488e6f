using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections;

/// <summary>
/// Requests that no longer come although none fails: entry points that get far fewer than usual, or none. Compared with the baseline, and with the same time of the day and
/// the week before where there is data: what falls every evening is no news.
/// </summary>
internal sealed class ThroughputInspection : IInspection
{
    /// <summary>Requests expected in the window below which none is chance.</summary>
    private const double MinExpected = 20;

    /// <summary>Share of errors from which the fall is not silent: other inspections have it.</summary>
    private const double MaxErrors = 0.05;

    public string Name => Rules.Of(FindingKind.TrafficFell).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.TrafficFell);
        var world = view.World;
        if (world.Red.Count == 0 || world.Baseline.Count < rule.MinBaseline)
        {
            findings.AddUnknown(Name, null, "There are no request counts to compare.");
            return;
        }

        var seconds = Seconds(world.Window);
        foreach (var operation in world.Red.GroupBy(r => r.Operation).OrderBy(g => g.Key))
        {
            var description = world.Operations[operation.Key];
            if (description.Kind is not (SpanKind.Server or SpanKind.Consumer) || view.Topology.Callers(description.Service).Count > 0)
            {
                continue;
            }

            var window = operation.Where(r => r.Stretch < 0).ToArray();
            var rates = world.Baseline.Select((b, i) => new Weighted(operation.Where(r => r.Stretch == i).Sum(r => r.Count) / Seconds(b), 1)).ToArray();
            var usual = Robust.WeightedMedian(rates);
            var seasons = world.Seasons.Where(s => s.Operation == operation.Key).ToArray();

            // The lowest of what could have been expected: a fall that also happened yesterday is the day's course.
            var expected = seasons.Select(s => s.Count / seconds).Append(usual).Min();
            var now = window.Sum(r => r.Count) / seconds;
            var spread = Robust.WeightedHalfRange(rates);
            var significance = (expected - now) * seconds / Math.Sqrt((expected * seconds) + Math.Pow(spread * seconds, 2) + 1);
            if (expected * seconds < MinExpected || expected - now < rule.Absolute || now > rule.Relative * expected || significance < rule.MinSignificance
                || window.Sum(r => r.Errors) > MaxErrors * Math.Max(1, window.Sum(r => r.Count)))
            {
                continue;
            }

            var service = view.ServiceName(description.Service);
            var compared = seasons.Length == 0 ? "" : $", {Phrase.List([.. seasons.Select(s => $"{Phrase.Number(s.Count / seconds)}/s {(s.DaysBack == 1 ? "a day" : "a week")} ago")], seasons.Length)}";
            findings.Add(new Finding
            {
                Kind = FindingKind.TrafficFell,
                Entity = description.Service,
                Operation = description.Name,
                Strength = Strength.OfSignificance(significance) * (1 - (now / expected)),
                Significance = significance,
                Change = new Comparison(usual, now, "{request}/s"),
                Observations = (int)Math.Min(int.MaxValue, expected * seconds),
                Statement = now == 0
                    ? $"'{description.Name}' of {service} got no request at all in the window; {Phrase.Number(usual)}/s is usual{compared}."
                    : $"'{description.Name}' of {service} gets {Phrase.Number(now)} requests/s without errors; {Phrase.Number(usual)}/s is usual{compared}.",
                Query = EvidenceQueries.Traces(world, service, description.Name),
            });
        }
    }

    private static double Seconds(WorldStretch stretch) => Math.Max(1e-9, (stretch.End - stretch.Start) / 1e9);
}
