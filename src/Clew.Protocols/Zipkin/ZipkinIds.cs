using Clew.Telemetry;

namespace Clew.Protocols.Zipkin;

/// <summary>Ids as Zipkin's JSON has them: hex in any case; fewer digits than the full number stand for the low ones.</summary>
internal static class ZipkinIds
{
    /// <returns>False when the text is neither empty nor an id.</returns>
    public static bool TryParse(ReadOnlySpan<byte> hex, out TraceId id)
    {
        Span<byte> bytes = stackalloc byte[TraceId.Size];
        var parsed = TryParse(hex, bytes);
        id = parsed ? new TraceId(bytes) : default;
        return parsed;
    }

    /// <returns>False when the text is neither empty nor an id.</returns>
    public static bool TryParse(ReadOnlySpan<byte> hex, out SpanId id)
    {
        Span<byte> bytes = stackalloc byte[SpanId.Size];
        var parsed = TryParse(hex, bytes);
        id = parsed ? new SpanId(bytes) : default;
        return parsed;
    }

    /// <summary>From the big-endian bytes of protobuf: all of them, or the low half of a trace id.</summary>
    public static bool TryRead(ReadOnlySpan<byte> raw, out TraceId id)
    {
        id = default;
        if (raw.Length is not (0 or TraceId.Size or (TraceId.Size / 2)))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[TraceId.Size];
        bytes.Clear();
        raw.CopyTo(bytes[(TraceId.Size - raw.Length)..]);
        id = new TraceId(bytes);
        return true;
    }

    private static bool TryParse(ReadOnlySpan<byte> hex, Span<byte> bytes)
    {
        if (hex.Length > bytes.Length * 2)
        {
            return false;
        }

        Span<byte> padded = stackalloc byte[TraceId.Size * 2];
        padded = padded[..(bytes.Length * 2)];
        padded.Fill((byte)'0');
        hex.CopyTo(padded[(padded.Length - hex.Length)..]);
        return Convert.FromHexString(padded, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
    }
}
