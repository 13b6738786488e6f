namespace Clew.Telemetry;

/// <summary>
/// Many attribute lists laid flat: list <c>i</c> is the entries from <c>Ends[i - 1]</c> to <c>Ends[i]</c>. Keys are numbers in the batch's
/// dictionary, values are texts in its arena. Order and repeated keys are kept as received.
/// </summary>
public sealed class AttributeLists
{
    /// <summary>Number of lists that are complete.</summary>
    public int Count => Ends.Count;

    /// <summary>Per list, the index after its last entry.</summary>
    public Column<int> Ends { get; } = new();

    public Column<int> Keys { get; } = new();

    public Column<AttributeType> Types { get; } = new();

    public Column<TextRef> Values { get; } = new();

    public int StartOf(int list) => list == 0 ? 0 : Ends[list - 1];

    public int EndOf(int list) => Ends[list];

    /// <summary>Adds an entry to the list that <see cref="EndList"/> will close.</summary>
    public void Add(int key, AttributeType type, TextRef value)
    {
        Keys.Add(key);
        Types.Add(type);
        Values.Add(value);
    }

    public void EndList() => Ends.Add(Keys.Count);

    /// <summary>Takes out the lists whose flag is set, with their entries.</summary>
    /// <param name="drop">One flag per list.</param>
    public void Remove(ReadOnlySpan<bool> drop)
    {
        var (kept, entries, start) = (0, 0, 0);
        for (var list = 0; list < Ends.Count; list++)
        {
            var end = Ends[list];
            if (!drop[list])
            {
                for (var entry = start; entry < end; entry++, entries++)
                {
                    Keys[entries] = Keys[entry];
                    Types[entries] = Types[entry];
                    Values[entries] = Values[entry];
                }

                Ends[kept++] = entries;
            }

            start = end;
        }

        Ends.Truncate(kept);
        DropOpenEntries();
    }

    /// <summary>Drops the lists from <paramref name="lists"/> on and every entry after them, closed or not.</summary>
    public void Truncate(int lists)
    {
        Ends.Truncate(lists);
        DropOpenEntries();
    }

    /// <summary>Drops the entries added since the last <see cref="EndList"/>.</summary>
    public void DropOpenEntries()
    {
        var entries = Ends.Count == 0 ? 0 : Ends[Ends.Count - 1];
        Keys.Truncate(entries);
        Types.Truncate(entries);
        Values.Truncate(entries);
    }

    public void Clear()
    {
        Ends.Clear();
        Keys.Clear();
        Types.Clear();
        Values.Clear();
    }
}
