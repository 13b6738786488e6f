using Clew.Telemetry;

namespace Clew.Protocols.Otlp;

/// <summary>Ids from the wire. No bytes are an absent id; any other wrong length is an invalid one.</summary>
internal static class OtlpIds
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
}
