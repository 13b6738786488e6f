namespace Clew.Analysis.Statistics;

/// <summary>A level that turns into a climb.</summary>
public static class Trend
{
    /// <summary>Share of the movement around the mean that level and line together must explain.</summary>
    private const double MinExplained = 0.9;

    /// <summary>How much higher the line must end than the level, as a share of the level.</summary>
    private const double MinRise = 0.25;

    /// <summary>Share of the points that must lie on the line: a jump at the end is no climb.</summary>
    private const double MinClimb = 0.1;

    /// <summary>
    /// Index at which a steady climb begins, by least squares; null when the values do not climb steadily to their end;
    /// at most two hundred breaks are tried.
    /// </summary>
    public static int? Break(ReadOnlySpan<double> values)
    {
        var n = values.Length;
        if (n < 10)
        {
            return null;
        }

        double mean = 0;
        foreach (var value in values)
        {
            mean += value / n;
        }

        double total = 0;
        foreach (var value in values)
        {
            total += (value - mean) * (value - mean);
        }

        if (total <= 0)
        {
            return null;
        }

        // For a break at k: y = level before k, y = level + slope·(i − k) from k on. With h(i) = max(0, i − k) this is a regression of y on h.
        int? best = null;
        var (bestRest, bestLevel, bestEnd) = (double.MaxValue, 0.0, 0.0);
        for (var k = 0; k <= n - (int)Math.Max(5, MinClimb * n); k += Math.Max(1, n / 200))
        {
            double sumH = 0, sumHH = 0, sumHY = 0;
            for (var i = k; i < n; i++)
            {
                double h = i - k;
                sumH += h;
                sumHH += h * h;
                sumHY += h * (values[i] - mean);
            }

            var spread = sumHH - (sumH * sumH / n);
            if (spread <= 0)
            {
                continue;
            }

            var slope = sumHY / spread;
            var rest = total - (slope * sumHY);
            if (slope > 0 && rest < bestRest)
            {
                var level = mean - (slope * sumH / n);
                (best, bestRest, bestLevel, bestEnd) = (k, rest, level, level + (slope * (n - 1 - k)));
            }
        }

        return best is not null && bestRest <= (1 - MinExplained) * total && bestEnd - bestLevel >= MinRise * Math.Max(Math.Abs(bestLevel), double.Epsilon) ? best : null;
    }
}
