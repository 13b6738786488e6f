using System.Globalization;
using System.Text;

namespace Clew.Storage.Reading;

/// <summary>The one place where values become SQL text. Whatever the value, what comes out is one literal.</summary>
internal static class SqlLiteral
{
    /// <summary>A string literal: everything but plain ASCII letters, digits and harmless signs is escaped byte by byte.</summary>
    public static string Text(string value)
    {
        var sql = new StringBuilder(value.Length + 2).Append('\'');
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.IsAscii && rune.Value is >= ' ' and < 0x7F and not '\'' and not '\\')
            {
                sql.Append((char)rune.Value);
            }
            else
            {
                foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
                {
                    sql.Append("\\x").Append(b.ToString("X2", CultureInfo.InvariantCulture));
                }
            }
        }

        return sql.Append('\'').ToString();
    }

    /// <summary>Raw bytes as <c>unhex('…')</c>.</summary>
    public static string Bytes(ReadOnlySpan<byte> bytes) => $"unhex('{Convert.ToHexString(bytes)}')";

    public static string Id(TraceId id)
    {
        Span<byte> bytes = stackalloc byte[TraceId.Size];
        id.CopyTo(bytes);
        return Bytes(bytes);
    }

    public static string Id(SpanId id)
    {
        Span<byte> bytes = stackalloc byte[SpanId.Size];
        id.CopyTo(bytes);
        return Bytes(bytes);
    }

    public static string Fingerprint(ulong fingerprint) => Bytes(BitConverter.GetBytes(fingerprint));

    public static string Int(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A DateTime64(9) literal, from nanoseconds. Times before 1900 do not exist in the store and become its first moment.</summary>
    public static string Time(Timestamp time) =>
        $"fromUnixTimestamp64Nano(toInt64({Int(Math.Max(time.UnixNanoseconds, EarliestTime))}), 'UTC')";

    /// <summary>1900-01-01, where DateTime64 begins.</summary>
    private const long EarliestTime = -2_208_988_800_000_000_000;
}
