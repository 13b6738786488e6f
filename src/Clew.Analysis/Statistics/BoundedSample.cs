namespace Clew.Analysis.Statistics;

/// <summary>
/// An evenly spread sample of a stream in its order: every value until it is full, then every second, every fourth … No chance in it: the same stream gives the same sample.
/// </summary>
public sealed class BoundedSample<T>(int capacity)
{
    private readonly List<T> _kept = [];
    private long _stride = 1;

    /// <summary>Values seen.</summary>
    public long Seen { get; private set; }

    /// <summary>At most the capacity, in order.</summary>
    public IReadOnlyList<T> Kept => _kept;

    public void Add(T value)
    {
        if (Seen++ % _stride != 0)
        {
            return;
        }

        if (_kept.Count == capacity)
        {
            for (var i = 0; 2 * i < _kept.Count; i++)
            {
                _kept[i] = _kept[2 * i];
            }

            _kept.RemoveRange((capacity + 1) / 2, capacity - ((capacity + 1) / 2));
            _stride *= 2;
            if ((Seen - 1) % _stride != 0)
            {
                return;
            }
        }

        _kept.Add(value);
    }
}
