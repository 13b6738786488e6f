using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>Names that resolve slowly or not at all, from spans that ask (<c>dns.question.name</c>) and from resolvers' metrics.</summary>
internal sealed class NameResolutionInspection : IInspection
{
    private const double Second = 1e9;

    public string Name => Rules.Of(FindingKind.NameResolutionSlow).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var seen = FromSpans(view, findings) | FromMetrics(view, findings);
        if (!seen)
        {
            findings.AddUnknown(Name, null, "Neither spans nor metrics show how long names take to resolve.");
        }
    }

    private static bool FromSpans(WorldView view, Findings findings)
    {
        var world = view.World;
        var lookups = new Dictionary<(int Service, string Operation), List<Lookup>>();
        for (var t = 0; t < world.Traces.Count; t++)
        {
            var trace = world.Traces[t];
            foreach (var span in trace.Spans)
            {
                if (span.Facts is { Question.Length: > 0 } facts)
                {
                    var operation = view.Operation(span);
                    (lookups.TryGetValue((operation.Service, operation.Name), out var known) ? known : lookups[(operation.Service, operation.Name)] = [])
                        .Add(new Lookup(t, trace.Stretch, trace.Start + span.Offset, span, facts));
                }
            }
        }

        foreach (var ((service, operation), all) in lookups.OrderBy(l => l.Key.Service).ThenBy(l => l.Key.Operation, StringComparer.Ordinal))
        {
            Judge(view, service, operation, all, findings);
        }

        return lookups.Count > 0;
    }

    private static void Judge(WorldView view, int service, string operation, List<Lookup> all, Findings findings)
    {
        var rule = Rules.Of(FindingKind.NameResolutionSlow);
        var before = all.Where(l => l.Stretch >= 0).Select(l => (double)l.Span.Duration).Order().ToArray();
        var window = all.Where(l => l.Stretch < 0).ToArray();
        if (window.Length < rule.MinWindow || before.Length < rule.MinBaseline)
        {
            return;
        }

        var usual = Robust.Quantile(before, 0.5);
        var bar = Math.Max(Robust.Quantile(before, 0.9) * rule.Relative, usual + (rule.Absolute * Second));
        var slow = window.Where(l => l.Span.Duration > bar || l.Span.IsError).ToArray();
        var stretches = all.Where(l => l.Stretch >= 0).GroupBy(l => l.Stretch)
            .Select(g => new Share(g.Count(l => l.Span.Duration > bar || l.Span.IsError), g.Count()));
        var share = new Share(slow.Length, window.Length);
        var known = UsualRate.Of(stretches, 0.25);
        var significance = known.Significance(share);
        if (slow.Length == 0 || significance < rule.MinSignificance)
        {
            return;
        }

        var typical = Robust.Median(slow.Select(l => (double)l.Span.Duration));
        var failed = slow.Count(l => l.Span.IsError);
        var peer = slow.GroupBy(l => l.Facts.Peer).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).First().Key;
        var question = slow.GroupBy(l => l.Facts.Question).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).First().Key;
        findings.Add(new Finding
        {
            Kind = FindingKind.NameResolutionSlow,
            Entity = service,
            Operation = operation,
            Peer = peer,
            Strength = Strength.OfSignificance(significance) * Math.Sqrt(Math.Max(0, share.Rate - known.Rate)) * Strength.OfCount(share.Of)
                * Math.Max(Strength.OfRatio(usual, typical, 1e6), (double)failed / slow.Length),
            Significance = significance,
            Change = new Comparison(usual / Second, typical / Second, "s"),
            Onset = slow.Min(l => l.Time),
            Observations = share.Of,
            Traces = slow.Select(l => l.Trace).ToHashSet(),
            Statement = $"Resolving {question} takes {view.ServiceName(service)} {Phrase.Nanoseconds(typical)}{(peer.Length > 0 ? $" at {peer}" : "")} where {Phrase.Nanoseconds(usual)} is usual; {Phrase.Percent(share.Rate)} of the questions are slow or fail{(failed > 0 ? Phrase.Text($", {failed} failed") : "")}{Phrase.Caution(share.Of)}.",
            Query = EvidenceQueries.Traces(view.World, view.ServiceName(service), operation),
        });
    }

    private static bool FromMetrics(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.NameResolutionSlow);
        var seen = false;
        foreach (var series in view.World.Series.Where(s => s.Service >= 0 && MetricClasses.Of(s) == MetricClass.NameResolution))
        {
            seen = true;
            var seconds = series.Unit switch { "ms" => 1e-3, "us" => 1e-6, "ns" => 1e-9, _ => 1.0 };
            if (SeriesComparison.Of(view.World, series, rule.MinWindow, rule.MinBaseline) is not { } c
                || (c.Sustained - c.Usual) * seconds < rule.Absolute || c.Sustained < rule.Relative * c.Usual || c.Rise(c.Sustained) < rule.MinSignificance)
            {
                continue;
            }

            findings.Add(new Finding
            {
                Kind = FindingKind.NameResolutionSlow,
                Entity = series.Service,
                Instance = series.Instance,
                Peer = series.Name,
                Strength = 0.7 * Strength.OfSignificance(c.Rise(c.Sustained)) * Strength.OfRatio(c.Usual, c.Sustained, 1e-3 / seconds),
                Significance = c.Rise(c.Sustained),
                Change = new Comparison(c.Usual, c.Sustained, series.Unit),
                Onset = SeriesComparison.Onset(view.World, series, c.Highest),
                Observations = c.Window,
                Statement = $"{series.Name}{(series.Attributes.Length > 0 ? $" ({series.Attributes})" : "")} of {view.ServiceName(series.Service)} went from {Phrase.Value(c.Usual, series.Unit)} to {Phrase.Value(c.Sustained, series.Unit)}.",
            });
        }

        return seen;
    }

    private sealed record Lookup(int Trace, int Stretch, long Time, WorldSpan Span, SpanFacts Facts);
}
