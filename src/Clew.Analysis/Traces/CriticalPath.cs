namespace Clew.Analysis.Traces;

/// <summary>A stretch of time, in corrected nanoseconds since the Unix epoch, during which the trace waited for this span's own work.</summary>
public readonly record struct CriticalPathSegment(int Span, long Start, long End)
{
    public long Duration => Nanoseconds.Subtract(End, Start);
}

/// <summary>
/// The critical path: the stretches of time that made the main root last as long as it did. Shorten work on it and the trace gets shorter;
/// work beside it runs in its shadow. The idea is CRISP's (Zhang et al., USENIX ATC 2022): walk back from the end, always along the child that
/// finished last.
/// </summary>
/// <remarks>
/// <para>Within a span, from its end: the child that finished last is what the span waited for; when that child started, the next is the one
/// that had finished last by then; a child that was still running then was not waited for. Time in which the span waited for no child is its own.</para>
/// <para>Children count as far as they lie within their parent: a child that outlives its parent is cut at the parent's end.</para>
/// <para>The segments are in order of time, without gaps or overlaps, and add up to the main root's duration.</para>
/// </remarks>
public sealed class CriticalPath
{
    private readonly bool[] _visited;
    private readonly long[] _own;

    private CriticalPath(int count)
    {
        _visited = new bool[count];
        _own = new long[count];
    }

    public IReadOnlyList<CriticalPathSegment> Segments { get; private set; } = [];

    /// <summary>Whether the path leads through the span, be it only to a child of it.</summary>
    public bool Contains(int span) => _visited[span];

    /// <summary>Nanoseconds of the path that are the span's own.</summary>
    public long OwnTimeOf(int span) => _own[span];

    public static CriticalPath Of(TraceTree tree)
    {
        var path = new CriticalPath(tree.Count);
        if (tree.MainRoot != TraceTree.None)
        {
            path.Segments = path.WalkBack(tree);
        }

        return path;
    }

    private List<CriticalPathSegment> WalkBack(TraceTree tree)
    {
        var segments = new List<CriticalPathSegment>();
        var stack = new Stack<Stage>();
        stack.Push(Enter(tree, tree.MainRoot, tree.StartOf(tree.MainRoot), tree.EndOf(tree.MainRoot)));
        while (stack.TryPop(out var stage))
        {
            var next = stage.Next;
            while (next < stage.Waits.Length && stage.Waits[next].End > stage.Now)
            {
                next++; // Was still running: not waited for.
            }

            if (next == stage.Waits.Length)
            {
                Add(segments, stage.Span, stage.Start, stage.Now);
                continue;
            }

            var wait = stage.Waits[next];
            Add(segments, stage.Span, wait.End, stage.Now);
            stack.Push(stage with { Next = next + 1, Now = wait.Start });
            stack.Push(Enter(tree, wait.Span, wait.Start, wait.End));
        }

        segments.Reverse();
        return segments;
    }

    private Stage Enter(TraceTree tree, int span, long start, long end)
    {
        _visited[span] = true;
        var waits = new List<CriticalPathSegment>();
        foreach (var child in tree.ChildrenOf(span))
        {
            var childStart = Math.Max(tree.StartOf(child), start);
            var childEnd = Math.Min(tree.EndOf(child), end);
            if (childStart < childEnd && !tree.IsCopy(child))
            {
                waits.Add(new CriticalPathSegment(child, childStart, childEnd));
            }
        }

        // Last end first. Of children that end together the one that started first counts: it covers more. The sort is stable, so that the rest
        // is as in the tree.
        return new Stage(span, start, end, [.. waits.OrderByDescending(wait => wait.End).ThenBy(wait => wait.Start)], 0);
    }

    private void Add(List<CriticalPathSegment> segments, int span, long start, long end)
    {
        if (start >= end)
        {
            return;
        }

        segments.Add(new CriticalPathSegment(span, start, end));
        _own[span] = Nanoseconds.Add(_own[span], Nanoseconds.Subtract(end, start));
    }

    /// <summary>A span on the path, walked back from its end as far as <paramref name="Now"/>.</summary>
    private readonly record struct Stage(int Span, long Start, long Now, CriticalPathSegment[] Waits, int Next);
}
