using System.Collections.Concurrent;

namespace Clew.Storage.Writing;

/// <summary>
/// Keeps buffers of encoded rows for reuse. Its memory is bounded: it keeps at most 64 buffers, none larger than the limit's share.
/// </summary>
internal sealed class EncodedRowsPool(long maxBytes)
{
    private const int MaxKept = 64;

    private readonly ConcurrentDictionary<TableColumns, ConcurrentBag<EncodedRows>> _free = new();
    private int _kept;

    public EncodedRows Rent(TableColumns table)
    {
        if (_free.TryGetValue(table, out var bag) && bag.TryTake(out var rows))
        {
            Interlocked.Decrement(ref _kept);
            return rows;
        }

        return new EncodedRows(table);
    }

    /// <summary>Lets go of every buffer that is not in use.</summary>
    public void Clear()
    {
        foreach (var bag in _free.Values)
        {
            while (bag.TryTake(out _))
            {
                Interlocked.Decrement(ref _kept);
            }
        }
    }

    public void Return(IReadOnlyList<EncodedRows> all)
    {
        foreach (var rows in all)
        {
            rows.Clear();
            rows.Blocks.TrimTo((int)(maxBytes / MaxKept));
            if (Interlocked.Increment(ref _kept) <= MaxKept)
            {
                _free.GetOrAdd(rows.Table, _ => []).Add(rows);
            }
            else
            {
                Interlocked.Decrement(ref _kept);
            }
        }
    }
}
