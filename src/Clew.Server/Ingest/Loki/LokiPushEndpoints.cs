using System.Net.Http.Headers;
using Clew.Protocols.Loki;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Ingest.Bodies;
using Clew.Server.Ingest.Otlp;
using Clew.Server.Pipeline;
using Clew.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Ingest.Loki;

/// <summary>
/// Loki's push API: <c>POST /loki/api/v1/push</c>, the older <c>/api/prom/push</c>, and OTLP under <c>/otlp/v1/logs</c>. Errors are plain text, as Loki's.
/// </summary>
/// <remarks>
/// Loki's own paths begin with <c>/loki</c>. On the native port they are under the prefix <c>/loki</c> like every other system's (a client whose URL is
/// <c>http://host:2539/loki</c> asks for <c>/loki/loki/api/v1/push</c>), and <c>/loki/api/v1/push</c> is there as well, for a client whose URL has no path.
/// </remarks>
internal sealed class LokiPushEndpoints : IEndpointModule
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";

    public void AddServices(IServiceCollection services, ServerOptions options) => services.AddSingleton(new LokiDecoder(options.Limits.Records));

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var loki = Door.Loki.PathPrefix;
        foreach (var path in new[] { "/loki/api/v1/push", loki + "/loki/api/v1/push", loki + "/api/prom/push" })
        {
            endpoints.Map(path, context => HttpIngest.AnswerAsync(context, () => ReceiveAsync(context))).ExcludeFromDescription();
        }

        endpoints.Map(loki + "/otlp/v1/logs", context => OtlpHttpEndpoints.ReceiveAsync(context, Signal.Logs)).ExcludeFromDescription();
    }

    private static async Task ReceiveAsync(HttpContext context)
    {
        var decoder = context.RequestServices.GetRequiredService<LokiDecoder>();
        var mediaType = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var parsed) ? parsed.MediaType : null;

        // Loki takes everything that does not say JSON for protobuf; so do we where nothing is said, and ask for a word we know otherwise.
        var result = string.Equals(mediaType, Json, StringComparison.OrdinalIgnoreCase)
                ? await HttpIngest.ReceiveAsync<LogBatch>(context, LokiProtocols.Json, decoder.DecodeJson, BodyEncodings.HttpOrSnappy)
            : !HttpMethods.IsPost(context.Request.Method) || string.IsNullOrEmpty(context.Request.ContentType) || string.Equals(mediaType, Protobuf, StringComparison.OrdinalIgnoreCase)
                ? await HttpIngest.ReceiveAsync<LogBatch>(context, LokiProtocols.Protobuf, decoder.DecodeProtobuf, BodyEncodings.AroundSnappy)
            : HttpIngest.Refuse<LogBatch>(
                context, LokiProtocols.Protobuf, RefusalReason.UnsupportedMediaType, $"Content-Type {context.Request.ContentType} is not supported; {Json} and {Protobuf} are");
        await WriteAsync(context, result);
    }

    /// <summary>204 when everything is stored; 400 with the reasons when some entries were refused for good, the others being stored.</summary>
    private static async Task WriteAsync(HttpContext context, IngestResult result)
    {
        HttpIngest.SetStatus(context.Response, result);
        if (result.Refusal is null && result.Dropped == 0)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await HttpIngest.WriteTextAsync(context, result.Refusal is null ? StatusCodes.Status400BadRequest : context.Response.StatusCode, result.Explanation);
    }
}
