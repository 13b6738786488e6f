using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections;

/// <summary>
/// Calls that used to arrive at a service and no longer do. If the callee answers those that arrive as well as ever (and says it is well), it
/// is not at fault: it cannot be reached from here.
/// </summary>
internal sealed class ReachInspection : IInspection
{
    public string Name => Rules.Of(FindingKind.Unreachable).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.Unreachable);
        foreach (var ((service, operation, _), calls) in Calls(view).OrderBy(c => c.Key.Service).ThenBy(c => c.Key.Operation, StringComparer.Ordinal).ThenBy(c => c.Key.Host, StringComparer.Ordinal))
        {
            // Whom this operation calls when all is well.
            var callee = calls.Where(c => c.Stretch >= 0 && c.Callee >= 0).GroupBy(c => c.Callee).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).Select(g => g.Key).FirstOrDefault(-1);
            if (callee < 0)
            {
                continue;
            }

            var window = calls.Where(c => c.Stretch < 0).ToArray();
            var lost = window.Where(c => c.Callee < 0 && c.Failed).ToArray();
            var usual = UsualRate.Of(calls.Where(c => c.Stretch >= 0).GroupBy(c => c.Stretch).Select(g => new Share(g.Count(c => c.Callee < 0 && c.Failed), g.Count())), 0.25);
            var share = new Share(lost.Length, window.Length);
            var significance = usual.Significance(share);
            if (lost.Length < rule.MinWindow || usual.Observations < rule.MinBaseline || share.Rate - usual.Rate < rule.Absolute || significance < rule.MinSignificance)
            {
                continue;
            }

            var health = HealthOf(view, callee);
            if (health is not null)
            {
                findings.AddHealthy(callee, health);
            }

            findings.Add(new Finding
            {
                Kind = FindingKind.Unreachable,
                Entity = service,
                Operation = operation,
                Peer = view.ServiceName(callee),
                Strength = Strength.OfSignificance(significance) * Math.Sqrt(share.Rate - usual.Rate) * Strength.OfCount(lost.Length),
                Significance = significance,
                Change = new Comparison(usual.Rate, share.Rate, "1"),
                Onset = lost.Min(c => c.Time),
                Observations = window.Length,
                Traces = lost.Select(c => c.Trace).ToHashSet(),
                Statement = $"{Phrase.Percent(share.Rate)} of the calls from {view.ServiceName(service)} to {view.ServiceName(callee)} fail before they arrive there ({Phrase.Percent(usual.Rate)} is usual){(health is null ? "" : "; " + health)}.",
                Query = EvidenceQueries.Traces(view.World, view.ServiceName(service), operation, onlyErrors: true),
            });
        }
    }

    /// <summary>Calls of one name to one host: names like "POST" are those of all calls.</summary>
    private static Dictionary<(int Service, string Operation, string Host), List<Call>> Calls(WorldView view)
    {
        var calls = new Dictionary<(int, string, string), List<Call>>();
        for (var t = 0; t < view.World.Traces.Count; t++)
        {
            var trace = view.World.Traces[t];
            for (var i = 0; i < trace.Spans.Count; i++)
            {
                var span = trace.Spans[i];
                var operation = view.Operation(span);
                if (operation.Kind == SpanKind.Client && (span.Facts?.Question ?? "").Length == 0)
                {
                    var key = (operation.Service, operation.Name, span.Facts?.Peer ?? "");
                    (calls.TryGetValue(key, out var known) ? known : calls[key] = [])
                        .Add(new Call(t, trace.Stretch, trace.Start + span.Offset, Arrival(view, t, i), ErrorOriginInspection.IsFailure(span)));
                }
            }
        }

        return calls;
    }

    /// <summary>The service that took a call: not one that only resolved a name for it. -1 when it did not arrive.</summary>
    private static int Arrival(WorldView view, int trace, int span)
    {
        var child = view.Shapes[trace].RemoteChild[span];
        return child >= 0 && (view.World.Traces[trace].Spans[child].Facts?.Question ?? "").Length == 0
            ? view.Operation(view.World.Traces[trace].Spans[child]).Service
            : -1;
    }

    /// <summary>What a callee's own telemetry says for it, as a sentence; null when it is not well or has none.</summary>
    private static string? HealthOf(WorldView view, int callee)
    {
        var world = view.World;
        if (view.Gone(callee) is not null)
        {
            return null;
        }

        var entries = new List<(int Stretch, long Duration, bool Failed)>();
        for (var t = 0; t < world.Traces.Count; t++)
        {
            var trace = world.Traces[t];
            for (var i = 0; i < trace.Spans.Count; i++)
            {
                if (view.Shapes[t].Entries[i] == i && view.Operation(trace.Spans[i]).Service == callee)
                {
                    entries.Add((trace.Stretch, trace.Spans[i].Duration, ErrorOriginInspection.IsFailure(trace.Spans[i])));
                }
            }
        }

        var window = entries.Where(e => e.Stretch < 0).ToArray();
        var before = entries.Where(e => e.Stretch >= 0).ToArray();
        if (before.Length < 5)
        {
            return null;
        }

        var usual = Robust.Median(before.Select(e => (double)e.Duration));
        var own = window.Length == 0
            ? "none arrived"
            : Phrase.Text($"the {window.Length} that arrived were answered in {Phrase.Nanoseconds(Robust.Median(window.Select(e => (double)e.Duration)))} ({Phrase.Nanoseconds(usual)} before), {Phrase.Percent(window.Count(e => e.Failed) / (double)window.Length)} failed");
        if (window.Length > 0 && (Robust.Median(window.Select(e => (double)e.Duration)) > (1.5 * usual) + 5e6 || window.Count(e => e.Failed) > 0.05 * window.Length))
        {
            return null;
        }

        var status = world.Series.FirstOrDefault(s => s.Service == callee && MetricClasses.Of(s) == MetricClass.Health && s.Points.Any(p => world.Window.Contains(p.Time)));
        if (status is null)
        {
            return own;
        }

        var values = status.Points.Where(p => world.Window.Contains(p.Time)).Select(p => p.Value).ToArray();
        var healthy = status.Points.Where(p => p.Time < world.Window.Start).Select(p => p.Value).DefaultIfEmpty(values.Max()).Max();
        return values.Min() < healthy ? null : $"{own}, and its own {status.Name} stayed at {Phrase.Number(values.Min())}";
    }

    private sealed record Call(int Trace, int Stretch, long Time, int Callee, bool Failed);
}
