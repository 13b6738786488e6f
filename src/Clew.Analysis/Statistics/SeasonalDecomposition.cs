namespace Clew.Analysis.Statistics;

/// <summary>A series as trend + season + rest (Cleveland's STL in its simplest robust form: medians in place of smoothers, so that an incident does not bend the season).</summary>
/// <param name="Period">Steps of one season.</param>
/// <param name="Trend">Median over a season around each step.</param>
/// <param name="Season">What usually belongs to the place in the season; adds up to about 0 over one.</param>
/// <param name="Rest">What neither explains.</param>
public sealed record SeasonalDecomposition(int Period, IReadOnlyList<double> Trend, IReadOnlyList<double> Season, IReadOnlyList<double> Rest)
{
    /// <summary>Seasons that must be there: once is no season.</summary>
    public const int MinSeasons = 2;

    /// <summary>Shortest season, steps.</summary>
    public const int MinPeriod = 4;

    /// <summary>Correlation of a series with itself one season later from which it has that season.</summary>
    private const double MinSelfCorrelation = 0.6;

    /// <summary>Decomposes a series at equal steps; null when it has less than two seasons.</summary>
    public static SeasonalDecomposition? Of(ReadOnlySpan<double> values, int period)
    {
        if (period < MinPeriod || values.Length < MinSeasons * period)
        {
            return null;
        }

        var trend = new double[values.Length];
        var rest = new double[values.Length];
        for (var i = 0; i < trend.Length; i++)
        {
            // A whole season each time: shorter windows at the ends would take the season for trend.
            var from = Math.Clamp(i - (period / 2), 0, values.Length - period);
            trend[i] = Robust.Median(values.Slice(from, period).ToArray());
        }

        var phases = new double[period];
        for (var phase = 0; phase < period; phase++)
        {
            var here = new List<double>();
            for (var i = phase; i < values.Length; i += period)
            {
                here.Add(values[i] - trend[i]);
            }

            phases[phase] = Robust.Median(here);
        }

        var center = phases.Average();
        var season = new double[values.Length];
        for (var i = 0; i < season.Length; i++)
        {
            season[i] = phases[i % period] - center;
            rest[i] = values[i] - trend[i] - season[i];
        }

        return new SeasonalDecomposition(period, trend, season, rest);
    }

    /// <summary>The length of the season, if there is one: where a series resembles itself most, at least clearly.</summary>
    public static int? FindPeriod(ReadOnlySpan<double> values)
    {
        (int Lag, double Correlation)? best = null;
        var previous = 1.0;
        var fell = false;
        for (var lag = 1; lag <= values.Length / MinSeasons; lag++)
        {
            var correlation = SeriesCorrelation.Pearson(values[..^lag], values[lag..]);

            // Neighbours always resemble each other: only after it has fallen can it come back.
            fell |= correlation < previous && correlation < MinSelfCorrelation / 2;
            previous = correlation;
            if (fell && lag >= MinPeriod && correlation >= MinSelfCorrelation && (best is null || correlation > best.Value.Correlation + 0.05))
            {
                best = (lag, correlation);
            }
        }

        return best?.Lag;
    }
}
