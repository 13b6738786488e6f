using System.Globalization;
using System.Net.Http.Headers;
using Clew.Protocols;
using Clew.Protocols.Prometheus;
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

namespace Clew.Server.Ingest.Prometheus;

/// <summary>
/// Prometheus's remote write, <c>POST /api/v1/write</c> in versions 1.0 and 2.0, and OTLP under <c>/api/v1/otlp/v1/metrics</c>; below
/// <c>/prometheus</c> on the native port. Errors are plain text.
/// </summary>
internal sealed class RemoteWriteEndpoints : IEndpointModule
{
    private const string Protobuf = "application/x-protobuf";
    private const string Message1 = "prometheus.WriteRequest";
    private const string Message2 = "io.prometheus.write.v2.Request";

    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        var catalogue = new PrometheusCatalogue(options.Limits.Records);
        services.AddSingleton(catalogue);
        services.AddSingleton(new RemoteWriteDecoder(options.Limits.Records, catalogue));
        services.AddHostedService<RecalledMetrics>();
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var prometheus = Door.Prometheus.PathPrefix;
        endpoints.Map(prometheus + "/api/v1/write", context => HttpIngest.AnswerAsync(context, () => ReceiveAsync(context))).ExcludeFromDescription();
        endpoints.Map(prometheus + "/api/v1/otlp/v1/metrics", context => OtlpHttpEndpoints.ReceiveAsync(context, Signal.Metrics)).ExcludeFromDescription();
    }

    private static async Task ReceiveAsync(HttpContext context)
    {
        var protocol = ProtocolOf(context.Request.ContentType);
        var written = new WrittenCounts();
        IngestResult result;
        if (protocol is null && HttpMethods.IsPost(context.Request.Method))
        {
            result = HttpIngest.Refuse<MetricBatch>(
                context,
                PrometheusProtocols.RemoteWrite1,
                RefusalReason.UnsupportedMediaType,
                $"Content-Type {context.Request.ContentType} is not supported; {Protobuf} with proto={Message1} or proto={Message2} is");
        }
        else
        {
            protocol ??= PrometheusProtocols.RemoteWrite1;
            var decoder = context.RequestServices.GetRequiredService<RemoteWriteDecoder>();
            DecodeBody<MetricBatch> decode = protocol == PrometheusProtocols.RemoteWrite2 ? decoder.DecodeV2 : decoder.DecodeV1;
            result = await HttpIngest.ReceiveAsync(context, protocol, written.Counting(decode), BodyEncodings.Snappy);
        }

        await WriteAsync(context, protocol, result, written);
    }

    /// <summary>
    /// 204 when everything is stored. Where a part was refused for good the specification wants 400, though the rest is stored: a sender must not repeat it,
    /// and must not be told that all is well.
    /// </summary>
    private static async Task WriteAsync(HttpContext context, IngestProtocol? protocol, IngestResult result, WrittenCounts written)
    {
        var response = context.Response;
        HttpIngest.SetStatus(response, result);
        if (protocol == PrometheusProtocols.RemoteWrite2)
        {
            written.WriteTo(response.Headers, result);
        }

        if (result.Refusal is null && result.Dropped == 0)
        {
            response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await HttpIngest.WriteTextAsync(context, result.Refusal is null ? StatusCodes.Status400BadRequest : response.StatusCode, result.Explanation);
    }

    /// <summary>
    /// By the parameter <c>proto</c>; without one it is version 1.0, as is a request without any content type. Null for everything else.
    /// </summary>
    private static IngestProtocol? ProtocolOf(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType))
        {
            return PrometheusProtocols.RemoteWrite1;
        }

        if (!MediaTypeHeaderValue.TryParse(contentType, out var parsed) || !string.Equals(parsed.MediaType, Protobuf, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return parsed.Parameters.FirstOrDefault(parameter => string.Equals(parameter.Name, "proto", StringComparison.OrdinalIgnoreCase))?.Value?.Trim('"') switch
        {
            null or Message1 => PrometheusProtocols.RemoteWrite1,
            Message2 => PrometheusProtocols.RemoteWrite2,
            _ => null,
        };
    }

    /// <summary>How much of each kind a request brought, for the headers that version 2.0 requires of every answer.</summary>
    private sealed class WrittenCounts
    {
        private int _samples;
        private int _histograms;
        private int _exemplars;
        private int _rejected;

        public DecodeBody<MetricBatch> Counting(DecodeBody<MetricBatch> decode) => (body, batch) =>
        {
            DecodeResult result = decode(body, batch);
            _samples = batch.Numbers.Count;
            _histograms = batch.Histograms.Count + batch.ExponentialHistograms.Count;
            _exemplars = batch.Exemplars.Count;
            _rejected = result.Rejected;
            return result;
        };

        /// <summary>Nothing was written of a refused request. What a stage behind the decoder took out is taken off the samples first.</summary>
        public void WriteTo(IHeaderDictionary headers, in IngestResult result)
        {
            var isStored = result.Refusal is null;
            var takenOut = Math.Max(0, result.Dropped - _rejected);
            var samples = isStored ? Math.Max(0, _samples - takenOut) : 0;
            var histograms = isStored ? Math.Max(0, _histograms - Math.Max(0, takenOut - _samples)) : 0;
            headers["X-Prometheus-Remote-Write-Samples-Written"] = samples.ToString(CultureInfo.InvariantCulture);
            headers["X-Prometheus-Remote-Write-Histograms-Written"] = histograms.ToString(CultureInfo.InvariantCulture);
            headers["X-Prometheus-Remote-Write-Exemplars-Written"] = (isStored ? _exemplars : 0).ToString(CultureInfo.InvariantCulture);
        }
    }
}
