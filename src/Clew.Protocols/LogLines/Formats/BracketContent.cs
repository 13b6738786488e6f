using System.Buffers.Text;
using Clew.Telemetry;

namespace Clew.Protocols.LogLines.Formats;

/// <summary>
/// What stands in brackets in the head of a line: a severity, <c>module:level</c>, pairs such as <c>trace_id=… span_id=…</c>, Sleuth's
/// <c>service,trace,span</c>, Spring Boot's <c>trace-span</c>, a process id, a UUID that names the request, a client, a dotted logger.
/// </summary>
internal static class BracketContent
{
    /// <returns>False for a name that could be anything.</returns>
    public static bool TryAssign(ReadOnlySpan<byte> content, LineRecord record, ref bool hasSeverity, ref bool hasLogger)
    {
        if (content.IsEmpty)
        {
            return true;
        }

        if (!hasSeverity && TrySeverity(content, record, ref hasLogger))
        {
            hasSeverity = true;
            return true;
        }

        return TryPairs(content, record) || TryTriple(content, record) || TryTraceSpan(content, record) || TryProcess(content, record) || TryRequest(content, record)
            || TryClient(content, record) || (!hasLogger && (hasLogger = TryDottedName(content, record)));
    }

    private static bool TrySeverity(ReadOnlySpan<byte> content, LineRecord record, ref bool hasLogger)
    {
        if (record.TrySetSeverity(content))
        {
            return true;
        }

        // Apache 2.4: [core:error].
        var colon = content.IndexOf((byte)':');
        if (colon <= 0 || content.IndexOf((byte)' ') >= 0 || !record.TrySetSeverity(content[(colon + 1)..]))
        {
            return false;
        }

        record.SetLogger(content[..colon]);
        hasLogger = true;
        return true;
    }

    /// <summary>Pairs with spaces or commas between them.</summary>
    private static bool TryPairs(ReadOnlySpan<byte> content, LineRecord record)
    {
        var equals = content.IndexOf((byte)'=');
        if (equals <= 0 || content[..equals].IndexOfAny(" ,[("u8) >= 0)
        {
            return false;
        }

        foreach (var range in content.SplitAny(" ,"u8))
        {
            var word = content[range];
            if (!word.IsEmpty && word.IndexOf((byte)'=') <= 0)
            {
                return false;
            }
        }

        foreach (var range in content.SplitAny(" ,"u8))
        {
            var word = content[range];
            if (!word.IsEmpty)
            {
                var at = word.IndexOf((byte)'=');
                AssignPair(word[..at], word[(at + 1)..].Trim((byte)'"'), record);
            }
        }

        return true;
    }

    private static void AssignPair(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, LineRecord record)
    {
        // OpenTelemetry's Python instrumentation writes 0 where there is no span.
        var role = FieldNames.RoleOf(key);
        var isNone = value.IsEmpty || value.IndexOfAnyExcept((byte)'0', (byte)'-') < 0 || value.SequenceEqual("null"u8) || value.SequenceEqual("None"u8);
        if (isNone && role is FieldRole.TraceId or FieldRole.SpanId or FieldRole.DatadogTraceId or FieldRole.DatadogSpanId or FieldRole.Service)
        {
            return;
        }

        FieldAssignment.Text(record, key, value);
    }

    /// <summary>Sleuth: <c>service,trace,span</c> and perhaps <c>,exportable</c>; the ids may be empty.</summary>
    private static bool TryTriple(ReadOnlySpan<byte> content, LineRecord record)
    {
        var first = content.IndexOf((byte)',');
        if (first < 0 || content.IndexOfAny(" \t"u8) >= 0)
        {
            return false;
        }

        var rest = content[(first + 1)..];
        var second = rest.IndexOf((byte)',');
        if (second < 0)
        {
            return false;
        }

        var trace = rest[..second];
        var span = rest[(second + 1)..];
        var third = span.IndexOf((byte)',');
        span = third < 0 ? span : span[..third];
        var hasTrace = TraceIdText.TryHex(trace, out TraceId traceId) && trace.Length is 16 or 32;
        var hasSpan = TraceIdText.TryHex(span, out SpanId spanId) && span.Length == 16;
        if ((!trace.IsEmpty && !hasTrace) || (!span.IsEmpty && !hasSpan))
        {
            return false;
        }

        record.SetResource(ResourceField.Service, content[..first]);
        (record.Fields.TraceId, record.Fields.SpanId) = (traceId, spanId);
        return true;
    }

    /// <summary>Spring Boot 3: <c>trace-span</c>, spaces where there is none; also a trace id alone.</summary>
    private static bool TryTraceSpan(ReadOnlySpan<byte> content, LineRecord record)
    {
        if (content.Length is not (49 or 32) || !TraceIdText.TryHex(content[..32], out TraceId trace))
        {
            return false;
        }

        if (content.Length == 49)
        {
            if (content[32] != '-' || !TraceIdText.TryHex(content[33..], out SpanId span))
            {
                return false;
            }

            record.Fields.SpanId = span;
        }

        record.Fields.TraceId = trace;
        return true;
    }

    /// <summary><c>1234</c>, <c>#1234</c>, <c>pid 1234</c>, <c>pid 1234:tid 5678</c>.</summary>
    private static bool TryProcess(ReadOnlySpan<byte> content, LineRecord record)
    {
        var text = content.StartsWith("pid "u8) ? content[4..] : content.TrimStart((byte)'#');
        if (!Utf8Parser.TryParse(text, out long pid, out var used) || pid < 0)
        {
            return false;
        }

        var rest = text[used..];
        if (rest.StartsWith(":tid "u8) && Utf8Parser.TryParse(rest[5..], out long thread, out used) && used == rest.Length - 5)
        {
            record.AddInt("thread.id"u8, thread);
        }
        else if (!rest.IsEmpty)
        {
            return false;
        }

        record.AddInt("process.pid"u8, pid);
        return true;
    }

    /// <summary>Rails' tagged logging: the request's id.</summary>
    private static bool TryRequest(ReadOnlySpan<byte> content, LineRecord record)
    {
        if (content.Length != 36 || content[8] != '-' || content[13] != '-' || content[18] != '-' || content[23] != '-')
        {
            return false;
        }

        record.AddText("request_id"u8, content);
        return true;
    }

    /// <summary>Apache: <c>client 10.0.0.1:1234</c>.</summary>
    private static bool TryClient(ReadOnlySpan<byte> content, LineRecord record)
    {
        if (!content.StartsWith("client "u8))
        {
            return false;
        }

        var address = content[7..];
        var colon = address.LastIndexOf((byte)':');
        var hasPort = colon > 0 && address.IndexOf((byte)':') == colon;
        record.AddText("client.address"u8, hasPort ? address[..colon] : address);
        return true;
    }

    /// <summary>A logger in brackets has at least two dots (<c>o.e.n.Node</c>); one dot is a host or a file.</summary>
    private static bool TryDottedName(ReadOnlySpan<byte> content, LineRecord record)
    {
        var dots = 0;
        foreach (var b in content)
        {
            var isLetter = (uint)((b | 0x20) - 'a') < 26;
            if (!(isLetter || b is (byte)'.' or (byte)'_' or (byte)'$' || LogTime.IsDigit(b)))
            {
                return false;
            }

            dots += b == '.' ? 1 : 0;
        }

        if (dots < 2 || LogTime.IsDigit(content[0]))
        {
            return false;
        }

        record.SetLogger(content);
        return true;
    }
}
