using System.Globalization;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>Numbers in sentences: the same everywhere, whatever the machine's language.</summary>
internal static class Phrase
{
    public static string Nanoseconds(double value) => Seconds(value / 1e9);

    public static string Seconds(double value) => Math.Abs(value) switch
    {
        < 1e-6 => Text($"{value * 1e9:0} ns"),
        < 1e-3 => Text($"{value * 1e6:0.#} µs"),
        < 1 => Text($"{value * 1e3:0.#} ms"),
        < 120 => Text($"{value:0.##} s"),
        _ => Text($"{value / 60:0.#} min"),
    };

    public static string Percent(double share) => share is > 0 and < 0.01 ? Text($"{share * 100:0.0#} %") : Text($"{share * 100:0} %");

    public static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1e9 => Text($"{value / 1e9:0.##} G"),
        >= 1e6 => Text($"{value / 1e6:0.##} M"),
        >= 1e4 => Text($"{value / 1e3:0.#} k"),
        >= 10 => Text($"{value:0.#}"),
        _ => Text($"{value:0.###}"),
    };

    /// <summary>A metric's value with its UCUM unit in words.</summary>
    public static string Value(double value, string unit) => unit switch
    {
        "s" => Seconds(value),
        "ms" => Seconds(value / 1e3),
        "1" => Math.Abs(value) <= 1.5 ? Percent(value) : Number(value),
        "%" => Text($"{value:0.#} %"),
        "By" => Number(value) + "B",
        "" => Number(value),
        _ => Number(value) + " " + unit.Trim('{', '}').Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal),
    };

    public static string Count(int count, string thing) => Text($"{count} {thing}{(count == 1 ? "" : "s")}");

    /// <summary>"admin, root and 3 more".</summary>
    /// <param name="shown">The first ones.</param>
    /// <param name="all">How many there are.</param>
    public static string List(IReadOnlyList<string> shown, int all) => all > shown.Count
        ? Text($"{string.Join(", ", shown)} and {all - shown.Count} more")
        : shown.Count < 2 ? string.Concat(shown) : $"{string.Join(", ", shown.SkipLast(1))} and {shown[^1]}";

    /// <summary>A template shortened for a sentence, its leading wildcards and noise left away; an error as it was really written.</summary>
    public static string Template(WorldTemplate template)
    {
        if (template.Example.Length > 0)
        {
            return template.Example;
        }

        var text = template.Text.TrimStart('<', '*', '>', ' ', '-', '|', ':');
        return text.Length <= 140 ? text : text[..139] + "…";
    }

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A note when there is little to go by; empty otherwise.</summary>
    public static string Caution(int observations) => observations < 10 ? Text($" (only {observations} observations)") : "";

    /// <summary>RFC 3339 without fractions, for commands.</summary>
    public static string Time(long nanoseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The options that narrow a command to the window.</summary>
    public static string Window(World world) => $"--start {Time(world.Window.Start)} --end {Time(world.Window.End + 999_999_999)}";

    /// <summary>A PromQL selector of a metric by OpenTelemetry's name, whatever suffixes its unit and kind add to Prometheus's name for it.</summary>
    public static string Selector(string metric, string service)
    {
        var name = string.Join('_', string.Concat(metric.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')).Split('_', StringSplitOptions.RemoveEmptyEntries));
        var job = string.Concat(service.Select(c => c is '.' or '*' or '+' or '?' or '(' or ')' or '[' or ']' or '{' or '}' or '|' or '^' or '$' or '\\' or '"' ? '.' : c));
        return $"{{__name__=~\"_?{name}.*\",job=~\"(.*/)?{job}\"}}";
    }

    /// <summary>When something came, by the seconds that the first sign came after it; a second either way is the same moment.</summary>
    public static string Lead(double seconds) => Math.Abs(seconds) < 1 ? "with the first sign" : seconds > 0 ? $"{Seconds(seconds)} before the first sign" : $"{Seconds(-seconds)} after the first sign that was seen";

    /// <summary>An argument for a shell.</summary>
    public static string Quoted(string argument) =>
        argument.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':') && argument.Length > 0 ? argument : "'" + argument.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
