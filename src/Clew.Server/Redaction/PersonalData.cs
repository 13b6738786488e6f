using System.Buffers;
using System.Net;
using System.Text;

namespace Clew.Server.Redaction;

/// <summary>
/// Finds personal data by shape and check digits. Each kind is looked for only when it was chosen: a phone number is also an order number to
/// somebody. Linear in the length of the text.
/// </summary>
internal sealed class PersonalData
{
    /// <summary>Bytes. The longest thing looked for is an e-mail address (RFC 5321: 64 + 1 + 255).</summary>
    private const int Longest = 320;

    /// <summary>Every kind there is, in the order in which they are tried.</summary>
    public static readonly RedactionRule[] Kinds =
    [
        RedactionRule.Email, RedactionRule.Iban, RedactionRule.Ipv6, RedactionRule.PaymentCard, RedactionRule.UsSsn, RedactionRule.UkNino, RedactionRule.Ipv4,
        RedactionRule.Phone, RedactionRule.GermanTaxId, RedactionRule.SpanishDni,
    ];

    private static readonly SearchValues<byte> EmailLocal = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&*+-/=?^_{|}~"u8);
    private static readonly SearchValues<byte> Domain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"u8);
    private static readonly SearchValues<byte> Ipv6Bytes = SearchValues.Create("0123456789abcdefABCDEF:."u8);
    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789 -.()/"u8);

    private readonly bool[] _wanted = new bool[(int)RedactionRule.Count];
    private readonly SearchValues<byte> _anchors;

    public PersonalData(IReadOnlyList<RedactionRule> kinds)
    {
        foreach (var kind in kinds)
        {
            _wanted[(int)kind] = true;
        }

        // What a match begins with, or for e-mail what stands in its middle.
        var anchors = new StringBuilder();
        anchors.Append(_wanted[(int)RedactionRule.Email] ? "@" : string.Empty);
        anchors.Append(_wanted[(int)RedactionRule.Ipv6] ? "abcdefABCDEF:" : string.Empty);
        anchors.Append(_wanted[(int)RedactionRule.Iban] || _wanted[(int)RedactionRule.UkNino] ? "ABCDEFGHIJKLMNOPQRSTUVWXYZ" : string.Empty);
        anchors.Append(_wanted[(int)RedactionRule.Phone] ? "+(" : string.Empty);
        anchors.Append(kinds.Any(kind => kind != RedactionRule.Email) ? "0123456789" : string.Empty);
        _anchors = SearchValues.Create(Encoding.ASCII.GetBytes(anchors.ToString()));
        IsEmpty = kinds.Count == 0;
    }

    public bool IsEmpty { get; }

    /// <param name="pseudonyms">Null to mask.</param>
    /// <returns>True when something was taken out: it is in <see cref="RedactedText.Result"/>.</returns>
    public bool Scan(ReadOnlySpan<byte> text, Pseudonyms? pseudonyms, RedactedText to)
    {
        to.BeginPass();
        var at = 0;
        while (at < text.Length && text[at..].IndexOfAny(_anchors) is >= 0 and var next)
        {
            at += next;
            if (TryMatch(text, at, to.Settled, out var start, out var end, out var kind))
            {
                Replace(text, start, end, kind, pseudonyms, to);
                at = end;
            }
            else
            {
                at = Math.Max(at + 1, end);
            }
        }

        return to.EndPass(text);
    }

    private static void Replace(ReadOnlySpan<byte> text, int start, int end, RedactionRule kind, Pseudonyms? pseudonyms, RedactedText to)
    {
        Span<byte> with = stackalloc byte[Placeholder.PseudonymLength + 2];
        var length = pseudonyms is null ? Placeholder.Redacted.Length : Placeholder.PseudonymLength;
        if (pseudonyms is null)
        {
            Placeholder.Redacted.CopyTo(with[1..]);
        }
        else
        {
            pseudonyms.Write(text[start..end], with[1..]);
        }

        // A number of JSON becomes a text of JSON.
        if (text[start..end].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && IsJsonNumber(text, start, end))
        {
            with[0] = with[length + 1] = (byte)'"';
            to.Replace(text, start, end, with[..(length + 2)], kind);
            return;
        }

        to.Replace(text, start, end, with.Slice(1, length), kind);
    }

    private static bool IsJsonNumber(ReadOnlySpan<byte> text, int start, int end)
    {
        var first = text.TrimStart(" \t\r\n"u8);
        if (first.IsEmpty || first[0] is not ((byte)'{' or (byte)'['))
        {
            return false;
        }

        var before = text[..start].TrimEnd(" \t\r\n"u8);
        var after = text[end..].TrimStart(" \t\r\n"u8);
        return before is [.., (byte)':' or (byte)'[' or (byte)','] && after is [(byte)',' or (byte)'}' or (byte)']', ..];
    }

    /// <param name="settled">A match cannot begin before it.</param>
    /// <param name="end">Without a match: where to go on, when that is known.</param>
    private bool TryMatch(ReadOnlySpan<byte> text, int at, int settled, out int start, out int end, out RedactionRule kind)
    {
        start = at;
        end = at + 1;
        kind = default;
        if (text[at] == '@')
        {
            kind = RedactionRule.Email;
            return IsEmail(text, at, settled, out start, out end);
        }

        if (at > settled && Ascii.IsWord(text[at - 1]))
        {
            // Within a word: none of the others begins here. Step over the word at once.
            end = at + WordLength(text[at..]);
            return false;
        }

        foreach (var candidate in Kinds)
        {
            if (_wanted[(int)candidate] && candidate != RedactionRule.Email && Length(candidate, text, at) is > 0 and var length)
            {
                (end, kind) = (at + length, candidate);
                return true;
            }
        }

        return false;
    }

    private static int WordLength(ReadOnlySpan<byte> text)
    {
        var length = 1;
        while (length < text.Length && Ascii.IsWord(text[length]))
        {
            length++;
        }

        return length;
    }

    private static int Length(RedactionRule kind, ReadOnlySpan<byte> text, int at)
    {
        var length = kind switch
        {
            RedactionRule.PaymentCard => Card(text[at..]),
            RedactionRule.Phone => Phone(text, at),
            RedactionRule.UsSsn => Ssn(text[at..]),
            RedactionRule.UkNino => Nino(text[at..]),
            RedactionRule.GermanTaxId => GermanTaxId(text[at..]),
            RedactionRule.SpanishDni => SpanishDni(text[at..]),
            RedactionRule.Iban => Iban(text[at..]),
            RedactionRule.Ipv4 => Ipv4(text[at..]),
            RedactionRule.Ipv6 => Ipv6(text[at..]),
            _ => 0,
        };

        return length > 0 && (at == 0 || MayPrecede(text[at - 1], kind)) && MayFollow(text[(at + length)..]) ? length : 0;
    }

    /// <summary>Joined to something by a dot or dash on the left, a number is part of a version, an id or a date.</summary>
    private static bool MayPrecede(byte before, RedactionRule kind) => before switch
    {
        (byte)'.' or (byte)'-' or (byte)'_' => false,
        (byte)'/' => kind is RedactionRule.Ipv4 or RedactionRule.Ipv6,
        (byte)':' => kind != RedactionRule.Ipv6,
        _ => true,
    };

    private static bool MayFollow(ReadOnlySpan<byte> rest) =>
        rest.IsEmpty || !(Ascii.IsWord(rest[0]) || (rest[0] is (byte)'-' or (byte)'.' && rest.Length > 1 && Ascii.IsLetterOrDigit(rest[1])));

    private static bool IsEmail(ReadOnlySpan<byte> text, int at, int settled, out int start, out int end)
    {
        start = at;
        var limit = Math.Max(settled, at - 64);
        while (start > limit && EmailLocal.Contains(text[start - 1]))
        {
            start--;
        }

        // Not part of an address: what divides it from the key or the path before it.
        var local = text[start..at];
        var divider = local.LastIndexOfAny("=/?&|"u8);
        start += divider + 1;
        while (start < at && text[start] == '.')
        {
            start++;
        }

        var domain = text[(at + 1)..Math.Min(text.Length, at + Longest)];
        var length = domain.IndexOfAnyExcept(Domain);
        domain = (length < 0 ? domain : domain[..length]).TrimEnd(".-"u8);
        end = at + 1 + domain.Length;
        var dot = domain.LastIndexOf((byte)'.');
        if (start == at || dot <= 0 || domain.Length - dot < 3)
        {
            return false;
        }

        foreach (var b in domain[(dot + 1)..])
        {
            if (!Ascii.IsLetter(b))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>ISO/IEC 7812: 13 to 19 digits of a known issuer that pass Luhn's check, alone or in groups.</summary>
    private static int Card(ReadOnlySpan<byte> text)
    {
        Span<byte> digits = stackalloc byte[20];
        var (count, length, separator) = (0, 0, (byte)0);
        for (; length < text.Length && count < 20; length++)
        {
            var b = text[length];
            if (Ascii.IsDigit(b))
            {
                digits[count++] = (byte)(b - '0');
            }
            else if (b is (byte)' ' or (byte)'-' && (separator == 0 || separator == b) && count is >= 4 and < 19 && length + 1 < text.Length && Ascii.IsDigit(text[length + 1]))
            {
                separator = b;
            }
            else
            {
                break;
            }
        }

        return count is >= 13 and <= 19 && IsIssuer(digits, count) && Luhn(digits[..count]) ? length : 0;
    }

    private static bool IsIssuer(ReadOnlySpan<byte> digits, int count)
    {
        var two = (digits[0] * 10) + digits[1];
        var four = (two * 100) + (digits[2] * 10) + digits[3];
        return (digits[0] == 4 && count is 13 or 16 or 19) || (two is >= 51 and <= 55 && count == 16) || (four is >= 2221 and <= 2720 && count == 16)
            || (two is 34 or 37 && count == 15) || (two is 30 or 36 or 38 or 39 && count == 14) || (two is 35 or 62 or 65 or 60 && count is >= 16 and <= 19);
    }

    private static bool Luhn(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = (int)digits[digits.Length - 1 - i];
            sum += i % 2 == 0 ? digit : digit > 4 ? (2 * digit) - 9 : 2 * digit;
        }

        return sum % 10 == 0;
    }

    /// <summary>E.164 with its plus (or 00), and the North American forms with an area code in brackets or dashes.</summary>
    private static int Phone(ReadOnlySpan<byte> text, int at)
    {
        var rest = text[at..];
        var international = rest[0] == '+' ? 1 : rest.StartsWith("00"u8) ? 2 : 0;
        if (international > 0)
        {
            if (rest.Length <= international || rest[international] is not (>= (byte)'1' and <= (byte)'9'))
            {
                return 0;
            }

            var (digits, separators, end) = (0, 0, international);
            for (var i = international; i < rest.Length && NumberBytes.Contains(rest[i]); i++)
            {
                if (Ascii.IsDigit(rest[i]))
                {
                    (digits, separators, end) = (digits + 1, 0, i + 1);
                }
                else if (++separators > 2)
                {
                    break;
                }
            }

            return digits is >= 8 and <= 15 && (rest[0] == '+' || end > digits + international) ? end : 0;
        }

        // (555) 123-4567, 555-123-4567, 555.123.4567
        var p = rest[0] == '(' ? 1 : 0;
        if (!Digits(rest, p, 3) || rest[p] < '2' || (p == 1 && (rest.Length < 6 || rest[4] != ')')))
        {
            return 0;
        }

        var next = p == 1 ? 5 : 3;
        if (p == 1 && next < rest.Length && rest[next] == ' ')
        {
            next++;
        }
        else if (p == 0)
        {
            if (next >= rest.Length || rest[next] is not ((byte)'-' or (byte)'.'))
            {
                return 0;
            }

            next++;
        }

        return Digits(rest, next, 3) && next + 3 < rest.Length && rest[next + 3] is (byte)'-' or (byte)'.' or (byte)' ' && Digits(rest, next + 4, 4) ? next + 8 : 0;
    }

    /// <summary>US social security number with its dashes; areas, groups and serials that are never given are left out.</summary>
    private static int Ssn(ReadOnlySpan<byte> text)
    {
        if (text.Length < 11 || text[3] != '-' || text[6] != '-' || !Digits(text, 0, 3) || !Digits(text, 4, 2) || !Digits(text, 7, 4))
        {
            return 0;
        }

        var area = text[..3];
        return area[0] == '9' || area.SequenceEqual("000"u8) || area.SequenceEqual("666"u8) || text.Slice(4, 2).SequenceEqual("00"u8) || text.Slice(7, 4).SequenceEqual("0000"u8) ? 0 : 11;
    }

    /// <summary>UK national insurance number: two letters, six digits, A to D, in one or in pairs.</summary>
    private static int Nino(ReadOnlySpan<byte> text)
    {
        if (text.Length < 9 || "ABCEGHJKLMNOPRSTWXYZ"u8.IndexOf(text[0]) < 0 || "ABCEGHJKLMNPRSTWXYZ"u8.IndexOf(text[1]) < 0)
        {
            return 0;
        }

        foreach (var reserved in (ReadOnlySpan<string>)["BG", "GB", "NK", "KN", "TN", "NT", "ZZ"])
        {
            if (text[0] == reserved[0] && text[1] == reserved[1])
            {
                return 0;
            }
        }

        var step = text[2] == ' ' ? 3 : 2;
        var at = step;
        for (var pair = 0; pair < 3; pair++, at += step)
        {
            if (!Digits(text, at, 2) || (step == 3 && (at + 2 >= text.Length || text[at + 2] != ' ')))
            {
                return 0;
            }
        }

        return at < text.Length && text[at] is >= (byte)'A' and <= (byte)'D' ? at + 1 : 0;
    }

    /// <summary>German tax identification number: eleven digits, of the first ten one occurs twice or thrice, and ISO 7064's check digit (MOD 11,10).</summary>
    private static int GermanTaxId(ReadOnlySpan<byte> text)
    {
        if (!Digits(text, 0, 11) || text[0] == '0')
        {
            return 0;
        }

        Span<int> seen = stackalloc int[10];
        var product = 10;
        for (var i = 0; i < 10; i++)
        {
            var digit = text[i] - '0';
            seen[digit]++;
            var sum = (digit + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }

        var (repeated, most) = (0, 0);
        foreach (var count in seen)
        {
            repeated += count > 1 ? 1 : 0;
            most = Math.Max(most, count);
        }

        var check = (11 - product) % 10;
        return repeated == 1 && most is 2 or 3 && check == text[10] - '0' ? 11 : 0;
    }

    /// <summary>Spanish national identity number: eight digits and the letter that follows from them.</summary>
    private static int SpanishDni(ReadOnlySpan<byte> text)
    {
        if (!Digits(text, 0, 8))
        {
            return 0;
        }

        var number = 0;
        foreach (var b in text[..8])
        {
            number = (number * 10) + (b - '0');
        }

        var letter = text.Length > 8 && text[8] == '-' ? 9 : 8;
        return letter < text.Length && text[letter] == "TRWAGMYFPDXBNJZSQVHLCKE"u8[number % 23] ? letter + 1 : 0;
    }

    /// <summary>ISO 13616: country, check digits (ISO 7064, MOD 97-10), up to thirty more, in one or in groups of four.</summary>
    private static int Iban(ReadOnlySpan<byte> text)
    {
        if (text.Length < 15 || !Ascii.IsUpper(text[0]) || !Ascii.IsUpper(text[1]) || !Ascii.IsDigit(text[2]) || !Ascii.IsDigit(text[3]))
        {
            return 0;
        }

        Span<byte> account = stackalloc byte[34];
        var (count, length) = (0, 0);
        for (; length < text.Length && count < 34; length++)
        {
            if (Ascii.IsUpper(text[length]) || Ascii.IsDigit(text[length]))
            {
                account[count++] = text[length];
            }
            else if (text[length] != ' ' || count % 4 != 0 || length + 1 >= text.Length || !(Ascii.IsUpper(text[length + 1]) || Ascii.IsDigit(text[length + 1])))
            {
                break;
            }
        }

        if (count is < 15 or > 34)
        {
            return 0;
        }

        var remainder = 0;
        for (var i = 0; i < count; i++)
        {
            var b = account[(i + 4) % count];
            remainder = Ascii.IsDigit(b) ? ((remainder * 10) + (b - '0')) % 97 : ((remainder * 100) + (b - 'A' + 10)) % 97;
        }

        return remainder == 1 ? length : 0;
    }

    /// <summary>Four numbers up to 255. Loopback and the unspecified address are nobody's.</summary>
    private static int Ipv4(ReadOnlySpan<byte> text)
    {
        var (length, first) = (0, 0);
        for (var part = 0; part < 4; part++)
        {
            if (part > 0)
            {
                if (length >= text.Length || text[length] != '.')
                {
                    return 0;
                }

                length++;
            }

            var (value, digits) = (0, 0);
            while (length < text.Length && Ascii.IsDigit(text[length]) && digits < 4)
            {
                value = (value * 10) + (text[length++] - '0');
                digits++;
            }

            if (digits is 0 or > 3 || value > 255)
            {
                return 0;
            }

            first = part == 0 ? value : first;
        }

        return first is 127 or 0 ? 0 : length;
    }

    /// <summary>RFC 4291; a time of day is none, and neither is <c>::</c> between names. Loopback and the unspecified address are nobody's.</summary>
    private static int Ipv6(ReadOnlySpan<byte> text)
    {
        var window = text[..Math.Min(text.Length, 46)];
        var length = window.IndexOfAnyExcept(Ipv6Bytes);
        var run = (length < 0 ? window : window[..length]).TrimEnd(":."u8);
        if (run.Length < 3 || run.Count((byte)':') < 2 || run.IndexOfAnyInRange((byte)'0', (byte)'9') < 0)
        {
            return 0;
        }

        Span<char> chars = stackalloc char[46];
        Encoding.ASCII.GetChars(run, chars);
        return IPAddress.TryParse(chars[..run.Length], out var address) && !IPAddress.IsLoopback(address) && !address.Equals(IPAddress.IPv6Any) ? run.Length : 0;
    }

    private static bool Digits(ReadOnlySpan<byte> text, int at, int count)
    {
        if (at + count > text.Length)
        {
            return false;
        }

        foreach (var b in text.Slice(at, count))
        {
            if (!Ascii.IsDigit(b))
            {
                return false;
            }
        }

        return true;
    }
}
