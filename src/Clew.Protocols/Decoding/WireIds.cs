using System.Buffers.Binary;
using Clew.Telemetry;

namespace Clew.Protocols.Decoding;

/// <summary>Ids as the bytes of a binary format. No bytes are an absent id; any other wrong length is an invalid one.</summary>
internal static class WireIds
{
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TraceId id)
    {
        id = bytes.Length == TraceId.Size ? new TraceId(bytes) : default;
        return bytes.Length is 0 or TraceId.Size;
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out SpanId id)
    {
        id = bytes.Length == SpanId.Size ? new SpanId(bytes) : default;
        return bytes.Length is 0 or SpanId.Size;
    }

    /// <summary>As above, of a system that also has trace ids of 8 bytes: these are the low half.</summary>
    public static bool TryReadEither(ReadOnlySpan<byte> bytes, out TraceId id)
    {
        if (bytes.Length != TraceId.Size / 2)
        {
            return TryRead(bytes, out id);
        }

        id = new TraceId(0, BinaryPrimitives.ReadUInt64BigEndian(bytes));
        return true;
    }
}
