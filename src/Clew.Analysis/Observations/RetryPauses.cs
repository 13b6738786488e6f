using Clew.Telemetry;

namespace Clew.Analysis.Observations;

/// <summary>Requests in which an operation's own time is mostly pauses between a call and its repetition.</summary>
internal static class RetryPauses
{
    /// <summary>Share of the operation's own time from which on it is pauses.</summary>
    private const double Mostly = 0.5;

    /// <param name="traces">Requests to look at, as indexes into the world's traces.</param>
    /// <returns>Those of them in which it is so.</returns>
    public static IReadOnlySet<int> Of(WorldView view, int service, string operation, IReadOnlySet<int> traces)
    {
        var paused = new HashSet<int>();
        foreach (var trace in traces)
        {
            var spans = view.World.Traces[trace].Spans;
            for (var i = 0; i < spans.Count; i++)
            {
                var called = view.Operation(spans[i]);
                if (called.Service == service && called.Name == operation && Pauses(view, trace, i) is var pauses and > 0 && pauses >= Mostly * view.Shapes[trace].Exclusive[i])
                {
                    paused.Add(trace);
                    break;
                }
            }
        }

        return paused;
    }

    /// <summary>Nanoseconds before calls of a span that repeat an earlier one, in which none of its calls runs.</summary>
    private static double Pauses(WorldView view, int trace, int parent)
    {
        var spans = view.World.Traces[trace].Spans;
        double pauses = 0;
        long end = -1;
        foreach (var call in spans.Where(s => s.Parent == parent && view.Operation(s).Kind == SpanKind.Client).OrderBy(s => s.Offset))
        {
            pauses += end >= 0 && call.Facts is { Resend: > 0 } ? Math.Max(0, call.Offset - end) : 0;
            end = Math.Max(end, call.Offset + call.Duration);
        }

        return pauses;
    }
}
