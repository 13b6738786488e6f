using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Clew.Load.Encoding;

namespace Clew.Load.Sending;

/// <summary>OTLP/gRPC: unary calls over one HTTP/2 connection with prior knowledge, framed as the gRPC-over-HTTP/2 protocol says.</summary>
internal sealed class GrpcExporter : IExporter
{
    private readonly HttpMessageInvoker _http;
    private readonly Uri[] _methods;

    public GrpcExporter(Uri endpoint)
    {
        _http = new HttpMessageInvoker(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
        _methods =
        [
            new Uri(endpoint, "/opentelemetry.proto.collector.trace.v1.TraceService/Export"),
            new Uri(endpoint, "/opentelemetry.proto.collector.logs.v1.LogsService/Export"),
            new Uri(endpoint, "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"),
        ];
    }

    /// <summary>One byte for compression, four for the length.</summary>
    public int Prefix => 5;

    public async Task<Reply> SendAsync(Signal signal, Memory<byte> buffer, CancellationToken cancellation)
    {
        buffer.Span[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(buffer.Span[1..], buffer.Length - Prefix);
        using var request = new HttpRequestMessage(HttpMethod.Post, _methods[(int)signal])
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ReadOnlyMemoryContent(buffer),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(TimeSpan.FromSeconds(Limits.RequestTimeout));
        try
        {
            using var response = await _http.SendAsync(request, timeout.Token);
            var body = await response.Content.ReadAsByteArrayAsync(timeout.Token);
            return Interpret(response, body);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new Reply(Outcome.Broken, Message: e.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private static Reply Interpret(HttpResponseMessage response, byte[] body)
    {
        if (response.StatusCode != HttpStatusCode.OK)
            return new Reply(Outcome.Refused, Message: $"HTTP {(int)response.StatusCode}");
        if (!int.TryParse(Trailer(response, "grpc-status"), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            return new Reply(Outcome.Broken, Message: "no grpc-status");
        if (status == 0)
        {
            var (rejected, message) = body.Length > 5 ? ExportResponse.ReadPartialSuccess(body.AsSpan(5)) : default;
            return new Reply(Outcome.Acknowledged, rejected, Message: message);
        }

        var details = Trailer(response, "grpc-status-details-bin");
        var delay = details is null ? null : ExportResponse.ReadRetryDelay(Convert.FromBase64String(Pad(details)));
        var words = $"grpc {status} {Uri.UnescapeDataString(Trailer(response, "grpc-message") ?? "")}";
        return IsRetryable(status, delay) ? new Reply(Outcome.Busy, RetryAfter: delay, Message: words) : new Reply(Outcome.Refused, Message: words);
    }

    // The OTLP specification's table: CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS; RESOURCE_EXHAUSTED (8) only with RetryInfo.
    private static bool IsRetryable(int status, TimeSpan? delay) => status is 1 or 4 or 10 or 11 or 14 or 15 || (status == 8 && delay is not null);

    private static string? Trailer(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.FirstOrDefault() : null;

    private static string Pad(string base64) => base64.PadRight((base64.Length + 3) / 4 * 4, '=');
}
