namespace Clew.Telemetry;

/// <summary>
/// Entries to take out of attribute lists and entries to append to them, gathered while a batch is looked through and then applied in one pass.
/// (A value, type or key that only changes is written into its column directly.) Keeps its memory for the next batch; not safe for concurrent use.
/// </summary>
public sealed class AttributeEdits
{
    private readonly Column<int> _removed = new();
    private readonly Column<Addition> _added = new();
    private readonly Column<int> _ends = new();
    private readonly Column<int> _keys = new();
    private readonly Column<AttributeType> _types = new();
    private readonly Column<TextRef> _values = new();

    public bool IsEmpty => _removed.Count == 0 && _added.Count == 0;

    /// <summary>Entries that will be taken out.</summary>
    public int Removals => _removed.Count;

    /// <param name="entry">Its index in the columns of the lists; greater than that of the last call.</param>
    public void Remove(int entry)
    {
        if (_removed.Count > 0 && _removed[_removed.Count - 1] >= entry)
        {
            throw new ArgumentOutOfRangeException(nameof(entry), entry, "Entries are removed in ascending order.");
        }

        _removed.Add(entry);
    }

    /// <summary>Appends an entry to a list.</summary>
    /// <param name="list">Not less than in the last call.</param>
    /// <param name="key">Dictionary number.</param>
    public void Append(int list, int key, AttributeType type, TextRef value)
    {
        if (_added.Count > 0 && _added[_added.Count - 1].List > list)
        {
            throw new ArgumentOutOfRangeException(nameof(list), list, "Entries are appended in the order of their lists.");
        }

        _added.Add(new Addition(list, key, type, value));
    }

    /// <summary>Changes the lists, whose entries must be those that were looked at, and forgets the edits.</summary>
    public void Apply(AttributeLists lists)
    {
        ArgumentNullException.ThrowIfNull(lists);
        if (IsEmpty)
        {
            return;
        }

        var (removed, added) = (0, 0);
        for (var list = 0; list < lists.Count; list++)
        {
            for (var entry = lists.StartOf(list); entry < lists.EndOf(list); entry++)
            {
                if (removed < _removed.Count && _removed[removed] == entry)
                {
                    removed++;
                    continue;
                }

                Keep(lists.Keys[entry], lists.Types[entry], lists.Values[entry]);
            }

            for (; added < _added.Count && _added[added].List == list; added++)
            {
                Keep(_added[added].Key, _added[added].Type, _added[added].Value);
            }

            _ends.Add(_keys.Count);
        }

        lists.Clear();
        lists.Ends.AddRange(_ends.Values);
        lists.Keys.AddRange(_keys.Values);
        lists.Types.AddRange(_types.Values);
        lists.Values.AddRange(_values.Values);
        Clear();
    }

    public void Clear()
    {
        _removed.Clear();
        _added.Clear();
        _ends.Clear();
        _keys.Clear();
        _types.Clear();
        _values.Clear();
    }

    private void Keep(int key, AttributeType type, TextRef value)
    {
        _keys.Add(key);
        _types.Add(type);
        _values.Add(value);
    }

    private readonly record struct Addition(int List, int Key, AttributeType Type, TextRef Value);
}
