namespace Clew.Query.PromQL.Functions;

/// <summary>A moment, UTC, in the Gregorian calendar without an end.</summary>
/// <param name="Day">Since 1970-01-01.</param>
/// <param name="SecondOfDay">From 0.</param>
internal readonly record struct CivilTime(long Day, int SecondOfDay)
{
    private const int SecondsOfDay = 86_400;

    /// <summary>Days of 400 years, after which the calendar repeats.</summary>
    private const int DaysOfEra = 146_097;

    /// <summary>From 1 March of the year 0, with which eras are reckoned to begin, to 1970-01-01.</summary>
    private const int DaysToEpoch = 719_468;

    /// <summary>Prometheus counts seconds from a year so far back that none is negative; what comes before it is at the other end of 64 bits.</summary>
    private const long FirstSecond = -9_223_372_028_715_321_600;

    public long Year => FromMarch.Year + (Month <= 2 ? 1 : 0);

    public int Month => FromMarch.Month < 10 ? FromMarch.Month + 3 : FromMarch.Month - 9;

    public int DayOfMonth => FromMarch.Day;

    /// <summary>0 is Sunday.</summary>
    public int DayOfWeek => (int)((((Day + 4) % 7) + 7) % 7);

    public int DayOfYear => (int)(Day - FirstOf(Year, 1)) + 1;

    public int DaysInMonth => (int)(Month == 12 ? 31 : FirstOf(Year, Month + 1) - FirstOf(Year, Month));

    /// <summary>The year that began with March, months since then, and the day of the month: a leap day is the last of its year.</summary>
    private (long Year, int Month, int Day) FromMarch
    {
        get
        {
            var days = Day + DaysToEpoch;
            var era = (days >= 0 ? days : days - DaysOfEra + 1) / DaysOfEra;
            var ofEra = (int)(days - (era * DaysOfEra));
            var yearOfEra = (ofEra - (ofEra / 1_460) + (ofEra / 36_524) - (ofEra / 146_096)) / 365;
            var ofYear = ofEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
            var month = ((5 * ofYear) + 2) / 153;
            return ((era * 400) + yearOfEra, month, ofYear - (((153 * month) + 2) / 5) + 1);
        }
    }

    public static CivilTime Of(long unixSeconds)
    {
        var since = unchecked((ulong)unixSeconds - (ulong)FirstSecond);
        return new CivilTime((long)(since / SecondsOfDay) + (FirstSecond / SecondsOfDay), (int)(since % SecondsOfDay));
    }

    private static long FirstOf(long year, int month)
    {
        var fromMarch = month > 2 ? year : year - 1;
        var era = (fromMarch >= 0 ? fromMarch : fromMarch - 399) / 400;
        var yearOfEra = fromMarch - (era * 400);
        var ofYear = ((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5;
        return (era * DaysOfEra) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + ofYear - DaysToEpoch;
    }
}
