namespace Clew.Protocols.LogLines;

/// <summary>
/// Reads the times that logs begin with or carry in their fields. The forms, by what they begin with:
/// <code>
///  2026-11-21T10:11:12.123456789Z   also / or . between the date's parts, a space, _ or - for T, comma or colon before the fraction, ±hh:mm ±hhmm ±hh Z UTC
///  20261121T101112Z  20261121-10:11:12   061121 101112   26/11/21 10:11:12   11-21 10:11:12.123
///  21/Nov/2026:10:11:12 +0000  21-Nov-2026 10:11:12.123  21 Nov 2026 10:11:12
///  11/21/2026 10:11:12 AM  21.11.2026 10:11:12   (with / and both parts up to 12 the month comes first)
///  Nov 21 10:11:12  Nov 21 2026 10:11:12  Nov 21, 2026 10:11:12 AM  Sat Nov 21 10:11:12.123 2026  Sat, 21 Nov 2026 10:11:12 GMT
///  1795255872  1795255872.123  1795255872123  (microseconds, nanoseconds)   10:11:12.123
/// </code>
/// </summary>
internal static class LogTime
{
    private const long NanosecondsPerSecond = CalendarTime.NanosecondsPerSecond;

    /// <summary>Seconds of 1973-03-03: smaller numbers are counts and durations rather than times.</summary>
    private const long LeastSeconds = 100_000_000;

    /// <summary>A time at the beginning of the text.</summary>
    /// <param name="length">Bytes it takes, with its zone.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, LogTimeContext context, out long unixNano, out int length)
    {
        unixNano = 0;
        length = 0;
        if (text.Length < 8)
        {
            return false;
        }

        var scan = new TimeScanner(text);
        var read = IsDigit(text[0]) ? TryNumeric(ref scan, context, out unixNano) : text[0] is >= (byte)'A' and <= (byte)'Z' && TryNamed(ref scan, context, out unixNano);
        length = scan.At;
        return read && unixNano > 0;
    }

    /// <summary>A field's whole text.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, LogTimeContext context, out long unixNano) =>
        (TryRead(text, context, out unixNano, out var length) && length == text.Length) || TryEpoch(text, out unixNano);

    /// <summary>A number since 1970, its unit told by its size: s, ms, µs or ns; decimals are kept exactly.</summary>
    public static bool TryEpoch(ReadOnlySpan<byte> number, out long unixNano)
    {
        unixNano = 0;
        long whole = 0;
        var at = 0;
        while (at < number.Length && IsDigit(number[at]) && at < 19)
        {
            whole = (whole * 10) + number[at++] - '0';
            if (whole < 0)
            {
                return false;
            }
        }

        var (unit, valid) = whole switch
        {
            < LeastSeconds => (0L, false),
            < 100_000_000_000 => (NanosecondsPerSecond, at == 9 || at == 10),
            < 100_000_000_000_000 => (1_000_000L, at >= 12),
            < 100_000_000_000_000_000 => (1_000L, true),
            _ => (1L, true),
        };
        if (at < number.Length && number[at] is (byte)'e' or (byte)'E')
        {
            return TryScientific(number, out unixNano);
        }

        if (!valid)
        {
            return at < number.Length && number[at] == '.' && TryScientific(number, out unixNano);
        }

        long fraction = 0;
        if (at < number.Length && number[at] == '.')
        {
            at++;
            for (var scale = unit / 10; at < number.Length && IsDigit(number[at]); at++, scale /= 10)
            {
                fraction += (number[at] - '0') * scale;
            }

            if (at < number.Length && number[at] is (byte)'e' or (byte)'E')
            {
                return TryScientific(number, out unixNano);
            }
        }

        if (at != number.Length || whole > long.MaxValue / unit)
        {
            return false;
        }

        unixNano = (whole * unit) + fraction;
        return unixNano > 0;
    }

    internal static bool IsDigit(byte b) => (uint)(b - '0') <= 9;

    /// <summary>1.7e9 and the like: a double holds microseconds of today.</summary>
    private static bool TryScientific(ReadOnlySpan<byte> number, out long unixNano)
    {
        unixNano = 0;
        if (number.IndexOfAny((byte)'e', (byte)'E') < 0
            || !System.Buffers.Text.Utf8Parser.TryParse(number, out double value, out var used, 'e') || used != number.Length || value is < LeastSeconds or >= 9e18)
        {
            return false;
        }

        var microseconds = value switch
        {
            < 1e11 => value * 1e6,
            < 1e14 => value * 1e3,
            < 1e17 => value,
            _ => value / 1e3,
        };
        if (microseconds >= long.MaxValue / 1_000)
        {
            return false;
        }

        unixNano = (long)Math.Round(microseconds) * 1_000;
        return true;
    }

    private static bool TryNumeric(ref TimeScanner scan, LogTimeContext context, out long unixNano)
    {
        unixNano = 0;
        var digits = scan.CountDigits();
        switch (digits)
        {
            case 4 when scan.Peek(4) is (byte)'-' or (byte)'/' or (byte)'.':
                var year = scan.Digits(4);
                var separator = scan.Next();
                return scan.TryDigits(1, 2, out var month) && scan.Skip(separator) && scan.TryDigits(1, 2, out var day)
                    && scan.SkipToClock() && TryClock(ref scan, out var clock) && TryFinish(ref scan, context, year, month, day, clock, out unixNano);
            case 8 when scan.Peek(8) is (byte)'T' or (byte)'-' or (byte)' ' or (byte)'_':
                (year, month, day) = (scan.Digits(4), scan.Digits(2), scan.Digits(2));
                scan.Next();
                return TryClock(ref scan, out clock) && TryFinish(ref scan, context, year, month, day, clock, out unixNano);
            case 6 when scan.Peek(6) == ' ' && scan.CountDigits(7) == 6 && scan.Peek(13) is (byte)' ' or (byte)'.' or (byte)',' or 0:
                (year, month, day) = (scan.ShortYear(), scan.Digits(2), scan.Digits(2));
                scan.Next();
                return TryClock(ref scan, out clock) && TryFinish(ref scan, context, year, month, day, clock, out unixNano);
            case 1 or 2:
                return TryShortDate(ref scan, context, out unixNano);
            case 10 or 13 or 16 or 19:
                return scan.TryEpochText(out var epoch) && TryEpoch(epoch, out unixNano);
            default:
                return false;
        }
    }

    /// <summary>What begins with one or two digits: a day, a month, a two-digit year or an hour.</summary>
    private static bool TryShortDate(ref TimeScanner scan, LogTimeContext context, out long unixNano)
    {
        unixNano = 0;
        var start = scan.At;
        scan.TryDigits(1, 2, out var first);
        var separator = scan.Next();
        if (separator == ':')
        {
            // With its seconds: 10:11 alone is as likely a ratio or a duration.
            scan.At = start;
            if (!TryClock(ref scan, out var time) || scan.At - start < 7)
            {
                return false;
            }

            unixNano = (context.ToUtc(context.WithDate(time.Second)) * NanosecondsPerSecond) + time.Nanosecond;
            return true;
        }

        if (separator is not ((byte)'/' or (byte)'-' or (byte)'.' or (byte)' '))
        {
            return false;
        }

        if (scan.TryMonthName(out var month))
        {
            return scan.Skip(separator) && scan.TryDigits(4, 4, out var namedYear) && scan.SkipOneOf(": T"u8) && TryClock(ref scan, out var time)
                && TryFinish(ref scan, context, namedYear, month, first, time, out unixNano);
        }

        if (!scan.TryDigits(1, 2, out var second))
        {
            return false;
        }

        if (separator == '-' && scan.Peek(0) == ' ')
        {
            // Android: month and day, no year.
            scan.Next();
            return TryClock(ref scan, out var time) && context.WithYear(first, second, time.Second) is { } local && Place(context, local, time, out unixNano);
        }

        if (!scan.Skip(separator))
        {
            return false;
        }

        int year;
        int day;
        if (scan.CountDigits() == 4)
        {
            year = scan.Digits(4);
            var monthFirst = separator == '/' && first <= 12;
            (month, day) = monthFirst ? (first, second) : (second, first);
        }
        else if (scan.TryDigits(2, 2, out day) && separator == '/')
        {
            (year, month) = (2000 + first, second);
        }
        else
        {
            return false;
        }

        scan.Skip((byte)',');
        return scan.SkipOneOf(" T:-"u8) && TryClock(ref scan, out var clock) && TryFinish(ref scan, context, year, month, day, clock, out unixNano);
    }

    /// <summary>What begins with the name of a month or of a day of the week.</summary>
    private static bool TryNamed(ref TimeScanner scan, LogTimeContext context, out long unixNano)
    {
        unixNano = 0;
        var afterWeekday = scan.TrySkipWeekday();
        if (afterWeekday && LogTime.IsDigit(scan.Peek(0)))
        {
            // RFC 1123: Sat, 21 Nov 2026 10:11:12 GMT
            return scan.TryDigits(1, 2, out var date) && scan.SkipOneOf(" -"u8) && scan.TryMonthName(out var named) && scan.SkipOneOf(" -"u8)
                && scan.TryDigits(4, 4, out var full) && scan.Skip((byte)' ') && TryClock(ref scan, out var time) && TryFinish(ref scan, context, full, named, date, time, out unixNano);
        }

        if (!scan.TryMonthName(out var month) || !scan.SkipSpaces() || !scan.TryDigits(1, 2, out var day))
        {
            return false;
        }

        var comma = scan.Skip((byte)',');
        if (!scan.SkipSpaces())
        {
            return false;
        }

        if (scan.CountDigits() == 4 && (comma || scan.Peek(4) == ' '))
        {
            var year = scan.Digits(4);
            return scan.SkipSpaces() && TryClock(ref scan, out var time) && TryFinish(ref scan, context, year, month, day, time, out unixNano);
        }

        if (!TryClock(ref scan, out var clock))
        {
            return false;
        }

        if (scan.TryTrailingYear(out var last))
        {
            return CalendarTime.TrySeconds(last, month, day, clock.Second, out var seconds) && Place(context, seconds, clock, out unixNano);
        }

        return !afterWeekday && context.WithYear(month, day, clock.Second) is { } local && Place(context, local, clock, out unixNano);
    }

    /// <summary>Hours, minutes, seconds (with : or . between, or none), a fraction, AM or PM.</summary>
    private static bool TryClock(ref TimeScanner scan, out Clock clock)
    {
        clock = default;
        int hour, minute, second;
        if (scan.CountDigits() == 6)
        {
            (hour, minute, second) = (scan.Digits(2), scan.Digits(2), scan.Digits(2));
        }
        else if (scan.TryDigits(1, 2, out hour) && scan.Peek(0) is (byte)':' or (byte)'.')
        {
            var separator = scan.Next();
            if (!scan.TryDigits(2, 2, out minute))
            {
                return false;
            }

            second = 0;
            if (scan.Peek(0) == separator && LogTime.IsDigit(scan.Peek(1)))
            {
                scan.Next();
                if (!scan.TryDigits(2, 2, out second))
                {
                    return false;
                }
            }
            else if (separator == '.')
            {
                return false;
            }
        }
        else
        {
            return false;
        }

        var nanosecond = scan.Peek(0) is (byte)'.' or (byte)',' or (byte)':' && LogTime.IsDigit(scan.Peek(1)) ? scan.Fraction() : 0;
        if (scan.TryHalfDay(out var afternoon) && hour is >= 1 and <= 12)
        {
            hour = (hour % 12) + (afternoon ? 12 : 0);
        }

        // 60 is a leap second; it counts as the first of the next minute.
        if (hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        clock = new Clock((((hour * 60) + minute) * 60) + second, nanosecond);
        return true;
    }

    private static bool TryFinish(ref TimeScanner scan, LogTimeContext context, int year, int month, int day, Clock clock, out long unixNano)
    {
        unixNano = 0;
        if (!CalendarTime.TrySeconds(year, month, day, clock.Second, out var local))
        {
            return false;
        }

        if (scan.TryOffset(out var offset))
        {
            unixNano = ((local - offset) * NanosecondsPerSecond) + clock.Nanosecond;
            return true;
        }

        return Place(context, local, clock, out unixNano);
    }

    private static bool Place(LogTimeContext context, long local, Clock clock, out long unixNano)
    {
        unixNano = (context.ToUtc(local) * NanosecondsPerSecond) + clock.Nanosecond;
        return true;
    }

    private readonly record struct Clock(int Second, int Nanosecond);
}
