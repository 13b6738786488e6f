namespace Clew.Protocols.LogLines;

/// <summary>
/// Finds trace and span ids that a message carries in its text: <c>trace_id=… span_id=…</c>, <c>traceId: …</c>, <c>dd.trace_id="…"</c>,
/// <c>traceparent=00-…</c>. The text stays as it is.
/// </summary>
internal static class TraceContextText
{
    /// <summary>Places that are looked at: a message that talks about traces all the time is no reason to search it all.</summary>
    private const int MaxPlaces = 8;

    /// <summary>Bytes of a message that are searched.</summary>
    private const int MaxBytes = 16 << 10;

    public static void Find(LineRecord record)
    {
        ref var fields = ref record.Fields;
        if (!fields.TraceId.IsEmpty && !fields.SpanId.IsEmpty)
        {
            return;
        }

        var body = record.Text(fields.Body);
        body = body[..Math.Min(body.Length, MaxBytes)];
        Search(body, "race"u8, record);
        if (!fields.TraceId.IsEmpty && fields.SpanId.IsEmpty)
        {
            Search(body, "pan"u8, record);
        }
    }

    private static void Search(ReadOnlySpan<byte> body, ReadOnlySpan<byte> sign, LineRecord record)
    {
        for (var places = 0; places < MaxPlaces; places++)
        {
            var at = body.IndexOf(sign);
            if (at < 0)
            {
                return;
            }

            var start = at;
            while (start > 0 && IsKeyByte(body[start - 1]))
            {
                start--;
            }

            var end = at + sign.Length;
            while (end < body.Length && IsKeyByte(body[end]))
            {
                end++;
            }

            if (TryAssign(body[start..end], body[end..], record))
            {
                return;
            }

            body = body[end..];
        }
    }

    private static bool TryAssign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> rest, LineRecord record)
    {
        rest = rest.TrimStart((byte)'"');
        if (rest.IsEmpty || rest[0] is not ((byte)'=' or (byte)':'))
        {
            return false;
        }

        rest = rest[1..].TrimStart(" \""u8);
        var length = 0;
        while (length < rest.Length && (LogTime.IsDigit(rest[length]) || (uint)((rest[length] | 0x20) - 'a') < 6 || rest[length] == '-'))
        {
            length++;
        }

        var value = rest[..length].TrimEnd((byte)'-');
        ref var fields = ref record.Fields;
        switch (FieldNames.RoleOf(key))
        {
            case FieldRole.TraceId when TraceIdText.TryParse(value, out Telemetry.TraceId trace):
                fields.TraceId = trace;
                return true;
            case FieldRole.DatadogTraceId when TraceIdText.TryParseDatadog(value, out Telemetry.TraceId datadogTrace):
                fields.TraceId = datadogTrace;
                return true;
            case FieldRole.SpanId when TraceIdText.TryParse(value, out Telemetry.SpanId span):
                fields.SpanId = span;
                return true;
            case FieldRole.DatadogSpanId when TraceIdText.TryParseDatadog(value, out Telemetry.SpanId datadogSpan):
                fields.SpanId = datadogSpan;
                return true;
            case FieldRole.TraceParent when TraceIdText.TryParseTraceParent(value, out var parentTrace, out var parentSpan, out var flags):
                (fields.TraceId, fields.SpanId, fields.Flags) = (parentTrace, parentSpan, flags);
                return true;
            default:
                return false;
        }
    }

    private static bool IsKeyByte(byte b) => (uint)((b | 0x20) - 'a') < 26 || b is (byte)'_' or (byte)'-' or (byte)'.';
}
