using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections;

/// <summary>Calls that are sent again, and failing calls that all last equally long: somebody's patience ends. Both show a victim, and whom it waits for.</summary>
internal sealed class RetryInspection : IInspection
{
    /// <summary>Failing calls within this share of their median duration count as cut off by one limit.</summary>
    private const double SameLength = 0.05;

    /// <summary>Share of failing calls that must be equally long.</summary>
    private const double MinAlike = 0.6;

    /// <summary>A limit below this, nanoseconds, is no patience.</summary>
    private const double MinLimit = 50e6;

    public string Name => Rules.Of(FindingKind.RetriesGrew).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var calls = new Dictionary<(int Service, string Operation), List<Call>>();
        for (var t = 0; t < view.World.Traces.Count; t++)
        {
            var trace = view.World.Traces[t];
            for (var i = 0; i < trace.Spans.Count; i++)
            {
                var span = trace.Spans[i];
                var operation = view.Operation(span);
                if (operation.Kind == SpanKind.Client && (span.Facts?.Question ?? "").Length == 0)
                {
                    var child = view.Shapes[t].RemoteChild[i];
                    var peer = child >= 0 ? view.ServiceName(view.Operation(trace.Spans[child]).Service) : span.Facts?.Peer ?? "";
                    (calls.TryGetValue((operation.Service, operation.Name), out var known) ? known : calls[(operation.Service, operation.Name)] = [])
                        .Add(new Call(t, trace.Stretch, trace.Start + span.Offset, span, peer));
                }
            }
        }

        foreach (var ((service, operation), all) in calls.OrderBy(c => c.Key.Service).ThenBy(c => c.Key.Operation, StringComparer.Ordinal))
        {
            Report(view, findings, FindingKind.RetriesGrew, service, operation, all, c => c.Span.Facts is { Resend: > 0 },
                hits => Phrase.Text($"up to {hits.Max(h => h.Span.Facts!.Resend)} times per request"));
            var failing = all.Where(c => c.Stretch < 0 && IsUnanswered(c.Span)).ToArray();
            var limit = Robust.Median(failing.Select(c => (double)c.Span.Duration));
            var alike = failing.Where(c => Math.Abs(c.Span.Duration - limit) <= SameLength * limit).ToHashSet();
            if (limit >= MinLimit && alike.Count >= MinAlike * failing.Length)
            {
                Report(view, findings, FindingKind.TimeoutsRepeat, service, operation, all,
                    c => IsUnanswered(c.Span) && Math.Abs(c.Span.Duration - limit) <= SameLength * limit, _ => $"after {Phrase.Nanoseconds(limit)} each time{(ConfiguredTimeouts.Find(view, service, limit) is { } configured ? $", which is what is configured ({configured})" : "")}");
            }
        }
    }

    private static void Report(
        WorldView view, Findings findings, FindingKind kind, int service, string operation, List<Call> all, Func<Call, bool> isHit, Func<Call[], string> detail)
    {
        var rule = Rules.Of(kind);
        var window = all.Where(c => c.Stretch < 0).ToArray();
        var hits = window.Where(isHit).ToArray();
        var usual = UsualRate.Of(all.Where(c => c.Stretch >= 0).GroupBy(c => c.Stretch).Select(g => new Share(g.Count(isHit), g.Count())), 0.25);
        var share = new Share(hits.Length, window.Length);
        var significance = usual.Significance(share);
        if (hits.Length < rule.MinWindow || usual.Observations < rule.MinBaseline || share.Rate - usual.Rate < rule.Absolute || significance < rule.MinSignificance)
        {
            return;
        }

        var peer = hits.GroupBy(h => h.Peer).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).First().Key;
        var name = view.ServiceName(service);
        findings.Add(new Finding
        {
            Kind = kind,
            Entity = service,
            Operation = operation,
            Peer = peer,
            Strength = Strength.OfSignificance(significance) * Math.Sqrt(share.Rate - usual.Rate) * Strength.OfCount(hits.Length),
            Significance = significance,
            Change = new Comparison(usual.Rate, share.Rate, "1"),
            Onset = hits.Min(h => h.Time),
            Observations = window.Length,
            Traces = hits.Select(h => h.Trace).ToHashSet(),
            Statement = kind == FindingKind.RetriesGrew
                ? $"{name} sends '{operation}'{To(peer)} again, {detail(hits)}: {Phrase.Percent(share.Rate)} of the calls are repeats, {Phrase.Percent(usual.Rate)} is usual."
                : $"{name}'s calls '{operation}'{To(peer)} are given up {detail(hits)}: {Phrase.Percent(share.Rate)} of them, {Phrase.Percent(usual.Rate)} is usual.",
            Query = EvidenceQueries.Traces(view.World, name, operation, onlyErrors: true),
        });
    }

    /// <summary>Failed without an answer: what got one was not given up.</summary>
    private static bool IsUnanswered(WorldSpan span) => ErrorOriginInspection.IsFailure(span) && (span.Facts?.Status ?? "").Length == 0;

    private static string To(string peer) => peer.Length > 0 ? $" to {peer}" : "";

    private sealed record Call(int Trace, int Stretch, long Time, WorldSpan Span, string Peer);
}
