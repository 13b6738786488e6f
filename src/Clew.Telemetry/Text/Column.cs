using System.Runtime.CompilerServices;

namespace Clew.Telemetry;

/// <summary>A growing array of plain values: one column of a batch. Cleared, it keeps its memory for the next batch.</summary>
public sealed class Column<T>
    where T : unmanaged
{
    private T[] _items = [];

    public int Count { get; private set; }

    /// <summary>Valid until the next append.</summary>
    public ReadOnlySpan<T> Values => _items.AsSpan(0, Count);

    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)index >= (uint)Count)
            {
                ThrowOutOfRange(index, Count);
            }

            return ref _items[index];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Grow(1);
        }

        _items[Count++] = item;
    }

    public void AddRange(ReadOnlySpan<T> items)
    {
        items.CopyTo(Append(items.Length));
    }

    /// <summary>Adds <paramref name="count"/> values for the caller to fill; they may hold leftovers until then.</summary>
    public Span<T> Append(int count)
    {
        if (_items.Length - Count < count)
        {
            Grow(count);
        }

        Count += count;
        return _items.AsSpan(Count - count, count);
    }

    /// <summary>Drops all values from index <paramref name="count"/> on, if there are any.</summary>
    public void Truncate(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Count = Math.Min(Count, count);
    }

    /// <summary>Takes out the values whose flag is set; the others keep their order.</summary>
    /// <param name="drop">One flag per value; values beyond it stay.</param>
    public void Remove(ReadOnlySpan<bool> drop)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (i >= drop.Length || !drop[i])
            {
                _items[kept++] = _items[i];
            }
        }

        Count = kept;
    }

    public void Clear() => Count = 0;

    private static void ThrowOutOfRange(int index, int count) => throw new ArgumentOutOfRangeException(nameof(index), index, $"The column has {count} values.");

    private void Grow(int extra) => Array.Resize(ref _items, Math.Max(Math.Max(16, checked(Count + extra)), (int)Math.Min(Array.MaxLength, _items.Length * 2L)));
}
