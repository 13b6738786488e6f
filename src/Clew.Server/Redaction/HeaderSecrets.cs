using System.Text;

namespace Clew.Server.Redaction;

/// <summary>The headers that carry secrets, <c>Authorization</c> and <c>Cookie</c> with their relatives, and the credentials of the former where they stand alone.</summary>
internal static class HeaderSecrets
{
    /// <summary>Bytes of a header that are looked at to know what it is.</summary>
    private const int LookBack = 512;

    /// <summary>Schemes whose credentials go on to the end of the header (RFC 9110: a list of parameters).</summary>
    private static readonly byte[][] ParameterSchemes = [.. new[] { "digest", "aws4-hmac-sha256", "signature", "oauth", "hawk", "mac", "sharedkey", "sharedaccesssignature" }.Select(Encoding.ASCII.GetBytes)];

    private static readonly byte[][] TokenSchemes = [.. new[] { "bearer", "basic", "token", "apikey", "api-key", "negotiate", "ntlm", "pat", "jwt", "key", "dpop", "gnap" }.Select(Encoding.ASCII.GetBytes)];

    public static int AtAuthorization(ReadOnlySpan<byte> text, int at, bool keyIsQuoted, RedactedText to)
    {
        if (keyIsQuoted && text[at] == '[')
        {
            return SecretScanner.TakeJson(text, at, QuotedValue.EndOfJson(text, at), to);
        }

        if (text[at] == '[')
        {
            at++;
        }

        var quote = QuotedValue.QuoteLength(text, at);
        var start = at + quote;

        // Without quotes a part is enough to know the scheme by: reading each header to its end would make the scan quadratic.
        var header = text[start..(quote > 0 ? QuotedValue.End(text, start, text.Slice(at, quote)) : EndOfHeader(text, start, Math.Min(text.Length, start + LookBack)))];
        var schemeEnd = header.IndexOfAny((byte)' ', (byte)'\t', (byte)'+');
        if (schemeEnd > 0 && header[schemeEnd] == '+' && quote == 0)
        {
            schemeEnd = Known(header[..schemeEnd], TokenSchemes) ? schemeEnd : -1;
        }

        if (schemeEnd < 0)
        {
            var bare = quote > 0 ? header.Length : BareValue.End(text, at, start) - start;
            return quote > 0 || SecretShapes.LooksGenerated(header[..Math.Min(bare, header.Length)]) ? SecretScanner.Take(text, start, start + bare, RedactionRule.Authorization, to) : start;
        }

        var scheme = header[..schemeEnd];
        var credentials = start + schemeEnd + 1;
        while (credentials < start + header.Length && text[credentials] is (byte)' ')
        {
            credentials++;
        }

        if (Known(scheme, ParameterSchemes) || (quote > 0 && !Known(scheme, TokenSchemes)))
        {
            return Known(scheme, ParameterSchemes)
                ? SecretScanner.Take(text, credentials, quote > 0 ? start + header.Length : EndOfHeader(text, start, text.Length, hasQuotes: true), RedactionRule.Authorization, to)
                : SecretScanner.Take(text, start, start + header.Length, RedactionRule.Authorization, to);
        }

        if (Known(scheme, TokenSchemes))
        {
            var end = quote > 0 ? start + header.Length : credentials + SecretShapes.Token68Length(text[credentials..]);
            return SecretScanner.Take(text, credentials, end, RedactionRule.Authorization, to);
        }

        // No scheme anybody knows: a token of its own, or a sentence about authorization.
        return SecretShapes.LooksGenerated(scheme) ? SecretScanner.Take(text, start, start + schemeEnd, RedactionRule.Authorization, to) : start;
    }

    public static int AtCookie(ReadOnlySpan<byte> text, int at, bool keyIsQuoted, int separator, RedactedText to)
    {
        if (keyIsQuoted && text[at] is (byte)'[' or (byte)'{')
        {
            return SecretScanner.TakeJson(text, at, QuotedValue.EndOfJson(text, at), to);
        }

        if (text[at] == '[')
        {
            at++;
        }

        var quote = QuotedValue.QuoteLength(text, at);
        var start = at + quote;
        if (quote > 0)
        {
            return SecretScanner.Take(text, start, QuotedValue.End(text, start, text.Slice(at, quote)), RedactionRule.Cookie, to);
        }

        if (separator == '=')
        {
            return SecretScanner.Take(text, at, BareValue.End(text, at, at), RedactionRule.Cookie, to);
        }

        return text[start..EndOfHeader(text, start, Math.Min(text.Length, start + LookBack))].IndexOf((byte)'=') > 0
            ? SecretScanner.Take(text, start, EndOfHeader(text, start, text.Length), RedactionRule.Cookie, to)
            : start;
    }

    /// <summary>A header ends with its line, also where the line's end is written as an escape, or with the quotes around it.</summary>
    /// <param name="hasQuotes">Double quotes are part of the header.</param>
    private static int EndOfHeader(ReadOnlySpan<byte> text, int start, int limit, bool hasQuotes = false)
    {
        for (var end = start; end < limit; end++)
        {
            switch (text[end])
            {
                case (byte)'"' when hasQuotes:
                    break;
                case (byte)'\r' or (byte)'\n' or (byte)'"' or (byte)'\'' or (byte)']':
                case (byte)'\\' when end + 1 < text.Length && text[end + 1] is (byte)'n' or (byte)'r' or (byte)'"' or (byte)'\'' or (byte)'u':
                    return end;
            }
        }

        return limit;
    }

    public static int AtBearer(ReadOnlySpan<byte> text, int at, RedactedText to)
    {
        var start = at + "bearer".Length;
        if (at > 0 && Ascii.IsLetterOrDigit(text[at - 1]) && !(at > 2 && text[at - 3] == '%'))
        {
            return start;
        }

        if (Ascii.StartsWith(text[start..], "%20"u8))
        {
            start += 3;
        }
        else if (start < text.Length && text[start] is (byte)' ' or (byte)'+' or (byte)':' or (byte)'=' or (byte)'\t')
        {
            start = Ascii.SkipBlanks(text, start + 1);
        }
        else
        {
            return start;
        }

        var end = start + SecretShapes.Token68Length(text[Math.Min(start, text.Length)..]);
        while (end > start && text[end - 1] == '.')
        {
            end--;
        }

        return end > start && SecretShapes.LooksGenerated(text[start..end]) ? SecretScanner.Take(text, start, end, RedactionRule.Bearer, to) : start;
    }

    public static int AtBasic(ReadOnlySpan<byte> text, int at, RedactedText to)
    {
        var start = Ascii.SkipBlanks(text, at + "basic ".Length);
        var end = start + SecretShapes.Token68Length(text[start..]);
        return end > start && SecretShapes.IsBasicCredentials(text[start..end]) ? SecretScanner.Take(text, start, end, RedactionRule.Bearer, to) : start;
    }

    private static bool Known(ReadOnlySpan<byte> word, byte[][] words)
    {
        foreach (var known in words)
        {
            if (Ascii.Is(word, known))
            {
                return true;
            }
        }

        return false;
    }
}
