using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace Clew.Cli.Import;

/// <summary>The body of one OTLP/HTTP JSON request around the elements of an array, or of a plain list of documents. It can be written again when the request is tried again.</summary>
public sealed class OtlpContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _prefix;
    private readonly ReadOnlyMemory<byte> _elements;
    private readonly ReadOnlyMemory<byte> _suffix;
    private readonly bool _compress;

    public OtlpContent(Signal signal, ReadOnlyMemory<byte> elements, bool compress)
    {
        _prefix = signal switch
        {
            Signal.Traces => "{\"resourceSpans\":["u8.ToArray(),
            Signal.Logs => "{\"resourceLogs\":["u8.ToArray(),
            Signal.Metrics => "{\"resourceMetrics\":["u8.ToArray(),
            _ => "["u8.ToArray(),
        };
        _suffix = signal is Signal.Traces or Signal.Logs or Signal.Metrics ? "]}"u8.ToArray() : "]"u8.ToArray();
        _elements = elements;
        _compress = compress;
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (compress)
        {
            Headers.ContentEncoding.Add("gzip");
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (!_compress)
        {
            await WriteAsync(stream, cancellationToken);
            return;
        }

        await using var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true);
        await WriteAsync(gzip, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _prefix.Length + (long)_elements.Length + _suffix.Length;
        return !_compress;
    }

    private async Task WriteAsync(Stream stream, CancellationToken cancellation)
    {
        await stream.WriteAsync(_prefix, cancellation);
        await stream.WriteAsync(_elements, cancellation);
        await stream.WriteAsync(_suffix, cancellation);
    }
}
