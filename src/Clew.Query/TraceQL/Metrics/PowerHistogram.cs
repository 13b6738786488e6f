namespace Clew.Query.TraceQL;

/// <summary>
/// Counts by powers of two: a bucket holds the values above half its bound, up to its bound. Estimates from it are right within its bucket.
/// </summary>
/// <param name="unit">By what bounds are divided when they are told of: of durations, counted in nanoseconds and told of in seconds, 1e9.</param>
public sealed class PowerHistogram(double unit)
{
    private readonly SortedDictionary<double, long> _buckets = [];
    private long _count;

    /// <summary>Upper bounds of the buckets with values, ascending; 0 for what is not above 0.</summary>
    public IEnumerable<double> Bounds => _buckets.Keys;

    public void Add(double value) => Add(value > 0 ? (int)Math.Ceiling(Math.Log2(value)) : null, 1);

    /// <param name="exponent">Of the bucket's bound; null for values that are not above 0.</param>
    public void Add(int? exponent, long count)
    {
        var bound = exponent is { } power ? Math.ScaleB(1, power) / unit : 0;
        _buckets[bound] = _buckets.GetValueOrDefault(bound) + count;
        _count += count;
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
