using Clew.Analysis.Inspections;
using Clew.Analysis.Traces;
using Clew.Telemetry;

namespace Clew.Analysis.Differences;

/// <summary>
/// Aligns two traces as trees. Children of aligned parents are aligned by service, kind and name, the first of the one with the first of the other and so on; then by names
/// that differ in their digits only; what is left was removed or added. The order of siblings does not count: calls side by side end up in any order.
/// </summary>
public static class TraceComparer
{
    /// <summary>Rows of an answer; the first ones from the root down.</summary>
    public const int MaxRows = 2_000;

    /// <summary>Attributes that differ, per span.</summary>
    public const int MaxAttributes = 20;

    /// <summary>Operations among the self times.</summary>
    public const int MaxOperations = 50;

    /// <summary>A duration differs when it does by this share of the longer one, and by <see cref="MinDifference"/>.</summary>
    public const double MinShare = 0.25;

    /// <summary>Nanoseconds.</summary>
    public const long MinDifference = 1_000_000;

    /// <param name="a">All spans of one trace, at least one.</param>
    /// <param name="b">All spans of another, at least one.</param>
    public static TraceDiff Compare(SpanBatch a, SpanBatch b)
    {
        var first = new Side(a);
        var second = new Side(b);
        var rows = new List<DiffedSpan>();
        var more = 0;

        // A pair of children lists becomes rows; each aligned pair's own children come right behind it, so lists go back on the stack in pieces.
        var pending = new Stack<Row>();
        Push(pending, first, second, first.Roots(), second.Roots(), 0);
        while (pending.TryPop(out var row))
        {
            if (rows.Count < MaxRows)
            {
                rows.Add(row.ToSpan(first, second));
            }
            else
            {
                more++;
            }

            if (row is { A: [var left], B: [var right] })
            {
                Push(pending, first, second, first.Children(left), second.Children(right), row.Depth + 1);
            }
            else
            {
                foreach (var one in row.A)
                {
                    Push(pending, first, second, first.Children(one), [], row.Depth + 1);
                }

                foreach (var one in row.B)
                {
                    Push(pending, first, second, [], second.Children(one), row.Depth + 1);
                }
            }
        }

        var selfTimes = SelfTimes(first, second);
        return new TraceDiff { A = first.Head(), B = second.Head(), Spans = rows, MoreSpans = more, SelfTimes = selfTimes, Findings = Findings(first, second, rows, selfTimes) };
    }

    private static void Push(Stack<Row> pending, Side first, Side second, int[] a, int[] b, int depth)
    {
        var rows = Align(first, second, a, b, depth);
        for (var i = rows.Count - 1; i >= 0; i--)
        {
            pending.Push(rows[i]);
        }
    }

    private static List<Row> Align(Side first, Side second, int[] a, int[] b, int depth)
    {
        var partners = new Dictionary<int, int>();
        var taken = new HashSet<int>();
        Match(span => first.Key(span), span => second.Key(span));
        Match(span => Masked(first.Key(span)), span => Masked(second.Key(span)));

        // In the order of the first trace; what was added comes where its like would start.
        var rows = new List<(long At, Row Row)>();
        foreach (var group in a.Where(span => !partners.ContainsKey(span)).GroupBy(first.Key))
        {
            var spans = group.ToArray();
            rows.Add((first.Offset(spans[0]), new Row(spans, [], depth)));
        }

        rows.AddRange(partners.Select(pair => (first.Offset(pair.Key), new Row([pair.Key], [pair.Value], depth))));
        foreach (var group in b.Where(span => !taken.Contains(span)).GroupBy(second.Key))
        {
            var spans = group.ToArray();
            rows.Add((second.Offset(spans[0]), new Row([], spans, depth)));
        }

        return [.. rows.OrderBy(row => row.At).ThenBy(row => row.Row.A.Length == 0).Select(row => row.Row)];

        void Match(Func<int, (string, SpanKind, string)> keyOfA, Func<int, (string, SpanKind, string)> keyOfB)
        {
            var waiting = b.Where(span => !taken.Contains(span)).GroupBy(keyOfB).ToDictionary(group => group.Key, group => new Queue<int>(group));
            foreach (var span in a.Where(span => !partners.ContainsKey(span)))
            {
                if (waiting.TryGetValue(keyOfA(span), out var queue) && queue.TryDequeue(out var partner))
                {
                    partners[span] = partner;
                    taken.Add(partner);
                }
            }
        }
    }

    private static (string, SpanKind, string) Masked((string Service, SpanKind Kind, string Name) key) =>
        (key.Service, key.Kind, string.Join('#', key.Name.Split(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'], StringSplitOptions.RemoveEmptyEntries)));

    private static List<SelfTimeChange> SelfTimes(Side first, Side second)
    {
        var totals = new Dictionary<(string Service, string Name), (long A, long B, int ACount, int BCount)>();
        foreach (var span in first.All())
        {
            var key = first.Operation(span);
            var old = totals.GetValueOrDefault(key);
            totals[key] = old with { A = old.A + first.Self[span], ACount = old.ACount + 1 };
        }

        foreach (var span in second.All())
        {
            var key = second.Operation(span);
            var old = totals.GetValueOrDefault(key);
            totals[key] = old with { B = old.B + second.Self[span], BCount = old.BCount + 1 };
        }

        return [.. totals.Select(pair => new SelfTimeChange(pair.Key.Service, pair.Key.Name, pair.Value.A, pair.Value.B, pair.Value.ACount, pair.Value.BCount))
            .OrderByDescending(change => Math.Abs(change.DifferenceNanos)).ThenBy(change => change.Service, StringComparer.Ordinal).ThenBy(change => change.Name, StringComparer.Ordinal).Take(MaxOperations)];
    }

    private static List<string> Findings(Side first, Side second, List<DiffedSpan> rows, List<SelfTimeChange> selfTimes)
    {
        var findings = new List<string>();
        var (before, after) = (first.Head().DurationNanos, second.Head().DurationNanos);
        if (Differs(before, after) && selfTimes is [var most, ..] && Math.Abs(most.DifferenceNanos) >= MinDifference)
        {
            findings.Add(Phrase.Text($"It takes {Phrase.Nanoseconds(after)} instead of {Phrase.Nanoseconds(before)}; most of that is {most.Service} '{most.Name}': {Phrase.Nanoseconds(most.BNanos)} of its own time instead of {Phrase.Nanoseconds(most.ANanos)}."));
        }

        foreach (var row in rows.Where(row => row is { A.IsError: false, B.IsError: true }).Take(3))
        {
            findings.Add($"{row.Service} '{row.Name}' fails only in the second.");
        }

        foreach (var row in rows.Where(row => row is { A.IsError: true, B.IsError: false }).Take(3))
        {
            findings.Add($"{row.Service} '{row.Name}' fails only in the first.");
        }

        foreach (var row in rows.Where(row => row is { Fate: SpanFate.Added or SpanFate.Removed }).OrderByDescending(row => row.Count).Take(4))
        {
            findings.Add(Phrase.Text($"{row.Service} '{row.Name}' is {(row.Count > 1 ? Phrase.Text($"called {row.Count} times more") : "called")} in the {(row.Fate == SpanFate.Added ? "second" : "first")} only."));
        }

        return findings;
    }

    private static bool Differs(long a, long b) => Math.Abs(b - a) >= MinDifference && Math.Abs(b - a) >= MinShare * Math.Max(a, b);

    /// <summary>Rows of one trace's spans that belong side by side: one each, or several of one only.</summary>
    private sealed record Row(int[] A, int[] B, int Depth)
    {
        public DiffedSpan ToSpan(Side first, Side second)
        {
            var (service, _, name) = A.Length > 0 ? first.Key(A[0]) : second.Key(B[0]);
            var (a, b) = (first.Sum(A), second.Sum(B));
            var attributes = A.Length == 1 && B.Length == 1 ? Attributes(first, second, A[0], B[0]) : [];
            var fate = B.Length == 0 ? SpanFate.Removed : A.Length == 0 ? SpanFate.Added
                : Differs(a!.DurationNanos, b!.DurationNanos) || a.IsError != b.IsError || attributes.Count > 0 || second.Key(B[0]).Name != name ? SpanFate.Changed : SpanFate.Same;
            return new DiffedSpan { Depth = Depth, Fate = fate, Service = service, Name = name, Count = Math.Max(A.Length, B.Length), A = a, B = b, Attributes = attributes };
        }

        private static List<AttributeDifference> Attributes(Side first, Side second, int a, int b)
        {
            var left = first.Attributes(a);
            var right = second.Attributes(b);
            return [.. left.Keys.Union(right.Keys).Order(StringComparer.Ordinal)
                .Select(key => new AttributeDifference(key, left.GetValueOrDefault(key), right.GetValueOrDefault(key)))
                .Where(pair => pair.A != pair.B).Take(MaxAttributes)];
        }
    }

    /// <summary>One of the traces.</summary>
    private sealed class Side
    {
        private readonly SpanBatch _batch;
        private readonly TraceTree _tree;

        public Side(SpanBatch batch)
        {
            ArgumentNullException.ThrowIfNull(batch);
            ArgumentOutOfRangeException.ThrowIfZero(batch.Count);
            _batch = batch;
            _tree = TraceTree.FromBatch(batch);
            Self = SelfTime.Of(_tree);
        }

        public long[] Self { get; }

        public IEnumerable<int> All() => Enumerable.Range(0, _tree.Count).Where(span => !_tree.IsCopy(span));

        /// <summary>The main root first.</summary>
        public int[] Roots() => [_tree.MainRoot, .. _tree.Roots.ToArray().Where(root => root != _tree.MainRoot && !_tree.IsCopy(root))];

        public int[] Children(int span) => [.. _tree.ChildrenOf(span).ToArray().Where(child => !_tree.IsCopy(child))];

        public (string Service, SpanKind Kind, string Name) Key(int span) => (_batch[span].Service, _batch[span].Kind, _batch[span].Name);

        public (string Service, string Name) Operation(int span) => (_batch[span].Service, _batch[span].Name);

        public long Offset(int span) => _tree.StartOf(span) - _tree.StartOf(_tree.MainRoot);

        public SpanSide? Sum(int[] spans) => spans.Length == 0 ? null : new SpanSide(
            _batch[spans[0]].SpanId.ToString(), spans.Sum(span => Math.Max(0, _tree[span].Duration)), spans.Sum(span => Self[span]), spans.Any(span => _tree[span].Status == SpanStatus.Error));

        /// <summary>The span's and, by <c>resource.</c> before them, its resource's. Of keys that repeat the first counts.</summary>
        public Dictionary<string, string> Attributes(int span)
        {
            var all = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (key, value) in _batch[span].Attributes)
            {
                all.TryAdd(key, value.Text);
            }

            foreach (var (key, value) in _batch[span].Resource.Attributes)
            {
                all.TryAdd("resource." + key, value.Text);
            }

            if (_batch[span].StatusMessage is { Length: > 0 } message)
            {
                all.TryAdd("status message", message);
            }

            return all;
        }

        public DiffedTrace Head()
        {
            var root = _batch[_tree.MainRoot];
            return new DiffedTrace(root.TraceId.ToString(), root.Service, root.Name, Math.Max(0, _tree[_tree.MainRoot].Duration), All().Count(), All().Count(span => _tree[span].Status == SpanStatus.Error));
        }
    }
}
