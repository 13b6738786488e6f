using System.Globalization;
using Clew.Telemetry;

namespace Clew.Cli.Rendering;

/// <summary>What a rendering is made for: how wide, with which characters, times in which zone.</summary>
public sealed record Page
{
    /// <summary>Columns to lay out for.</summary>
    public required int Width { get; init; }

    /// <summary>Only ASCII characters for lines, bars and signs.</summary>
    public bool Ascii { get; init; }

    /// <summary>Whether a table may run over the width instead of being cut: what goes to a file or another program must be whole.</summary>
    public bool Unbounded { get; init; }

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public string Ellipsis => Ascii ? ".." : "…";

    public string Dot => Ascii ? "-" : "·";

    public string Arrow => Ascii ? "->" : "→";

    /// <summary>Cuts a cell of a table to size, unless nothing is to be cut.</summary>
    public string Fit(string text, int columns) => Unbounded ? Sentence.Clean(text) : TextWidth.Fit(Sentence.Clean(text), columns, Ellipsis);

    /// <summary><c>2026-08-21 10:00:00.123Z</c>, or with the zone's offset.</summary>
    public string DateTime(Timestamp time) => Local(time, "yyyy-MM-dd HH:mm:ss.fff") + Offset(time.ToDateTimeOffset());

    /// <summary>As <see cref="DateTime(Timestamp)"/>, without fractions when there are none.</summary>
    public string DateTime(DateTimeOffset time)
    {
        var local = TimeZoneInfo.ConvertTime(time, Zone);
        return local.ToString(local.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) + Offset(time);
    }

    /// <summary>Time of day with milliseconds, for lists whose day is said elsewhere.</summary>
    public string TimeOfDay(Timestamp time) => Local(time, "HH:mm:ss.fff");

    /// <summary>Time of day to the second.</summary>
    public string TimeOfDay(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Zone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    public string Day(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary><c>Z</c>, or the offset at that time as <c>+02:00</c>.</summary>
    public string Offset(DateTimeOffset time)
    {
        var offset = Zone.GetUtcOffset(time);
        return offset == TimeSpan.Zero ? "Z" : (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString("hh\\:mm", CultureInfo.InvariantCulture);
    }

    /// <summary>A duration with three significant digits: <c>1.23 s</c>, <c>45.0 ms</c>, <c>2m 05s</c>.</summary>
    public string Duration(long nanoseconds)
    {
        if (nanoseconds < 0)
        {
            return "-" + Duration(nanoseconds == long.MinValue ? long.MaxValue : -nanoseconds);
        }

        return nanoseconds switch
        {
            0 => "0",
            < 1_000 => $"{nanoseconds} ns",
            < 999_500 => $"{Digits(nanoseconds / 1e3)} {(Ascii ? "us" : "µs")}",
            < 999_500_000 => $"{Digits(nanoseconds / 1e6)} ms",
            < 59_950_000_000 => $"{Digits(nanoseconds / 1e9)} s",
            < 3_599_500_000_000 => string.Create(CultureInfo.InvariantCulture, $"{Seconds(nanoseconds) / 60}m {Seconds(nanoseconds) % 60:00}s"),
            < 86_399_500_000_000 => string.Create(CultureInfo.InvariantCulture, $"{Seconds(nanoseconds) / 3600}h {Seconds(nanoseconds) / 60 % 60:00}m"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Seconds(nanoseconds) / 86400}d {Seconds(nanoseconds) / 3600 % 24:00}h"),
        };
    }

    public string Duration(double seconds) => Duration(double.IsFinite(seconds) ? (long)Math.Clamp(Math.Round(seconds * 1e9), long.MinValue / 2.0, long.MaxValue / 2.0) : 0);

    public string Duration(TimeSpan time) => Duration(time.TotalSeconds);

    /// <summary><c>1.2 MB</c>: powers of 1000, three significant digits.</summary>
    public static string Bytes(double bytes) => bytes switch
    {
        < 999.5 => string.Create(CultureInfo.InvariantCulture, $"{bytes:0} B"),
        < 999_500 => $"{Digits(bytes / 1e3)} kB",
        < 999_500_000 => $"{Digits(bytes / 1e6)} MB",
        < 999_500_000_000 => $"{Digits(bytes / 1e9)} GB",
        _ => $"{Digits(bytes / 1e12)} TB",
    };

    /// <summary><c>12,345</c>.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A share of 0 to 1 as per cent: <c>0 %</c>, <c>&lt;0.1 %</c>, <c>1.2 %</c>, <c>37 %</c>.</summary>
    public static string Percent(double share) => share switch
    {
        <= 0 => "0 %",
        < 0.001 => "<0.1 %",
        < 0.0995 => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %"),
    };

    private static long Seconds(long nanoseconds) => (nanoseconds + 500_000_000) / 1_000_000_000;

    private static string Digits(double value) => value.ToString(value < 9.995 ? "0.00" : value < 99.95 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private string Local(Timestamp time, string format) => TimeZoneInfo.ConvertTime(time.ToDateTimeOffset(), Zone).ToString(format, CultureInfo.InvariantCulture);
}
