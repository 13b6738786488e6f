using System.Globalization;

namespace Clew.Analysis.Traces;

/// <summary>Says in sentences what is odd about a trace.</summary>
public static class TraceWarnings
{
    /// <returns>Empty for a sound trace; one sentence for each kind of oddity.</returns>
    public static IReadOnlyList<string> Describe(TraceTree tree)
    {
        int missing = 0, circles = 0, copies = 0, shared = 0, negative = 0, skewed = 0, roots = 0;
        var largestSkew = 0L;
        for (var span = 0; span < tree.Count; span++)
        {
            var flaws = tree.FlawsOf(span);
            var isCopy = (flaws & SpanFlaws.Copy) != 0;
            missing += Count((flaws & SpanFlaws.ParentMissing) != 0);
            circles += Count((flaws & SpanFlaws.ParentInCircle) != 0);
            copies += Count(isCopy);
            shared += Count(!isCopy && (flaws & SpanFlaws.SharedId) != 0);
            negative += Count(tree[span].Duration < 0);
            roots += Count(tree[span].Parent.IsEmpty && tree.ParentOf(span) == TraceTree.None && !isCopy);
            var skew = tree.SkewOf(span);
            skewed += Count(skew != 0);
            largestSkew = Math.Max(largestSkew, Math.Abs(Math.Max(skew, -long.MaxValue)));
        }

        var warnings = new List<string>();
        Say(missing, "span names a parent that has not arrived", "spans name a parent that has not arrived");
        if (tree.Count > 0 && roots == 0)
        {
            warnings.Add("No root span has arrived.");
        }

        Say(roots > 1 ? roots : 0, string.Empty, "spans are roots; the earliest stands for the trace");
        Say(circles, "circle of parents was opened at its earliest span", "circles of parents were opened at their earliest spans");
        Say(copies, "span was received more than once; its copy counts for nothing", "spans are copies of others that were received more than once; they count for nothing");
        Say(shared, "span shares its id with another one", "spans share their id with another one");
        Say(negative, "span ends before it starts", "spans end before they start");
        var milliseconds = (largestSkew / 1e6).ToString("0.###", CultureInfo.InvariantCulture);
        Say(skewed, $"span has a clock that differs from its caller's, by {milliseconds} ms", $"spans have clocks that differ from their callers', by up to {milliseconds} ms");
        return warnings;

        void Say(int count, string one, string many)
        {
            if (count > 0)
            {
                warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}."));
            }
        }
    }

    private static int Count(bool condition) => condition ? 1 : 0;
}
