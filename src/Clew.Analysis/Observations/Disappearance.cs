using Clew.Analysis.Errors;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Observations;

/// <summary>
/// A service that is no longer there, as against one that cannot be reached: calls to it fail before they arrive, it sends no spans of its own any more, and either the machine it ran on
/// answers that nobody listens, or its own metrics have stopped as well.
/// </summary>
/// <param name="Traces">Requests of the window with a call that no longer arrived.</param>
/// <param name="Onset">The first of these calls, nanoseconds since the Unix epoch.</param>
/// <param name="Lost">Share of the calls of the window.</param>
/// <param name="IsRefused">Most are answered by nobody listening.</param>
/// <param name="HasMetricsStopped">It sent metrics before, and none in the latter half of the window.</param>
internal sealed record Disappearance(IReadOnlySet<int> Traces, long Onset, Share Lost, bool IsRefused, bool HasMetricsStopped)
{
    /// <summary>Fewest calls that no longer arrive.</summary>
    private const int MinLost = 3;

    /// <summary>Share of the calls that no longer arrive.</summary>
    private const double MinShare = 0.5;

    /// <summary>Points of its metrics to be expected in half of the window, so that their absence means something.</summary>
    private const int MinPoints = 2;

    /// <summary>Null when the service is there, or nobody calls it, or it cannot be told.</summary>
    public static Disappearance? Of(WorldView view, int service)
    {
        var world = view.World;
        var half = world.Window.Start + ((world.Window.End - world.Window.Start) / 2);
        var calls = view.Calls.Edges.Where(e => e.Callee == service && e.Caller != service).SelectMany(e => e.Window).ToArray();
        var lost = calls.Where(IsLost).ToArray();
        if (lost.Length < MinLost || lost.Length < MinShare * calls.Length || view.WindowTraces.Any(t => world.Traces[t].Spans.Any(s => view.Operation(s).Service == service && world.Traces[t].Start + s.Offset >= half)))
        {
            return null;
        }

        var refused = 2 * lost.Count(c => c.Cause == FailureCause.Refused) >= lost.Length;
        var stopped = HasStopped(view, service, half);
        return refused || stopped ? new Disappearance(lost.Select(c => c.Trace).ToHashSet(), lost.Min(c => c.Time), new Share(lost.Length, calls.Length), refused, stopped) : null;
    }

    /// <summary>Without an answer, and for no reason that lies on this side.</summary>
    private static bool IsLost(Call call) => call is { HasArrived: false, Failed: true, Status.Length: 0 }
        && call.Cause is FailureCause.Unknown or FailureCause.Refused or FailureCause.TimedOut or FailureCause.NoRoute or FailureCause.Reset;

    private static bool HasStopped(WorldView view, int service, long half)
    {
        var world = view.World;
        var own = world.Series.Where(s => s.Service == service && s.Points.Count > 1).ToArray();
        return own.Length > 0 && own.All(s => s.Points[^1].Time < half) && own.Any(s =>
        {
            var before = s.Points.Where(p => p.Time < world.Window.Start).ToArray();
            return before.Length > 1 && MinPoints * (before[^1].Time - before[0].Time) / (before.Length - 1) <= world.Window.End - half;
        });
    }
}
