using System.Buffers.Text;
using Clew.Telemetry;

namespace Clew.Protocols.LogLines;

/// <summary>
/// Reads the forms in which logs write trace and span ids: W3C hex; 64-bit hex; AWS X-Ray's <c>1-5759e988-bd862e3fe1be46a994272793</c>, also as
/// <c>Root=…;Parent=…</c>; Google's <c>projects/NAME/traces/HEX</c>; a UUID; Datadog's decimal 64-bit numbers.
/// </summary>
internal static class TraceIdText
{
    /// <summary>Digits of a hex id that lost its leading zeros: fewer are taken for something else than an id.</summary>
    private const int LeastHex = 13;

    private const int LeastDecimal = 17;

    public static bool TryParse(ReadOnlySpan<byte> text, out TraceId id)
    {
        id = default;
        if (text.StartsWith("projects/"u8))
        {
            text = text[(text.LastIndexOf((byte)'/') + 1)..];
        }
        else if (text.IndexOf("Root="u8) is >= 0 and var root)
        {
            text = text[(root + 5)..];
            var end = text.IndexOf((byte)';');
            text = end < 0 ? text : text[..end];
        }

        Span<byte> hex = stackalloc byte[TraceId.Size * 2];
        if (text is [(byte)'1', (byte)'-', ..] && text.Length == 35 && text[10] == '-')
        {
            text.Slice(2, 8).CopyTo(hex);
            text[11..].CopyTo(hex[8..]);
            return TryHex(hex, out id);
        }

        if (text.Length == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-')
        {
            var length = 0;
            foreach (var b in text)
            {
                if (b != '-' && length < hex.Length)
                {
                    hex[length++] = b;
                }
            }

            return TryHex(hex[..length], out id);
        }

        if (text.Length is not (16 or 32) && text.Length >= LeastDecimal && TryDecimal(text, out id))
        {
            return true;
        }

        return text.Length is >= LeastHex and <= TraceId.Size * 2 && TryHex(text, out id);
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out SpanId id)
    {
        id = default;
        if (text.IndexOf("Parent="u8) is >= 0 and var parent)
        {
            text = text[(parent + 7)..];
            var end = text.IndexOf((byte)';');
            text = end < 0 ? text : text[..end];
        }

        if (text.Length is > SpanId.Size * 2 and >= LeastDecimal)
        {
            return TryDecimal(text, out id);
        }

        return text.Length is >= LeastHex and <= SpanId.Size * 2 && TryHex(text, out id);
    }

    /// <summary>Datadog's correlation fields: a decimal number of 64 bits, or hex of 128 bits.</summary>
    public static bool TryParseDatadog(ReadOnlySpan<byte> text, out TraceId id) => text.Length == 32 ? TryHex(text, out id) : TryDecimal(text, out id);

    public static bool TryParseDatadog(ReadOnlySpan<byte> text, out SpanId id) => TryDecimal(text, out id);

    /// <summary>W3C Trace Context: <c>00-TRACE-SPAN-FLAGS</c>.</summary>
    public static bool TryParseTraceParent(ReadOnlySpan<byte> text, out TraceId trace, out SpanId span, out uint flags)
    {
        (trace, span, flags) = (default, default, 0);
        return text.Length >= 55 && text[2] == '-' && text[35] == '-' && text[52] == '-'
            && TryHex(text.Slice(3, 32), out trace) && TryHex(text.Slice(36, 16), out span)
            && Utf8Parser.TryParse(text.Slice(53, 2), out flags, out var used, 'x') && used == 2;
    }

    /// <summary>False for an id of zeros too, which stands for none.</summary>
    public static bool TryHex(ReadOnlySpan<byte> hex, out TraceId id) => TraceId.TryParse(hex, out id) && !id.IsEmpty;

    public static bool TryHex(ReadOnlySpan<byte> hex, out SpanId id) => SpanId.TryParse(hex, out id) && !id.IsEmpty;

    private static bool TryDecimal(ReadOnlySpan<byte> text, out TraceId id)
    {
        var isNumber = TryDecimal(text, out ulong number);
        id = new TraceId(0, number);
        return isNumber;
    }

    private static bool TryDecimal(ReadOnlySpan<byte> text, out SpanId id)
    {
        var isNumber = TryDecimal(text, out ulong number);
        id = new SpanId(number);
        return isNumber;
    }

    /// <summary>0 when it is none, or no number of 64 bits.</summary>
    private static bool TryDecimal(ReadOnlySpan<byte> text, out ulong number)
    {
        number = Utf8Parser.TryParse(text, out ulong read, out var used) && used == text.Length ? read : 0;
        return number != 0;
    }
}
