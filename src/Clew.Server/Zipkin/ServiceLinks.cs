using Clew.Analysis.Traces;
using Clew.Protocols.Zipkin;
using Clew.Telemetry;

namespace Clew.Server.Zipkin;

/// <summary>Calls from one service to another, as Zipkin draws them.</summary>
/// <param name="Errors">Those of them that failed.</param>
internal sealed record ServiceLink(string Parent, string Child, long Calls, long Errors);

/// <summary>
/// Service links by Zipkin's rules (its DependencyLinker): each server span is a call from the nearest client, server, producer or consumer above it, or
/// from the remote service it names; a client span counts only when nothing hangs below it, as a call of what it names; a producer calls its broker, a
/// broker its consumer. Unlike <see cref="ITelemetryReader.GetDependenciesAsync"/> this knows services that send no spans, such as databases.
/// </summary>
internal sealed class ServiceLinks
{
    private readonly Dictionary<(string Parent, string Child), (long Calls, long Errors)> _links = [];

    /// <summary>The links of everything that began within a range; above the limit on spans, estimated from a sample of whole traces.</summary>
    /// <returns>By parent, then child.</returns>
    public static async Task<IReadOnlyList<ServiceLink>> ReadAsync(ZipkinAsking asking, TimeRange range)
    {
        var count = await asking.Store.ReadAsync(new ReadPlan(asking.Tenant, Dataset.Spans, range) { Aggregates = [Aggregate.Count()] }, asking.Http.RequestAborted);
        var spans = count.RowCount == 0 ? 0 : count.Longs("count")[0];
        var oneIn = (int)Math.Clamp(1 + ((spans - 1) / asking.Limits.Spans), 1, int.MaxValue);
        var batch = await asking.Store.FindSpansAsync(
            new RecordQuery(asking.Tenant, range, Where: null, asking.Limits.Spans, TimeOrder.OldestFirst) { Parts = RecordParts.Attributes, OneTraceIn = oneIn },
            asking.Http.RequestAborted);
        var links = new ServiceLinks();
        foreach (var (_, rows) in TraceRows.Of(batch))
        {
            links.Add(batch, rows);
        }

        return links.ToList(oneIn);
    }

    /// <summary>Adds the links of one trace.</summary>
    public void Add(SpanBatch batch, int[] rows)
    {
        var tree = TraceTree.FromBatch(batch, rows);
        var spans = Array.ConvertAll(rows, row => new ZipkinSpanView(batch, row));
        foreach (var index in tree.Order)
        {
            if (!tree.IsCopy(index))
            {
                AddSpan(tree, spans, index);
            }
        }
    }

    /// <param name="factor">How many traces each of those added stands for.</param>
    /// <returns>By parent, then child.</returns>
    public IReadOnlyList<ServiceLink> ToList(int factor) =>
    [
        .. _links.Select(link => new ServiceLink(link.Key.Parent, link.Key.Child, link.Value.Calls * factor, link.Value.Errors * factor))
            .OrderBy(link => link.Parent, StringComparer.Ordinal)
            .ThenBy(link => link.Child, StringComparer.Ordinal),
    ];

    private static bool IsRemote(SpanKind kind) => kind is SpanKind.Client or SpanKind.Server or SpanKind.Producer or SpanKind.Consumer;

    private void AddSpan(TraceTree tree, ZipkinSpanView[] spans, int index)
    {
        var span = spans[index];
        var kind = span.Kind;
        if (kind == SpanKind.Client && !tree.ChildrenOf(index).IsEmpty)
        {
            // The other side's own span says who it was.
            return;
        }

        if (!IsRemote(kind))
        {
            if (span.LocalService is null || span.RemoteService is null)
            {
                return;
            }

            kind = SpanKind.Client;
        }

        var (parent, child) = kind is SpanKind.Server or SpanKind.Consumer ? (span.RemoteService, span.LocalService) : (span.LocalService, span.RemoteService);
        if (kind is SpanKind.Producer or SpanKind.Consumer)
        {
            // Messages go by a broker: what lies above is no caller.
            AddLink(parent, child, span.IsError);
            return;
        }

        AddCall(tree, spans, index, kind, parent, child);
    }

    private void AddCall(TraceTree tree, ZipkinSpanView[] spans, int index, SpanKind kind, string? parent, string? child)
    {
        var span = spans[index];
        var isError = span.IsError;
        var above = tree.ParentOf(index);
        while (above != TraceTree.None && !IsRemote(spans[above].Kind))
        {
            above = tree.ParentOf(above);
        }

        if (above != TraceTree.None && spans[above].LocalService is { } ancestor)
        {
            if (kind == SpanKind.Client && span.LocalService is { } own && own != ancestor)
            {
                // A client that gives the remote service's name as its own: its call of itself is the one that is missing.
                AddLink(ancestor, own, isError: false);
            }

            parent = kind == SpanKind.Server ? ancestor : parent ?? ancestor;
            if (spans[above].Kind == SpanKind.Client && tree[index].Parent == tree[above].Id)
            {
                isError |= spans[above].IsError;
            }
        }

        AddLink(parent, child, isError);
    }

    private void AddLink(string? parent, string? child, bool isError)
    {
        if (parent is null || child is null)
        {
            return;
        }

        var (calls, errors) = _links.GetValueOrDefault((parent, child));
        _links[(parent, child)] = (calls + 1, errors + (isError ? 1 : 0));
    }
}
