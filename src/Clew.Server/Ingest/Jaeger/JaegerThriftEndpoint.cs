using System.Net.Http.Headers;
using Clew.Protocols;
using Clew.Protocols.Jaeger;
using Clew.Protocols.Thrift;
using Clew.Server.Pipeline;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Ingest.Jaeger;

/// <summary>
/// Thrift over HTTP, with the answers of Jaeger's collector: 202 when the batch is stored, 400 with a sentence for what it cannot read. When some spans
/// of a batch are refused the answer is still 202 and its body says which rules they broke; a batch of which nothing is kept is 400.
/// </summary>
internal static class JaegerThriftEndpoint
{
    public static Task ReceiveAsync(HttpContext context) => HttpIngest.AnswerAsync(context, () => ReceiveBatchAsync(context));

    private static async Task ReceiveBatchAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method) && EncodingOf(context.Request.ContentType) is null)
        {
            var problem = string.IsNullOrEmpty(context.Request.ContentType) ? "Cannot parse content type: mime: no media type" : $"Unsupported content type: {context.Request.ContentType}";
            var refused = HttpIngest.Refuse<SpanBatch>(context, JaegerProtocols.ThriftHttp, RefusalReason.UnsupportedMediaType, problem);

            // The collector's own status for it.
            await HttpIngest.WriteTextAsync(context, StatusCodes.Status400BadRequest, refused.Explanation);
            return;
        }

        var decoder = context.RequestServices.GetRequiredService<JaegerDecoder>();
        var encoding = EncodingOf(context.Request.ContentType) ?? ThriftEncoding.Binary;
        DecodeResult? decoded = null;
        var result = await HttpIngest.ReceiveAsync<SpanBatch>(context, JaegerProtocols.ThriftHttp, (body, batch) => decoded = decoder.DecodeThrift(body, encoding, batch));
        await AnswerAsync(context, result, decoded);
    }

    private static Task AnswerAsync(HttpContext context, IngestResult result, DecodeResult? decoded)
    {
        HttpIngest.SetStatus(context.Response, result);
        return result.Refusal switch
        {
            RefusalReason.Malformed => HttpIngest.WriteTextAsync(context, context.Response.StatusCode, $"Unable to process request body: {result.Explanation}"),
            not null => HttpIngest.WriteTextAsync(context, context.Response.StatusCode, result.Explanation),
            null when decoded is { Accepted: 0, Rejected: > 0 } => HttpIngest.WriteTextAsync(context, StatusCodes.Status400BadRequest, $"Cannot submit Jaeger batch: {result.Explanation}"),
            null => HttpIngest.WriteTextAsync(context, StatusCodes.Status202Accepted, result.Explanation),
        };
    }

    private static ThriftEncoding? EncodingOf(string? contentType) => !MediaTypeHeaderValue.TryParse(contentType, out var parsed) ? null
        : parsed.MediaType?.ToLowerInvariant() switch
        {
            "application/x-thrift" or "application/vnd.apache.thrift.binary" => ThriftEncoding.Binary,
            "application/vnd.apache.thrift.compact" => ThriftEncoding.Compact,
            _ => null,
        };
}
