namespace Clew.Analysis.Statistics;

/// <summary>
/// Where the level of a series changes: the division into stretches of equal level that costs least, each change paying a penalty (PELT, Killick, Fearnhead and
/// Eckley 2012, squared error). The noise is estimated from differences of neighbours, so that the changes themselves do not count as noise.
/// </summary>
public static class ChangePoints
{
    /// <summary>Penalty per change in units of the noise's variance times the logarithm of the length; 2 is BIC's, more is more careful.</summary>
    public const double UsualPenalty = 4;

    /// <summary>Shortest stretch usually; shorter ones are spikes.</summary>
    public const int MinLength = 3;

    /// <summary>Finds changes of level.</summary>
    /// <param name="values">At equal steps, finite.</param>
    /// <param name="minLength">Shortest stretch.</param>
    /// <returns>Indexes at which a new level begins, ascending; never 0.</returns>
    public static IReadOnlyList<int> Find(ReadOnlySpan<double> values, double penalty = UsualPenalty, int minLength = MinLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minLength, 1);
        var n = values.Length;
        if (n < 2 * minLength)
        {
            return [];
        }

        var price = penalty * Math.Log(n) * Variance(values);
        var (sums, squares) = (new double[n + 1], new double[n + 1]);
        for (var i = 0; i < n; i++)
        {
            // Against the first value: squares of large numbers would drown the differences.
            var value = values[i] - values[0];
            sums[i + 1] = sums[i] + value;
            squares[i + 1] = squares[i] + (value * value);
        }

        var best = new double[n + 1];
        var last = new int[n + 1];
        Array.Fill(best, double.PositiveInfinity);
        best[0] = -price;
        var candidates = new int[n + 1];
        var costs = new double[n + 1];
        var count = 1;
        for (var end = minLength; end <= n; end++)
        {
            for (var i = 0; i < count; i++)
            {
                var start = candidates[i];
                costs[i] = end - start < minLength ? double.NegativeInfinity : best[start] + Cost(start, end);
                if (end - start >= minLength && costs[i] + price is var cost && cost < best[end])
                {
                    (best[end], last[end]) = (cost, start);
                }
            }

            // A start that is dearer now, without paying for another change, is so for every later end.
            var kept = 0;
            for (var i = 0; i < count; i++)
            {
                candidates[kept] = candidates[i];
                kept += costs[i] > best[end] ? 0 : 1;
            }

            count = kept;
            if (end <= n - minLength)
            {
                candidates[count++] = end;
            }
        }

        var found = new List<int>();
        for (var at = last[n]; at > 0; at = last[at])
        {
            found.Add(at);
        }

        found.Reverse();
        return found;

        double Cost(int start, int end)
        {
            var sum = sums[end] - sums[start];
            return Math.Max(0, squares[end] - squares[start] - (sum * sum / (end - start)));
        }
    }

    /// <summary>Variance of the noise: from the median difference of neighbours; a hundredth of the whole range where most neighbours are equal.</summary>
    private static double Variance(ReadOnlySpan<double> values)
    {
        var differences = new double[values.Length - 1];
        double low = values[0], high = values[0];
        for (var i = 1; i < values.Length; i++)
        {
            differences[i - 1] = Math.Abs(values[i] - values[i - 1]);
            (low, high) = (Math.Min(low, values[i]), Math.Max(high, values[i]));
        }

        var sigma = Math.Max(Robust.MadToSigma * Robust.Median(differences) / Math.Sqrt(2), 0.01 * (high - low));
        return sigma * sigma;
    }
}
