using Clew.Telemetry;

namespace Clew.Server.Jaeger;

/// <summary>Trace ids as Jaeger's clients write them: hex in any case with or without leading zeros, or base64 of 16 or 8 bytes (standard or URL alphabet, padded or not).</summary>
internal static class JaegerIds
{
    public static bool TryParse(string text, out TraceId id) => TraceId.TryParse(text, out id) || TryParseBase64(text, out id);

    private static bool TryParseBase64(string text, out TraceId id)
    {
        id = default;
        var standard = text.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        Span<byte> bytes = stackalloc byte[TraceId.Size];
        if (!Convert.TryFromBase64String(standard.PadRight((standard.Length + 3) / 4 * 4, '='), bytes, out var length))
        {
            return false;
        }

        switch (length)
        {
            case TraceId.Size:
                id = new TraceId(bytes);
                return true;
            case TraceId.Size / 2:
                Span<byte> padded = stackalloc byte[TraceId.Size];
                padded.Clear();
                bytes[..length].CopyTo(padded[(TraceId.Size / 2)..]);
                id = new TraceId(padded);
                return true;
            default:
                return false;
        }
    }
}
