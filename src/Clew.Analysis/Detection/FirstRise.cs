using Clew.Analysis.Statistics;

namespace Clew.Analysis.Detection;

/// <summary>When something that is counted began to happen much more often than before.</summary>
public static class FirstRise
{
    /// <summary>Fewer than this in a step are no rise, however rare they were.</summary>
    private const long Least = 3;

    /// <summary>Standard deviations of counting above the usual count.</summary>
    private const double Significance = 4;

    /// <summary>So many steps in a row may look usual within one rise.</summary>
    private const int Pause = 3;

    /// <summary>The steps of the latest rise: the first one and the one after the last. Where nothing rises, the last step in which it happened at all; null when it never did.</summary>
    /// <param name="counts">How often in each step, oldest first.</param>
    public static (int First, int End)? Of(IReadOnlyList<long> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Count == 0)
        {
            return null;
        }

        var usual = Robust.Median(counts.Select(c => (double)c));
        bool IsHigh(int step) => counts[step] >= Least && counts[step] > usual + (Significance * Math.Sqrt(Math.Max(1, usual)));
        var last = Enumerable.Range(0, counts.Count).LastOrDefault(IsHigh, -1);
        if (last < 0)
        {
            last = Enumerable.Range(0, counts.Count).LastOrDefault(i => counts[i] > 0, -1);
            return last < 0 ? null : (last, last + 1);
        }

        var first = last;
        for (var (step, quiet) = (last - 1, 0); step >= 0 && quiet <= Pause; step--)
        {
            if (IsHigh(step))
            {
                (first, quiet) = (step, 0);
            }
            else
            {
                quiet++;
            }
        }

        return (first, last + 1);
    }
}
