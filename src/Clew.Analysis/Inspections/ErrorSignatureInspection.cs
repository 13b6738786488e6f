using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Inspections;

/// <summary>Exceptions of a kind that never was, or that came much more often: type, message without values and topmost frames, from spans and logs.</summary>
internal sealed class ErrorSignatureInspection : IInspection
{
    /// <summary>Told per service: one fault throws many.</summary>
    private const int MaxPerService = 4;

    public string Name => Rules.Of(FindingKind.ErrorSignatureAppeared).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.ErrorSignatureAppeared);
        var world = view.World;
        if (world.Errors.Count == 0)
        {
            findings.AddUnknown(Name, null, "Neither spans nor logs tell of exceptions.");
            return;
        }

        var traces = world.Traces.Select((t, i) => (t.TraceId, i)).DistinctBy(t => t.TraceId, StringComparer.Ordinal).ToDictionary(t => t.TraceId, t => t.i, StringComparer.Ordinal);
        var seconds = Math.Max(1e-9, (world.Window.End - world.Window.Start) / 1e9);
        var found = new List<((int Service, string Type, string Message, string Frame) Same, Finding Finding)>();
        foreach (var error in world.Errors)
        {
            var stretches = world.Baseline.Select((b, i) => new Weighted(error.Counts[i + 1] / Math.Max(1e-9, (b.End - b.Start) / 1e9) * seconds, 1)).ToArray();
            var count = error.Counts[0];
            if (stretches.Length < rule.MinBaseline || count < rule.MinWindow)
            {
                continue;
            }

            var usual = Robust.WeightedMedian(stretches);
            var significance = (count - usual) / Math.Sqrt(usual + 1 + Math.Pow(Robust.WeightedHalfRange(stretches), 2));
            if (count < rule.Relative * usual || significance < rule.MinSignificance)
            {
                continue;
            }

            var name = view.ServiceName(error.Service);
            var isNew = error.Counts.Skip(1).All(c => c == 0);
            var message = error.Message.Length <= 120 ? error.Message : error.Message[..119] + "…";
            // A span and a log line tell of one exception, the one with its type's whole name, the other without; frames below the topmost differ by the way to it.
            found.Add((Same: (error.Service, error.Type[(error.Type.LastIndexOfAny(['.', ':', '\\', '/']) + 1)..], message, error.Frames.FirstOrDefault("")), Finding: new Finding
            {
                Kind = FindingKind.ErrorSignatureAppeared,
                Entity = error.Service,
                Strength = Strength.OfSignificance(significance) * (isNew ? 1 : Strength.OfRatio(usual + 1, count + 1, 1)) * Strength.OfCount(count),
                Significance = significance,
                Change = new Comparison(usual / seconds, count / seconds, "{error}/s"),
                Onset = error.FirstInWindow,
                Observations = count,
                Traces = error.TraceIds.Select(t => traces.GetValueOrDefault(t, -1)).Where(t => t >= 0).ToHashSet() is { Count: > 0 } shown ? shown : null,
                Statement = $"{name} throws {(error.Type.Length > 0 ? error.Type : "an error")}{(message.Length > 0 ? $" \"{message}\"" : "")} {Phrase.Count(count, "time")} in the window; "
                    + (isNew ? "it never did in the baseline" : $"{Phrase.Number(usual)} is usual") + (error.Frames.Count > 0 ? $". It is thrown at {error.Frames[0]}." : "."),
                Query = EvidenceQueries.Logs(world, name, "error"),
            }));
        }

        foreach (var finding in Folded(found).GroupBy(f => f.Entity).OrderBy(g => g.Key).SelectMany(g => g.OrderByDescending(f => f.Strength).ThenBy(f => f.Statement, StringComparer.Ordinal).Take(MaxPerService)))
        {
            findings.Add(finding);
        }
    }

    /// <summary>What tells of the same exceptions once: the most frequent, by its longest name.</summary>
    private static IEnumerable<Finding> Folded(List<((int Service, string Type, string Message, string Frame) Same, Finding Finding)> found) =>
        found.GroupBy(f => f.Same).Select(g => g.Select(f => f.Finding).OrderByDescending(f => f.Observations).ThenByDescending(f => f.Statement.Length).ThenBy(f => f.Statement, StringComparer.Ordinal).First());
}
