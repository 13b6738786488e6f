using Clew.Analysis.Doctor;
using Clew.Analysis.Traces;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;
using static Clew.Server.Api.ContentMapping;

namespace Clew.Server.Api;

/// <summary>A trace's spans and what their tree tells, as <c>GET /api/traces/{traceId}</c> shows them.</summary>
public static class TraceMapping
{
    /// <param name="batch">All spans of one trace, at least one.</param>
    /// <param name="clocks">Not null for times that fit each other: by these corrections, and by what the trace itself still shows. Null for times as received.</param>
    public static TraceDetail Map(SpanBatch batch, ClockCorrections? clocks = null)
    {
        var trace = AnalysedTrace.Of(batch, clocks);
        var (tree, places, path, selfTimes, corrections) = trace;
        var spans = new SpanDetail[tree.Count];
        for (var place = 0; place < spans.Length; place++)
        {
            var row = tree.Order[place];
            var analysis = Analysis(tree, row, places, selfTimes, path);
            if (clocks is null)
            {
                spans[place] = Span(batch, row, 0, analysis);
                continue;
            }

            var added = corrections[row] + tree.SkewOf(row);
            spans[place] = Span(batch, row, added, analysis with { ClockSkewNanos = null, AdjustedNanos = added == 0 ? null : added });
        }

        var root = batch[tree.MainRoot];
        var start = spans.Min(span => span.StartTime);
        var end = spans.Max(span => span.EndTime < span.StartTime ? span.StartTime : span.EndTime);
        var orphans = trace.OrphanCount;
        return new TraceDetail
        {
            TraceId = root.TraceId,
            RootService = root.Service,
            RootName = root.Name,
            StartTime = start,
            EndTime = end,
            DurationNanos = end.UnixNanoseconds - start.UnixNanoseconds,
            SpanCount = spans.Length,
            ErrorCount = spans.Count(span => span.Status == SpanStatus.Error),
            OrphanCount = orphans,
            Partial = orphans > 0,
            Adjusted = clocks is null ? null : true,
            Services = trace.Services(batch),
            Warnings = TraceWarnings.Describe(tree),
            CriticalPath = Path(path, places),
            Resources = Resources(batch),
            Scopes = Scopes(batch),
            Spans = spans,
        };
    }

    /// <param name="found">The spans of this id, complete.</param>
    /// <param name="all">The whole trace, without attributes.</param>
    public static SpanList MapSpans(SpanBatch found, SpanBatch all, SpanId id)
    {
        var (tree, places, path, selfTimes, _) = AnalysedTrace.Of(all, null);
        var twins = Enumerable.Range(0, all.Count).Where(row => all.SpanIds[row] == id).ToList();
        var spans = new List<SpanDetail>(found.Count);
        for (var row = 0; row < found.Count; row++)
        {
            // Spans that share the id are told apart by their start.
            var twin = twins.FindIndex(other => all[other].Start == found[row].Start);
            if (twin >= 0)
            {
                spans.Add(Span(found, row, 0, Analysis(tree, twins[twin], places, selfTimes, path)));
                twins.RemoveAt(twin);
            }
        }

        return new SpanList { Spans = spans, Resources = Resources(found), Scopes = Scopes(found) };
    }

    internal static CriticalPathEntry[] Path(CriticalPath path, int[] places) =>
    [
        .. path.Segments.Select(segment => new CriticalPathEntry
        {
            SpanIndex = places[segment.Span],
            StartTime = new Timestamp(segment.Start),
            EndTime = new Timestamp(segment.End),
            DurationNanos = segment.Duration,
        }),
    ];

    private static SpanAnalysis Analysis(TraceTree tree, int row, int[] places, long[] selfTimes, CriticalPath path)
    {
        var parent = tree.ParentOf(row);
        var skew = tree.SkewOf(row);
        return new SpanAnalysis
        {
            Depth = tree.DepthOf(row),
            ParentIndex = parent == TraceTree.None ? null : places[parent],
            ChildCount = tree.ChildrenOf(row).Length,
            SelfTimeNanos = selfTimes[row],
            CriticalPathNanos = path.OwnTimeOf(row),
            OnCriticalPath = path.Contains(row),
            ParentMissing = (tree.FlawsOf(row) & SpanFlaws.ParentMissing) != 0,
            DuplicateId = (tree.FlawsOf(row) & SpanFlaws.SharedId) != 0,
            ClockSkewNanos = skew == 0 ? null : skew,
            ErrorOrigin = tree.IsErrorOrigin(row),
        };
    }

    /// <param name="added">Nanoseconds to add to its times.</param>
    private static SpanDetail Span(SpanBatch batch, int row, long added, SpanAnalysis analysis)
    {
        var span = batch[row];
        return new SpanDetail
        {
            SpanId = span.SpanId,
            ParentSpanId = span.ParentSpanId.IsEmpty ? null : span.ParentSpanId,
            Service = span.Service,
            Name = span.Name,
            Kind = span.Kind,
            StartTime = Shifted(span.Start, added),
            EndTime = Shifted(span.End, added),
            DurationNanos = span.DurationNanoseconds,
            Status = span.Status,
            StatusMessage = Known(span.StatusMessage),
            TraceState = Known(span.TraceState),
            Flags = span.Flags,
            ResourceIndex = batch.ResourceIndexes[row],
            ScopeIndex = batch.ScopeIndexes[row],
            Attributes = Attributes(span.Attributes),
            Events = Events(span, added),
            Links = Links(span),
            DroppedAttributesCount = span.DroppedAttributes,
            DroppedEventsCount = span.DroppedEvents,
            DroppedLinksCount = span.DroppedLinks,
            Analysis = analysis,
        };
    }

    /// <summary>Hostile times stay where they are instead of turning over.</summary>
    internal static Timestamp Shifted(Timestamp time, long added) => new((long)Int128.Clamp((Int128)time.UnixNanoseconds + added, long.MinValue, long.MaxValue));

    private static EventDetail[] Events(SpanView span, long added)
    {
        var events = new EventDetail[span.EventCount];
        for (var i = 0; i < events.Length; i++)
        {
            var item = span.Event(i);
            events[i] = new EventDetail { Time = Shifted(item.Time, added), Name = item.Name, Attributes = Attributes(item.Attributes), DroppedAttributesCount = item.DroppedAttributes };
        }

        return events;
    }

    private static LinkDetail[] Links(SpanView span)
    {
        var links = new LinkDetail[span.LinkCount];
        for (var i = 0; i < links.Length; i++)
        {
            var link = span.Link(i);
            links[i] = new LinkDetail
            {
                TraceId = link.TraceId,
                SpanId = link.SpanId,
                TraceState = Known(link.TraceState),
                Flags = link.Flags,
                Attributes = Attributes(link.Attributes),
                DroppedAttributesCount = link.DroppedAttributes,
            };
        }

        return links;
    }
}
