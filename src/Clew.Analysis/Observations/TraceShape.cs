using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Analysis.Observations;

/// <summary>
/// What a trace's spans say together: whose time each moment is, and through which span each service was entered.
/// </summary>
internal sealed class TraceShape
{
    private TraceShape(long[] exclusive, int[] entries, int[] firstChild)
    {
        Exclusive = exclusive;
        Entries = entries;
        RemoteChild = firstChild;
    }

    /// <summary>
    /// Nanoseconds per span. Every moment of a trace belongs to one span, the deepest that is active (an outbound call before its siblings:
    /// whoever stands beside it waits for it), so that all exclusive times add up to the time the trace was busy. A synchronous child counts
    /// only as long as its parent waits.
    /// </summary>
    public long[] Exclusive { get; }

    /// <summary>Per span, the span through which its service was entered: the highest one above it of the same service without a break.</summary>
    public int[] Entries { get; }

    /// <summary>Per span, its first child of another service; -1 when it has none.</summary>
    public int[] RemoteChild { get; }

    public static TraceShape Of(WorldTrace trace, IReadOnlyList<WorldOperation> operations)
    {
        var spans = trace.Spans;
        var depth = new int[spans.Count];
        var entries = new int[spans.Count];
        var remote = new int[spans.Count];
        var from = new long[spans.Count];
        var to = new long[spans.Count];
        Array.Fill(remote, -1);
        for (var i = 0; i < spans.Count; i++)
        {
            var span = spans[i];
            from[i] = span.Offset;
            to[i] = span.Offset + span.Duration;
            entries[i] = i;
            if (span.Parent < 0)
            {
                continue;
            }

            var parent = span.Parent;
            depth[i] = depth[parent] + 1;
            if (operations[spans[parent].Operation].Service == operations[span.Operation].Service)
            {
                entries[i] = entries[parent];
            }
            else if (remote[parent] < 0)
            {
                remote[parent] = i;
            }

            if (!IsAsynchronous(operations[spans[parent].Operation].Kind, operations[span.Operation].Kind))
            {
                from[i] = Math.Clamp(from[i], from[parent], to[parent]);
                to[i] = Math.Clamp(to[i], from[i], to[parent]);
            }
        }

        return new TraceShape(Attribute(spans, operations, depth, from, to), entries, remote);
    }

    private static bool IsAsynchronous(SpanKind parent, SpanKind child) => child == SpanKind.Consumer || parent == SpanKind.Producer;

    private static long[] Attribute(IReadOnlyList<WorldSpan> spans, IReadOnlyList<WorldOperation> operations, int[] depth, long[] from, long[] to)
    {
        var exclusive = new long[spans.Count];
        var events = new (long Time, bool IsStart, int Span)[spans.Count * 2];
        for (var i = 0; i < spans.Count; i++)
        {
            events[i * 2] = (from[i], true, i);
            events[(i * 2) + 1] = (to[i], false, i);
        }

        Array.Sort(events, static (a, b) => a.Time != b.Time ? a.Time.CompareTo(b.Time) : a.IsStart != b.IsStart ? (a.IsStart ? 1 : -1) : a.Span.CompareTo(b.Span));
        var active = new PriorityQueue<int, (int Depth, int Span)>();
        var ended = new bool[spans.Count];
        long last = 0;
        foreach (var (time, isStart, span) in events)
        {
            while (active.TryPeek(out var top, out _) && ended[top])
            {
                active.Dequeue();
            }

            if (time > last && active.TryPeek(out var deepest, out _))
            {
                exclusive[deepest] += time - last;
            }

            last = time;
            if (isStart)
            {
                // A span of no length ends before it starts in this order; it can own no time.
                if (to[span] > from[span])
                {
                    var isOutbound = operations[spans[span].Operation].Kind is SpanKind.Client or SpanKind.Producer;
                    active.Enqueue(span, ((-2 * depth[span]) - (isOutbound ? 1 : 0), span));
                }
            }
            else
            {
                ended[span] = true;
            }
        }

        return exclusive;
    }
}
