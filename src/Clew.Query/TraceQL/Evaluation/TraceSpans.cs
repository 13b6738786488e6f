using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>
/// One whole trace to evaluate queries on: its spans by start time, who is whose parent, and the numbers of a walk through the tree. A span that a
/// sender repeated counts once.
/// </summary>
public sealed class TraceSpans
{
    /// <summary>Levels of spans below spans that are walked; what lies deeper stays unnumbered.</summary>
    private const int Unnumbered = 0;

    private readonly SpanBatch _batch;
    private readonly int[] _rows;
    private readonly int[] _parents;
    private readonly int[] _childCounts;
    private readonly Dictionary<string, int> _keys;
    private int[]? _left;
    private int[]? _right;

    private TraceSpans(SpanBatch batch, int[] rows, Dictionary<string, int> keys)
    {
        _batch = batch;
        _keys = keys;
        _rows = rows;
        _parents = new int[rows.Length];
        _childCounts = new int[rows.Length];
        Id = batch.TraceIds[rows[0]];
        StartNanoseconds = long.MaxValue;
        EndNanoseconds = long.MinValue;
        var root = -1;
        var byId = new Dictionary<SpanId, int>(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            var span = batch[rows[i]];
            byId.TryAdd(span.SpanId, i);
            StartNanoseconds = Math.Min(StartNanoseconds, span.Start.UnixNanoseconds);
            EndNanoseconds = Math.Max(EndNanoseconds, span.End.UnixNanoseconds);
            root = root < 0 && span.ParentSpanId.IsEmpty ? i : root;
        }

        for (var i = 0; i < rows.Length; i++)
        {
            var parent = batch.ParentSpanIds[rows[i]];
            _parents[i] = !parent.IsEmpty && byId.TryGetValue(parent, out var index) && index != i ? index : -1;
            if (_parents[i] >= 0)
            {
                _childCounts[_parents[i]]++;
            }
        }

        Root = root < 0 ? null : this[root];
    }

    public TraceId Id { get; }

    public int Count => _rows.Length;

    /// <summary>Since the Unix epoch, of the span that starts first.</summary>
    public long StartNanoseconds { get; }

    /// <summary>Since the Unix epoch, of the span that ends last.</summary>
    public long EndNanoseconds { get; }

    /// <summary>The first span without a parent; null while none has arrived.</summary>
    public TraceSpan? Root { get; }

    public TraceSpan this[int index] => new(this, index);

    /// <summary>Sorts a batch's spans into traces, in the order in which the batch first names them.</summary>
    public static IReadOnlyList<TraceSpans> Of(SpanBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var order = new List<TraceId>();
        var rows = new Dictionary<TraceId, List<int>>();
        for (var row = 0; row < batch.Count; row++)
        {
            var id = batch.TraceIds[row];
            if (!rows.TryGetValue(id, out var list))
            {
                rows.Add(id, list = []);
                order.Add(id);
            }

            list.Add(row);
        }

        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. order.Select(id => new TraceSpans(batch, Sorted(batch, rows[id]), keys))];
    }

    /// <summary>The index of the parent; -1 for roots and spans whose parent has not arrived.</summary>
    public int ParentOf(int index) => _parents[index];

    public int ChildCount(int index) => _childCounts[index];

    public int NestedLeft(int index) => Numbers().Left[index];

    public int NestedRight(int index) => Numbers().Right[index];

    public int NestedParent(int index)
    {
        if (View(index).ParentSpanId.IsEmpty)
        {
            return -1;
        }

        return _parents[index] >= 0 && Numbers().Left[index] != Unnumbered ? Numbers().Left[_parents[index]] : Unnumbered;
    }

    /// <summary>The services that have spans in the trace, by name, how many spans each has and how many of them failed.</summary>
    public IReadOnlyList<(string Name, int Spans, int Errors)> Services() =>
    [
        .. Enumerable.Range(0, Count).Select(View).GroupBy(view => view.Service).OrderBy(service => service.Key, StringComparer.Ordinal)
            .Select(service => (service.Key, service.Count(), service.Count(view => view.Status == SpanStatus.Error))),
    ];

    /// <summary>The place of a span in the batch that the trace was made of.</summary>
    public int RowOf(int index) => _rows[index];

    internal SpanView View(int index) => _batch[_rows[index]];

    /// <summary>Null when it is not there.</summary>
    internal TraceValue? Find(AttributeListsOf place, int index, string name)
    {
        var (lists, list) = place switch
        {
            AttributeListsOf.Span => (_batch.Attributes, _rows[index]),
            AttributeListsOf.Resource => (_batch.Resources.Attributes, _batch.ResourceIndexes[_rows[index]]),
            _ => (_batch.Scopes.Attributes, _batch.ScopeIndexes[_rows[index]]),
        };
        var key = Key(name);
        for (var entry = lists.StartOf(list); entry < lists.EndOf(list); entry++)
        {
            if (lists.Keys[entry] == key)
            {
                return TraceValue.Of(new AttributeValue(lists.Types[entry], _batch.Arena.GetString(lists.Values[entry])));
            }
        }

        return null;
    }

    /// <summary>The key's number in the batch's dictionary.</summary>
    private int Key(string name)
    {
        if (!_keys.TryGetValue(name, out var key))
        {
            _keys.Add(name, key = _batch.Dictionary.Add(name));
        }

        return key;
    }

    /// <summary>By start, each span once. Two spans may share an id, as both sides of a call do in Zipkin, but not their kind too.</summary>
    private static int[] Sorted(SpanBatch batch, List<int> rows)
    {
        rows.Sort((left, right) => batch.StartTimes[left] != batch.StartTimes[right]
            ? batch.StartTimes[left].CompareTo(batch.StartTimes[right])
            : left.CompareTo(right));
        var seen = new HashSet<(SpanId, SpanKind, long, long)>();
        return [.. rows.Where(row => seen.Add((batch.SpanIds[row], batch.Kinds[row], batch.StartTimes[row], batch.Durations[row])))];
    }

    /// <summary>Numbers in the order of entering and leaving spans, over all roots; made when first asked for.</summary>
    private (int[] Left, int[] Right) Numbers()
    {
        if (_left is not null && _right is not null)
        {
            return (_left, _right);
        }

        var children = new List<int>?[Count];
        for (var i = 0; i < Count; i++)
        {
            if (_parents[i] >= 0)
            {
                (children[_parents[i]] ??= []).Add(i);
            }
        }

        var (left, right) = (new int[Count], new int[Count]);
        var number = 0;
        var path = new Stack<(int Index, int Next)>();
        for (var root = 0; root < Count; root++)
        {
            if (!View(root).ParentSpanId.IsEmpty)
            {
                continue;
            }

            left[root] = ++number;
            path.Push((root, 0));
            while (path.TryPop(out var top))
            {
                if (children[top.Index] is { } below && top.Next < below.Count)
                {
                    path.Push((top.Index, top.Next + 1));
                    left[below[top.Next]] = ++number;
                    path.Push((below[top.Next], 0));
                }
                else
                {
                    right[top.Index] = ++number;
                }
            }
        }

        (_left, _right) = (left, right);
        return (left, right);
    }
}

/// <summary>Where a span's single attribute lists are.</summary>
internal enum AttributeListsOf
{
    Span,
    Resource,
    Scope,
}
