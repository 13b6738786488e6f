using System.Text;

namespace Clew.Analysis.LogTemplates;

/// <summary>
/// Replaces what is a value by its looks alone: moments, ids, addresses, numbers. A number that belongs to a name (<c>p99</c>, <c>Service#42</c>, <c>v1.2</c>)
/// stays: it names a place in the code or a thing, not a value. One pass over the bytes; a test compares it with the regular expression that it stands for.
/// </summary>
public static class LineMask
{
    /// <summary>Stands for anything.</summary>
    public const string Wildcard = "<*>";

    private const byte Word = 1;
    private const byte Digit = 2;
    private const byte Hex = 4;

    /// <summary>A value may begin here: hex digits and signs.</summary>
    private const byte Start = 8;

    /// <summary>Letters, digits, the underscore and everything beyond ASCII make words.</summary>
    private static readonly byte[] Kinds = MakeKinds();

    /// <summary>The bytes of <see cref="Wildcard"/>.</summary>
    public static ReadOnlySpan<byte> WildcardBytes => "<*>"u8;

    /// <summary>The first line (a stack trace's frames are payload), cut to <see cref="Limits.MaxLogLineLength"/> characters, with values masked.</summary>
    public static string Apply(ReadOnlySpan<char> body)
    {
        body = body.TrimStart();
        var end = body.IndexOfAny('\n', '\r');
        var line = end < 0 ? body : body[..end];
        line = line[..Math.Min(line.Length, Limits.MaxLogLineLength)];
        Span<byte> bytes = stackalloc byte[3 * Limits.MaxLogLineLength];
        Span<byte> masked = stackalloc byte[MaskedLength(3 * Limits.MaxLogLineLength)];
        var length = Encoding.UTF8.GetBytes(line, bytes);
        return Encoding.UTF8.GetString(masked[..Apply(bytes[..length], masked)]);
    }

    /// <summary>The first line of a text, without white space before it, cut to <see cref="Limits.MaxLogLineLength"/> bytes of whole characters.</summary>
    public static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> body) => FirstLine(body, out _);

    /// <summary>The first line, as above.</summary>
    /// <param name="isCut">Whether the line goes on behind what is given.</param>
    public static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> body, out bool isCut)
    {
        isCut = false;
        body = body.TrimStart(" \t\r\n\v\f"u8);
        var line = body[..Math.Min(body.Length, Limits.MaxLogLineLength)];
        var end = line.IndexOfAny((byte)'\n', (byte)'\r');
        if (end >= 0)
        {
            return line[..end];
        }

        if (line.Length < body.Length)
        {
            // Not within a character: bytes that continue one begin with the bits 10.
            var cut = line.Length;
            while (cut > 0 && (body[cut] & 0xC0) == 0x80)
            {
                cut--;
            }

            line = line[..cut];
            isCut = true;
        }

        return line;
    }

    /// <summary>Room that a masked text of so many bytes may take.</summary>
    public static int MaskedLength(int length) => 3 * length;

    /// <summary>Masks the values of a line.</summary>
    /// <param name="to">At least <see cref="MaskedLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Apply(ReadOnlySpan<byte> line, Span<byte> to)
    {
        var (from, at, written) = (0, 0, 0);
        while (at < line.Length)
        {
            // Most letters are within words, where only what has dashes in certain places can begin: a UUID.
            var kind = Kinds[line[at]];
            var length = (kind & Start) == 0 || ((kind & (Digit | Hex)) == Hex && !MayBeUuid(line, at) && at > 0 && (Kinds[line[at - 1]] & Word) != 0) ? 0 : ValueAt(line, at);
            if (length == 0)
            {
                at++;
                continue;
            }

            line[from..at].CopyTo(to[written..]);
            written += at - from;
            WildcardBytes.CopyTo(to[written..]);
            written += WildcardBytes.Length;
            from = at += length;
        }

        line[from..].CopyTo(to[written..]);
        return written + line.Length - from;
    }

    private static byte[] MakeKinds()
    {
        var kinds = new byte[256];
        for (var c = 0; c < 256; c++)
        {
            var isDigit = c is >= '0' and <= '9';
            var isHex = isDigit || c is (>= 'a' and <= 'f') or (>= 'A' and <= 'F');
            var isWord = isDigit || c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_' or >= 0x80;
            kinds[c] = (byte)((isWord ? Word : 0) | (isDigit ? Digit : 0) | (isHex ? Hex : 0) | (isHex || c is '+' or '-' ? Start : 0));
        }

        return kinds;
    }

    /// <summary>Bytes of the value that begins here; 0 when none does. The first kind that fits counts.</summary>
    private static int ValueAt(ReadOnlySpan<byte> line, int at)
    {
        var kind = Kinds[line[at]];
        var before = at == 0 ? (byte)' ' : line[at - 1];
        var isInWord = (Kinds[before] & Word) != 0;
        var rest = line[at..];
        if ((kind & Digit) != 0)
        {
            if (Moment(rest) is > 0 and var moment)
            {
                return moment;
            }

            if (!isInWord && before != ':' && TimeOfDay(rest) is > 0 and var time)
            {
                return time;
            }
        }

        if ((kind & Hex) != 0)
        {
            if (IsUuid(rest))
            {
                return 36;
            }

            if (!isInWord && HexNumber(rest) is > 0 and var hex)
            {
                return hex;
            }
        }

        if (isInWord)
        {
            return 0;
        }

        return before != '.' && (kind & Digit) != 0 && Address(rest) is > 0 and var address
            ? address
            : before is (byte)'#' or (byte)'.' or (byte)'$' or (byte)'-' ? 0 : Number(rest);
    }

    private static bool MayBeUuid(ReadOnlySpan<byte> line, int at) => at + 8 < line.Length && line[at + 8] == '-';

    private static bool IsDigit(ReadOnlySpan<byte> text, int at) => (uint)at < (uint)text.Length && (Kinds[text[at]] & Digit) != 0;

    private static bool IsWord(ReadOnlySpan<byte> text, int at) => (uint)at < (uint)text.Length && (Kinds[text[at]] & Word) != 0;

    private static bool Is(ReadOnlySpan<byte> text, int at, char c) => (uint)at < (uint)text.Length && text[at] == c;

    private static int Digits(ReadOnlySpan<byte> text, int at)
    {
        var end = at;
        while (IsDigit(text, end))
        {
            end++;
        }

        return end;
    }

    /// <summary>Two digits, a colon, two digits, a colon, two digits.</summary>
    private static bool IsClock(ReadOnlySpan<byte> text, int at) =>
        text.Length >= at + 8 && text[at + 2] == ':' && text[at + 5] == ':'
        && IsDigit(text, at) && IsDigit(text, at + 1) && IsDigit(text, at + 3) && IsDigit(text, at + 4) && IsDigit(text, at + 6) && IsDigit(text, at + 7);

    /// <summary>The end of a fraction of a second after <paramref name="at"/>; <paramref name="at"/> itself without one.</summary>
    private static int Fraction(ReadOnlySpan<byte> text, int at) => (Is(text, at, '.') || Is(text, at, ',')) && IsDigit(text, at + 1) ? Digits(text, at + 1) : at;

    /// <summary>2026-08-21T10:00:00.5Z and its like.</summary>
    private static int Moment(ReadOnlySpan<byte> text)
    {
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)' ') || !IsClock(text, 11))
        {
            return 0;
        }

        foreach (var place in (ReadOnlySpan<int>)[1, 2, 3, 5, 6, 8, 9])
        {
            if (!IsDigit(text, place))
            {
                return 0;
            }
        }

        var end = Fraction(text, 19);
        if (Is(text, end, 'Z'))
        {
            return end + 1;
        }

        if ((Is(text, end, '+') || Is(text, end, '-')) && IsDigit(text, end + 1) && IsDigit(text, end + 2))
        {
            var minutes = Is(text, end + 3, ':') ? end + 4 : end + 3;
            return IsDigit(text, minutes) && IsDigit(text, minutes + 1) ? minutes + 2 : end;
        }

        return end;
    }

    private static int TimeOfDay(ReadOnlySpan<byte> text)
    {
        if (!IsClock(text, 0))
        {
            return 0;
        }

        var end = Fraction(text, 8);
        if (end > 8 && (IsWord(text, end) || Is(text, end, ':')))
        {
            end = 8;
        }

        return IsWord(text, end) || Is(text, end, ':') ? 0 : end;
    }

    private static bool IsUuid(ReadOnlySpan<byte> text)
    {
        if (text.Length < 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
        {
            return false;
        }

        for (var i = 0; i < 36; i++)
        {
            if (i is not (8 or 13 or 18 or 23) && (Kinds[text[i]] & Hex) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Twelve or more hex digits that are a whole word with a decimal digit in it, or 0x with hex digits.</summary>
    private static int HexNumber(ReadOnlySpan<byte> text)
    {
        var (end, hasDigit) = (0, false);
        while (end < text.Length && (Kinds[text[end]] & Hex) != 0)
        {
            hasDigit |= (Kinds[text[end]] & Digit) != 0;
            end++;
        }

        if (end >= 12 && hasDigit && !IsWord(text, end))
        {
            return end;
        }

        if (end != 1 || text[0] != '0' || !Is(text, 1, 'x'))
        {
            return 0;
        }

        end = 2;
        while (end < text.Length && (Kinds[text[end]] & Hex) != 0)
        {
            end++;
        }

        return end > 2 ? end : 0;
    }

    /// <summary>An IPv4 address. A port behind it is a number of its own: the form of <c>address:port</c> is kept.</summary>
    private static int Address(ReadOnlySpan<byte> text)
    {
        var at = 0;
        for (var part = 0; part < 4; part++)
        {
            if (part > 0)
            {
                if (!Is(text, at, '.'))
                {
                    return 0;
                }

                at++;
            }

            var end = Digits(text, at);
            if (end == at || end - at > 3)
            {
                return 0;
            }

            at = end;
        }

        return IsWord(text, at) || Is(text, at, '.') ? 0 : at;
    }

    /// <summary>A number, perhaps with a sign, a fraction and a unit, that no word goes on from.</summary>
    private static int Number(ReadOnlySpan<byte> text)
    {
        var start = text[0] is (byte)'+' or (byte)'-' ? 1 : 0;
        var whole = Digits(text, start);
        if (whole == start)
        {
            return 0;
        }

        if (Is(text, whole, '.') && IsDigit(text, whole + 1))
        {
            return EndOfUnit(text, Digits(text, whole + 1)) is >= 0 and var end ? end : whole;
        }

        return Math.Max(0, EndOfUnit(text, whole));
    }

    /// <summary>
    /// The end of a unit that begins here, or here when there is none; -1 when a word goes on. Sizes in bytes may have their unit behind a space: it belongs to the value, because
    /// who writes sizes for people changes it with the size (<c>93.0 B</c>, <c>5.2 KB</c>). Other units behind a space are words that the statement says.
    /// </summary>
    private static int EndOfUnit(ReadOnlySpan<byte> text, int at)
    {
        if (at == text.Length)
        {
            return at;
        }

        var unit = text[at] switch
        {
            (byte)'%' => 1,
            (byte)'n' or (byte)'u' => Is(text, at + 1, 's') ? 2 : 0,
            0xC2 => Is(text, at + 1, '\u00B5') && Is(text, at + 2, 's') ? 3 : 0,
            (byte)'m' => Is(text, at + 1, 's') ? 2 : 1,
            (byte)'s' or (byte)'h' or (byte)'B' => 1,
            (byte)'K' or (byte)'M' or (byte)'G' or (byte)'T' => SizeUnit(text, at),
            (byte)' ' => SizeUnit(text, at + 1) is > 0 and var size ? size + 1 : Is(text, at + 1, 'B') ? 2 : Is(text, at + 1, 'k') && Is(text, at + 2, 'B') ? 3 : 0,
            _ => 0,
        };
        if (unit > 0 && !IsWord(text, at + unit) && !Is(text, at + unit, '#'))
        {
            return at + unit;
        }

        return IsWord(text, at) || Is(text, at, '#') ? -1 : at;
    }

    /// <summary>Bytes of a unit such as <c>KB</c> or <c>MiB</c>; 0 when none begins here.</summary>
    private static int SizeUnit(ReadOnlySpan<byte> text, int at) =>
        !(Is(text, at, 'K') || Is(text, at, 'M') || Is(text, at, 'G') || Is(text, at, 'T')) ? 0
        : Is(text, at + 1, 'B') ? 2
        : Is(text, at + 1, 'i') && Is(text, at + 2, 'B') ? 3 : 0;
}
