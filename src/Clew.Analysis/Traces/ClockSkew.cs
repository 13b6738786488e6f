using Clew.Telemetry;

namespace Clew.Analysis.Traces;

/// <summary>
/// Finds spans whose clock cannot be right, given the clock of the span that called them. Only what cannot have happened counts: an effect
/// before its cause, or a call that succeeded before it was received.
/// </summary>
public static class ClockSkew
{
    /// <summary>
    /// Nanoseconds by which two clocks may differ before we speak of skew: some SDKs have clocks of whole milliseconds, and clipping a child to
    /// its parent deals with less than this.
    /// </summary>
    public const long Tolerance = 1_000_000;

    /// <summary>How many nanoseconds to add to the child's times, given what is added to the parent's.</summary>
    public static long Correct(in TraceSpan parent, long parentSkew, in TraceSpan child)
    {
        if (child.Resource == parent.Resource)
        {
            return parentSkew; // One resource, one clock.
        }

        var parentStart = Nanoseconds.Add(parent.Start, parentSkew);
        var parentEnd = Nanoseconds.Add(parentStart, Math.Max(0, parent.Duration));
        var startsBeforeItsCause = child.Start < Nanoseconds.Subtract(parentStart, Tolerance);
        var startsAfterItsSuccess = child.Start > Nanoseconds.Add(parentEnd, Tolerance)
            && parent.Kind == SpanKind.Client && child.Kind == SpanKind.Server && parent.Status != SpanStatus.Error;
        if (!startsBeforeItsCause && !startsAfterItsSuccess)
        {
            return 0;
        }

        // A child that fits into its parent goes to the middle, as if the way there took as long as the way back; a longer one starts with it.
        var room = Math.Max(0, parent.Duration) - Math.Max(0, child.Duration);
        return Nanoseconds.Subtract(Nanoseconds.Add(parentStart, Math.Max(0, room / 2)), child.Start);
    }
}
