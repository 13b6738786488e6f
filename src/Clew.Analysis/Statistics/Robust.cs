namespace Clew.Analysis.Statistics;

/// <summary>A value and how much it counts.</summary>
public readonly record struct Weighted(double Value, double Weight);

/// <summary>
/// Location and spread that a few odd values cannot move. An incident's own past is often in the data (the same fault an hour ago), so
/// means and standard deviations mislead.
/// </summary>
public static class Robust
{
    /// <summary>Makes a median absolute deviation comparable with a standard deviation when values are normally distributed.</summary>
    public const double MadToSigma = 1.4826;

    /// <summary>The value at rank <paramref name="level"/> (0 to 1) of ascending values; NaN when there are none.</summary>
    public static double Quantile(ReadOnlySpan<double> ascending, double level) =>
        ascending.IsEmpty ? double.NaN : ascending[Math.Min(ascending.Length - 1, (int)(level * ascending.Length))];

    /// <inheritdoc cref="Quantile(ReadOnlySpan{double}, double)"/>
    public static double Quantile(ReadOnlySpan<long> ascending, double level) =>
        ascending.IsEmpty ? double.NaN : ascending[Math.Min(ascending.Length - 1, (int)(level * ascending.Length))];

    /// <summary>The median of values in any order; NaN when there are none.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var ascending = values.ToArray();
        Array.Sort(ascending);
        return ascending.Length == 0
            ? double.NaN
            : ascending.Length % 2 == 1
                ? ascending[ascending.Length / 2]
                : (ascending[(ascending.Length / 2) - 1] + ascending[ascending.Length / 2]) / 2;
    }

    /// <summary>The value below which this share of the weight lies; NaN when there is no weight.</summary>
    public static double WeightedQuantile(IReadOnlyCollection<Weighted> values, double level)
    {
        var total = values.Sum(v => v.Weight);
        double seen = 0;
        foreach (var value in values.OrderBy(v => v.Value))
        {
            seen += value.Weight;
            if (seen >= level * total && value.Weight > 0)
            {
                return value.Value;
            }
        }

        return double.NaN;
    }

    /// <summary>The weighted median; NaN when there is no weight.</summary>
    public static double WeightedMedian(IReadOnlyCollection<Weighted> values) => WeightedQuantile(values, 0.5);

    /// <summary>The median distance from <paramref name="center"/>, scaled to a standard deviation.</summary>
    public static double WeightedDeviation(IReadOnlyCollection<Weighted> values, double center) =>
        MadToSigma * WeightedMedian(values.Select(v => new Weighted(Math.Abs(v.Value - center), v.Weight)).ToArray());

    /// <summary>
    /// Half the distance between the 15 % and 85 % points: about a standard deviation for normal values, and unlike the median deviation
    /// not blind when more than half of the values are equal.
    /// </summary>
    public static double WeightedHalfRange(IReadOnlyCollection<Weighted> values) =>
        (WeightedQuantile(values, 0.85) - WeightedQuantile(values, 0.15)) / 2;
}
