using Clew.Protocols.Zstandard;

namespace Clew.Server.Ingest.Bodies;

/// <summary>The encodings an endpoint takes, by their names in <c>Content-Encoding</c>, and what the body is when that header is missing.</summary>
internal sealed class BodyEncodings
{
    private static readonly BodyEncoding[] Zstandard = ZstandardStream.IsSupported ? [BodyEncoding.Zstandard] : [];

    /// <summary>What OTLP/HTTP takes, and every protocol that says nothing of its own.</summary>
    public static readonly BodyEncodings Http = new(BodyEncoding.Identity, [BodyEncoding.Identity, BodyEncoding.Gzip, BodyEncoding.Deflate, BodyEncoding.Brotli, .. Zstandard]);

    /// <summary>A snappy block and nothing else, also when nothing is said: Prometheus's remote write.</summary>
    public static readonly BodyEncodings Snappy = new(BodyEncoding.Snappy, BodyEncoding.Snappy);

    /// <summary>As <see cref="Http"/> and snappy: Loki's JSON.</summary>
    public static readonly BodyEncodings HttpOrSnappy = new(BodyEncoding.Identity, [.. Http._known, BodyEncoding.Snappy]);

    /// <summary>What gRPC takes: the names in <c>grpc-encoding</c>.</summary>
    public static readonly BodyEncodings Grpc = new(BodyEncoding.Identity, [BodyEncoding.Identity, BodyEncoding.Gzip, .. Zstandard]);

    /// <summary>A snappy block that may have been packed once more: Loki's protobuf.</summary>
    public static readonly BodyEncodings AroundSnappy = new(BodyEncoding.Snappy, [BodyEncoding.Snappy, BodyEncoding.Gzip.AroundSnappy(), BodyEncoding.Deflate.AroundSnappy()]);

    private readonly BodyEncoding _unsaid;
    private readonly BodyEncoding[] _known;

    private BodyEncodings(BodyEncoding unsaid, params BodyEncoding[] known)
    {
        _unsaid = unsaid;
        _known = known;
        Supported = string.Join(", ", known.Where(encoding => encoding != BodyEncoding.Identity).Select(encoding => encoding.Name));
    }

    /// <summary>For <c>Accept-Encoding</c> in an answer (RFC 9110 §12.5.3: what the resource would have taken).</summary>
    public string Supported { get; }

    /// <summary>The same for people.</summary>
    public string Sentence => _known.Contains(BodyEncoding.Identity) ? $"{Supported} and identity are" : Supported.Contains(',', StringComparison.Ordinal) ? $"{Supported} are" : $"{Supported} is";

    /// <returns>Null for a name that is not taken here and for several encodings on top of each other.</returns>
    public BodyEncoding? Of(string? contentEncoding)
    {
        if (string.IsNullOrWhiteSpace(contentEncoding))
        {
            return _unsaid;
        }

        var name = contentEncoding.AsSpan().Trim();
        name = name.Equals("x-gzip", StringComparison.OrdinalIgnoreCase) ? "gzip" : name;
        foreach (var encoding in _known)
        {
            if (name.Equals(encoding.Name, StringComparison.OrdinalIgnoreCase))
            {
                return encoding;
            }
        }

        return null;
    }
}
