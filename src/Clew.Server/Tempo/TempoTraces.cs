using System.Buffers;
using Clew.Protocols.Otlp;
using Clew.Protocols.Tempo;
using Clew.Query.TraceQL;
using Clew.Server.Api;
using Clew.Server.Jaeger;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Clew.Server.Tempo;

/// <summary>
/// Traces by id, as JSON or, when the request accepts <c>application/protobuf</c>, as protobuf: <c>tempopb.Trace</c>, which is OTLP's TracesData, and around it in
/// version 2 <c>tempopb.TraceByIDResponse</c>. Only spans that start between <c>start</c> and <c>end</c>, if given, are in the answer. A trace that is not stored is 404 in version 1 and an empty trace in version 2; of one that is too large
/// version 1 answers the limit, version 2 the first spans, marked as partial. Version 2 takes a filter (<c>q</c>): then only the spans that fulfil it are in the answer, and, unless <c>keep_hierarchy</c> is
/// false, those above them.
/// </summary>
internal static class TempoTraces
{
    private const string Protobuf = "application/protobuf";

    public static async Task GetAsync(TempoAsking asking)
    {
        var (batch, rows, _) = await ReadAsync(asking, isPartUseful: false);
        if (rows.Length == 0)
        {
            asking.Http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (WantsProtobuf(asking.Http))
        {
            var message = new ArrayBufferWriter<byte>();
            OtlpProtobufEncoder.Write(message, batch, rows);
            await WriteAsync(asking.Http, message.WrittenMemory, default);
        }
        else
        {
            await TempoAnswer.WriteAsync(asking.Http, writer => OtlpJsonEncoder.WriteAsProtobufJson(writer, batch, rows, "batches"u8));
        }
    }

    public static async Task GetV2Async(TempoAsking asking)
    {
        var filter = Filter(asking);
        var keepsHierarchy = asking.Truth("keep_hierarchy") ?? true;
        var (batch, rows, lack) = await ReadAsync(asking, isPartUseful: true);
        if (filter is not null && rows.Length > 0)
        {
            rows = Filtered(batch, filter, keepsHierarchy);
        }

        if (!WantsProtobuf(asking.Http))
        {
            await TempoAnswer.WriteAsync(asking.Http, writer =>
            {
                writer.WriteStartObject();
                writer.WritePropertyName("trace"u8);
                if (rows.Length == 0)
                {
                    writer.WriteStartObject();
                    writer.WriteEndObject();
                }
                else
                {
                    OtlpJsonEncoder.WriteAsProtobufJson(writer, batch, rows, "resourceSpans"u8);
                }

                TempoJson.WriteNoWork(writer);
                if (lack is not null)
                {
                    writer.WriteString("status"u8, "PARTIAL"u8);
                    writer.WriteString("message"u8, lack);
                }

                writer.WriteEndObject();
            });
            return;
        }

        var message = new ArrayBufferWriter<byte>();
        if (rows.Length > 0)
        {
            OtlpProtobufEncoder.Write(message, batch, rows);
        }

        var head = TempoMessageWriter.TraceHead(message.WrittenCount);
        message.Write(TempoMessageWriter.TraceTail(lack));
        await WriteAsync(asking.Http, message.WrittenMemory, head);
    }

    /// <summary>The filter of <c>q</c>, which is one set of braces and nothing else; null for none.</summary>
    private static SpansetFilter? Filter(TempoAsking asking)
    {
        if (asking.Text("q") is not { } text)
        {
            return null;
        }

        return TempoAsking.Parse(text).Search is { Stages: [SpansetFilter only] } ? only : throw PeerRefusal.BadRequest("invalid q: a single filter { … } of spans is wanted here, no pipeline, structure or metrics");
    }

    /// <summary>Rows of the spans that fulfil a filter and, if wanted, of those on the way from the root to them.</summary>
    private static int[] Filtered(SpanBatch batch, SpansetFilter filter, bool keepsHierarchy)
    {
        var rows = new List<int>();
        foreach (var trace in TraceSpans.Of(batch))
        {
            var kept = new bool[trace.Count];
            for (var i = 0; i < trace.Count; i++)
            {
                for (var at = filter.Holds(trace[i]) ? i : -1; at >= 0 && !kept[at]; at = keepsHierarchy ? trace.ParentOf(at) : -1)
                {
                    kept[at] = true;
                }
            }

            rows.AddRange(Enumerable.Range(0, trace.Count).Where(index => kept[index]).Select(trace.RowOf));
        }

        return [.. rows];
    }

    /// <param name="isPartUseful">Whether of a trace that is too large its first spans are answered, or the limit.</param>
    /// <returns>Why something is missing; null for a whole trace.</returns>
    private static async Task<(SpanBatch Batch, int[] Rows, string? Lack)> ReadAsync(TempoAsking asking, bool isPartUseful)
    {
        var text = asking.Http.GetRouteValue("traceId")?.ToString() ?? string.Empty;
        if (!TraceId.TryParse(text, out var id) || id.IsEmpty)
        {
            throw PeerRefusal.BadRequest($"invalid trace id {text}: up to 32 hexadecimal digits");
        }

        TimeRange? range = asking.Text("start") is null && asking.Text("end") is null ? null : asking.Range();
        try
        {
            var (batch, traces) = await JaegerTraces.GetAsync(asking.Store, asking.Tenant, [id], range, asking.Limits, asking.Cancellation);
            return (batch, traces.Count == 0 ? [] : traces[0].Rows, null);
        }
        catch (QueryLimitException limit) when (isPartUseful)
        {
            var first = new RecordQuery(
                asking.Tenant, range ?? TimeRange.All, Predicate.Equal(Field.Intrinsic(Intrinsics.TraceId), Literal.String(id.ToString())), asking.Limits.Spans, TimeOrder.OldestFirst);
            var batch = await asking.Store.FindSpansAsync(first, asking.Cancellation);
            return (batch, [.. Enumerable.Range(0, batch.Count)], $"{limit.Message} These are its first {batch.Count} spans.");
        }
    }

    private static bool WantsProtobuf(HttpContext http) => http.Request.Headers.Accept.Any(accept => accept?.Contains(Protobuf, StringComparison.OrdinalIgnoreCase) == true);

    private static async Task WriteAsync(HttpContext http, ReadOnlyMemory<byte> message, ReadOnlyMemory<byte> head)
    {
        http.Response.ContentType = Protobuf;
        http.Response.ContentLength = head.Length + message.Length;
        await http.Response.Body.WriteAsync(head, http.RequestAborted);
        await http.Response.Body.WriteAsync(message, http.RequestAborted);
    }
}
