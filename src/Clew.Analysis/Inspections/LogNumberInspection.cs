using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>Numbers that log statements write and that moved: a batch that takes ten times as long, a queue that was empty. What counts up by itself (an id, an offset) is no news.</summary>
internal sealed class LogNumberInspection : IInspection
{
    /// <summary>How often two random values of the two sides come in the order the change says.</summary>
    private const double MinSuperiority = 0.85;

    /// <summary>Rank correlation with time from which a number only counts up.</summary>
    private const double Counting = 0.9;

    private const int MaxPerService = 3;

    public string Name => Rules.Of(FindingKind.LogNumberMoved).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        if (view.World.LogNumbers.Count == 0)
        {
            findings.AddUnknown(Name, null, "No log statement writes numbers on both sides of the comparison.");
            return;
        }

        foreach (var service in view.World.LogNumbers.GroupBy(n => n.Service).OrderBy(g => g.Key))
        {
            foreach (var finding in service.Select(n => Judge(view, n)).OfType<Finding>().OrderByDescending(f => f.Strength).ThenBy(f => f.Statement, StringComparer.Ordinal).Take(MaxPerService))
            {
                findings.Add(finding);
            }
        }
    }

    private static Finding? Judge(WorldView view, WorldLogNumber number)
    {
        var rule = Rules.Of(FindingKind.LogNumberMoved);
        if (number.Window.Count < rule.MinWindow || number.Baseline.Count < rule.MinBaseline || CountsUp(number.Baseline))
        {
            return null;
        }

        var (usual, now) = (Robust.Median(number.Baseline), Robust.Median(number.Window));
        var test = RankTest.Of(number.Window, number.Baseline);
        var (low, high) = (Math.Min(usual, now), Math.Max(usual, now));
        var superiority = Math.Max(test.Superiority, 1 - test.Superiority);
        if (high < rule.Relative * low || high - low < 1 || Math.Abs(test.Sigmas) < rule.MinSignificance || superiority < MinSuperiority)
        {
            return null;
        }

        var name = view.ServiceName(number.Service);
        return new Finding
        {
            Kind = FindingKind.LogNumberMoved,
            Entity = number.Service,
            Strength = Strength.OfSignificance(test.Sigmas) * Strength.OfRatio(low, high, 0.5) * Strength.OfCount(number.Window.Count),
            Significance = test.Sigmas,
            Change = new Comparison(usual, now, ""),
            Observations = number.Window.Count,
            Statement = $"The {(number.Name.StartsWith("number ", StringComparison.Ordinal) ? number.Name : $"'{number.Name}'")} in \"{Phrase.Template(view.World.Templates[number.Template])}\" of {name} went from {Phrase.Number(usual)} to {Phrase.Number(now)} (medians of {number.Baseline.Count} and {number.Window.Count} lines).",
            Query = EvidenceQueries.Logs(view.World, name),
        };
    }

    private static bool CountsUp(IReadOnlyList<double> values) =>
        values.Distinct().Take(3).Count() == 3 && SeriesCorrelation.Spearman([.. values], [.. Enumerable.Range(0, values.Count).Select(i => (double)i)]) >= Counting;
}
