using Clew.Telemetry;

namespace Clew.Protocols.Decoding;

/// <summary>Trace and span ids that come as text under a name, as labels and metadata of other systems' records do.</summary>
internal static class TraceContext
{
    /// <summary>
    /// Takes the id out of a pair whose name is one that people give to ids: of a trace 32 hex digits, or the 16 of a tracer with ids of 64 bits; of a span 16.
    /// Anything else leaves the ids as they are.
    /// </summary>
    /// <returns>Whether the id says all that the pair said (<c>trace_id</c> or <c>span_id</c>, all digits, lower case), so that it need not be kept beside it.</returns>
    public static bool Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref TraceId traceId, ref SpanId spanId)
    {
        if (IsTraceIdName(name) && value.Length is TraceId.Size * 2 or TraceId.Size && TraceId.TryParse(value, out var trace) && !trace.IsEmpty)
        {
            traceId = trace;
            return value.Length == TraceId.Size * 2 && IsLower(value) && name.SequenceEqual("trace_id"u8);
        }

        if (IsSpanIdName(name) && value.Length == SpanId.Size * 2 && SpanId.TryParse(value, out var span) && !span.IsEmpty)
        {
            spanId = span;
            return IsLower(value) && name.SequenceEqual("span_id"u8);
        }

        return false;
    }

    private static bool IsLower(ReadOnlySpan<byte> hex) => hex.IndexOfAnyInRange((byte)'A', (byte)'F') < 0;

    private static bool IsTraceIdName(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("trace_id"u8) || name.SequenceEqual("traceID"u8) || name.SequenceEqual("traceId"u8) || name.SequenceEqual("traceid"u8) || name.SequenceEqual("trace.id"u8);

    private static bool IsSpanIdName(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("span_id"u8) || name.SequenceEqual("spanID"u8) || name.SequenceEqual("spanId"u8) || name.SequenceEqual("spanid"u8) || name.SequenceEqual("span.id"u8);
}
