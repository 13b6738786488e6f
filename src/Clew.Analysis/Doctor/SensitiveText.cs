using System.Buffers;
using System.Text.RegularExpressions;

namespace Clew.Analysis.Doctor;

/// <summary>Recognises secrets and personal data in attributes: only what is unmistakable, because every hit is told.</summary>
public static partial class SensitiveText
{
    private static readonly SearchValues<char> Tellers = SearchValues.Create("@.-:=A ");

    private static readonly HashSet<string> SecretKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "authorization", "proxy_authorization", "password", "passwd", "pwd", "secret", "client_secret", "api_key", "apikey", "x_api_key", "access_token", "refresh_token", "id_token",
        "cookie", "set_cookie", "private_key", "session_token",
    };

    /// <returns>What it looks like; null when it looks like nothing of the kind.</returns>
    public static string? Recognise(string key, string value)
    {
        if (value.Length < 4 || IsMasked(value))
        {
            return null;
        }

        var dot = key.LastIndexOf('.');
        if (SecretKeys.Contains(key[(dot + 1)..].Replace('-', '_')))
        {
            return "a secret by its key";
        }

        if (value.Length >= 13 && IsCard(value))
        {
            return "a payment card";
        }

        if (!value.AsSpan().ContainsAny(Tellers))
        {
            return null;
        }

        return value.Contains("-----BEGIN ", StringComparison.Ordinal) && value.Contains("PRIVATE KEY", StringComparison.Ordinal) ? "a private key"
            : value.Contains("eyJ", StringComparison.Ordinal) && Token().IsMatch(value) ? "a JWT"
            : value.Contains("earer ", StringComparison.Ordinal) && Bearer().IsMatch(value) ? "a bearer token"
            : value.Contains("AKIA", StringComparison.Ordinal) && AccessKey().IsMatch(value) ? "a cloud access key"
            : value.Contains("://", StringComparison.Ordinal) && UrlPassword().IsMatch(value) ? "a password in a URL"
            : value.Contains('@', StringComparison.Ordinal) && Mail().IsMatch(value) ? "an e-mail address"
            : null;
    }

    /// <summary>What redaction leaves: stars, crosses, or a word in brackets.</summary>
    private static bool IsMasked(string value) =>
        value.AsSpan().Trim("*xX•-. ").IsEmpty
        || value.Contains("***", StringComparison.Ordinal)
        || value.Contains("redacted", StringComparison.OrdinalIgnoreCase)
        || (value[0] is '[' or '<' && value[^1] is ']' or '>' && value.Length < 24);

    /// <summary>13 to 19 digits, perhaps in groups, with a known first digit and a right check digit (ISO/IEC 7812).</summary>
    private static bool IsCard(string value)
    {
        if (value.Length > 23)
        {
            return false;
        }

        int sum = 0, digits = 0;
        for (var i = value.Length - 1; i >= 0; i--)
        {
            var c = value[i];
            if (c is ' ' or '-')
            {
                continue;
            }

            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            var digit = c - '0';
            var doubled = digits % 2 == 1 ? digit * 2 : digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
            digits++;
        }

        return digits is >= 13 and <= 19 && value[0] is >= '3' and <= '6' && sum % 10 == 0 && (digits == 16 || value.AsSpan().ContainsAny(" -"));
    }

    [GeneratedRegex(@"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    [GeneratedRegex(@"\b[Bb]earer [\w.~+/-]{16,}", RegexOptions.CultureInvariant)]
    private static partial Regex Bearer();

    [GeneratedRegex(@"\bAKIA[0-9A-Z]{16}\b", RegexOptions.CultureInvariant)]
    private static partial Regex AccessKey();

    [GeneratedRegex(@"://[^/\s:@]+:[^/\s:@*]+@", RegexOptions.CultureInvariant)]
    private static partial Regex UrlPassword();

    [GeneratedRegex(@"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,18}(?![\w.])", RegexOptions.CultureInvariant)]
    private static partial Regex Mail();
}
