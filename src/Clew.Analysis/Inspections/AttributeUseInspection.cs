using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>
/// Failures that nobody calls one, in the attributes of successful invocations: answers that shrank, fields that vanished or are empty now, caches that serve what is old or
/// hold nothing any more.
/// </summary>
internal sealed class AttributeUseInspection : IInspection
{
    /// <summary>Share of the invocations that usually carry a field from which its absence is news.</summary>
    private const double UsuallyThere = 0.9;

    /// <summary>How often two random values of the two sides come in the order the change says.</summary>
    private const double MinSuperiority = 0.85;

    /// <summary>Findings per kind that are told: a service that writes other attributes writes many.</summary>
    private const int MaxPerOperation = 3;

    private static readonly string[] Sizes = ["body.size", "content_length", "response.size", "count", "items", "rows", "results", "length", "total", "hits", "size", "entries", "records"];

    public string Name => Rules.Of(FindingKind.AnswersShrank).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        if (view.World.AttributeUses.Count == 0)
        {
            findings.AddUnknown(Name, null, "Spans carry neither sizes nor counts nor fields of their own, so answers that go wrong without an error cannot be seen.");
            return;
        }

        foreach (var operation in view.World.AttributeUses.GroupBy(u => u.Operation).OrderBy(g => g.Key))
        {
            var found = operation.SelectMany(use => Judge(view, use)).OrderByDescending(f => f.Strength).ThenBy(f => f.Statement, StringComparer.Ordinal).ToArray();
            foreach (var finding in found.GroupBy(f => f.Kind).SelectMany(g => g.Take(MaxPerOperation)))
            {
                findings.Add(finding);
            }
        }
    }

    private static Finding[] Judge(WorldView view, WorldAttributeUse use)
    {
        var key = use.Key.ToLowerInvariant();
        var isCache = key.Contains("cache", StringComparison.Ordinal);
        if (isCache && (key.Contains("age", StringComparison.Ordinal) || key.Contains("stale", StringComparison.Ordinal)))
        {
            return Moved(view, use, FindingKind.CacheStale, grows: true, "What the cache behind '{0}' of {1} serves is older: {2} is {3} where {4} is usual");
        }

        if (isCache && (key.Contains("hit", StringComparison.Ordinal) || key.Contains("ratio", StringComparison.Ordinal)))
        {
            return Moved(view, use, FindingKind.CacheMissesGrew, grows: false, "The cache behind '{0}' of {1} holds less: {2} is {3} where {4} is usual");
        }

        var vanished = Vanished(view, use);
        return vanished is not null ? [vanished]
            : Sizes.Any(s => key.EndsWith(s, StringComparison.Ordinal)) && !key.StartsWith("http.request", StringComparison.Ordinal)
                ? Moved(view, use, FindingKind.AnswersShrank, grows: false, "Answers of '{0}' of {1} shrank without an error: {2} is {3} where {4} is usual") : [];
    }

    private static Finding[] Moved(WorldView view, WorldAttributeUse use, FindingKind kind, bool grows, string wording)
    {
        var rule = Rules.Of(kind);
        if (use.Window.Count < rule.MinWindow || use.Baseline.Count < rule.MinBaseline)
        {
            return [];
        }

        var (usual, now) = (Robust.Median(use.Baseline), Robust.Median(use.Window));
        var test = grows ? RankTest.Of(use.Window, use.Baseline) : RankTest.Of(use.Baseline, use.Window);
        var isFar = grows ? now - usual >= rule.Absolute && now >= rule.Relative * usual
            : kind == FindingKind.CacheMissesGrew ? usual - now >= rule.Absolute * Math.Max(1, usual <= 1 ? 1 : usual)
            : usual - now >= rule.Absolute && now <= rule.Relative * usual;
        if (!isFar || test.Sigmas < rule.MinSignificance || test.Superiority < MinSuperiority)
        {
            return [];
        }

        var operation = view.World.Operations[use.Operation];
        var service = view.ServiceName(operation.Service);
        return
        [
            Make(view, use, kind, test.Sigmas, grows ? Strength.OfRatio(usual, now, rule.Absolute) : 1 - (now / Math.Max(usual, double.Epsilon)), new Comparison(usual, now, ""),
                string.Format(System.Globalization.CultureInfo.InvariantCulture, wording, operation.Name, service, use.Key, Phrase.Number(now), Phrase.Number(usual)) + Phrase.Caution(use.Window.Count) + "."),
        ];
    }

    /// <summary>A field that nearly every invocation carried with something in it, and now many do not.</summary>
    private static Finding? Vanished(WorldView view, WorldAttributeUse use)
    {
        var rule = Rules.Of(FindingKind.FieldVanished);
        Share Filled(int column) => new(use.Present[column] - use.Empty[column], use.Spans[column]);
        var usual = UsualRate.Of(Enumerable.Range(1, use.Spans.Count - 1).Select(Filled));
        var window = Filled(0);
        var significance = -usual.Significance(window);
        if (window.Of < rule.MinWindow || usual.Observations < rule.MinBaseline || !(usual.Rate >= UsuallyThere) || usual.Rate - window.Rate < rule.Absolute || significance < rule.MinSignificance)
        {
            return null;
        }

        var operation = view.World.Operations[use.Operation];
        var how = use.Empty[0] > window.Of - use.Present[0] ? "is empty" : "is missing";
        return Make(view, use, FindingKind.FieldVanished, significance, usual.Rate - window.Rate, new Comparison(usual.Rate, window.Rate, "1"),
            $"'{use.Key}' {how} in {Phrase.Percent(1 - window.Rate)} of the successful '{operation.Name}' of {view.ServiceName(operation.Service)}; {Phrase.Percent(1 - usual.Rate)} is usual.");
    }

    private static Finding Make(WorldView view, WorldAttributeUse use, FindingKind kind, double significance, double size, Comparison change, string statement)
    {
        var operation = view.World.Operations[use.Operation];
        return new Finding
        {
            Kind = kind,
            Entity = operation.Service,
            Operation = operation.Name,
            Strength = Strength.OfSignificance(significance) * Math.Sqrt(Math.Clamp(size, 0, 1)) * Strength.OfCount(use.Spans[0]),
            Significance = significance,
            Change = change,
            Observations = use.Spans[0],
            Statement = statement,
            Query = EvidenceQueries.Traces(view.World, view.ServiceName(operation.Service), operation.Name),
        };
    }
}
