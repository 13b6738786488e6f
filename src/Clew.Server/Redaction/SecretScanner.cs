using System.Buffers;
using System.Text;
using static Clew.Server.Redaction.SecretWords;

namespace Clew.Server.Redaction;

/// <summary>
/// Takes secrets out of one text: a vectorised search for telling literals, then a hand-written look around each. Linear in the length of the
/// text; no regular expressions. What it replaces is found again as replaced, so that a second run changes nothing.
/// </summary>
internal static class SecretScanner
{
    /// <summary>Bytes. Names, URLs and data source names are not longer; looking further back would make the scan quadratic.</summary>
    private const int LookBack = 512;

    private const int FirstShape = 100;
    private const int Bearer = 1_000;
    private const int Basic = 1_001;
    private const int Jwt = 1_002;
    private const int Pem = 1_003;
    private const int AtSign = 1_004;
    private const int Curl = 1_005;
    private const int EscapedAtSign = 1_007;

    /// <summary>Bytes within an array or map: found here, looked into by <see cref="NestedBytes"/>.</summary>
    private const int Base64 = 1_006;

    private static readonly (string Literal, int Meaning)[] Table =
    [
        .. All.Select((word, index) => (word.Word, index)),
        .. SecretShapes.Literals.Select((prefix, index) => (prefix, FirstShape + index)),
        ("bearer", Bearer),
        ("basic ", Basic),
        ("eyj", Jwt),
        ("-----begin ", Pem),
        ("-----begin%20", Pem),
        ("-----begin+", Pem),
        ("@", AtSign),
        ("%40", EscapedAtSign),
        ("curl ", Curl),
        ("\"$bytes\"", Base64),
    ];

    /// <summary>The words come first: a literal less than their number is an index into <see cref="SecretWords.All"/>.</summary>
    public static readonly LiteralScanner Literals = new([.. Table.Select(entry => entry.Literal)]);

    private static readonly SearchValues<byte> PhraseEnds = SearchValues.Create("\r\n\"'`,;&<>{}[]()\\"u8);
    private static readonly SearchValues<byte> UserInfoEnds = SearchValues.Create(" \t\r\n\"'`<>\\"u8);
    private static readonly SearchValues<byte> EscapedUrlEnds = SearchValues.Create(" \t\r\n\"'`<>\\&="u8);
    private static readonly SearchValues<byte> AuthorityEnds = SearchValues.Create(" \t\r\n\"'`<>\\/?#"u8);

    /// <summary>What people write about passwords rather than what passwords are.</summary>
    private static readonly byte[][] Prose = [.. new[]
    {
        "required", "invalid", "incorrect", "wrong", "expired", "missing", "must", "is", "are", "was", "cannot", "changed", "reset", "for", "the", "a", "an", "has", "have", "does", "should",
        "mismatch", "ok", "failed", "authentication", "login", "user", "with", "no", "yes", "too", "policy", "field", "input", "enabled", "disabled", "unknown", "accepted", "rejected", "verified", "updated", "string", "str", "bytes", "text", "and", "or", "in", "to", "from", "of", "all", "your", "this", "that", "it", "will", "can", "may", "please", "enter", "provided", "minimum", "at",
    }.Select(Encoding.ASCII.GetBytes)];

    /// <returns>True when something was taken out: it is in <see cref="RedactedText.Result"/>.</returns>
    public static bool Scan(ReadOnlySpan<byte> text, RedactedText to)
    {
        to.BeginPass();
        var at = 0;
        while ((at = Literals.Next(text, at, out var literal)) >= 0)
        {
            at = Math.Max(at + 1, Look(text, at, literal, to));
        }

        return to.EndPass(text);
    }

    /// <returns>Where to go on.</returns>
    private static int Look(ReadOnlySpan<byte> text, int at, int literal, RedactedText to)
    {
        var meaning = Table[literal].Meaning;
        switch (meaning)
        {
            case < FirstShape:
                return AtWord(text, at, meaning, to);
            case < Bearer:
                return SecretShapes.TryMatch(text, at, meaning - FirstShape, out var start, out var end) ? Take(text, start, end, RedactionRule.ApiKey, to) : at + 1;
            case Bearer:
                return HeaderSecrets.AtBearer(text, at, to);
            case Basic:
                return HeaderSecrets.AtBasic(text, at, to);
            case Jwt when text[at..].StartsWith("eyJ"u8):
                return SecretShapes.TryJwt(text, at, out var after) ? Take(text, at, after, RedactionRule.Jwt, to) : after;
            case Pem:
                return AtPem(text, at, to);
            case AtSign:
                return AtUserInfo(text, at, to);
            case EscapedAtSign:
                return AtEscapedUrl(text, at, to);
            case Curl:
                return AtCurl(text, at, to);
            default:
                return at + 1;
        }
    }

    /// <summary>Replaces a value unless it is none or lies in what was replaced already.</summary>
    public static int Take(ReadOnlySpan<byte> text, int start, int end, RedactionRule rule, RedactedText to)
    {
        if (start < to.Settled || end <= start || Placeholder.Is(text[start..end]))
        {
            return Math.Max(end, start);
        }

        to.Replace(text, start, end, Placeholder.Redacted, rule);
        return end;
    }

    private static int AtWord(ReadOnlySpan<byte> text, int at, int word, RedactedText to)
    {
        var strength = All[word].Strength;
        var nameEnd = EndOfName(text, at, word);
        if (nameEnd < 0)
        {
            return at + 1;
        }

        if (nameEnd < text.Length && text[nameEnd] == '>' && IsOpeningTag(text[..at]))
        {
            var close = text[nameEnd..].IndexOf((byte)'<');
            return Take(text, nameEnd + 1, close < 0 ? text.Length : nameEnd + close, RedactionRule.KeyValue, to);
        }

        var next = nameEnd;
        if (next < text.Length && text[next] == ']')
        {
            next++;
        }
        else if (Ascii.StartsWith(text[next..], "%5d"u8))
        {
            next += 3;
        }

        var keyQuote = QuotedValue.QuoteLength(text, next);
        next += keyQuote;
        var separator = Separator(text, ref next, keyQuote > 0);
        if (separator == 0)
        {
            if (strength == Strength.Strong && keyQuote == 0 && nameEnd + 1 < text.Length && text[nameEnd] == ' ' && text[nameEnd + 1] is (byte)'"' or (byte)'\'')
            {
                // with password "…", IDENTIFIED … PASSWORD '…'
                return AtFlagValue(text, nameEnd, to);
            }

            return nameEnd < text.Length && (text[nameEnd] == ' ' || Ascii.StartsWith(text[nameEnd..], "%20"u8)) && IsFlag(text, at) ? AtFlagValue(text, nameEnd, to) : nameEnd;
        }

        if (separator == ':' && next == nameEnd + 1 && IsUserName(text[..at]))
        {
            // The user of a URL: what follows is found by its @.
            return nameEnd;
        }

        return next >= text.Length ? text.Length : strength switch
        {
            Strength.Authorization => HeaderSecrets.AtAuthorization(text, next, keyQuote > 0, to),
            Strength.Cookie => HeaderSecrets.AtCookie(text, next, keyQuote > 0, separator, to),
            _ when separator == ':' && keyQuote == 0 && All[word].Word == "passphrase" && QuotedValue.QuoteLength(text, next) == 0 => AtPhrase(text, next, to),
            _ => AtValue(text, at, next, keyQuote > 0, separator, strength, to),
        };
    }

    /// <summary>Steps over blanks and <c>=</c>, <c>:</c>, <c>=&gt;</c> or <c>:=</c>, or over the way to the value of a name-value pair in JSON.</summary>
    /// <returns><c>=</c>, <c>:</c>, or 0 when there is none.</returns>
    private static int Separator(ReadOnlySpan<byte> text, ref int next, bool isQuoted)
    {
        var at = Ascii.SkipBlanks(text, next);
        if (at >= text.Length)
        {
            return 0;
        }

        if (isQuoted && text[at] == ',')
        {
            // {"name": "password", "value": "…"}, as HAR files and OTLP's own JSON have it.
            var member = at + 1;
            while (member < text.Length && Ascii.IsSpace(text[member]))
            {
                member++;
            }

            var quote = QuotedValue.QuoteLength(text, member);
            if (quote > 0 && Ascii.StartsWith(text[(member + quote)..], "value"u8) && QuotedValue.QuoteLength(text, member + quote + 5) is > 0 and var closing)
            {
                next = member + quote + 5 + closing;
                return Separator(text, ref next, isQuoted: false);
            }

            return 0;
        }

        var found = 0;
        if (text[at] is (byte)'=' or (byte)':')
        {
            found = text[at++];
            if (at < text.Length && (text[at] == '>' || (found == ':' && text[at] == '=') || (found == '=' && text[at] == '=')))
            {
                at++;
            }
        }
        else if (Ascii.StartsWith(text[at..], "%3d"u8) || Ascii.StartsWith(text[at..], "%3a"u8))
        {
            (found, at) = ('=', at + 3);
        }
        else if (Ascii.StartsWith(text[at..], "\\u003d"u8))
        {
            (found, at) = ('=', at + 6);
        }

        next = Ascii.SkipBlanks(text, at);
        return found;
    }

    private static int AtValue(ReadOnlySpan<byte> text, int nameStart, int at, bool keyIsQuoted, int separator, Strength strength, RedactedText to)
    {
        var quote = QuotedValue.QuoteLength(text, at);
        if (quote > 0)
        {
            var start = at + quote;
            var close = QuotedValue.End(text, start, text.Slice(at, quote));
            return strength == Strength.Signature && close - start < 16 ? start : Take(text, start, close, RedactionRule.KeyValue, to);
        }

        if (text[at] is (byte)'{' or (byte)'[')
        {
            if (keyIsQuoted)
            {
                return TakeJson(text, at, QuotedValue.EndOfJson(text, at), to);
            }

            if (text[at] == '[')
            {
                var close = text[at..].IndexOf((byte)']');
                return Take(text, at + 1, close < 0 ? text.Length : at + close, RedactionRule.KeyValue, to);
            }
        }

        var end = BareValue.EndOfVariable(text, at) is > 0 and var variable ? variable : BareValue.End(text, nameStart, at);
        var value = text[at..end];
        if (value.IsEmpty || (strength == Strength.Whole && value[0] is (byte)'/' or (byte)'~' or (byte)'.'))
        {
            return at;
        }

        if (keyIsQuoted && separator == ':' && text[at] is not ((byte)'$' or (byte)'%'))
        {
            return Placeholder.Is(value) ? end : TakeJson(text, at, end, to);
        }

        var isProse = separator == ':' && !keyIsQuoted;
        var isSecret = strength switch
        {
            Strength.Signature => value.Length >= 16 && SecretShapes.LooksGenerated(value),
            Strength.Weak when isProse => SecretShapes.LooksGenerated(value),
            _ => !isProse || !IsProse(value),
        };
        return isSecret ? Take(text, at, end, RedactionRule.KeyValue, to) : at;
    }

    /// <summary>A phrase has blanks in it: it goes on to the end of the line, or of what a comma or semicolon divides.</summary>
    private static int AtPhrase(ReadOnlySpan<byte> text, int at, RedactedText to)
    {
        var length = text[at..].IndexOfAny(PhraseEnds);
        var end = length < 0 ? text.Length : at + length;
        var first = text[at..end].IndexOf((byte)' ');
        return IsProse(first < 0 ? text[at..end] : text.Slice(at, first)) ? at : Take(text, at, end, RedactionRule.KeyValue, to);
    }

    /// <summary>A value of JSON that stands without quotes gets some, so that what is left is JSON.</summary>
    public static int TakeJson(ReadOnlySpan<byte> text, int start, int end, RedactedText to)
    {
        if (start < to.Settled)
        {
            return end;
        }

        // A word or number that the quotes around the whole object make part of a text has escaped quotes around its own key.
        var before = text[..start].LastIndexOf((byte)':');
        var quoteEnd = before < 0 ? -1 : text[..before].LastIndexOfAnyExcept((byte)' ', (byte)'\t');
        var backslashes = 0;
        while (quoteEnd - backslashes > 0 && text[quoteEnd - backslashes - 1] == '\\')
        {
            backslashes++;
        }

        var isDouble = quoteEnd >= 0 && text[quoteEnd] == '"';
        Span<byte> with = stackalloc byte[80];
        var length = 0;
        for (var side = 0; side < 2; side++)
        {
            for (var i = 0; i < Math.Min(backslashes, 31); i++)
            {
                with[length++] = (byte)'\\';
            }

            with[length++] = isDouble ? (byte)'"' : (byte)'\'';
            if (side == 0)
            {
                Placeholder.Redacted.CopyTo(with[length..]);
                length += Placeholder.Redacted.Length;
            }
        }

        to.Replace(text, start, end, with[..length], RedactionRule.KeyValue);
        return end;
    }

    private static int AtFlagValue(ReadOnlySpan<byte> text, int at, RedactedText to)
    {
        var isEscaped = text[at] == '%';
        var start = isEscaped ? at + "%20".Length : Ascii.SkipBlanks(text, at);
        if (start >= text.Length || text[start] == '-')
        {
            return start;
        }

        var quote = QuotedValue.QuoteLength(text, start);
        if (quote > 0)
        {
            return Take(text, start + quote, QuotedValue.End(text, start + quote, text.Slice(start, quote)), RedactionRule.KeyValue, to);
        }

        var length = text[start..].IndexOfAny(UserInfoEnds);
        var end = length < 0 ? text.Length : start + length;
        if (isEscaped && text[start..end].IndexOf("%20"u8) is >= 0 and var blank)
        {
            end = start + blank;
        }

        return Take(text, start, end, RedactionRule.KeyValue, to);
    }

    private static int AtPem(ReadOnlySpan<byte> text, int at, RedactedText to)
    {
        var label = text[(at + "-----begin".Length)..];
        var labelEnd = label[..Math.Min(label.Length, 64)].IndexOf("-----"u8);
        if (labelEnd < 0 || (label[..labelEnd].IndexOf("PRIVATE KEY"u8) < 0 && label[..labelEnd].IndexOf("PRIVATE%20KEY"u8) < 0 && label[..labelEnd].IndexOf("PRIVATE+KEY"u8) < 0))
        {
            return at + 1;
        }

        var start = text.Length - label.Length + labelEnd + 5;
        var end = text[start..].IndexOf("-----END"u8);
        end = end < 0 ? text.Length : start + end;
        var body = text[start..end];
        return body.Trim(" \r\n\\nr"u8).SequenceEqual(Placeholder.Redacted) ? end : Take(text, start, end, RedactionRule.PrivateKey, to);
    }

    /// <summary>The password before an <c>@</c>: in a URL, in Go's MySQL form (<c>user:password@tcp(…)</c>), in Oracle's (<c>user/password@</c>).</summary>
    private static int AtUserInfo(ReadOnlySpan<byte> text, int at, RedactedText to)
    {
        var limit = Math.Max(to.Settled, at - LookBack);
        var begin = text[limit..at].LastIndexOfAny(UserInfoEnds);
        begin = begin < 0 ? limit : limit + begin + 1;
        var scheme = text[begin..at].LastIndexOf("://"u8);
        if (scheme >= 0)
        {
            return AtUrl(text, begin + scheme + 3, at, to);
        }

        var run = text[begin..at];
        if (run.IndexOf("jdbc:oracle:"u8) >= 0 && run.LastIndexOf((byte)'/') is > 0 and var slash)
        {
            return Take(text, begin + slash + 1, at, RedactionRule.UrlPassword, to);
        }

        var rest = text[(at + 1)..];
        return (rest.StartsWith("tcp("u8) || rest.StartsWith("unix("u8)) && run.IndexOf((byte)':') is >= 0 and var colon
            ? Take(text, begin + colon + 1, at, RedactionRule.UrlPassword, to)
            : at + 1;
    }

    private static int AtUrl(ReadOnlySpan<byte> text, int start, int at, RedactedText to)
    {
        // An @ in the password itself: the last one before the host counts.
        var rest = text[(at + 1)..Math.Min(text.Length, at + 1 + LookBack)];
        var authority = rest.IndexOfAny(AuthorityEnds);
        if (rest[..(authority < 0 ? rest.Length : authority)].LastIndexOf((byte)'@') is >= 0 and var last)
        {
            at += last + 1;
        }

        var info = text[start..at];
        var colon = info.IndexOf((byte)':');
        if (colon < 0)
        {
            return info.IndexOfAny((byte)'/', (byte)'?', (byte)'#') < 0 && info.Length >= 20 && SecretShapes.LooksGenerated(info) ? Take(text, start, at, RedactionRule.UrlPassword, to) : at + 1;
        }

        var password = info[(colon + 1)..];
        var slash = password.IndexOfAny((byte)'/', (byte)'?', (byte)'#');
        if ((slash >= 0 && password[..slash].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0) || info[..colon].IndexOfAny((byte)'/', (byte)'?') >= 0)
        {
            // A port or a path: the @ is part of the path or query.
            return at + 1;
        }

        return Math.Max(at + 1, Take(text, start + colon + 1, at, RedactionRule.UrlPassword, to));
    }

    /// <summary>The password in a URL that is a part of another one, with its signs as <c>%3A</c>, <c>%2F</c> and <c>%40</c>.</summary>
    private static int AtEscapedUrl(ReadOnlySpan<byte> text, int at, RedactedText to)
    {
        var limit = Math.Max(to.Settled, at - LookBack);
        var window = text[limit..at];
        var begin = window.LastIndexOfAny(EscapedUrlEnds) + 1;
        var scheme = IndexOfEscape(window[begin..], "%3a%2f%2f"u8);
        if (scheme < 0)
        {
            return at + 1;
        }

        var start = begin + scheme + "%3a%2f%2f".Length;
        var colon = IndexOfEscape(window[start..], "%3a"u8);
        if (colon < 0 || IndexOfEscape(window.Slice(start, colon), "%2f"u8) >= 0)
        {
            return at + 1;
        }

        var password = start + colon + "%3a".Length;
        var slash = IndexOfEscape(window[password..], "%2f"u8);
        return slash >= 0 && window.Slice(password, slash).IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            ? at + 1
            : Math.Max(at + 1, Take(text, limit + password, at, RedactionRule.UrlPassword, to));
    }

    /// <param name="lowerCase">Begins with a percent sign.</param>
    private static int IndexOfEscape(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase)
    {
        for (var at = 0; text[at..].IndexOf((byte)'%') is >= 0 and var next; at++)
        {
            at += next;
            if (Ascii.StartsWith(text[at..], lowerCase))
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>The password of <c>curl -u user:password</c>.</summary>
    private static int AtCurl(ReadOnlySpan<byte> text, int at, RedactedText to)
    {
        var window = text[at..Math.Min(text.Length, at + LookBack)];
        var option = window.IndexOf(" -u "u8) is >= 0 and var brief ? brief + 4 : window.IndexOf(" --user "u8) is >= 0 and var full ? full + 8 : -1;
        if (option < 0)
        {
            return at + 1;
        }

        var start = at + option;
        start += QuotedValue.QuoteLength(text, start);
        var length = text[start..].IndexOfAny(UserInfoEnds);
        var end = length < 0 ? text.Length : start + length;
        var colon = text[start..end].IndexOf((byte)':');
        if (colon >= 0 && end > start + colon + 1 && start + colon + 1 >= to.Settled && text[at..start].IndexOfAny(Ascii.LineEnds) < 0)
        {
            // What stands before the option is looked at by the others first.
            var inner = at + 5;
            while ((inner = Literals.Next(text[..start], inner, out var literal)) >= 0)
            {
                inner = Math.Max(inner + 1, Look(text[..start], inner, literal, to));
            }

            return Take(text, start + colon + 1, end, RedactionRule.UrlPassword, to);
        }

        return at + 1;
    }

    private static bool IsUserName(ReadOnlySpan<byte> before)
    {
        var at = before.Length;
        var limit = Math.Max(0, at - 64);
        while (at > limit && (Ascii.IsWord(before[at - 1]) || before[at - 1] is (byte)'-' or (byte)'.'))
        {
            at--;
        }

        return before[..at].EndsWith("://"u8);
    }

    private static bool IsOpeningTag(ReadOnlySpan<byte> before)
    {
        var at = before.Length;
        var limit = Math.Max(0, at - 64);
        while (at > limit && (Ascii.IsWord(before[at - 1]) || before[at - 1] is (byte)'-' or (byte)':'))
        {
            at--;
        }

        return at > 0 && before[at - 1] == '<';
    }

    private static bool IsFlag(ReadOnlySpan<byte> text, int at)
    {
        var start = at;
        var limit = Math.Max(0, at - 64);
        while (start > limit && (Ascii.IsWord(text[start - 1]) || text[start - 1] == '-') && !text[..start].EndsWith("%20"u8))
        {
            start--;
        }

        return text[start] == '-' && (start == 0 || !Ascii.IsLetterOrDigit(text[start - 1]) || text[..start].EndsWith("%20"u8));
    }

    private static bool IsProse(ReadOnlySpan<byte> value)
    {
        foreach (var word in Prose)
        {
            if (Ascii.Is(value.TrimEnd(".!?:"u8), word))
            {
                return true;
            }
        }

        return false;
    }
}
