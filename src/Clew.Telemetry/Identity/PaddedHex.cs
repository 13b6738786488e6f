using System.Buffers;
using System.Text;

namespace Clew.Telemetry;

/// <summary>Reads a number in hex, in any case, into big-endian bytes; digits that are missing on the left are zeros.</summary>
internal static class PaddedHex
{
    /// <summary>Digits of the longest number there is, a trace id's.</summary>
    private const int MostDigits = TraceId.Size * 2;

    /// <returns>False for no digits, too many, or something else than digits.</returns>
    public static bool TryRead(ReadOnlySpan<byte> hex, Span<byte> bytes)
    {
        if (hex.Length == 0 || hex.Length > bytes.Length * 2)
        {
            return false;
        }

        Span<byte> padded = stackalloc byte[MostDigits];
        padded = padded[..(bytes.Length * 2)];
        padded.Fill((byte)'0');
        hex.CopyTo(padded[(padded.Length - hex.Length)..]);
        return Convert.FromHexString(padded, bytes, out _, out _) == OperationStatus.Done;
    }

    /// <returns>As above.</returns>
    public static bool TryRead(ReadOnlySpan<char> hex, Span<byte> bytes)
    {
        Span<byte> ascii = stackalloc byte[MostDigits];
        return Ascii.FromUtf16(hex, ascii, out var length) == OperationStatus.Done && TryRead(ascii[..length], bytes);
    }
}
