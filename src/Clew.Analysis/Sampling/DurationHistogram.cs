namespace Clew.Analysis.Sampling;

/// <summary>Durations in steps of a twelfth of a doubling (6 %), so that a quantile of any number of them takes a fixed amount of memory.</summary>
internal sealed class DurationHistogram
{
    private const int StepsPerDoubling = 12;

    private readonly Dictionary<int, (long All, long Kept)> _steps = [];

    public void Add(long nanoseconds, bool kept)
    {
        var step = (int)Math.Floor(Math.Log2(Math.Max(1, nanoseconds)) * StepsPerDoubling);
        var (all, keptBefore) = _steps.GetValueOrDefault(step);
        _steps[step] = (all + 1, keptBefore + (kept ? 1 : 0));
    }

    /// <summary>How many durations are among the longest of their kind, and how many of those belong to kept traces.</summary>
    /// <param name="share">At most this share of all counts as the longest; the step that would go over it does not count.</param>
    public (long All, long Kept) Longest(double share)
    {
        var most = _steps.Values.Sum(step => step.All) * share;
        var (all, kept) = (0L, 0L);
        foreach (var (_, counts) in _steps.OrderByDescending(step => step.Key))
        {
            if (all + counts.All > most)
            {
                break;
            }

            (all, kept) = (all + counts.All, kept + counts.Kept);
        }

        return (all, kept);
    }
}
