using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.Dependencies;

/// <summary>Messages that wait: the time from their sending to their taking in traces, consumers' lag and queues' depth in metrics.</summary>
internal sealed class QueueInspection : IInspection
{
    public string Name => Rules.Of(FindingKind.QueueBacklog).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        FromTraces(view, findings);
        FromMetrics(view, findings);
    }

    private static void FromTraces(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.QueueBacklog);
        var waits = new Dictionary<(int Producer, int Consumer, string Queue), List<Wait>>();
        for (var t = 0; t < view.World.Traces.Count; t++)
        {
            var trace = view.World.Traces[t];
            foreach (var span in trace.Spans)
            {
                if (span.Parent >= 0 && view.Operation(span) is { Kind: SpanKind.Consumer } taken && view.Operation(trace.Spans[span.Parent]) is { Kind: SpanKind.Producer } sent)
                {
                    var parent = trace.Spans[span.Parent];
                    var queue = parent.Facts?.Destination is { Length: > 0 } to ? to : span.Facts?.Destination is { Length: > 0 } from ? from : sent.Name;
                    (waits.TryGetValue((sent.Service, taken.Service, queue), out var known) ? known : waits[(sent.Service, taken.Service, queue)] = [])
                        .Add(new Wait(t, trace.Stretch, trace.Start + span.Offset, Math.Max(0, span.Offset - parent.Offset - parent.Duration)));
                }
            }
        }

        var traces = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var message in view.World.Messages)
        {
            if (traces.Count == 0)
            {
                traces = view.World.Traces.Index().ToDictionary(trace => trace.Item.TraceId, trace => trace.Index, StringComparer.Ordinal);
            }

            (waits.TryGetValue((message.Producer, message.Consumer, message.Queue), out var known) ? known : waits[(message.Producer, message.Consumer, message.Queue)] = [])
                .Add(new Wait(traces.GetValueOrDefault(message.TraceId, -1), message.Stretch, message.Taken, message.Waited));
        }

        foreach (var ((producer, consumer, queue), all) in waits.OrderBy(w => w.Key.Producer).ThenBy(w => w.Key.Consumer).ThenBy(w => w.Key.Queue, StringComparer.Ordinal))
        {
            var before = all.Where(w => w.Stretch >= 0).Select(w => (double)w.Nanoseconds).Order().ToArray();
            var window = all.Where(w => w.Stretch < 0).ToArray();
            if (before.Length < rule.MinBaseline || window.Length < rule.MinWindow)
            {
                continue;
            }

            var usual = Robust.Quantile(before, 0.5);
            var now = Robust.Median(window.Select(w => (double)w.Nanoseconds));
            var significance = (now - usual) / Math.Max(1e6, Math.Max(0.1 * usual, Robust.MadToSigma * Robust.Median(before.Select(v => Math.Abs(v - usual)))));
            if (now - usual < rule.Absolute || now < rule.Relative * usual || significance < rule.MinSignificance)
            {
                continue;
            }

            findings.Add(new Finding
            {
                Kind = FindingKind.QueueBacklog,
                Entity = consumer,
                Peer = queue,
                Strength = Strength.OfSignificance(significance) * Strength.OfCount(window.Length) * Math.Max(0.4, Strength.OfRatio(usual, now, 1e6)),
                Significance = significance,
                Change = new Comparison(usual / 1e9, now / 1e9, "s"),
                Onset = window.Where(w => w.Nanoseconds > usual * rule.Relative).Min(w => w.Time),
                Observations = window.Length,
                Traces = window.Where(w => w.Trace >= 0 && w.Nanoseconds > usual * rule.Relative).Select(w => w.Trace).ToHashSet(),
                Statement = $"Messages wait {Phrase.Nanoseconds(now)} in {queue} from {view.ServiceName(producer)} until {view.ServiceName(consumer)} takes them, where {Phrase.Nanoseconds(usual)} is usual{Phrase.Caution(window.Length)}.",
                Query = EvidenceQueries.Traces(view.World, view.ServiceName(consumer)),
                Fixes = [new NextStep($"See whether {view.ServiceName(consumer)} takes longer per message, fails and takes them again, or has too few consumers for {queue}; add consumers only if it can work side by side.")],
            });
        }
    }

    private static void FromMetrics(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.QueueBacklog);
        foreach (var series in view.World.Series.Where(s => s.Service >= 0 && s.Kind == WorldSeriesKind.Gauge && IsBacklog(s)))
        {
            if (SeriesComparison.Of(view.World, series, 2, 5) is not { } c || c.Sustained - c.Usual < MinMessages || c.Sustained <= c.Highest || c.Sustained < rule.Relative * c.Usual || c.Rise(c.Sustained) < rule.MinSignificance)
            {
                continue;
            }

            findings.Add(new Finding
            {
                Kind = FindingKind.QueueBacklog,
                Entity = series.Service,
                Instance = series.Instance,
                Peer = series.Name,
                Strength = 0.8 * Strength.OfSignificance(c.Rise(c.Sustained)) * Math.Max(0.4, Strength.OfRatio(c.Usual, c.Sustained, 1)),
                Significance = c.Rise(c.Sustained),
                Change = new Comparison(c.Usual, c.Sustained, series.Unit),
                Onset = SeriesComparison.Onset(view.World, series, c.Highest),
                Observations = c.Window,
                Statement = $"{series.Name}{(series.Attributes.Length > 0 ? $" ({series.Attributes})" : "")} of {view.ServiceName(series.Service)} grew from {Phrase.Number(c.Usual)} to {Phrase.Number(c.Sustained)}: messages come faster than they are taken.",
            });
        }
    }

    /// <summary>Messages below which a queue is not behind.</summary>
    private const double MinMessages = 20;

    /// <summary>Kafka's lag by its exporters' and clients' names, RabbitMQ's ready messages, SQS's visible ones, and what calls itself backlog or depth of a queue.</summary>
    private static bool IsBacklog(WorldSeries series)
    {
        var name = series.Name.ToLowerInvariant();
        return (name.Contains("lag", StringComparison.Ordinal) && (name.Contains("kafka", StringComparison.Ordinal) || name.Contains("consumer", StringComparison.Ordinal) || name.Contains("messaging", StringComparison.Ordinal)) && !name.Contains("seconds", StringComparison.Ordinal))
            || name.Contains("messages_ready", StringComparison.Ordinal) || name.Contains("message.current", StringComparison.Ordinal)
            || name.Contains("approximatenumberofmessagesvisible", StringComparison.Ordinal) || name.Contains("backlog", StringComparison.Ordinal)
            || (name.Contains("queue", StringComparison.Ordinal) && name.Contains("depth", StringComparison.Ordinal));
    }

    private sealed record Wait(int Trace, int Stretch, long Time, long Nanoseconds);
}
