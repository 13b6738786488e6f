using System.Globalization;

namespace Clew.Server.SelfTelemetry.Prometheus;

/// <summary>OpenTelemetry's names as Prometheus wants them, by the rules of the OpenTelemetry specification's Prometheus compatibility page.</summary>
internal static class PrometheusName
{
    public static string Of(string instrument, string? unit, FamilyType type)
    {
        var name = Clean(instrument);
        var suffix = unit switch
        {
            null or "" or "1" => type == FamilyType.Gauge && unit == "1" ? "ratio" : string.Empty,
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            _ when unit.StartsWith('{') => string.Empty,
            _ => Clean(unit),
        };
        if (suffix.Length > 0 && !name.EndsWith(suffix, StringComparison.Ordinal))
        {
            name += "_" + suffix;
        }

        return type == FamilyType.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    public static string Label(string key) => Clean(key);

    public static string LabelValue(object? value)
    {
        var text = value switch
        {
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
        };
        return text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
    }

    private static string Clean(string name) => string.Create(name.Length, name, static (to, from) =>
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
        }
    });
}
