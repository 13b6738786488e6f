using System.Net.Http.Headers;
using Clew.Protocols.Otlp;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Ingest.Grpc;
using Clew.Server.Pipeline;
using Clew.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace Clew.Server.Ingest.Otlp;

/// <summary>OTLP/HTTP: <c>POST /v1/traces</c>, <c>/v1/logs</c> and <c>/v1/metrics</c>, in protobuf or JSON.</summary>
internal sealed class OtlpHttpEndpoints : IEndpointModule
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";

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
        services.AddSingleton(new OtlpDecoder(options.Limits.Records));
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

    /// <summary>Also for the doors of systems that take OTLP under paths of their own.</summary>
    public static Task ReceiveAsync(HttpContext context, Signal signal) => HttpIngest.AnswerAsync(context, () => ReceiveSignalAsync(context, signal));

    private static async Task ReceiveSignalAsync(HttpContext context, Signal signal)
    {
        var protocol = ProtocolOf(context.Request.ContentType);
        var decoder = context.RequestServices.GetRequiredService<OtlpDecoder>();
        var isJson = protocol == OtlpProtocols.HttpJson;
        var result = signal switch
        {
            Signal.Traces => await ReceiveAsync<SpanBatch>(context, protocol, (body, batch) => isJson ? decoder.DecodeJson(body, batch) : decoder.DecodeProtobuf(body, batch)),
            Signal.Logs => await ReceiveAsync<LogBatch>(context, protocol, (body, batch) => isJson ? decoder.DecodeJson(body, batch) : decoder.DecodeProtobuf(body, batch)),
            _ => await ReceiveAsync<MetricBatch>(context, protocol, (body, batch) => isJson ? decoder.DecodeJson(body, batch) : decoder.DecodeProtobuf(body, batch)),
        };
        await WriteAsync(context, signal, protocol, result);
    }

    private static async Task<IngestResult> ReceiveAsync<TBatch>(HttpContext context, IngestProtocol protocol, DecodeBody<TBatch> decode)
        where TBatch : TelemetryBatch, new()
    {
        // A method that is not allowed is told so before the content type, which only a POST has.
        if (protocol != OtlpProtocols.HttpUnknown || !HttpMethods.IsPost(context.Request.Method))
        {
            return await HttpIngest.ReceiveAsync(context, protocol, decode);
        }

        var request = context.Request;
        return HttpIngest.Refuse<TBatch>(
            context,
            protocol,
            RefusalReason.UnsupportedMediaType,
            $"Content-Type {(StringValues.IsNullOrEmpty(request.Headers.ContentType) ? "is missing" : request.ContentType + " is not supported")}; {Protobuf} and {Json} are supported");
    }

    private static async Task WriteAsync(HttpContext context, Signal signal, IngestProtocol protocol, IngestResult result)
    {
        var response = context.Response;
        HttpIngest.SetStatus(response, result);
        byte[] body;
        if (result.Refusal is { } refusal)
        {
            var status = Refusals.ToStatus(refusal, result.Explanation, result.RetryAfter);
            body = protocol == OtlpProtocols.HttpProtobuf ? status.ToProtobuf() : status.ToJson();
        }
        else
        {
            var answer = OtlpAnswers.Of(signal, result);
            body = protocol == OtlpProtocols.HttpProtobuf ? answer.ToProtobuf() : answer.ToJson();
        }

        // A request in neither encoding is answered in the one that people can read.
        response.ContentType = protocol == OtlpProtocols.HttpProtobuf ? Protobuf : Json;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static IngestProtocol ProtocolOf(string? contentType) =>
        !MediaTypeHeaderValue.TryParse(contentType, out var parsed) ? OtlpProtocols.HttpUnknown
        : string.Equals(parsed.MediaType, Protobuf, StringComparison.OrdinalIgnoreCase) ? OtlpProtocols.HttpProtobuf
        : string.Equals(parsed.MediaType, Json, StringComparison.OrdinalIgnoreCase) ? OtlpProtocols.HttpJson
        : OtlpProtocols.HttpUnknown;
}
