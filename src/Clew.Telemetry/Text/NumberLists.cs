namespace Clew.Telemetry;

/// <summary>Many lists of numbers laid flat: list <c>i</c> is the values from <c>Ends[i - 1]</c> to <c>Ends[i]</c>.</summary>
public sealed class NumberLists<T>
    where T : unmanaged
{
    public int Count => Ends.Count;

    public Column<int> Ends { get; } = new();

    public Column<T> Values { get; } = new();

    public ReadOnlySpan<T> this[int list] => Values.Values[(list == 0 ? 0 : Ends[list - 1])..Ends[list]];

    public void EndList() => Ends.Add(Values.Count);

    public void AddList(ReadOnlySpan<T> values)
    {
        Values.AddRange(values);
        EndList();
    }

    /// <summary>Takes out the lists whose flag is set.</summary>
    /// <param name="drop">One flag per list.</param>
    public void Remove(ReadOnlySpan<bool> drop)
    {
        var (kept, values, start) = (0, 0, 0);
        for (var list = 0; list < Ends.Count; list++)
        {
            var end = Ends[list];
            if (!drop[list])
            {
                for (var i = start; i < end; i++)
                {
                    Values[values++] = Values[i];
                }

                Ends[kept++] = values;
            }

            start = end;
        }

        Ends.Truncate(kept);
        Values.Truncate(values);
    }

    /// <summary>Drops the lists from <paramref name="lists"/> on and every value after them.</summary>
    public void Truncate(int lists)
    {
        Ends.Truncate(lists);
        Values.Truncate(Ends.Count == 0 ? 0 : Ends[Ends.Count - 1]);
    }
}
