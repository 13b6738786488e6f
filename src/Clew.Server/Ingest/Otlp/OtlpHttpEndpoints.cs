using System.Globalization;
using System.Net.Http.Headers;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Ingest.Bodies;
using Clew.Server.Ingest.Grpc;
using Clew.Server.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace Clew.Server.Ingest.Otlp;

/// <summary>OTLP/HTTP: <c>POST /v1/traces</c>, <c>/v1/logs</c> and <c>/v1/metrics</c>, in protobuf or JSON.</summary>
internal sealed class OtlpHttpEndpoints : IEndpointModule
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";

    /// <summary>How much larger than the body itself compressed data can honestly be.</summary>
    private const int CompressionOverhead = 64 << 10;

    private static readonly (string Path, Signal Signal)[] Routes =
    [
        ("/v1/traces", Signal.Traces),
        ("/v1/logs", Signal.Logs),
        ("/v1/metrics", Signal.Metrics),
    ];

    public static IReadOnlyList<string> Paths { get; } = [.. Routes.Select(route => route.Path)];

    public static bool IsOwn(PathString path) => Paths.Any(own => path.Equals(own, StringComparison.Ordinal));

    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<InFlight>();
        services.AddSingleton<IngestPipeline>();
        services.AddSingleton<OtlpReceiver>();
        services.AddSingleton<IGrpcService, OtlpGrpcService>();
        services.AddSingleton<IGrpcService, GrpcHealthService>();
        services.AddSingleton<GrpcServer>();
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var (path, signal) in Routes)
        {
            endpoints.Map(path, context => ReceiveAsync(context, signal)).ExcludeFromDescription();
        }
    }

    private static async Task ReceiveAsync(HttpContext context, Signal signal)
    {
        var receiver = context.RequestServices.GetRequiredService<OtlpReceiver>();
        var protocol = ProtocolOf(context.Request.ContentType);
        try
        {
            var result = Refuse(context.Request, receiver, signal, protocol, out var encoding)
                ?? await receiver.ReceiveAsync(
                    signal,
                    protocol,
                    (admission, sender) => BodyReader.ReadAsync(context.Request.Body, encoding!, receiver.MaxRequestBytes, admission, sender),
                    context.RequestAborted);
            await WriteAsync(context, signal, protocol, result);
        }
        catch (Exception e) when (e is IOException || context.RequestAborted.IsCancellationRequested)
        {
            // The sender is gone: there is nobody to answer.
        }
    }

    /// <summary>What can be refused by looking at the headers alone.</summary>
    private static IngestResult? Refuse(HttpRequest request, OtlpReceiver receiver, Signal signal, IngestProtocol protocol, out BodyEncoding? encoding)
    {
        encoding = null;
        if (!HttpMethods.IsPost(request.Method))
        {
            request.HttpContext.Response.Headers.Allow = HttpMethods.Post;
            return receiver.Refuse(signal, protocol, RefusalReason.MethodNotAllowed, $"{request.Method} is not allowed here; POST is");
        }

        if (protocol == IngestProtocol.OtlpHttpUnknown)
        {
            return receiver.Refuse(
                signal,
                protocol,
                RefusalReason.UnsupportedMediaType,
                $"Content-Type {(StringValues.IsNullOrEmpty(request.Headers.ContentType) ? "is missing" : request.ContentType + " is not supported")}; {Protobuf} and {Json} are supported");
        }

        encoding = BodyEncoding.OfHttp(request.Headers.ContentEncoding);
        if (encoding is null)
        {
            request.HttpContext.Response.Headers.AcceptEncoding = BodyEncoding.SupportedByHttp;
            return receiver.Refuse(
                signal,
                protocol,
                RefusalReason.UnsupportedEncoding,
                $"Content-Encoding {request.Headers.ContentEncoding} is not supported; {BodyEncoding.SupportedByHttp} and identity are");
        }

        if (encoding == BodyEncoding.Identity && request.ContentLength > receiver.MaxRequestBytes)
        {
            return receiver.Refuse(signal, protocol, RefusalReason.TooLarge, string.Create(CultureInfo.InvariantCulture, $"it has {request.ContentLength} bytes"));
        }

        request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = receiver.MaxRequestBytes + CompressionOverhead;
        return null;
    }

    private static async Task WriteAsync(HttpContext context, Signal signal, IngestProtocol protocol, IngestResult result)
    {
        var response = context.Response;
        byte[] body;
        if (result.Refusal is { } refusal)
        {
            response.StatusCode = Refusals.ToHttp(refusal);
            if (result.RetryAfter is { } delay)
            {
                response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            }

            var status = Refusals.ToStatus(refusal, result.Explanation, result.RetryAfter);
            body = protocol == IngestProtocol.OtlpHttpProtobuf ? status.ToProtobuf() : status.ToJson();
        }
        else
        {
            body = protocol == IngestProtocol.OtlpHttpProtobuf ? ExportResponse.ToProtobuf(result) : ExportResponse.ToJson(signal, result);
        }

        // A request in neither encoding is answered in the one that people can read.
        response.ContentType = protocol == IngestProtocol.OtlpHttpProtobuf ? Protobuf : Json;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static IngestProtocol ProtocolOf(string? contentType) =>
        !MediaTypeHeaderValue.TryParse(contentType, out var parsed) ? IngestProtocol.OtlpHttpUnknown
        : string.Equals(parsed.MediaType, Protobuf, StringComparison.OrdinalIgnoreCase) ? IngestProtocol.OtlpHttpProtobuf
        : string.Equals(parsed.MediaType, Json, StringComparison.OrdinalIgnoreCase) ? IngestProtocol.OtlpHttpJson
        : IngestProtocol.OtlpHttpUnknown;
}
