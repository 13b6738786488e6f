using System.Net.Http.Headers;
using Clew.Protocols;
using Clew.Protocols.Zipkin;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Pipeline;
using Clew.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Ingest.Zipkin;

/// <summary>
/// Zipkin's ways in: <c>POST /api/v2/spans</c> in JSON or protobuf, <c>POST /api/v1/spans</c> in JSON or Thrift. As with Zipkin, what does not say that it is
/// protobuf or Thrift is JSON, the answer to good spans is 202, and what cannot be read is 400 with a sentence.
/// </summary>
/// <remarks>
/// When some spans of a list are refused the answer is still 202 and its body says which rules they broke; a list of which nothing is kept is 400.
/// </remarks>
internal sealed class ZipkinCollector : IEndpointModule
{
    private delegate DecodeResult Decode(ReadOnlySpan<byte> body, Timestamp received, SpanBatch batch);

    public void AddServices(IServiceCollection services, ServerOptions options) => services.AddSingleton(new ZipkinDecoder(options.Limits.Records));

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var zipkin = endpoints.MapGroup(Door.Zipkin.PathPrefix).ExcludeFromDescription();
        zipkin.Map("/api/v2/spans", ReceiveV2Async);
        zipkin.Map("/api/v1/spans", ReceiveV1Async);
    }

    private static Task ReceiveV2Async(HttpContext context)
    {
        var decoder = context.RequestServices.GetRequiredService<ZipkinDecoder>();
        return Says(context, "x-protobuf", "protobuf")
            ? ReceiveAsync(context, ZipkinProtocols.Protobuf, decoder.DecodeProtobuf)
            : ReceiveAsync(context, ZipkinProtocols.Json, decoder.DecodeJson);
    }

    private static Task ReceiveV1Async(HttpContext context)
    {
        var decoder = context.RequestServices.GetRequiredService<ZipkinDecoder>();
        return Says(context, "x-thrift", "vnd.apache.thrift.binary")
            ? ReceiveAsync(context, ZipkinProtocols.V1Thrift, decoder.DecodeV1Thrift)
            : ReceiveAsync(context, ZipkinProtocols.V1Json, decoder.DecodeV1Json);
    }

    private static Task ReceiveAsync(HttpContext context, IngestProtocol protocol, Decode decode) => HttpIngest.AnswerAsync(context, async () =>
    {
        var received = Timestamp.FromDateTimeOffset(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        DecodeResult? decoded = null;
        var result = await HttpIngest.ReceiveAsync<SpanBatch>(
            context,
            protocol,
            (body, batch) => decoded = decode(body, received, batch));
        await AnswerAsync(context, result, decoded);
    });

    private static Task AnswerAsync(HttpContext context, IngestResult result, DecodeResult? decoded)
    {
        HttpIngest.SetStatus(context.Response, result);
        if (result.Refusal is { } refusal)
        {
            return HttpIngest.WriteTextAsync(context, context.Response.StatusCode, refusal == RefusalReason.Malformed ? $"Cannot decode spans: {result.Explanation}" : result.Explanation);
        }

        return decoded is { Accepted: 0, Rejected: > 0 }
            ? HttpIngest.WriteTextAsync(context, StatusCodes.Status400BadRequest, $"Cannot store spans: {result.Explanation}")
            : HttpIngest.WriteTextAsync(context, StatusCodes.Status202Accepted, result.Explanation);
    }

    private static bool Says(HttpContext context, params ReadOnlySpan<string> subtypes)
    {
        var type = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var parsed) ? parsed.MediaType : null;
        foreach (var subtype in subtypes)
        {
            if (string.Equals(type, "application/" + subtype, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
