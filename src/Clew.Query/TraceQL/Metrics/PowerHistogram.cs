namespace Clew.Query.TraceQL;

/// <summary>
/// Counts by powers of two: a bucket holds the values above half its bound, up to its bound. Estimates from it are right within its bucket.
/// </summary>
/// <param name="unit">What the powers are powers of, in units of the values: of durations in seconds 1e9, so that bounds are powers of two in nanoseconds.</param>
public sealed class PowerHistogram(double unit)
{
    private readonly SortedDictionary<double, long> _buckets = [];
    private long _count;

    /// <summary>Upper bounds of the buckets with values, ascending; 0 for what is not above 0.</summary>
    public IEnumerable<double> Bounds => _buckets.Keys;

    public void Add(double value)
    {
        var bound = value > 0 ? Math.ScaleB(1, (int)Math.Ceiling(Math.Log2(value * unit))) / unit : 0;
        _buckets[bound] = _buckets.GetValueOrDefault(bound) + 1;
        _count++;
    }

    public long CountAt(double bound) => _buckets.GetValueOrDefault(bound);

    /// <summary>The value below which this part of the values lies, as if a bucket's values were spread evenly over its exponents.</summary>
    /// <param name="quantile">From 0 to 1.</param>
    public double Quantile(double quantile)
    {
        // At least one value lies at or below it.
        var rank = Math.Max(1, Math.Ceiling(quantile * _count));
        var before = 0L;
        foreach (var (bound, count) in _buckets)
        {
            if (before + count >= rank)
            {
                return bound / 2 * Math.Pow(2, (rank - before) / count);
            }

            before += count;
        }

        return double.NaN;
    }
}
