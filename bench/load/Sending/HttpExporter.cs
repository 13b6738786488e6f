using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Clew.Load.Encoding;

namespace Clew.Load.Sending;

/// <summary>OTLP/HTTP with protobuf bodies over one HTTP/1.1 connection.</summary>
internal sealed class HttpExporter : IExporter
{
    private readonly HttpMessageInvoker _http;
    private readonly Uri[] _paths;
    private readonly MemoryStream? _compressed;

    /// <param name="endpoint">Scheme, host and port; a path is kept as a prefix of <c>/v1/traces</c>.</param>
    /// <param name="gzip">Compress bodies, fastest level.</param>
    public HttpExporter(Uri endpoint, bool gzip)
    {
        _http = new HttpMessageInvoker(new SocketsHttpHandler { MaxConnectionsPerServer = 1, UseCookies = false, AllowAutoRedirect = false });
        var prefix = endpoint.AbsoluteUri.TrimEnd('/');
        _paths = [new Uri(prefix + "/v1/traces"), new Uri(prefix + "/v1/logs"), new Uri(prefix + "/v1/metrics")];
        _compressed = gzip ? new MemoryStream() : null;
    }

    public int Prefix => 0;

    public async Task<Reply> SendAsync(Signal signal, Memory<byte> buffer, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _paths[(int)signal]) { Content = Content(buffer) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(TimeSpan.FromSeconds(Limits.RequestTimeout));
        try
        {
            using var response = await _http.SendAsync(request, timeout.Token);
            var body = await response.Content.ReadAsByteArrayAsync(timeout.Token);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                var (rejected, message) = ExportResponse.ReadPartialSuccess(body);
                return new Reply(Outcome.Acknowledged, rejected, Message: message);
            }

            var words = $"{(int)response.StatusCode} {ExportResponse.ReadStatusMessage(body.AsSpan(0, Math.Min(body.Length, Limits.ResponseBody)))}";
            return response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
                ? new Reply(Outcome.Busy, RetryAfter: response.Headers.RetryAfter?.Delta, Message: words)
                : new Reply(Outcome.Refused, Message: words);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new Reply(Outcome.Broken, Message: e.Message);
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _compressed?.Dispose();
    }

    private ReadOnlyMemoryContent Content(Memory<byte> message)
    {
        if (_compressed is null)
            return new ReadOnlyMemoryContent(message);
        _compressed.SetLength(0);
        using (var gzip = new GZipStream(_compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(message.Span);
        var content = new ReadOnlyMemoryContent(_compressed.GetBuffer().AsMemory(0, (int)_compressed.Length));
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }
}
