using System.Globalization;
using Clew.Server.Api;
using Clew.Server.Configuration;
using Clew.Server.Health;
using Clew.Server.Ingest;
using Clew.Server.Ingest.Bodies;
using Clew.Server.Pipeline;
using Clew.Server.SelfTelemetry;
using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Records;

/// <summary>
/// How changes, alerts and states of clusters come in over HTTP: a place among the requests in flight, room on the disk, a bounded body. What is
/// turned away is counted, and answered as a problem of the native API.
/// </summary>
internal static class RecordIngest
{
    /// <param name="source">Who sends, as <c>/metrics</c> says it.</param>
    /// <param name="limit">Bytes of the body after decompression.</param>
    /// <param name="limitName">What the answer calls the limit.</param>
    /// <param name="take">Reads and stores the body, which is its own only until its task completes; null when it noted errors in the question.</param>
    public static async Task<IResult?> ReceiveAsync(Asking asking, string source, long limit, string limitName, Func<ReadOnlyMemory<byte>, Task<IResult?>> take)
    {
        var http = asking.Http;
        var services = http.RequestServices;
        var retryAfter = services.GetRequiredService<ServerOptions>().Limits.RetryAfter;
        if (services.GetRequiredService<DiskSpace>().Problem() is { } full)
        {
            Refused(http, source, "disk_full", full);
            throw new StoreUnavailableException(full, retryAfter);
        }

        using var admission = services.GetRequiredService<InFlight>().TryEnter();
        if (admission is null)
        {
            Refused(http, source, RefusalReason.TooManyRequestsInFlight.Word(), "");
            return Problems.Busy(http, retryAfter, "Too many requests are waiting for the disk (limits.in_flight_requests).");
        }

        if (BodyEncodings.Http.Of(http.Request.Headers.ContentEncoding) is not { } encoding)
        {
            Refused(http, source, RefusalReason.UnsupportedEncoding.Word(), http.Request.Headers.ContentEncoding.ToString());
            http.Response.Headers.AcceptEncoding = BodyEncodings.Http.Supported;
            return Problems.UnsupportedEncoding(http, $"Content-Encoding {http.Request.Headers.ContentEncoding} is not supported; {BodyEncodings.Http.Sentence}.");
        }

        http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = null;
        var body = await BodyReader.ReadAsync(http.Request.Body, encoding, limit, admission, asking.Cancellation);
        if (body.Refusal is { } refusal)
        {
            Refused(http, source, refusal.Word(), body.Problem);
            return refusal switch
            {
                RefusalReason.TooLarge => Problems.TooLarge(http, limitName, string.Create(CultureInfo.InvariantCulture, $"The body is larger than {limit} bytes ({limitName}). Send it in parts.")),
                RefusalReason.TooManyBytesInFlight => Problems.Busy(http, retryAfter, "Too many bytes are waiting for the disk (limits.in_flight_bytes)."),
                _ => Problems.Malformed(http, body.Problem),
            };
        }

        using var bytes = body.Body!;
        try
        {
            var answer = await take(bytes.Memory);
            if (answer is null)
            {
                Refused(http, source, RefusalReason.Malformed.Word(), string.Join(' ', asking.Query.Errors.Select(error => error.Parameter)));
            }

            return answer;
        }
        catch (StoreUnavailableException unavailable)
        {
            Refused(http, source, RefusalReason.StoreUnavailable.Word(), unavailable.Message);
            throw;
        }
    }

    /// <summary>Counts a request that is answered with an error.</summary>
    public static void Refused(HttpContext http, string source, string reason, string explanation) =>
        http.RequestServices.GetRequiredService<ServerTelemetry>().Report(new RecordsRefused(source, reason, explanation));
}
