using System.Buffers;
using Clew.Protocols.Otlp;
using Clew.Protocols.Tempo;
using Clew.Server.Api;
using Clew.Server.Jaeger;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Clew.Server.Tempo;

/// <summary>
/// Traces by id, as JSON or, when the request accepts <c>application/protobuf</c>, as protobuf: <c>tempopb.Trace</c>, which is OTLP's TracesData, and around it in
/// version 2 <c>tempopb.TraceByIDResponse</c>. Only spans that start between <c>start</c> and <c>end</c>, if given, are in the answer. A trace that is not stored is 404 in version 1 and an empty trace in version 2.
/// </summary>
internal static class TempoTraces
{
    private const string Protobuf = "application/protobuf";

    public static async Task GetAsync(TempoAsking asking)
    {
        var (batch, rows) = await ReadAsync(asking);
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
        var (batch, rows) = await ReadAsync(asking);
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
                writer.WriteEndObject();
            });
            return;
        }

        var message = new ArrayBufferWriter<byte>();
        if (rows.Length > 0)
        {
            OtlpProtobufEncoder.Write(message, batch, rows);
        }

        await WriteAsync(asking.Http, message.WrittenMemory, TempoMessageWriter.TraceHead(message.WrittenCount));
    }

    private static async Task<(SpanBatch Batch, int[] Rows)> ReadAsync(TempoAsking asking)
    {
        var text = asking.Http.GetRouteValue("traceId")?.ToString() ?? string.Empty;
        if (!TraceId.TryParse(text, out var id) || id.IsEmpty)
        {
            throw PeerRefusal.BadRequest($"invalid trace id {text}: up to 32 hexadecimal digits");
        }

        var (batch, traces) = await JaegerTraces.GetAsync(asking.Store, asking.Tenant, [id], asking.Text("start") is null && asking.Text("end") is null ? null : asking.Range(), asking.Limits, asking.Cancellation);
        return (batch, traces.Count == 0 ? [] : traces[0].Rows);
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
