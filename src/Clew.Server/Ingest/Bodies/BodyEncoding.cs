using System.IO.Compression;
using Clew.Protocols.Zstandard;

namespace Clew.Server.Ingest.Bodies;

/// <summary>
/// A compression a body may come in. Zstandard is unpacked by the machine's libzstd; where there is none, a sender is told 415 with those that are
/// supported and can choose another.
/// </summary>
internal sealed class BodyEncoding
{
    public static readonly BodyEncoding Identity = new("identity", static body => body);
    public static readonly BodyEncoding Gzip = new("gzip", static body => new GZipStream(body, CompressionMode.Decompress, leaveOpen: true));

    /// <summary>What HTTP calls deflate is the zlib format.</summary>
    public static readonly BodyEncoding Deflate = new("deflate", static body => new ZLibStream(body, CompressionMode.Decompress, leaveOpen: true));
    public static readonly BodyEncoding Brotli = new("br", static body => new BrotliStream(body, CompressionMode.Decompress, leaveOpen: true));

    public static readonly BodyEncoding Zstandard = new("zstd", static body => new ZstandardStream(body, leaveOpen: true));

    /// <summary>One snappy block, which can be unpacked when it is there as a whole.</summary>
    public static readonly BodyEncoding Snappy = new("snappy", static body => body) { IsSnappyBlock = true };

    private readonly Func<Stream, Stream> _decode;

    private BodyEncoding(string name, Func<Stream, Stream> decode)
    {
        Name = name;
        _decode = decode;
    }

    public string Name { get; }

    /// <summary>What <see cref="Decode"/> yields is a snappy block, to be unpacked when it is read to its end.</summary>
    public bool IsSnappyBlock { get; private init; }

    public Stream Decode(Stream body) => _decode(body);

    /// <summary>The same around a snappy block.</summary>
    public BodyEncoding AroundSnappy() => new(Name, _decode) { IsSnappyBlock = true };
}
