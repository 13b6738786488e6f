using System.IO.Compression;

namespace Clew.Server.Ingest.Bodies;

/// <summary>
/// A compression a body may come in. Zstandard is not among them: the platform has it from .NET 11 on, and a sender that is told 415 with the
/// supported ones can choose another.
/// </summary>
internal sealed class BodyEncoding
{
    public static readonly BodyEncoding Identity = new("identity", static body => body);
    public static readonly BodyEncoding Gzip = new("gzip", static body => new GZipStream(body, CompressionMode.Decompress, leaveOpen: true));

    /// <summary>Everything OTLP/HTTP takes; what HTTP calls deflate is the zlib format.</summary>
    private static readonly BodyEncoding[] Http =
    [
        Identity,
        Gzip,
        new("deflate", static body => new ZLibStream(body, CompressionMode.Decompress, leaveOpen: true)),
        new("br", static body => new BrotliStream(body, CompressionMode.Decompress, leaveOpen: true)),
    ];

    private readonly Func<Stream, Stream> _decode;

    private BodyEncoding(string name, Func<Stream, Stream> decode)
    {
        Name = name;
        _decode = decode;
    }

    public string Name { get; }

    /// <summary>For <c>Accept-Encoding</c> in an answer (RFC 9110 §12.5.3: what the resource would have taken).</summary>
    public static string SupportedByHttp { get; } = string.Join(", ", Http.Skip(1).Select(encoding => encoding.Name));

    /// <returns>Null for a name we do not know and for several encodings on top of each other.</returns>
    public static BodyEncoding? OfHttp(string? contentEncoding)
    {
        if (string.IsNullOrWhiteSpace(contentEncoding))
        {
            return Identity;
        }

        var name = contentEncoding.AsSpan().Trim();
        foreach (var encoding in Http)
        {
            if (name.Equals(encoding.Name, StringComparison.OrdinalIgnoreCase))
            {
                return encoding;
            }
        }

        return name.Equals("x-gzip", StringComparison.OrdinalIgnoreCase) ? Gzip : null;
    }

    public Stream Decode(Stream body) => _decode(body);
}
