using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Inspections;

/// <summary>Something used up to its limit, both told by fields of the same log record: 21 active connections over a pool of 20.</summary>
internal sealed class LogFieldInspection : IInspection
{
    public string Name => Rules.Of(FindingKind.LimitReachedInLogs).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.LimitReachedInLogs);
        if (view.World.Fullness.Count == 0)
        {
            findings.AddUnknown(Name, null, "No warning or error tells by fields what is used and how much there is.");
            return;
        }

        foreach (var pair in view.World.Fullness)
        {
            var usual = UsualRate.Of(Enumerable.Range(1, pair.Records.Count - 1).Select(i => new Share(pair.Reached[i], pair.Records[i])));
            var window = new Share(pair.Reached[0], pair.Records[0]);

            // It is full all the time: then that is how it runs.
            if (window.Hits < rule.MinWindow || (usual.Observations > 0 && usual.Rate >= window.Rate))
            {
                continue;
            }

            var name = view.ServiceName(pair.Service);
            findings.Add(new Finding
            {
                Kind = FindingKind.LimitReachedInLogs,
                Entity = pair.Service,
                Peer = pair.Limit,
                Strength = Math.Max(0.4, Strength.OfCount(window.Hits)) * (window.Rate - (usual.Observations > 0 ? usual.Rate : 0)),
                Significance = usual.Observations > 0 ? usual.Significance(window) : 0,
                Change = new Comparison(usual.Observations > 0 ? usual.Rate : null, window.Rate, "1"),
                Onset = pair.FirstReached,
                Observations = window.Of,
                Statement = $"{name} logs {pair.Used} {Phrase.Number(pair.MostUsed)} {(pair.MostUsed > pair.LimitThen ? "over" : "at")} {pair.Limit} {Phrase.Number(pair.LimitThen)} ({Phrase.Count(window.Hits, "record")}): there is none left{Phrase.Caution(window.Hits)}.",
                Query = EvidenceQueries.Logs(view.World, name, "warn", pair.Used),
            });
        }
    }
}
