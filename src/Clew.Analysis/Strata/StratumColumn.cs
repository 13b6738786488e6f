using System.Globalization;

namespace Clew.Analysis.Strata;

/// <summary>One attribute of every request, dictionary-coded.</summary>
/// <param name="Key">The attribute's name; its service in front where it is not the request's own ("payments: service.version").</param>
/// <param name="IsNumeric">Values are the lower edges of ascending buckets; slices are "at least" and "less than" an edge.</param>
/// <param name="Values">What codes stand for.</param>
/// <param name="Codes">Per request an index into values, <see cref="Missing"/> or <see cref="NotApplicable"/>.</param>
public sealed record StratumColumn(string Key, bool IsNumeric, IReadOnlyList<string> Values, IReadOnlyList<int> Codes)
{
    /// <summary>The request could carry the attribute and does not.</summary>
    public const int Missing = -1;

    /// <summary>The question does not arise: the request never came to the service.</summary>
    public const int NotApplicable = -2;

    /// <summary>What stands for values too rare to be told apart.</summary>
    public const string Rare = "(rare values)";

    /// <summary>Different numbers above which a column of numbers is cut into buckets; fewer are categories (a shard, a port).</summary>
    private const int MaxNumericCategories = 12;

    /// <summary>Share of the values that must be numbers.</summary>
    private const double MinNumbers = 0.95;

    /// <summary>
    /// Makes a column of raw texts: numbers of many sizes are bucketed at quantiles, of many other values the frequent ones are kept
    /// (<see cref="Limits.MaxStratumValues"/>) and the rest becomes <see cref="Rare"/>.
    /// </summary>
    /// <param name="texts">What raw codes stand for.</param>
    /// <param name="codes">Per request an index into <paramref name="texts"/>, <see cref="Missing"/> or <see cref="NotApplicable"/>.</param>
    public static StratumColumn Of(string key, IReadOnlyList<string> texts, IReadOnlyList<int> codes)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(codes);
        var counts = new int[texts.Count];
        foreach (var code in codes)
        {
            if (code >= 0)
            {
                counts[code]++;
            }
        }

        return Numeric(key, texts, codes, counts) ?? Categories(key, texts, codes, counts);
    }

    private static StratumColumn? Numeric(string key, IReadOnlyList<string> texts, IReadOnlyList<int> codes, int[] counts)
    {
        var numbers = new double[texts.Count];
        long parsed = 0, all = 0;
        for (var i = 0; i < numbers.Length; i++)
        {
            var isNumber = double.TryParse(texts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) && double.IsFinite(numbers[i]);
            numbers[i] = isNumber ? numbers[i] : double.NaN;
            parsed += isNumber ? counts[i] : 0;
            all += counts[i];
        }

        if (numbers.Where((n, i) => counts[i] > 0 && !double.IsNaN(n)).Distinct().Take(MaxNumericCategories + 1).Count() <= MaxNumericCategories || parsed < MinNumbers * all)
        {
            return null;
        }

        var ascending = codes.Where(c => c >= 0 && !double.IsNaN(numbers[c])).Select(c => numbers[c]).Order().ToArray();
        var edges = Enumerable.Range(0, Limits.StratumBuckets)
            .Select(i => ascending[(int)((long)i * ascending.Length / Limits.StratumBuckets)]).Distinct().Order().ToArray();
        return new StratumColumn(
            key, true, [.. edges.Select(e => e.ToString("R", CultureInfo.InvariantCulture))], [.. codes.Select(c => c < 0 ? c : double.IsNaN(numbers[c]) ? Missing : Bucket(edges, numbers[c]))]);
    }

    private static int Bucket(double[] edges, double value)
    {
        var at = Array.BinarySearch(edges, value);
        return at >= 0 ? at : Math.Max(0, ~at - 1);
    }

    private static StratumColumn Categories(string key, IReadOnlyList<string> texts, IReadOnlyList<int> codes, int[] counts)
    {
        var kept = Enumerable.Range(0, texts.Count).Where(i => counts[i] > 0)
            .OrderByDescending(i => counts[i]).ThenBy(i => texts[i], StringComparer.Ordinal).Take(Limits.MaxStratumValues).ToArray();
        string[] values = [.. kept.Select(i => texts[i])];
        var places = new int[texts.Count];
        Array.Fill(places, values.Length);
        for (var place = 0; place < kept.Length; place++)
        {
            places[kept[place]] = place;
        }

        var isCut = codes.Any(c => c >= 0 && places[c] == values.Length);
        return new StratumColumn(
            key, false, isCut ? [.. values, Rare] : values, [.. codes.Select(c => c < 0 ? c : places[c])]);
    }
}
