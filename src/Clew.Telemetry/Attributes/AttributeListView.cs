namespace Clew.Telemetry;

/// <summary>Reads one list of an <see cref="AttributeLists"/>. A struct that does not implement IEnumerable, so that nothing boxes.</summary>
public readonly struct AttributeListView
{
    private readonly TelemetryBatch _batch;
    private readonly AttributeLists _lists;
    private readonly int _start;

    internal AttributeListView(TelemetryBatch batch, AttributeLists lists, int list)
    {
        _batch = batch;
        _lists = lists;
        _start = lists.StartOf(list);
        Count = lists.EndOf(list) - _start;
    }

    public int Count { get; }

    public AttributeEntry this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
            var entry = _start + index;
            return new AttributeEntry(
                _batch.Dictionary.GetString(_lists.Keys[entry]),
                new AttributeValue(_lists.Types[entry], _batch.Arena.GetString(_lists.Values[entry])));
        }
    }

    /// <summary>The first value with this key, or null.</summary>
    public AttributeValue? Find(string key)
    {
        for (var i = 0; i < Count; i++)
        {
            var entry = _start + i;
            if (_batch.Dictionary.GetString(_lists.Keys[entry]) == key)
            {
                return new AttributeValue(_lists.Types[entry], _batch.Arena.GetString(_lists.Values[entry]));
            }
        }

        return null;
    }

    public Enumerator GetEnumerator() => new(this);

    public struct Enumerator
    {
        private readonly AttributeListView _list;
        private int _index;

        internal Enumerator(AttributeListView list)
        {
            _list = list;
            _index = -1;
        }

        public readonly AttributeEntry Current => _list[_index];

        public bool MoveNext() => ++_index < _list.Count;
    }
}
