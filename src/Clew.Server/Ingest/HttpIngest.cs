using System.Globalization;
using Clew.Server.Ingest.Bodies;
using Clew.Server.Pipeline;
using Clew.Server.Tenancy;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Ingest;

/// <summary>
/// What all HTTP ingest endpoints share: the method, the compression and the size are judged by the headers, the body is read and handed to
/// <see cref="IngestReceiver"/>. How the result is said is each protocol's own business.
/// </summary>
internal static class HttpIngest
{
    /// <summary>How much larger than the body itself compressed data can honestly be.</summary>
    private const int CompressionOverhead = 64 << 10;

    /// <summary>Receives a POST whose content type has been judged.</summary>
    /// <param name="encodings">What the body may be packed in; null for <see cref="BodyEncodings.Http"/>.</param>
    /// <exception cref="OperationCanceledException">The sender is gone: there is nobody to answer.</exception>
    /// <exception cref="IOException">As above.</exception>
    public static async Task<IngestResult> ReceiveAsync<TBatch>(HttpContext context, IngestProtocol protocol, DecodeBody<TBatch> decode, BodyEncodings? encodings = null)
        where TBatch : TelemetryBatch, new()
    {
        var receiver = context.RequestServices.GetRequiredService<IngestReceiver>();
        if (!context.RequestServices.GetRequiredService<TenantNames>().TryResolve(context.Request.Headers, out var tenant, out var problem))
        {
            return receiver.Refuse(IngestPipeline.SignalOf<TBatch>(), protocol, RefusalReason.TenantUnknown, problem);
        }

        return Judge<TBatch>(context.Request, receiver, protocol, encodings ?? BodyEncodings.Http, out var encoding)
            ?? await receiver.ReceiveAsync(
                protocol,
                tenant,
                (admission, sender) => BodyReader.ReadAsync(context.Request.Body, encoding!, receiver.MaxRequestBytes, admission, sender),
                decode,
                context.RequestAborted);
    }

    /// <summary>Refuses a request for what its headers say, before it is read.</summary>
    public static IngestResult Refuse<TBatch>(HttpContext context, IngestProtocol protocol, RefusalReason reason, string problem)
        where TBatch : TelemetryBatch =>
        context.RequestServices.GetRequiredService<IngestReceiver>().Refuse(IngestPipeline.SignalOf<TBatch>(), protocol, reason, problem);

    /// <summary>The status of a refusal, with <c>Retry-After</c> where trying again helps; 200 for everything else.</summary>
    public static void SetStatus(HttpResponse response, in IngestResult result)
    {
        if (result.Refusal is not { } refusal)
        {
            return;
        }

        response.StatusCode = Refusals.ToHttp(refusal);
        if (result.RetryAfter is { } delay)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Runs an endpoint to its answer. When the sender hangs up there is nobody to answer, and nothing more to do.</summary>
    public static async Task AnswerAsync(HttpContext context, Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (Exception e) when (IsSenderGone(context, e))
        {
            // There is nobody to answer.
        }
    }

    /// <summary>Answers with a sentence, the way Jaeger's, Zipkin's, Loki's and Prometheus's collectors do.</summary>
    /// <param name="sentence">Without a line break; empty for an answer without a body.</param>
    public static Task WriteTextAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        if (sentence.Length == 0)
        {
            return Task.CompletedTask;
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(sentence + "\n", context.RequestAborted);
    }

    /// <summary>True for what reading and answering throw when the sender hung up.</summary>
    public static bool IsSenderGone(HttpContext context, Exception exception) => exception is IOException || context.RequestAborted.IsCancellationRequested;

    private static IngestResult? Judge<TBatch>(HttpRequest request, IngestReceiver receiver, IngestProtocol protocol, BodyEncodings encodings, out BodyEncoding? encoding)
        where TBatch : TelemetryBatch
    {
        encoding = null;
        var signal = IngestPipeline.SignalOf<TBatch>();
        if (!HttpMethods.IsPost(request.Method))
        {
            request.HttpContext.Response.Headers.Allow = HttpMethods.Post;
            return receiver.Refuse(signal, protocol, RefusalReason.MethodNotAllowed, $"{request.Method} is not allowed here; POST is");
        }

        encoding = encodings.Of(request.Headers.ContentEncoding);
        if (encoding is null)
        {
            request.HttpContext.Response.Headers.AcceptEncoding = encodings.Supported;
            return receiver.Refuse(
                signal,
                protocol,
                RefusalReason.UnsupportedEncoding,
                $"Content-Encoding {request.Headers.ContentEncoding} is not supported; {encodings.Sentence}");
        }

        if ((encoding == BodyEncoding.Identity || encoding == BodyEncoding.Snappy) && request.ContentLength > receiver.MaxRequestBytes)
        {
            return receiver.Refuse(signal, protocol, RefusalReason.TooLarge, string.Create(CultureInfo.InvariantCulture, $"it has {request.ContentLength} bytes"));
        }

        request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = receiver.MaxRequestBytes + CompressionOverhead;
        return null;
    }
}
