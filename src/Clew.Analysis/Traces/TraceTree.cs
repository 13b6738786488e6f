using Clew.Telemetry;

namespace Clew.Analysis.Traces;

/// <summary>
/// The spans of one trace as a forest. Whatever arrives gets a place: a span whose parent is missing becomes a root, a circle of parents is
/// opened at its earliest span, spans that share an id are all kept. Spans are named by their index in the list the tree was built from, and
/// the same list in any order gives the same tree.
/// </summary>
/// <remarks>
/// <para>Steps: (1) find each id's owner, (2) tie children to parents, (3) open circles, (4) choose the order of siblings and walk depth first,
/// correcting clocks on the way down, (5) choose the main root.</para>
/// <para>No step recurses: a trace may be as deep as it is long.</para>
/// </remarks>
public sealed class TraceTree
{
    /// <summary>The value of <see cref="ParentOf"/> for a span without a parent in the trace.</summary>
    public const int None = -1;

    private readonly TraceSpan[] _spans;
    private readonly int[] _parents;
    private readonly int[] _depths;
    private readonly int[] _children;
    private readonly int[] _childStarts;
    private readonly int[] _roots;
    private readonly int[] _order;
    private readonly long[] _skews;
    private readonly SpanFlaws[] _flaws;

    private TraceTree(TraceSpan[] spans)
    {
        _spans = spans;
        _flaws = new SpanFlaws[spans.Length];
        _skews = new long[spans.Length];
        _depths = new int[spans.Length];
        _order = new int[spans.Length];

        _parents = FindParents(); // (1) (2)
        OpenCircles(); // (3)
        (_children, _childStarts, _roots) = GroupByParent();
        Walk(); // (4)
        MainRoot = ChooseMainRoot(); // (5)
    }

    /// <summary>Number of spans.</summary>
    public int Count => _spans.Length;

    /// <summary>
    /// The span that stands for the trace: the earliest one that names no parent; the earliest of the other roots when none such has arrived;
    /// <see cref="None"/> only for a trace without spans.
    /// </summary>
    public int MainRoot { get; }

    /// <summary>Spans without a parent in the trace, by start time.</summary>
    public ReadOnlySpan<int> Roots => _roots;

    /// <summary>All spans as in a waterfall: each before its children, children and roots by start time.</summary>
    public ReadOnlySpan<int> Order => _order;

    public TraceSpan this[int span] => _spans[span];

    public static TraceTree Build(IEnumerable<TraceSpan> spans) => new([.. spans]);

    /// <summary>The tree of all spans of a batch, which the caller knows to be of one trace.</summary>
    public static TraceTree FromBatch(SpanBatch batch)
    {
        var spans = new TraceSpan[batch.Count];
        for (var row = 0; row < spans.Length; row++)
        {
            spans[row] = TraceSpan.FromBatch(batch, row);
        }

        return new TraceTree(spans);
    }

    /// <summary>The tree of some rows of a batch, all of one trace; index <c>i</c> of the tree is <c>rows[i]</c> of the batch.</summary>
    public static TraceTree FromBatch(SpanBatch batch, ReadOnlySpan<int> rows)
    {
        var spans = new TraceSpan[rows.Length];
        for (var i = 0; i < spans.Length; i++)
        {
            spans[i] = TraceSpan.FromBatch(batch, rows[i]);
        }

        return new TraceTree(spans);
    }

    /// <summary>The parent's index, or <see cref="None"/>.</summary>
    public int ParentOf(int span) => _parents[span];

    /// <summary>0 for roots.</summary>
    public int DepthOf(int span) => _depths[span];

    /// <summary>By start time (corrected), then the longer first, then by id.</summary>
    public ReadOnlySpan<int> ChildrenOf(int span) => _children.AsSpan(_childStarts[span].._childStarts[span + 1]);

    public SpanFlaws FlawsOf(int span) => _flaws[span];

    /// <summary>Nanoseconds to add to the span's times so that they fit the clock of the main root's side; 0 when nothing looks wrong.</summary>
    public long SkewOf(int span) => _skews[span];

    /// <summary>When the span started, corrected for clock skew.</summary>
    public long StartOf(int span) => Nanoseconds.Add(_spans[span].Start, _skews[span]);

    /// <summary>When the span ended, corrected for clock skew; never before <see cref="StartOf"/>.</summary>
    public long EndOf(int span) => Nanoseconds.Add(StartOf(span), Math.Max(0, _spans[span].Duration));

    /// <summary>True for the second and later copies of a span that was received more than once: they count for nothing.</summary>
    public bool IsCopy(int span) => (_flaws[span] & SpanFlaws.Copy) != 0;

    /// <summary>The span failed and none of its children did: an error that started here, as far as the trace tells.</summary>
    public bool IsErrorOrigin(int span)
    {
        if (_spans[span].Status != SpanStatus.Error || IsCopy(span))
        {
            return false;
        }

        foreach (var child in ChildrenOf(span))
        {
            if (_spans[child].Status == SpanStatus.Error && !IsCopy(child))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Earlier first, then longer, then by everything else a span has: only copies compare as equal.</summary>
    private static int Compare(in TraceSpan left, in TraceSpan right)
    {
        var order = left.Start.CompareTo(right.Start);
        order = order != 0 ? order : right.Duration.CompareTo(left.Duration);
        order = order != 0 ? order : left.Id.CompareTo(right.Id);
        order = order != 0 ? order : left.Parent.CompareTo(right.Parent);
        order = order != 0 ? order : left.Kind.CompareTo(right.Kind);
        order = order != 0 ? order : left.Status.CompareTo(right.Status);
        order = order != 0 ? order : left.Resource.CompareTo(right.Resource);
        return order != 0 ? order : string.CompareOrdinal(left.Name, right.Name);
    }

    private int Compare(int left, int right)
    {
        var order = Compare(in _spans[left], in _spans[right]);
        return order != 0 ? order : left.CompareTo(right);
    }

    private int CompareCorrected(int left, int right)
    {
        var order = StartOf(left).CompareTo(StartOf(right));
        return order != 0 ? order : Compare(left, right);
    }

    /// <summary>Steps 1 and 2.</summary>
    private int[] FindParents()
    {
        var owners = new Dictionary<SpanId, int>(_spans.Length);
        var shared = new Dictionary<SpanId, List<int>>();
        for (var i = 0; i < _spans.Length; i++)
        {
            var id = _spans[i].Id;
            if (owners.TryAdd(id, i))
            {
                continue;
            }

            if (!shared.TryGetValue(id, out var group))
            {
                shared[id] = group = [owners[id]];
            }

            group.Add(i);
        }

        var parents = new int[_spans.Length];
        Array.Fill(parents, None);
        foreach (var (id, group) in shared)
        {
            owners[id] = FindOwner(group, parents);
        }

        for (var i = 0; i < _spans.Length; i++)
        {
            if (parents[i] != None || _spans[i].Parent.IsEmpty)
            {
                continue;
            }

            if (owners.TryGetValue(_spans[i].Parent, out var parent))
            {
                parents[i] = parent;
            }
            else
            {
                _flaws[i] |= SpanFlaws.ParentMissing;
            }
        }

        return parents;
    }

    /// <summary>
    /// Of spans that share an id, marks all but the first, and finds the one that the id's children hang on: the first. Where a client and a
    /// server span share it, as Zipkin's model allows, the server span is the client's child and the id's children are the server's.
    /// </summary>
    private int FindOwner(List<int> group, int[] parents)
    {
        group.Sort(Compare);
        for (var i = 1; i < group.Count; i++)
        {
            _flaws[group[i]] |= Compare(in _spans[group[i - 1]], in _spans[group[i]]) == 0 ? SpanFlaws.SharedId | SpanFlaws.Copy : SpanFlaws.SharedId;
        }

        var client = group.FindIndex(span => _spans[span].Kind == SpanKind.Client);
        var server = group.FindIndex(span => _spans[span].Kind == SpanKind.Server);
        if (client < 0 || server < 0)
        {
            return group[0];
        }

        parents[group[server]] = group[client];
        return group[server];
    }

    /// <summary>Step 3. In every circle of parents, the earliest span loses its parent.</summary>
    private void OpenCircles()
    {
        // 0: not visited; otherwise the number of the walk that visited the span, counted from 1.
        var walks = new int[_spans.Length];
        for (var first = 0; first < _spans.Length; first++)
        {
            var span = first;
            while (span != None && walks[span] == 0)
            {
                walks[span] = first + 1;
                span = _parents[span];
            }

            if (span == None || walks[span] != first + 1)
            {
                continue;
            }

            var earliest = span;
            for (var next = _parents[span]; next != span; next = _parents[next])
            {
                earliest = Compare(next, earliest) < 0 ? next : earliest;
            }

            _parents[earliest] = None;
            _flaws[earliest] |= SpanFlaws.ParentInCircle;
        }
    }

    private (int[] Children, int[] Starts, int[] Roots) GroupByParent()
    {
        var starts = new int[_spans.Length + 1];
        var roots = new List<int>();
        for (var i = 0; i < _spans.Length; i++)
        {
            if (_parents[i] == None)
            {
                roots.Add(i);
            }
            else
            {
                starts[_parents[i] + 1]++;
            }
        }

        for (var i = 0; i < _spans.Length; i++)
        {
            starts[i + 1] += starts[i];
        }

        var children = new int[_spans.Length - roots.Count];
        var next = starts.ToArray();
        for (var i = 0; i < _spans.Length; i++)
        {
            if (_parents[i] != None)
            {
                children[next[_parents[i]]++] = i;
            }
        }

        roots.Sort(Compare);
        return (children, starts, [.. roots]);
    }

    /// <summary>Step 4.</summary>
    private void Walk()
    {
        var stack = new Stack<int>(_roots.Reverse());
        var place = 0;
        while (stack.TryPop(out var span))
        {
            _order[place++] = span;
            var children = _children.AsSpan(_childStarts[span].._childStarts[span + 1]);
            foreach (var child in children)
            {
                _depths[child] = _depths[span] + 1;
                _skews[child] = ClockSkew.Correct(_spans[span], _skews[span], _spans[child]);
            }

            children.Sort(CompareCorrected);
            for (var i = children.Length - 1; i >= 0; i--)
            {
                stack.Push(children[i]);
            }
        }
    }

    /// <summary>Step 5.</summary>
    private int ChooseMainRoot()
    {
        foreach (var root in _roots)
        {
            if (_spans[root].Parent.IsEmpty)
            {
                return root;
            }
        }

        return _roots.Length == 0 ? None : _roots[0];
    }
}

/// <summary>What is odd about a span's place in its trace.</summary>
[Flags]
public enum SpanFlaws
{
    None = 0,

    /// <summary>It names a parent that is not in the trace.</summary>
    ParentMissing = 1,

    /// <summary>It is its own ancestor; the circle was opened here.</summary>
    ParentInCircle = 2,

    /// <summary>An earlier span has the same id.</summary>
    SharedId = 4,

    /// <summary>An earlier span is the same in everything the tree looks at: it was received more than once.</summary>
    Copy = 8,
}
