namespace Clew.Analysis.Statistics;

/// <summary>How two series move together at the lag where they do so best.</summary>
/// <param name="Lag">Steps by which the first goes before the second; negative when it follows.</param>
/// <param name="Pearson">Of the values at that lag, -1 to 1.</param>
/// <param name="Spearman">Of their ranks at that lag, -1 to 1.</param>
/// <param name="Pairs">Values compared at that lag.</param>
public readonly record struct LaggedCorrelation(int Lag, double Pearson, double Spearman, int Pairs);

/// <summary>Do two series move together? Never by itself a reason to believe that one moves the other.</summary>
public static class SeriesCorrelation
{
    /// <summary>Pearson's coefficient; 0 when one of them does not move or there are fewer than three pairs.</summary>
    public static double Pearson(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        if (a.Length < 3)
        {
            return 0;
        }

        var (meanA, meanB) = (Mean(a), Mean(b));
        double both = 0, squareA = 0, squareB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            both += (a[i] - meanA) * (b[i] - meanB);
            squareA += (a[i] - meanA) * (a[i] - meanA);
            squareB += (b[i] - meanB) * (b[i] - meanB);
        }

        return squareA <= 0 || squareB <= 0 ? 0 : Math.Clamp(both / Math.Sqrt(squareA) / Math.Sqrt(squareB), -1, 1);
    }

    /// <summary>Spearman's coefficient: Pearson's of the ranks, equal values sharing theirs. Outliers and curved relations do not disturb it.</summary>
    public static double Spearman(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => Pearson(Ranks(a), Ranks(b));

    /// <summary>The lag at which the rank correlation is strongest.</summary>
    /// <param name="first">Values at equal steps; NaN where there is none.</param>
    /// <param name="second">Values at the same steps.</param>
    /// <param name="maxLag">Steps tried in both directions.</param>
    /// <param name="minPairs">Fewer values side by side are not judged.</param>
    /// <returns>Null when no lag has enough pairs. Of equally strong lags the shortest.</returns>
    public static LaggedCorrelation? Lagged(ReadOnlySpan<double> first, ReadOnlySpan<double> second, int maxLag, int minPairs)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(second.Length, first.Length);
        LaggedCorrelation? best = null;
        for (var step = 0; step <= 2 * maxLag; step++)
        {
            // 0, 1, -1, 2, -2 …
            var lag = step % 2 == 1 ? (step + 1) / 2 : -step / 2;
            var (a, b) = (new List<double>(), new List<double>());
            for (var i = 0; i < first.Length; i++)
            {
                var j = i + lag;
                if (j >= 0 && j < second.Length && double.IsFinite(first[i]) && double.IsFinite(second[j]))
                {
                    a.Add(first[i]);
                    b.Add(second[j]);
                }
            }

            if (a.Count < minPairs)
            {
                continue;
            }

            double[] x = [.. a], y = [.. b];
            var spearman = Spearman(x, y);
            if (best is null || Math.Abs(spearman) > Math.Abs(best.Value.Spearman) + 1e-9)
            {
                best = new LaggedCorrelation(lag, Pearson(x, y), spearman, x.Length);
            }
        }

        return best;
    }

    /// <summary>Ranks from 1, equal values sharing the mean of theirs.</summary>
    public static double[] Ranks(ReadOnlySpan<double> values)
    {
        var ordered = values.ToArray();
        var places = Enumerable.Range(0, ordered.Length).ToArray();
        Array.Sort(ordered, places);
        var ranks = new double[ordered.Length];
        for (var i = 0; i < ordered.Length;)
        {
            var end = i;
            while (end < ordered.Length && ordered[end] == ordered[i])
            {
                end++;
            }

            for (var k = i; k < end; k++)
            {
                ranks[places[k]] = ((i + end - 1) / 2.0) + 1;
            }

            i = end;
        }

        return ranks;
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }
}
