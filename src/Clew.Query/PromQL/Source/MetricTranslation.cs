using System.Collections.Frozen;
using System.Text;
using Clew.Telemetry;

namespace Clew.Query.PromQL.Source;

/// <summary>
/// Names of OpenTelemetry's metrics and attributes as Prometheus knows them: the translation "UnderscoreEscapingWithSuffixes", which is the default of Prometheus's OTLP
/// receiver and of the exporters (OpenTelemetry, "Prometheus and OpenMetrics compatibility"). What came with Prometheus's own names is not translated.
/// </summary>
public static class MetricTranslation
{
    private const string Total = "total";
    private const string Ratio = "ratio";

    /// <summary>UCUM's units that Prometheus writes out.</summary>
    private static readonly FrozenDictionary<string, string> Units = Pairs(
        "d days h hours min minutes s seconds ms milliseconds us microseconds ns nanoseconds "
        + "By bytes KiBy kibibytes MiBy mebibytes GiBy gibibytes TiBy tibibytes KBy kilobytes MBy megabytes GBy gigabytes TBy terabytes "
        + "m meters V volts A amperes J joules W watts g grams Cel celsius Hz hertz 1 - % percent");

    /// <summary>Units of time behind a slash.</summary>
    private static readonly FrozenDictionary<string, string> PerUnits = Pairs("s second m minute h hour d day w week mo month y year");

    /// <summary>The name of a metric, with its unit and what its kind adds to it; without the suffixes of a histogram's or summary's series.</summary>
    public static string MetricName(string name, string unit, MetricKind kind, bool isMonotonic)
    {
        ArgumentNullException.ThrowIfNull(unit);
        var words = Words(name);
        AddUnit(words, unit);
        if (kind == MetricKind.Sum && isMonotonic)
        {
            MoveToEnd(words, Total);
        }
        else if (kind == MetricKind.Gauge && unit == "1")
        {
            MoveToEnd(words, Ratio);
        }

        var translated = string.Join('_', words);
        return translated.Length > 0 && char.IsAsciiDigit(translated[0]) ? "_" + translated : translated;
    }

    /// <summary>The name of a label: what may not be in one becomes an underscore, and one that begins with a digit or a single underscore gets <c>key</c> before it.</summary>
    public static string LabelName(string attribute)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        var isPlain = true;
        foreach (var character in attribute)
        {
            isPlain &= char.IsAsciiLetterOrDigit(character) || character == '_';
        }

        var name = isPlain ? attribute : Underscored(attribute);
        return name.Length == 0 ? name
            : char.IsAsciiDigit(name[0]) ? "key_" + name
            : name[0] == '_' && !name.StartsWith("__", StringComparison.Ordinal) ? "key" + name
            : name;
    }

    /// <summary>The first word of a metric's name as it is stored, for every metric that may be translated to a name; null when any may.</summary>
    public static IReadOnlyList<string>? FirstWords(string translated) => Words(translated) is [var first, ..] ? [first, Total, Ratio] : null;

    private static FrozenDictionary<string, string> Pairs(string words) =>
        words.Split(' ').Chunk(2).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    /// <summary>A character beyond U+FFFF becomes one underscore, as any other.</summary>
    private static string Underscored(string text)
    {
        var name = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            name.Append(rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value == '_') ? (char)rune.Value : '_');
        }

        return name.ToString();
    }

    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var isIn = i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] == ':');
            if (isIn && start < 0)
            {
                start = i;
            }
            else if (!isIn && start >= 0)
            {
                words.Add(text[start..i]);
                start = -1;
            }
        }

        return words;
    }

    private static void AddUnit(List<string> words, string unit)
    {
        var slash = unit.IndexOf('/', StringComparison.Ordinal);
        var main = (slash < 0 ? unit : unit[..slash]).Trim();
        var per = slash < 0 ? string.Empty : unit[(slash + 1)..].Trim();
        var mainWords = IsNote(main) ? [] : Words(Units.GetValueOrDefault(main, main));
        var perWords = IsNote(per) ? [] : Words(PerUnits.GetValueOrDefault(per, per));
        var before = words.ToHashSet();
        if (!before.Contains(string.Join('_', mainWords)))
        {
            words.AddRange(mainWords);
        }

        if (perWords.Count > 0 && !before.Contains(string.Join('_', perWords)))
        {
            words.Add("per");
            words.AddRange(perWords);
        }
    }

    /// <summary>What stands in braces is a remark and no unit.</summary>
    private static bool IsNote(string unit) => unit.AsSpan().ContainsAny('{', '}');

    private static void MoveToEnd(List<string> words, string word)
    {
        words.RemoveAll(one => one == word);
        words.Add(word);
    }
}
