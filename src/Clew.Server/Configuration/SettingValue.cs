using System.Globalization;

namespace Clew.Server.Configuration;

/// <summary>
/// How a kind of value is written: read, printed back so that it reads the same, and described for error messages.
/// </summary>
/// <param name="Expected">What a good value looks like; completes "expected …".</param>
/// <param name="TryRead">The value, or false when the text is none.</param>
public sealed record SettingValue<T>(string Expected, SettingReader<T> TryRead, Func<T, string> Print);

public delegate bool SettingReader<T>(string text, out T value);

/// <summary>The kinds of values settings have.</summary>
public static class SettingValues
{
    private const string Off = "off";
    private const string None = "none";

    private static readonly (string Suffix, long Factor)[] SizeUnits =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1),
    ];

    private static readonly (string Suffix, TimeSpan Unit)[] TimeUnits =
    [
        ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("ms", TimeSpan.FromMilliseconds(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)),
    ];

    public static readonly SettingValue<string> Path = new(
        "a path",
        static (string text, out string value) => (value = text).Length > 0 && text.IndexOf('\0', StringComparison.Ordinal) < 0,
        static path => path);

    /// <summary>A path, or an empty text for <c>none</c>.</summary>
    public static readonly SettingValue<string> PathOrNone = new(
        "a path, or none",
        static (string text, out string value) => (value = text == None ? string.Empty : text).IndexOf('\0', StringComparison.Ordinal) < 0 && text.Length > 0,
        static path => path.Length == 0 ? None : path);

    public static readonly SettingValue<double> Probability = new(
        "a probability from 0 to 1",
        static (string text, out double value) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value is >= 0 and <= 1,
        static value => value.ToString(CultureInfo.InvariantCulture));

    public static readonly SettingValue<IReadOnlyList<string>> Names = new(
        "names separated by commas, or none",
        static (string text, out IReadOnlyList<string> value) =>
            (value = text == None ? [] : text.Split(',', StringSplitOptions.TrimEntries)).All(static name => name.Length > 0) && text.Length > 0,
        static names => names.Count == 0 ? None : string.Join(',', names));

    public static readonly SettingValue<bool> Bool = new(
        "true or false",
        static (string text, out bool value) => bool.TryParse(text, out value),
        static value => value ? "true" : "false");

    public static readonly SettingValue<ListenAddress> Address = new(
        "an address such as 127.0.0.1:2539, [::1]:2539, localhost:2539 or :2539 (port 0 to 65535; 0 picks a free one)",
        static (string text, out ListenAddress value) => (value = ListenAddress.TryParse(text)!) is not null,
        static address => address.ToString());

    public static readonly SettingValue<ListenAddress?> AddressOrOff = new(
        Address.Expected + ", or off",
        static (string text, out ListenAddress? value) => (value = ListenAddress.TryParse(text)) is not null || text == Off,
        static address => address?.ToString() ?? Off);

    public static readonly SettingValue<Uri?> UrlOrNone = new(
        "a URL such as http://127.0.0.1:4317, or none",
        static (string text, out Uri? value) =>
            (Uri.TryCreate(text, UriKind.Absolute, out value) && (value.Scheme == Uri.UriSchemeHttp || value.Scheme == Uri.UriSchemeHttps)) || text == None,
        static url => url?.OriginalString ?? None);

    public static SettingValue<int> Integer(int min, int max) => new(
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"),
        (string text, out int value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= min && value <= max,
        static value => value.ToString(CultureInfo.InvariantCulture));

    public static SettingValue<long> Whole(long min, long max) => new(
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"),
        (string text, out long value) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= min && value <= max,
        static value => value.ToString(CultureInfo.InvariantCulture));

    public static SettingValue<long> Size(long min, long max) => new(
        $"a size from {PrintSize(min)} to {PrintSize(max)}, in bytes or with KiB, MiB, GiB, TiB (or KB, MB, GB, TB)",
        (string text, out long value) => TryReadSize(text, out value) && value >= min && value <= max,
        PrintSize);

    public static SettingValue<TimeSpan> Duration(TimeSpan min, TimeSpan max) => new(
        $"a duration from {PrintDuration(min)} to {PrintDuration(max)}, in ms, s, m, h or d",
        (string text, out TimeSpan value) => TryReadDuration(text, out value) && value >= min && value <= max,
        PrintDuration);

    /// <summary>The same, or <c>none</c>.</summary>
    public static SettingValue<T?> OrNone<T>(SettingValue<T> kind)
        where T : struct => new(
        kind.Expected + ", or none",
        (string text, out T? value) =>
        {
            if (text == None)
            {
                value = null;
                return true;
            }

            var read = kind.TryRead(text, out var some);
            value = some;
            return read;
        },
        value => value is { } some ? kind.Print(some) : None);

    /// <summary>The same, or <c>none</c>.</summary>
    public static SettingValue<string?> OrEmpty(SettingValue<string> kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return new(
            kind.Expected + ", or none",
            (string text, out string? value) =>
            {
                value = null;
                return text == None || kind.TryRead(text, out value!);
            },
            value => value is null ? None : kind.Print(value));
    }

    /// <summary>One of a few words, each standing for a value.</summary>
    public static SettingValue<T> Choice<T>(params (string Word, T Value)[] choices)
        where T : notnull => new(
        "one of " + string.Join(", ", choices.Select(choice => choice.Word)),
        (string text, out T value) =>
        {
            foreach (var choice in choices)
            {
                if (string.Equals(choice.Word, text, StringComparison.OrdinalIgnoreCase))
                {
                    value = choice.Value;
                    return true;
                }
            }

            value = default!;
            return false;
        },
        value => choices.First(choice => choice.Value.Equals(value)).Word);

    private static bool TryReadSize(string text, out long value)
    {
        value = 0;
        var (number, factor) = (text, 1L);
        foreach (var (suffix, unit) in SizeUnits)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                (number, factor) = (text[..^suffix.Length].TrimEnd(), unit);
                break;
            }
        }

        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) || count > long.MaxValue / factor)
        {
            return false;
        }

        value = (long)(count * factor);
        return true;
    }

    /// <summary>In the unit that needs the smallest whole number.</summary>
    private static string PrintSize(long size)
    {
        var (suffix, factor) = SizeUnits.Where(unit => size >= unit.Factor && size % unit.Factor == 0).OrderByDescending(unit => unit.Factor).FirstOrDefault((string.Empty, 1));
        return string.Create(CultureInfo.InvariantCulture, $"{size / factor}{suffix}");
    }

    private static bool TryReadDuration(string text, out TimeSpan value)
    {
        value = default;
        foreach (var (suffix, unit) in TimeUnits)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal))
            {
                if (!decimal.TryParse(text[..^suffix.Length].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                    || count > (decimal)TimeSpan.MaxValue.Ticks / unit.Ticks)
                {
                    return false;
                }

                value = TimeSpan.FromTicks((long)(count * unit.Ticks));
                return true;
            }
        }

        return false;
    }

    private static string PrintDuration(TimeSpan duration)
    {
        foreach (var (suffix, unit) in TimeUnits.OrderByDescending(unit => unit.Unit))
        {
            if (duration >= unit && duration.Ticks % unit.Ticks == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / unit.Ticks}{suffix}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds}ms");
    }
}
