namespace Clew.Analysis.Statistics;

/// <summary>An estimate with the range that holds the true value with the stated confidence.</summary>
public readonly record struct Interval(double Low, double High)
{
    public bool Contains(double value) => value >= Low && value <= High;
}

/// <summary>Comparing two shares: how far apart, how surely, and how many such comparisons may be believed at once.</summary>
public static class Proportions
{
    /// <summary>Two-sided 95 %.</summary>
    public const double Z95 = 1.959963984540054;

    /// <summary>
    /// Wilson's score interval of a share (Wilson 1927). Unlike the textbook interval it holds for few observations and near 0 and 1. 0 to 1 when nothing was observed.
    /// </summary>
    public static Interval Wilson(Share share, double z = Z95)
    {
        if (share.Of <= 0)
        {
            return new Interval(0, 1);
        }

        var n = (double)share.Of;
        var scale = 1 + (z * z / n);
        var center = (share.Rate + (z * z / (2 * n))) / scale;
        var half = z / scale * Math.Sqrt((share.Rate * (1 - share.Rate) / n) + (z * z / (4 * n * n)));

        // The rounding of the square root must not push the observed share itself out.
        return new Interval(Math.Max(0, Math.Min(center - half, share.Rate)), Math.Min(1, Math.Max(center + half, share.Rate)));
    }

    /// <summary>The interval of the difference of two independent shares, from their Wilson intervals (Newcombe 1998, method 10). -1 to 1.</summary>
    public static Interval Difference(Share a, Share b, double z = Z95)
    {
        var (first, second) = (Wilson(a, z), Wilson(b, z));
        var difference = a.Rate - b.Rate;
        return new Interval(
            Math.Max(-1, difference - Math.Sqrt(Square(a.Rate - first.Low) + Square(second.High - b.Rate))),
            Math.Min(1, difference + Math.Sqrt(Square(first.High - a.Rate) + Square(b.Rate - second.Low))));
    }

    /// <summary>
    /// Fisher's exact test, one-sided: the chance of at least so many hits in <paramref name="a"/> when both shares were the same and the total number of hits is what it is.
    /// </summary>
    public static double FisherGreater(Share a, Share b)
    {
        var (hits, of) = (a.Hits + (long)b.Hits, a.Of + (long)b.Of);
        var most = Math.Min(a.Of, hits);
        var common = LogFactorial(a.Of) + LogFactorial(b.Of) + LogFactorial(hits) + LogFactorial(of - hits) - LogFactorial(of);
        double sum = 0;
        for (long k = a.Hits; k <= most; k++)
        {
            var term = Math.Exp(common - LogFactorial(k) - LogFactorial(a.Of - k) - LogFactorial(hits - k) - LogFactorial(b.Of - hits + k));
            sum += term;
            if (term < sum * 1e-12)
            {
                break;
            }
        }

        return Math.Min(1, sum);
    }

    /// <summary>
    /// How strongly membership and outcome go together, -1 to 1: the correlation of two yes-or-no columns (phi, Matthews). High only when a slice is nearly all hit
    /// and holds nearly all that is hit.
    /// </summary>
    public static double Association(Share inside, Share outside)
    {
        double a = inside.Hits, b = inside.Of - inside.Hits, c = outside.Hits, d = outside.Of - outside.Hits;
        var scale = Math.Sqrt((a + b) * (c + d) * (a + c) * (b + d));
        return scale == 0 ? 0 : ((a * d) - (b * c)) / scale;
    }

    /// <summary>
    /// The false discovery rate at which each of many tests would just be believed (Benjamini and Hochberg 1995), in the order given: of all with a value of at most
    /// 0.05, at most one in twenty is expected to be luck.
    /// </summary>
    public static double[] FalseDiscoveryRates(IReadOnlyList<double> chances)
    {
        ArgumentNullException.ThrowIfNull(chances);
        var order = Enumerable.Range(0, chances.Count).OrderByDescending(i => chances[i]).ToArray();
        var rates = new double[chances.Count];
        var least = 1.0;
        for (var i = 0; i < order.Length; i++)
        {
            least = Math.Min(least, chances[order[i]] * chances.Count / (order.Length - i));
            rates[order[i]] = least;
        }

        return rates;
    }

    private static double Square(double value) => value * value;

    /// <summary>Exact below 20, Stirling's series with two terms above: better than ten digits.</summary>
    private static double LogFactorial(long n)
    {
        if (n < 20)
        {
            double product = 1;
            for (var i = 2; i <= n; i++)
            {
                product *= i;
            }

            return Math.Log(product);
        }

        return (n * Math.Log(n)) - n + (0.5 * Math.Log(2 * Math.PI * n)) + (1.0 / (12.0 * n)) - (1 / (360.0 * n * n * n));
    }
}
