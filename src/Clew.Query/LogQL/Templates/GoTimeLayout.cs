using System.Globalization;
using System.Text;

namespace Clew.Query.LogQL.Templates;

/// <summary>Layouts of times by example, as Go's <c>time</c> package has them: the parts of <c>Mon Jan 2 15:04:05 MST 2006</c> stand for themselves (pkg.go.dev/time#pkg-constants).</summary>
internal static class GoTimeLayout
{
    /// <summary>The parts of a layout; where one begins like another, the longer one is first.</summary>
    private static readonly string[] Parts =
    [
        "January", "Jan", "Monday", "Mon", "MST", "2006", "002", "__2", "_2", "Z070000", "Z07:00:00", "Z0700", "Z07:00", "Z07",
        "-070000", "-07:00:00", "-0700", "-07:00", "-07", "01", "02", "03", "04", "05", "06", "15", "PM", "pm", "1", "2", "3", "4", "5",
    ];

    private static readonly string[] Months = CultureInfo.InvariantCulture.DateTimeFormat.MonthNames[..12];
    private static readonly string[] Days = CultureInfo.InvariantCulture.DateTimeFormat.DayNames;

    public static string Format(GoTime time, string layout)
    {
        var text = new StringBuilder(layout.Length + 8);
        var calendar = time.Calendar;
        for (var at = 0; at < layout.Length;)
        {
            if (Fraction(layout, at) is { Length: > 0 } fraction)
            {
                text.Append(FractionOf(time, fraction));
                at += fraction.Length;
                continue;
            }

            if (PartAt(layout, at) is not { } part)
            {
                text.Append(layout[at++]);
                continue;
            }

            text.Append(Written(time, calendar, part));
            at += part.Length;
        }

        return text.ToString();
    }

    /// <summary>Reads a time.</summary>
    /// <param name="zone">Where it is when the text has no offset: seconds east of UTC and abbreviation at a calendar time.</param>
    public static bool TryParse(string layout, string text, Func<DateTime, (int Offset, string Name)> zone, out GoTime time)
    {
        time = GoTime.Zero;
        var read = new Reading { Rest = text };
        for (var at = 0; at < layout.Length;)
        {
            if (Fraction(layout, at) is { Length: > 0 } fraction)
            {
                if (!read.TryFraction(fraction))
                {
                    return false;
                }

                at += fraction.Length;
                continue;
            }

            if (PartAt(layout, at) is { } part)
            {
                if (!TryRead(ref read, part))
                {
                    return false;
                }

                // Fractions may follow the seconds although the layout has none.
                at += part.Length;
                if (part is "05" or "5" && Fraction(layout, at).Length == 0)
                {
                    read.TakeFraction();
                }

                continue;
            }

            if (layout[at] == ' ' ? !read.TrySpaces() : !read.TryTake(layout[at]))
            {
                return false;
            }

            at++;
        }

        return read.Rest.IsEmpty && read.TryFinish(zone, out time);
    }

    private static string? PartAt(string layout, int at)
    {
        foreach (var part in Parts)
        {
            if (layout.AsSpan(at).StartsWith(part, StringComparison.Ordinal)
                && !(part is "Jan" or "Mon" && at + 3 < layout.Length && char.IsAsciiLetterLower(layout[at + 3])))
            {
                return part;
            }
        }

        return null;
    }

    /// <summary><c>.000</c>, <c>,999</c> and the like, which end where the digits do; empty when none begins here.</summary>
    private static string Fraction(string layout, int at)
    {
        if (at + 1 >= layout.Length || layout[at] is not ('.' or ',') || layout[at + 1] is not ('0' or '9'))
        {
            return string.Empty;
        }

        var end = at + 1;
        while (end < layout.Length && layout[end] == layout[at + 1])
        {
            end++;
        }

        return end < layout.Length && char.IsAsciiDigit(layout[end]) ? string.Empty : layout[at..end];
    }

    private static string FractionOf(GoTime time, string fraction)
    {
        var digits = time.Nanoseconds.ToString("D9", CultureInfo.InvariantCulture)[..Math.Min(9, fraction.Length - 1)];
        digits = fraction[1] == '9' ? digits.TrimEnd('0') : digits;
        return digits.Length == 0 ? string.Empty : fraction[0] + digits;
    }

    private static string Written(GoTime time, DateTime calendar, string part)
    {
        var twelve = calendar.Hour % 12 == 0 ? 12 : calendar.Hour % 12;
        return part switch
        {
            "January" => Months[calendar.Month - 1],
            "Jan" => Months[calendar.Month - 1][..3],
            "Monday" => Days[(int)calendar.DayOfWeek],
            "Mon" => Days[(int)calendar.DayOfWeek][..3],
            "MST" => time.Zone.Length > 0 ? time.Zone : time.OffsetText(time.OffsetSeconds % 3600 != 0, seconds: false, colons: false),
            "2006" => Digits(calendar.Year, 4),
            "06" => Digits(calendar.Year % 100, 2),
            "01" => Digits(calendar.Month, 2),
            "1" => Digits(calendar.Month, 1),
            "02" => Digits(calendar.Day, 2),
            "2" => Digits(calendar.Day, 1),
            "_2" => Digits(calendar.Day, 1).PadLeft(2),
            "002" => Digits(calendar.DayOfYear, 3),
            "__2" => Digits(calendar.DayOfYear, 1).PadLeft(3),
            "15" => Digits(calendar.Hour, 2),
            "03" => Digits(twelve, 2),
            "3" => Digits(twelve, 1),
            "04" => Digits(calendar.Minute, 2),
            "4" => Digits(calendar.Minute, 1),
            "05" => Digits(calendar.Second, 2),
            "5" => Digits(calendar.Second, 1),
            "PM" => calendar.Hour < 12 ? "AM" : "PM",
            "pm" => calendar.Hour < 12 ? "am" : "pm",
            _ when part[0] == 'Z' && time.OffsetSeconds == 0 => "Z",
            _ => time.OffsetText(part.Length > 3, part.Length > 6, part.Contains(':', StringComparison.Ordinal)),
        };
    }

    private static string Digits(int value, int least) => value.ToString("D" + least.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static bool TryRead(ref Reading read, string part)
    {
        switch (part)
        {
            case "January":
                return read.TryName(Months, 0, out read.Month) && ++read.Month > 0;
            case "Jan":
                return read.TryName(Months, 3, out read.Month) && ++read.Month > 0;
            case "Monday":
                return read.TryName(Days, 0, out _);
            case "Mon":
                return read.TryName(Days, 3, out _);
            case "MST":
                return read.TryZoneName();
            case "2006":
                return read.TryDigits(4, 4, out read.Year);
            case "06":
                var shortYear = read.TryDigits(2, 2, out read.Year);
                read.Year += read.Year >= 69 ? 1900 : 2000;
                return shortYear;
            case "01":
                return read.TryDigits(2, 2, out read.Month);
            case "1":
                return read.TryDigits(1, 2, out read.Month);
            case "02":
                return read.TryDigits(2, 2, out read.Day);
            case "_2":
                read.TryTake(' ');
                return read.TryDigits(1, 2, out read.Day);
            case "2":
                return read.TryDigits(1, 2, out read.Day);
            case "002":
                return read.TryDigits(3, 3, out read.DayOfYear);
            case "__2":
                read.TrySpaces();
                return read.TryDigits(1, 3, out read.DayOfYear);
            case "15":
                return read.TryDigits(2, 2, out read.Hour);
            case "03":
                return read.TryDigits(2, 2, out read.Hour);
            case "3":
                return read.TryDigits(1, 2, out read.Hour);
            case "04":
                return read.TryDigits(2, 2, out read.Minute);
            case "4":
                return read.TryDigits(1, 2, out read.Minute);
            case "05":
                return read.TryDigits(2, 2, out read.Second);
            case "5":
                return read.TryDigits(1, 2, out read.Second);
            case "PM" or "pm":
                return read.TryHalf();
            default:
                return read.TryOffset(part);
        }
    }

    /// <summary>What was read of a text so far.</summary>
    private ref struct Reading
    {
        public ReadOnlySpan<char> Rest;
        public int Year;
        public int Month;
        public int Day;
        public int DayOfYear;
        public int Hour;
        public int Minute;
        public int Second;
        private int _nanoseconds;
        private bool? _afternoon;
        private int? _offset;
        private string? _zone;

        public bool TryTake(char character)
        {
            if (Rest.IsEmpty || Rest[0] != character)
            {
                return false;
            }

            Rest = Rest[1..];
            return true;
        }

        /// <summary>As many spaces as there are, also none at the text's end.</summary>
        public bool TrySpaces()
        {
            var before = Rest.Length;
            Rest = Rest.TrimStart(' ');
            return Rest.Length < before || before == 0;
        }

        public bool TryDigits(int least, int most, out int value)
        {
            var count = 0;
            while (count < most && count < Rest.Length && char.IsAsciiDigit(Rest[count]))
            {
                count++;
            }

            value = 0;
            if (count < least)
            {
                return false;
            }

            value = int.Parse(Rest[..count], CultureInfo.InvariantCulture);
            Rest = Rest[count..];
            return true;
        }

        public bool TryName(string[] names, int length, out int index)
        {
            for (index = 0; index < names.Length; index++)
            {
                var name = length == 0 ? names[index] : names[index][..length];
                if (Rest.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                {
                    Rest = Rest[name.Length..];
                    return true;
                }
            }

            return false;
        }

        public bool TryHalf()
        {
            if (Rest.Length < 2 || (Rest[1] | 0x20) != 'm' || (Rest[0] | 0x20) is not ('a' or 'p'))
            {
                return false;
            }

            _afternoon = (Rest[0] | 0x20) == 'p';
            Rest = Rest[2..];
            return true;
        }

        /// <summary>Digits of a fraction: as many as the layout has zeros, any number for nines.</summary>
        public bool TryFraction(string fraction)
        {
            if (fraction[1] == '9')
            {
                TakeFraction();
                return true;
            }

            if (Rest.Length < fraction.Length || Rest[0] is not ('.' or ',') || Rest[1..fraction.Length].ContainsAnyExceptInRange('0', '9'))
            {
                return false;
            }

            SetFraction(fraction.Length - 1);
            return true;
        }

        public void TakeFraction()
        {
            if (Rest.Length < 2 || Rest[0] is not ('.' or ',') || !char.IsAsciiDigit(Rest[1]))
            {
                return;
            }

            var digits = Rest[1..].IndexOfAnyExceptInRange('0', '9');
            SetFraction(digits < 0 ? Rest.Length - 1 : digits);
        }

        public bool TryZoneName()
        {
            if (Rest.StartsWith("UTC", StringComparison.Ordinal))
            {
                Rest = Rest[3..];
                (_zone, _offset) = ("UTC", 0);
                return true;
            }

            var length = Rest.IndexOfAnyExceptInRange('A', 'Z');
            length = length < 0 ? Rest.Length : length;
            if (length is < 3 or > 5)
            {
                return false;
            }

            _zone = Rest[..length].ToString();
            Rest = Rest[length..];
            return true;
        }

        public bool TryOffset(string part)
        {
            if (part[0] == 'Z' && TryTake('Z'))
            {
                (_zone, _offset) = ("UTC", 0);
                return true;
            }

            var colons = part.Contains(':', StringComparison.Ordinal);
            if (Rest.IsEmpty || Rest[0] is not ('+' or '-'))
            {
                return false;
            }

            var sign = Rest[0] == '-' ? -1 : 1;
            Rest = Rest[1..];
            var minutes = 0;
            var seconds = 0;
            if (!TryDigits(2, 2, out var hours)
                || (part.Length > 3 && ((colons && !TryTake(':')) || !TryDigits(2, 2, out minutes)))
                || (part.Length > 6 && ((colons && !TryTake(':')) || !TryDigits(2, 2, out seconds))))
            {
                return false;
            }

            _offset = sign * ((hours * 3600) + (minutes * 60) + seconds);
            return hours <= 24 && minutes < 60 && seconds < 60;
        }

        public readonly bool TryFinish(Func<DateTime, (int Offset, string Name)> zone, out GoTime time)
        {
            time = GoTime.Zero;
            var year = Year == 0 ? 1 : Year;
            var month = Month == 0 ? 1 : Month;
            var day = Day == 0 ? 1 : Day;
            var hour = _afternoon is { } afternoon ? (Hour % 12) + (afternoon ? 12 : 0) : Hour;
            if (month > 12 || day > DateTime.DaysInMonth(year, month) || hour > 23 || Minute > 59 || Second > 59 || (_afternoon is not null && Hour > 12)
                || DayOfYear > (DateTime.IsLeapYear(year) ? 366 : 365))
            {
                return false;
            }

            var calendar = new DateTime(year, month, day, hour, Minute, Second, DateTimeKind.Unspecified);
            if (DayOfYear > 0)
            {
                calendar = new DateTime(year, 1, 1, hour, Minute, Second, DateTimeKind.Unspecified).AddDays(DayOfYear - 1);
            }

            var local = zone(calendar);
            var offset = _offset ?? local.Offset;
            var name = _zone ?? (_offset is null || _offset == local.Offset ? local.Name : string.Empty);
            var seconds = ((calendar - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond) - offset;
            time = new GoTime(seconds, _nanoseconds, offset, name);
            return true;
        }

        private void SetFraction(int digits)
        {
            _nanoseconds = int.Parse(Rest[1..(Math.Min(digits, 9) + 1)], CultureInfo.InvariantCulture);
            for (var i = digits; i < 9; i++)
            {
                _nanoseconds *= 10;
            }

            Rest = Rest[(digits + 1)..];
        }
    }
}
