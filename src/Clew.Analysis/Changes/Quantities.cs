using System.Globalization;
using System.Text.RegularExpressions;

namespace Clew.Analysis.Changes;

/// <param name="Value">Seconds when it is a duration.</param>
/// <param name="IsDuration">A unit of time stands with it.</param>
internal readonly record struct Quantity(double Value, bool IsDuration);

/// <summary>Numbers in code and configuration, with their units.</summary>
internal static partial class Quantities
{
    public static IReadOnlyList<Quantity> Of(string line) =>
        [.. Number().Matches(line).Select(m => Read(m.Groups["number"].Value, m.Groups["unit"].Value)).OfType<Quantity>()];

    /// <summary>The line with its numbers blanked.</summary>
    public static string Masked(string line) => Number().Replace(line, "#");

    private static Quantity? Read(string number, string unit) =>
        !double.TryParse(number.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? null : unit.ToLowerInvariant() switch
        {
            "" => new Quantity(value, false),
            "ns" or "nanosecond" or "nanoseconds" => new Quantity(value / 1e9, true),
            "us" or "microsecond" or "microseconds" => new Quantity(value / 1e6, true),
            "ms" or "millis" or "millisecond" or "milliseconds" => new Quantity(value / 1e3, true),
            "s" or "sec" or "second" or "seconds" => new Quantity(value, true),
            "m" or "min" or "minute" or "minutes" => new Quantity(value * 60, true),
            "h" or "hour" or "hours" => new Quantity(value * 3600, true),
            "ki" or "kib" or "k" or "kb" => new Quantity(value * 1024, false),
            "mi" or "mib" or "mb" => new Quantity(value * 1048576, false),
            "gi" or "gib" or "gb" or "g" => new Quantity(value * 1073741824, false),
            _ => new Quantity(value, false),
        };

    [GeneratedRegex(@"(?<![\w.])(?<number>\d[\d_]*(\.\d+)?)(\s*\*\s*(time|TimeUnit|Duration)\.|\s*\*\s*)?(?<unit>(nanoseconds?|microseconds?|milliseconds?|millis|seconds?|minutes?|hours?|ns|us|ms|sec|min|Ki?B?|Mi?B?|Gi?B?|s|m|h)\b)?(?![\w.]*\w)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}
