namespace Clew.Protocols.LogLines;

/// <summary>A position in the text of a time, and the small steps <see cref="LogTime"/> takes from it. A step that answers false may have moved on.</summary>
internal ref struct TimeScanner(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;

    public int At;

    /// <summary>0 beyond the end.</summary>
    public readonly byte Peek(int ahead) => At + ahead < _text.Length ? _text[At + ahead] : (byte)0;

    public byte Next() => At < _text.Length ? _text[At++] : (byte)0;

    public readonly int CountDigits(int ahead = 0)
    {
        var count = 0;
        while (LogTime.IsDigit(Peek(ahead + count)))
        {
            count++;
        }

        return count;
    }

    /// <summary>So many digits, which must be there.</summary>
    public int Digits(int count)
    {
        var value = 0;
        for (; count > 0; count--)
        {
            value = (value * 10) + Next() - '0';
        }

        return value;
    }

    public bool TryDigits(int least, int most, out int value)
    {
        value = 0;
        var count = CountDigits();
        if (count < least || count > most)
        {
            return false;
        }

        value = Digits(count);
        return true;
    }

    public bool Skip(byte one)
    {
        if (Peek(0) != one)
        {
            return false;
        }

        At++;
        return true;
    }

    public bool SkipOneOf(ReadOnlySpan<byte> any)
    {
        if (At >= _text.Length || any.IndexOf(_text[At]) < 0)
        {
            return false;
        }

        At++;
        return true;
    }

    public bool SkipSpaces()
    {
        var start = At;
        while (Peek(0) == ' ')
        {
            At++;
        }

        return At > start;
    }

    /// <summary>What stands between a date and its clock: a letter or mark, or Gin's dash between spaces.</summary>
    public bool SkipToClock()
    {
        if (Peek(0) == ' ' && Peek(1) == '-' && Peek(2) == ' ' && LogTime.IsDigit(Peek(3)))
        {
            At += 3;
            return true;
        }

        return SkipOneOf("T _-:t"u8);
    }

    /// <summary>Two digits of a year: up to 69 is 20xx, as POSIX reads them.</summary>
    public int ShortYear() => Digits(2) is var year && year < 69 ? 2000 + year : 1900 + year;

    /// <summary>The digits after the mark at the position, as nanoseconds; more than nine are passed over.</summary>
    public int Fraction()
    {
        At++;
        var nanosecond = 0;
        for (var scale = 100_000_000; LogTime.IsDigit(Peek(0)); scale /= 10)
        {
            nanosecond += (Next() - '0') * scale;
        }

        return nanosecond;
    }

    /// <summary>An English month, three letters or whole.</summary>
    public bool TryMonthName(out int month)
    {
        month = 0;
        if (At + 3 > _text.Length)
        {
            return false;
        }

        var code = (Lower(0) << 16) | (Lower(1) << 8) | Lower(2);
        month = code switch
        {
            ('j' << 16) | ('a' << 8) | 'n' => 1,
            ('f' << 16) | ('e' << 8) | 'b' => 2,
            ('m' << 16) | ('a' << 8) | 'r' => 3,
            ('a' << 16) | ('p' << 8) | 'r' => 4,
            ('m' << 16) | ('a' << 8) | 'y' => 5,
            ('j' << 16) | ('u' << 8) | 'n' => 6,
            ('j' << 16) | ('u' << 8) | 'l' => 7,
            ('a' << 16) | ('u' << 8) | 'g' => 8,
            ('s' << 16) | ('e' << 8) | 'p' => 9,
            ('o' << 16) | ('c' << 8) | 't' => 10,
            ('n' << 16) | ('o' << 8) | 'v' => 11,
            ('d' << 16) | ('e' << 8) | 'c' => 12,
            _ => 0,
        };
        if (month == 0)
        {
            return false;
        }

        At += 3;
        return true;
    }

    /// <summary><c>Sat </c> or <c>Sat, </c>.</summary>
    public bool TrySkipWeekday()
    {
        if (At + 4 > _text.Length || !IsWeekday(_text.Slice(At, 3)))
        {
            return false;
        }

        var start = At;
        At += 3;
        Skip((byte)',');
        if (SkipSpaces())
        {
            return true;
        }

        At = start;
        return false;
    }

    /// <summary><c> AM</c>, <c>PM</c>.</summary>
    public bool TryHalfDay(out bool afternoon)
    {
        var space = Peek(0) == ' ' ? 1 : 0;
        afternoon = Peek(space) is (byte)'P' or (byte)'p';
        if (!(afternoon || Peek(space) is (byte)'A' or (byte)'a') || Peek(space + 1) is not ((byte)'M' or (byte)'m') || IsLetterOrDigit(Peek(space + 2)))
        {
            return false;
        }

        At += space + 2;
        return true;
    }

    /// <summary>The year that ctime puts behind the clock, perhaps with a zone's name between.</summary>
    public bool TryTrailingYear(out int year)
    {
        year = 0;
        var start = At;
        if (!SkipSpaces())
        {
            return false;
        }

        var letters = 0;
        while (letters < 6 && Peek(letters) is >= (byte)'A' and <= (byte)'Z')
        {
            letters++;
        }

        if (letters is >= 3 and <= 5 && Peek(letters) == ' ')
        {
            At += letters + 1;
        }

        if (CountDigits() == 4 && !IsLetterOrDigit(Peek(4)) && Peek(4) is not ((byte)':' or (byte)'.'))
        {
            year = Digits(4);
            return true;
        }

        At = start;
        return false;
    }

    /// <summary>Seconds east of Greenwich. Behind a space only a whole offset counts, for <c> - </c> and <c> -1</c> are something else.</summary>
    public bool TryOffset(out int seconds)
    {
        seconds = 0;
        var space = Peek(0) == ' ' ? 1 : 0;
        switch (Peek(space))
        {
            case (byte)'Z' when !IsLetterOrDigit(Peek(space + 1)):
                At += space + 1;
                return true;
            case (byte)'U' when Peek(space + 1) == 'T' && Peek(space + 2) == 'C' && !IsLetterOrDigit(Peek(space + 3)):
            case (byte)'G' when Peek(space + 1) == 'M' && Peek(space + 2) == 'T' && !IsLetterOrDigit(Peek(space + 3)):
                At += space + 3;
                return true;
            case (byte)'+' or (byte)'-':
                break;
            default:
                return false;
        }

        var sign = Peek(space) == '-' ? -1 : 1;
        var digits = CountDigits(space + 1);
        var minutes = space + 1 + digits;
        var withColon = digits == 2 && Peek(minutes) == ':' && CountDigits(minutes + 1) == 2;
        if (digits != 4 && !withColon && !(digits == 2 && space == 0))
        {
            return false;
        }

        At += space + 1;
        var hour = Digits(2);
        if (withColon)
        {
            At++;
        }

        var minute = digits == 4 || withColon ? Digits(2) : 0;
        seconds = sign * (((hour * 60) + minute) * 60);
        return hour <= 18 && minute <= 59;
    }

    /// <summary>A number since 1970 that stands alone.</summary>
    public bool TryEpochText(out ReadOnlySpan<byte> epoch)
    {
        var digits = CountDigits();
        var end = digits;
        if (Peek(end) == '.' && LogTime.IsDigit(Peek(end + 1)))
        {
            end += 1 + CountDigits(end + 1);
        }

        epoch = _text.Slice(At, end);
        At += end;
        return Peek(0) is 0 or (byte)' ' or (byte)']' or (byte)'\t' or (byte)',' or (byte)':' or (byte)'|';
    }

    private static bool IsLetterOrDigit(byte b) => LogTime.IsDigit(b) || (uint)((b | 0x20) - 'a') < 26;

    private static bool IsWeekday(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("Mon"u8) || name.SequenceEqual("Tue"u8) || name.SequenceEqual("Wed"u8) || name.SequenceEqual("Thu"u8)
        || name.SequenceEqual("Fri"u8) || name.SequenceEqual("Sat"u8) || name.SequenceEqual("Sun"u8);

    private readonly int Lower(int ahead) => Peek(ahead) | 0x20;
}
