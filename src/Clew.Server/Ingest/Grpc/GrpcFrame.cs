using System.Buffers.Binary;
using System.Globalization;
using Clew.Server.Ingest.Bodies;
using Clew.Server.Pipeline;

namespace Clew.Server.Ingest.Grpc;

/// <summary>
/// A message on the wire: one byte that says whether it is compressed, four bytes of length (big-endian), the message.
/// </summary>
internal static class GrpcFrame
{
    public const int HeaderLength = 5;

    /// <summary>How much larger than the message itself compressed data can honestly be.</summary>
    public const int CompressionOverhead = 64 << 10;

    /// <summary>Reads the one message of a unary call and makes sure that nothing follows it.</summary>
    /// <param name="encoding">The call's <c>grpc-encoding</c>; null when it has none.</param>
    /// <param name="limit">Most bytes of the message after decompression.</param>
    /// <param name="admission">Where the message's bytes are reserved; null for small messages that need no place.</param>
    public static async Task<BodyResult> ReadAsync(Stream body, string? encoding, long limit, InFlight.Admission? admission, CancellationToken cancellation)
    {
        var known = BodyEncodings.Grpc.Of(encoding);
        if (known is null)
        {
            return BodyResult.Failed(RefusalReason.UnsupportedEncoding, $"grpc-encoding {encoding} is not supported; {BodyEncodings.Grpc.Sentence}");
        }

        var header = new byte[HeaderLength];
        if (await body.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellation) < HeaderLength)
        {
            return BodyResult.Failed(RefusalReason.BrokenFraming, "the request ends before its message");
        }

        if (header[0] > 1)
        {
            return BodyResult.Failed(RefusalReason.BrokenFraming, "the message's compressed flag is neither 0 nor 1");
        }

        var compressed = header[0] == 1;
        if (compressed && known == BodyEncoding.Identity)
        {
            return BodyResult.Failed(RefusalReason.BrokenFraming, "the message is compressed, but grpc-encoding does not say how");
        }

        long length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
        if (length > (compressed ? limit + CompressionOverhead : limit))
        {
            return BodyResult.Failed(RefusalReason.TooLarge, string.Create(CultureInfo.InvariantCulture, $"the message has {length} bytes"));
        }

        using var message = new CountingStream(body, length);
        var read = await BodyReader.ReadAsync(message, compressed ? known : BodyEncoding.Identity, limit, admission, cancellation);
        if (read.Body is null)
        {
            return read;
        }

        if (await CheckEndAsync(body, message, length, cancellation) is { } problem)
        {
            read.Body.Dispose();
            return BodyResult.Failed(RefusalReason.BrokenFraming, problem);
        }

        return read;
    }

    /// <summary>Puts a message, uncompressed, into a frame.</summary>
    public static byte[] Write(ReadOnlySpan<byte> message)
    {
        var frame = new byte[HeaderLength + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    private static async Task<string?> CheckEndAsync(Stream body, CountingStream message, long length, CancellationToken cancellation)
    {
        // A decompressor may stop before the end of what it was given.
        var rest = new byte[256];
        while (message.Count < length)
        {
            if (await message.ReadAsync(rest, cancellation) == 0)
            {
                return "the request ends inside its message";
            }
        }

        return await body.ReadAsync(rest.AsMemory(0, 1), cancellation) > 0 ? "the request goes on after its message" : null;
    }
}
