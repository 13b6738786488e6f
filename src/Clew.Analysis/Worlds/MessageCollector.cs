using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>
/// Joins spans that take messages with those that sent them by their span links, as OpenTelemetry's conventions have it where a message is taken in a trace of its own or in a batch.
/// Both traces must have been read. Bounded by <see cref="Limits.MaxMessages"/>.
/// </summary>
internal sealed class MessageCollector
{
    /// <summary>Links of one span that are followed: a batch takes hundreds of messages that waited alike.</summary>
    private const int MaxLinks = 32;

    private readonly Dictionary<(TraceId Trace, SpanId Span), Sent> _sent = [];
    private readonly List<(Taken Taken, TraceId Trace, SpanId Span)> _taken = [];

    /// <summary>Whether messages were left out.</summary>
    public bool IsCut { get; private set; }

    /// <param name="stretch">Index into the baseline; -1 for the window; null for neither.</param>
    /// <param name="destination">The queue by the span's attributes; empty when they name none.</param>
    public void Add(SpanView span, int service, string destination, int? stretch)
    {
        if (span.Kind == SpanKind.Producer)
        {
            if (_sent.Count >= Limits.MaxMessages)
            {
                IsCut = true;
                return;
            }

            _sent[(span.TraceId, span.SpanId)] = new Sent(service, destination.Length > 0 ? destination : span.Name, span.Start.UnixNanoseconds + Math.Max(0, span.DurationNanoseconds));
        }
        else if (span.Kind == SpanKind.Consumer && stretch is { } counted)
        {
            for (var i = 0; i < Math.Min(span.LinkCount, MaxLinks); i++)
            {
                if (_taken.Count >= Limits.MaxMessages)
                {
                    IsCut = true;
                    return;
                }

                var link = span.Link(i);
                _taken.Add((new Taken(service, destination, counted, span.Start.UnixNanoseconds, span.TraceId), link.TraceId, link.SpanId));
            }
        }
    }

    /// <summary>By the time they were taken.</summary>
    public IReadOnlyList<WorldMessage> Close() =>
    [
        .. _taken.Where(one => _sent.ContainsKey((one.Trace, one.Span))).Select(one => Joined(_sent[(one.Trace, one.Span)], one.Taken))
            .OrderBy(message => message.Taken).ThenBy(message => message.TraceId, StringComparer.Ordinal).ThenBy(message => message.Waited),
    ];

    private static WorldMessage Joined(Sent sent, Taken taken) => new(
        sent.Service, taken.Service, taken.Queue.Length > 0 ? taken.Queue : sent.Queue, taken.Stretch, taken.Time, Math.Max(0, taken.Time - sent.End), taken.Trace.ToString());

    private readonly record struct Sent(int Service, string Queue, long End);

    private readonly record struct Taken(int Service, string Queue, int Stretch, long Time, TraceId Trace);
}
