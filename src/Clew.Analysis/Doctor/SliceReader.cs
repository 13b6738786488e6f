using Clew.Analysis.Traces;
using Clew.Telemetry;

namespace Clew.Analysis.Doctor;

/// <summary>
/// Finds traces that begin while a call of another trace waits: where the context got lost between two services, the callee's root lies within the
/// caller's client span, which has no other answer.
/// </summary>
public static class SliceReader
{
    /// <param name="batch">Every span of a stretch of time.</param>
    /// <param name="start">Begin of the stretch, nanoseconds since 1970.</param>
    /// <param name="end">Its end.</param>
    public static TimeSlice Read(SpanBatch batch, long start, long end)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var calls = new List<Waiting>();
        var roots = new List<Waiting>();
        var facts = new SpanFacts();
        foreach (var (trace, rows) in TraceRows.Of(batch))
        {
            Collect(batch, trace, rows, facts, calls, roots);
        }

        calls.Sort((left, right) => left.Start.CompareTo(right.Start));
        return new TimeSlice { Start = start, End = end, Spans = batch.Count, Broken = Match(calls, roots, end - start) };
    }

    private static void Collect(SpanBatch batch, TraceId trace, int[] rows, SpanFacts facts, List<Waiting> calls, List<Waiting> roots)
    {
        var tree = TraceTree.FromBatch(batch, rows);
        for (var i = 0; i < tree.Count; i++)
        {
            var span = batch[rows[i]];
            if (tree.IsCopy(i))
            {
                continue;
            }

            if (tree.ParentOf(i) == TraceTree.None && span.Kind == SpanKind.Server && span.ParentSpanId.IsEmpty)
            {
                roots.Add(new Waiting(span.Service, tree[i].Start, tree[i].End, trace, string.Empty));
            }
            else if (span.Kind == SpanKind.Client && !IsAnswered(batch, tree, rows, i))
            {
                facts.Read(span);
                if (facts.Database.Length == 0 && facts.Messaging.Length == 0 && !facts.IsExport)
                {
                    calls.Add(new Waiting(span.Service, tree[i].Start, tree[i].End, trace, facts.PeerHost));
                }
            }
        }
    }

    private static bool IsAnswered(SpanBatch batch, TraceTree tree, int[] rows, int call)
    {
        foreach (var child in tree.ChildrenOf(call))
        {
            if (batch.ResourceIndexes[rows[child]] != batch.ResourceIndexes[rows[call]])
            {
                return true;
            }
        }

        return false;
    }

    private static IReadOnlyList<BrokenLink> Match(List<Waiting> calls, List<Waiting> roots, long length)
    {
        var coverage = calls.GroupBy(call => call.Service, StringComparer.Ordinal).ToDictionary(group => group.Key, group => Coverage(group, length), StringComparer.Ordinal);
        var starts = calls.Select(call => call.Start).ToArray();
        var total = roots.CountBy(root => root.Service, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var links = new Dictionary<(string Caller, string Callee), Link>();
        foreach (var root in roots)
        {
            if (Tightest(calls, starts, root) is not { } call)
            {
                continue;
            }

            if (!links.TryGetValue((call.Service, root.Service), out var link))
            {
                links[(call.Service, root.Service)] = link = new Link();
            }

            link.Within++;
            link.Named += Names(call.Peer, root.Service) ? 1 : 0;
            if (link.Traces.Count < 4)
            {
                link.Traces.AddRange([call.Trace.ToString(), root.Trace.ToString()]);
            }
        }

        return
        [
            .. links.OrderByDescending(link => link.Value.Within)
                .ThenBy(link => link.Key.Caller, StringComparer.Ordinal).ThenBy(link => link.Key.Callee, StringComparer.Ordinal)
                .Take(DoctorLimits.Subjects)
                .Select(link => new BrokenLink
                {
                    Caller = link.Key.Caller,
                    Callee = link.Key.Callee,
                    Roots = total[link.Key.Callee],
                    Within = link.Value.Within,
                    ByChance = Math.Round(total[link.Key.Callee] * coverage[link.Key.Caller], 1),
                    Named = link.Value.Named * 2 > link.Value.Within,
                    Traces = link.Value.Traces,
                }),
        ];
    }

    /// <summary>The shortest call of another service that the request lies within; one that names its service before any other.</summary>
    private static Waiting? Tightest(List<Waiting> calls, long[] starts, Waiting root)
    {
        var place = Array.BinarySearch(starts, root.Start + ClockSkew.Tolerance);
        place = place < 0 ? ~place : place;
        while (place < starts.Length && starts[place] <= root.Start + ClockSkew.Tolerance)
        {
            place++;
        }

        Waiting? best = null;
        var isNamed = false;
        for (var i = place - 1; i >= 0 && i >= place - DoctorLimits.WaitingCalls; i--)
        {
            var call = calls[i];
            if (call.Service == root.Service || call.End < root.End - ClockSkew.Tolerance)
            {
                continue;
            }

            var names = Names(call.Peer, root.Service);
            if (best is null || (names && !isNamed) || (names == isNamed && call.End - call.Start < best.End - best.Start))
            {
                (best, isNamed) = (call, names);
            }
        }

        return best;
    }

    /// <summary>Whether a host name such as <c>orders.shop.svc:8080</c> is of a service such as <c>orders</c> or <c>orders-service</c>.</summary>
    private static bool Names(string peer, string service)
    {
        if (peer.Length == 0)
        {
            return false;
        }

        var end = peer.AsSpan().IndexOfAny('.', ':', '/');
        var host = Plain(end < 0 ? peer : peer[..end]);
        return host.Length > 0 && (host == Plain(service) || Plain(peer) == Plain(service));

        static string Plain(string name)
        {
            var letters = string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();
            return letters.Length > 7 && letters.EndsWith("SERVICE", StringComparison.Ordinal) ? letters[..^7] : letters;
        }
    }

    /// <summary>Share of the time in which at least one of the calls waits.</summary>
    private static double Coverage(IEnumerable<Waiting> calls, long length)
    {
        double covered = 0;
        var until = long.MinValue;
        foreach (var call in calls)
        {
            covered += Math.Max(0, call.End - (double)Math.Max(call.Start, until));
            until = Math.Max(until, call.End);
        }

        return length <= 0 ? 1 : Math.Min(1, covered / length);
    }

    private sealed record Waiting(string Service, long Start, long End, TraceId Trace, string Peer);

    private sealed class Link
    {
        public int Within { get; set; }

        public int Named { get; set; }

        public List<string> Traces { get; } = [];
    }
}
