using Clew.Telemetry;

namespace Clew.Protocols.Decoding;

/// <summary>Trace and span ids that come as text under a name, as labels and metadata of other systems' records do.</summary>
internal static class TraceContext
{
    /// <summary>Reads 32 hex digits, or the 16 of a tracer with ids of 64 bits.</summary>
    /// <param name="isCanonical">The text is what the id is written as again, so that it need not be kept beside the id.</param>
    public static bool TryReadTraceId(ReadOnlySpan<byte> hex, out TraceId id, out bool isCanonical)
    {
        id = default;
        var isId = hex.Length is TraceId.Size * 2 or TraceId.Size && TraceId.TryParse(hex, out id) && !id.IsEmpty;
        isCanonical = isId && hex.Length == TraceId.Size * 2 && hex.IndexOfAnyInRange((byte)'A', (byte)'F') < 0;
        return isId;
    }

    /// <summary>Reads 16 hex digits.</summary>
    /// <param name="isCanonical">As above.</param>
    public static bool TryReadSpanId(ReadOnlySpan<byte> hex, out SpanId id, out bool isCanonical)
    {
        id = default;
        var isId = hex.Length == SpanId.Size * 2 && SpanId.TryParse(hex, out id) && !id.IsEmpty;
        isCanonical = isId && hex.IndexOfAnyInRange((byte)'A', (byte)'F') < 0;
        return isId;
    }

    /// <summary>Names that people give to a trace id.</summary>
    public static bool IsTraceIdName(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("trace_id"u8) || name.SequenceEqual("traceID"u8) || name.SequenceEqual("traceId"u8) || name.SequenceEqual("traceid"u8) || name.SequenceEqual("trace.id"u8);

    /// <summary>Names that people give to a span id.</summary>
    public static bool IsSpanIdName(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("span_id"u8) || name.SequenceEqual("spanID"u8) || name.SequenceEqual("spanId"u8) || name.SequenceEqual("spanid"u8) || name.SequenceEqual("span.id"u8);
}
