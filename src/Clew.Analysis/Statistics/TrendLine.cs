namespace Clew.Analysis.Statistics;

/// <summary>When a rising quantity meets its limit.</summary>
/// <param name="Seconds">From the moment asked about; 0 when it is there already.</param>
/// <param name="Earliest">At the steepest slope the data allow.</param>
/// <param name="Latest">At the flattest; infinite when they allow none.</param>
public readonly record struct Exhaustion(double Seconds, double Earliest, double Latest);

/// <summary>
/// A straight line through points that a third of odd values cannot bend: the median slope of all pairs (Theil 1950, Sen 1968), with Sen's interval from Kendall's variance.
/// </summary>
/// <param name="Slope">Per second.</param>
/// <param name="Low">Lower end of its 95 % interval.</param>
/// <param name="High">Upper end of its 95 % interval.</param>
/// <param name="Origin">Value at time 0.</param>
public readonly record struct TrendLine(double Slope, double Low, double High, double Origin)
{
    /// <summary>Fewer points make no trend.</summary>
    public const int MinPoints = 6;

    /// <summary>More points than this are thinned evenly: pairs grow with the square.</summary>
    public const int MaxPoints = 250;

    public double At(double seconds) => Origin + (Slope * seconds);

    /// <param name="points">Seconds and values, in any order.</param>
    /// <returns>Null when there are too few points or they share one moment.</returns>
    public static TrendLine? Of(IReadOnlyList<(double Seconds, double Value)> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        var stride = (points.Count + MaxPoints - 1) / MaxPoints;
        var kept = points.Count <= MaxPoints ? points : [.. points.OrderBy(p => p.Seconds).Where((_, i) => i % stride == 0)];
        var slopes = new List<double>(kept.Count * (kept.Count - 1) / 2);
        for (var i = 0; i < kept.Count; i++)
        {
            for (var j = i + 1; j < kept.Count; j++)
            {
                if (kept[i].Seconds != kept[j].Seconds)
                {
                    slopes.Add((kept[j].Value - kept[i].Value) / (kept[j].Seconds - kept[i].Seconds));
                }
            }
        }

        if (kept.Count < MinPoints || slopes.Count == 0)
        {
            return null;
        }

        slopes.Sort();
        double n = kept.Count;
        var reach = Proportions.Z95 * Math.Sqrt(n * (n - 1) * ((2 * n) + 5) / 18);
        var low = (int)Math.Clamp(Math.Floor((slopes.Count - reach) / 2), 0, slopes.Count - 1);
        var high = (int)Math.Clamp(Math.Ceiling((slopes.Count + reach) / 2), 0, slopes.Count - 1);
        var slope = Robust.Median(slopes);
        return new TrendLine(slope, slopes[low], slopes[high], Robust.Median(kept.Select(p => p.Value - (slope * p.Seconds))));
    }

    /// <summary>When the line meets a limit above it; null when it does not surely rise.</summary>
    /// <param name="now">Seconds, from which is counted.</param>
    public Exhaustion? Reaches(double limit, double now)
    {
        var missing = limit - At(now);
        return missing <= 0 ? new Exhaustion(0, 0, 0)
            : Slope <= 0 || Low <= 0 ? null
            : new Exhaustion(missing / Slope, missing / High, missing / Low);
    }
}
