using Clew.Analysis.Doctor;
using Clew.Analysis.Traces;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Server.Api;

/// <summary>A trace by columns, as <c>GET /api/traces/{traceId}?format=outline</c> shows it.</summary>
internal static class TraceOutlineMapping
{
    /// <inheritdoc cref="TraceMapping.Map"/>
    public static TraceOutline Map(SpanBatch batch, ClockCorrections? clocks)
    {
        var trace = AnalysedTrace.Of(batch, clocks);
        var tree = trace.Tree;
        var count = tree.Count;
        var times = trace.Services(batch);
        var services = times.Select((time, index) => (time.Name, index)).ToDictionary(t => t.Name, t => t.index, StringComparer.Ordinal);
        var (names, peers) = (new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
        var (ids, parents, service, name, peer) = (new SpanId[count], new int[count], new int[count], new int[count], new int[count]);
        var (kinds, statuses, flags) = (new int[count], new int[count], new int[count]);
        var (starts, durations, self, critical) = (new long[count], new long[count], new long[count], new long[count]);
        var (start, end) = (long.MaxValue, long.MinValue);
        for (var place = 0; place < count; place++)
        {
            var row = tree.Order[place];
            var span = batch[row];
            var parent = tree.ParentOf(row);
            ids[place] = span.SpanId;
            parents[place] = parent == TraceTree.None ? -1 : trace.Places[parent];
            service[place] = services[span.Service];
            name[place] = Number(names, span.Name);
            peer[place] = span.Kind is SpanKind.Client or SpanKind.Producer && tree.ChildrenOf(row).Length == 0 && InferredPeer.Of(span) is { } inferred ? Number(peers, inferred) : -1;
            kinds[place] = (int)span.Kind;
            statuses[place] = (int)span.Status;
            starts[place] = TraceMapping.Shifted(span.Start, clocks is null ? 0 : trace.Corrections[row] + tree.SkewOf(row)).UnixNanoseconds;
            durations[place] = span.DurationNanoseconds;
            self[place] = trace.SelfTimes[row];
            critical[place] = trace.Path.OwnTimeOf(row);
            flags[place] = Flags(trace, row);
            start = Math.Min(start, starts[place]);
            end = Math.Max(end, starts[place] + Math.Max(0, durations[place]));
        }

        for (var place = 0; place < count; place++)
        {
            starts[place] -= start;
        }

        var root = batch[tree.MainRoot];
        return new TraceOutline
        {
            TraceId = root.TraceId,
            RootService = root.Service,
            RootName = root.Name,
            StartTime = new Timestamp(start),
            EndTime = new Timestamp(end),
            DurationNanos = end - start,
            SpanCount = count,
            ErrorCount = times.Sum(time => time.ErrorCount),
            OrphanCount = trace.OrphanCount,
            Partial = trace.OrphanCount > 0,
            Adjusted = clocks is null ? null : true,
            Warnings = TraceWarnings.Describe(tree),
            CriticalPath = TraceMapping.Path(trace.Path, trace.Places),
            Services = times,
            Names = [.. names.Keys],
            Peers = [.. peers.Keys],
            Spans = new SpanColumns
            {
                Id = ids,
                Parent = parents,
                Service = service,
                Name = name,
                Peer = peer,
                Kind = kinds,
                Status = statuses,
                Start = starts,
                Duration = durations,
                Self = self,
                Critical = critical,
                Flags = flags,
            },
        };
    }

    private static int Flags(AnalysedTrace trace, int row)
    {
        var flaws = trace.Tree.FlawsOf(row);
        return (trace.Path.Contains(row) ? 1 : 0)
            | ((flaws & SpanFlaws.ParentMissing) != 0 ? 2 : 0)
            | ((flaws & SpanFlaws.SharedId) != 0 ? 4 : 0)
            | (trace.Tree.IsErrorOrigin(row) ? 8 : 0)
            | (trace.Tree.SkewOf(row) != 0 ? 16 : 0);
    }

    private static int Number(Dictionary<string, int> numbers, string text)
    {
        if (!numbers.TryGetValue(text, out var number))
        {
            numbers[text] = number = numbers.Count;
        }

        return number;
    }
}
