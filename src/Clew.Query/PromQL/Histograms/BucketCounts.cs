namespace Clew.Query.PromQL.Histograms;

/// <summary>Counts of the buckets on one side of zero, by index, ascending. Buckets that are not listed are empty, and empty ones are not listed.</summary>
public sealed class BucketCounts
{
    public static readonly BucketCounts Empty = new([], []);

    private readonly int[] _indexes;
    private readonly double[] _counts;

    private BucketCounts(int[] indexes, double[] counts)
    {
        _indexes = indexes;
        _counts = counts;
    }

    public int Count => _indexes.Length;

    public ReadOnlySpan<int> Indexes => _indexes;

    public ReadOnlySpan<double> Counts => _counts;

    /// <summary>Takes buckets in any order; the counts of one index are added, empty ones left out.</summary>
    public static BucketCounts Of(IEnumerable<(int Index, double Count)> buckets)
    {
        ArgumentNullException.ThrowIfNull(buckets);
        var byIndex = new SortedDictionary<int, double>();
        foreach (var (index, count) in buckets)
        {
            byIndex[index] = byIndex.TryGetValue(index, out var before) ? before + count : count;
        }

        var filled = byIndex.Where(bucket => bucket.Value != 0).ToList();
        return filled.Count == 0 ? Empty : new([.. filled.Select(bucket => bucket.Key)], [.. filled.Select(bucket => bucket.Value)]);
    }

    public IEnumerable<(int Index, double Count)> Pairs()
    {
        for (var i = 0; i < _indexes.Length; i++)
        {
            yield return (_indexes[i], _counts[i]);
        }
    }

    public double At(int index)
    {
        var place = Array.BinarySearch(_indexes, index);
        return place < 0 ? 0 : _counts[place];
    }

    /// <summary>Each count computed anew. What becomes 0 goes away.</summary>
    public BucketCounts Map(Func<double, double> change) => Of(Pairs().Select(bucket => (bucket.Index, change(bucket.Count))));

    /// <summary>The buckets of both; where one has none, its count is 0.</summary>
    public static BucketCounts Combine(BucketCounts left, BucketCounts right, Func<double, double, double> combine)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(combine);
        var indexes = new List<int>(left.Count + right.Count);
        var counts = new List<double>(left.Count + right.Count);
        for (int l = 0, r = 0; l < left.Count || r < right.Count;)
        {
            var index = l == left.Count ? right._indexes[r] : r == right.Count ? left._indexes[l] : Math.Min(left._indexes[l], right._indexes[r]);
            var count = combine(
                l < left.Count && left._indexes[l] == index ? left._counts[l++] : 0,
                r < right.Count && right._indexes[r] == index ? right._counts[r++] : 0);
            if (count != 0)
            {
                indexes.Add(index);
                counts.Add(count);
            }
        }

        return indexes.Count == 0 ? Empty : new([.. indexes], [.. counts]);
    }

    public bool SameAs(BucketCounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return _indexes.AsSpan().SequenceEqual(other._indexes) && _counts.AsSpan().SequenceEqual(other._counts);
    }
}
