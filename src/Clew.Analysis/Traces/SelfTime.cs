namespace Clew.Analysis.Traces;

/// <summary>
/// Self (exclusive) time: the part of a span's time in which none of its children was running. Children that run at the same time are counted
/// once, and only as far as they lie within the span.
/// </summary>
public static class SelfTime
{
    /// <returns>Nanoseconds by span, never negative. A copy of a span has none.</returns>
    public static long[] Of(TraceTree tree)
    {
        var selfTimes = new long[tree.Count];
        for (var span = 0; span < selfTimes.Length; span++)
        {
            selfTimes[span] = Of(tree, span);
        }

        return selfTimes;
    }

    /// <returns>Nanoseconds, never negative. A copy of a span has none.</returns>
    public static long Of(TraceTree tree, int span)
    {
        if (tree.IsCopy(span))
        {
            return 0;
        }

        var end = tree.EndOf(span);
        var covered = tree.StartOf(span); // Everything before this is accounted for.
        var self = 0L;
        foreach (var child in tree.ChildrenOf(span))
        {
            if (tree.IsCopy(child))
            {
                continue;
            }

            var childStart = Math.Min(tree.StartOf(child), end);
            if (childStart > covered)
            {
                self = Nanoseconds.Add(self, Nanoseconds.Subtract(childStart, covered));
            }

            covered = Math.Max(covered, Math.Min(tree.EndOf(child), end));
        }

        return Nanoseconds.Add(self, Nanoseconds.Subtract(end, covered));
    }
}
