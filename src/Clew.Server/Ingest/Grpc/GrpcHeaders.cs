using System.Buffers;
using System.Globalization;
using System.Text;

namespace Clew.Server.Ingest.Grpc;

/// <summary>gRPC's own header fields and how their values are written ("gRPC over HTTP2", in the grpc repository's doc folder).</summary>
internal static class GrpcHeaders
{
    public const string ContentType = "application/grpc";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string StatusDetails = "grpc-status-details-bin";

    /// <summary>What may stand in a grpc-message as it is: printable ASCII but the percent sign.</summary>
    private static readonly SearchValues<byte> Unescaped = SearchValues.Create([.. Enumerable.Range(0x20, 0x7F - 0x20).Where(c => c != '%').Select(c => (byte)c)]);

    /// <summary><c>application/grpc</c>, alone or with <c>+proto</c> or parameters; not <c>+json</c> or <c>-web</c>.</summary>
    public static bool IsGrpc(string? contentType)
    {
        if (contentType is null || !contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = contentType.AsSpan(ContentType.Length);
        if (rest.StartsWith("+proto", StringComparison.OrdinalIgnoreCase))
        {
            rest = rest["+proto".Length..];
        }

        return rest.IsEmpty || rest[0] is ';' or ' ';
    }

    /// <summary>Reads a timeout: up to eight digits and a unit (H, M, S, m, u, n).</summary>
    public static bool TryReadTimeout(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        (var understood, timeout) = text[^1] switch
        {
            'H' => (true, TimeSpan.FromHours(count)),
            'M' => (true, TimeSpan.FromMinutes(count)),
            'S' => (true, TimeSpan.FromSeconds(count)),
            'm' => (true, TimeSpan.FromMilliseconds(count)),
            'u' => (true, TimeSpan.FromMicroseconds(count)),
            'n' => (true, TimeSpan.FromTicks(count / TimeSpan.NanosecondsPerTick)),
            _ => (false, default),
        };
        return understood;
    }

    /// <summary>Percent-encodes what may not stand in a header field.</summary>
    public static string EscapeMessage(string message)
    {
        var utf8 = System.Text.Encoding.UTF8.GetBytes(message);
        if (utf8.AsSpan().IndexOfAnyExcept(Unescaped) < 0)
        {
            return message;
        }

        var escaped = new StringBuilder(utf8.Length + 16);
        foreach (var b in utf8)
        {
            if (Unescaped.Contains(b))
            {
                escaped.Append((char)b);
            }
            else
            {
                escaped.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return escaped.ToString();
    }

    /// <summary>Binary header values are base64 without padding.</summary>
    public static string EncodeBinary(ReadOnlySpan<byte> value) => Convert.ToBase64String(value).TrimEnd('=');
}
