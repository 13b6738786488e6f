using Clew.Analysis.Errors;
using Clew.Analysis.Inspections.Dependencies;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>Names that resolve slowly or not at all, from spans that ask (<c>dns.question.name</c>) and from resolvers' metrics.</summary>
internal sealed class NameResolutionInspection : IInspection
{
    private const double Second = 1e9;

    /// <summary>Share of the calls that must fail on a name beyond what is usual.</summary>
    private const double MinFailing = 0.05;

    public string Name => Rules.Of(FindingKind.NameResolutionSlow).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var seen = FromSpans(view, findings) | FromMetrics(view, findings) | FromFailures(view, findings);
        Shared(view, findings);
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
            Statement = 2 * failed > slow.Length && typical <= bar
                ? Phrase.Text($"{view.ServiceName(service)} cannot resolve {question}{(peer.Length > 0 ? $" at {peer}" : "")}: {failed} of {share.Of} questions fail, {Phrase.Percent(known.Rate)} are slow or fail usually{Phrase.Caution(share.Of)}.")
                : $"Resolving {question} takes {view.ServiceName(service)} {Phrase.Nanoseconds(typical)}{(peer.Length > 0 ? $" at {peer}" : "")} where {Phrase.Nanoseconds(usual)} is usual; {Phrase.Percent(share.Rate)} of the questions are slow or fail{(failed > 0 ? Phrase.Text($", {failed} failed") : "")}{Phrase.Caution(share.Of)}.",
            Query = EvidenceQueries.Traces(view.World, view.ServiceName(service), operation),
        });
    }

    /// <summary>Calls that say they failed for a name, where no span tells of the question.</summary>
    private static bool FromFailures(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.NameResolutionSlow);
        var seen = false;
        foreach (var edge in view.Calls.Edges)
        {
            if (Excess.Of(edge, c => c.Cause == FailureCause.Name && !HasQuestion(view, c), rule with { Absolute = MinFailing, Relative = MinFailing }) is not { } excess)
            {
                continue;
            }

            seen = true;
            var name = view.ServiceName(edge.Caller);
            findings.Add(excess.Finding(view, FindingKind.NameResolutionSlow, $"{name} cannot resolve the name of {edge.Peer}: {excess.Said} {FailureText.Phrase(FailureCause.Name)}.") with
            {
                Operation = excess.Hits[0].Operation,
                Peer = "",
                Fixes = [new NextStep($"Resolve {edge.Peer} from where {name} runs, and from elsewhere.", $"nslookup {Phrase.Quoted(edge.Peer.Split(':')[0])}")],
            });
        }

        return seen;
    }

    private static bool HasQuestion(WorldView view, Call call) => view.World.Traces[call.Trace].Spans.Any(s => s.Parent == call.Span && s.Facts is { Question.Length: > 0 });

    /// <summary>What several services suffer alike at one resolver is the resolver's.</summary>
    private static void Shared(WorldView view, Findings findings)
    {
        var slow = findings.All.Where(f => f.Kind == FindingKind.NameResolutionSlow && f.Traces is not null).ToArray();
        foreach (var group in slow.GroupBy(f => f.Peer).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var services = group.Select(f => f.Entity).Distinct().Order().ToArray();
            if (services.Length < 2)
            {
                continue;
            }

            var worst = group.MaxBy(f => f.Strength)!;
            findings.Add(worst with
            {
                Entity = view.EntityOf(EntityKind.Resolver, group.Key.Length > 0 ? group.Key : "name resolution", services),
                Instance = -1,
                Operation = "",
                Peer = "",
                Strength = Math.Min(1, worst.Strength * 1.1),
                Onset = group.Where(f => f.Onset > 0).Select(f => f.Onset).DefaultIfEmpty(0).Min(),
                Observations = group.Sum(f => f.Observations),
                Traces = group.SelectMany(f => f.Traces!).ToHashSet(),
                Statement = $"Names resolve slowly or not at all for {Phrase.Count(services.Length, "service")} at once ({string.Join(", ", services.Take(4).Select(view.ServiceName))}), so that it is the resolver, not one of them. {worst.Statement}",
            });
        }
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
