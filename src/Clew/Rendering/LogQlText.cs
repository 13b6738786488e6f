using System.Globalization;
using System.Text.Json;
using Clew.Cli.Client;
using Clew.Query.Language;
using Clew.Telemetry;

namespace Clew.Cli.Rendering;

/// <summary>Lines of <c>clew query logql</c>; its numbers are shown as those of <c>clew query promql</c>.</summary>
public static class LogQlText
{
    /// <summary>All lines in the order of time. Labels that all of them have are said once above, the others before each line.</summary>
    public static IEnumerable<Line> Lines(PrometheusReply reply, Page page)
    {
        var streams = Read(reply.Data);
        if (streams.Count == 0)
        {
            yield return Line.Of("No line matches in this time.");
            yield break;
        }

        var common = streams[0].Labels.Where(label => streams.TrueForAll(stream => stream.Labels.GetValueOrDefault(label.Key) == label.Value)).ToDictionary();
        if (common.Count > 0)
        {
            yield return Line.Of(Labels(common), Ink.Dim);
        }

        var entries = streams.SelectMany(stream => stream.Entries.Select(entry => (entry.Time, entry.Text, stream.Labels))).OrderBy(entry => entry.Time).ToList();
        var day = string.Empty;
        foreach (var (nanoseconds, text, labels) in entries)
        {
            var time = new Timestamp(nanoseconds);
            var thisDay = page.Day(time.ToDateTimeOffset());
            if (!page.Unbounded && thisDay != day)
            {
                day = thisDay;
                yield return Line.Of($"{(page.Ascii ? "--" : "──")} {day} {(page.Offset(time.ToDateTimeOffset()) is "Z" ? "UTC" : page.Offset(time.ToDateTimeOffset()))}", Ink.Dim);
            }

            var line = new Line().Add(page.Unbounded ? page.DateTime(time) : page.TimeOfDay(time), Ink.Dim).Add(" ");
            var own = labels.Where(label => !common.ContainsKey(label.Key)).ToDictionary();
            if (own.Count > 0)
            {
                line.Add(Labels(own), Ink.Accent).Add(" ");
            }

            yield return line.Add(text, InkOf(labels));
        }
    }

    private static string Labels(Dictionary<string, string> labels) =>
        $"{{{string.Join(", ", labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={QuotedText.Quote(label.Value)}"))}}}";

    /// <summary>How loud a line is, as its labels say.</summary>
    private static Ink InkOf(Dictionary<string, string> labels) => (labels.GetValueOrDefault("level") ?? labels.GetValueOrDefault("detected_level"))?.ToLowerInvariant() switch
    {
        "error" or "err" or "fatal" or "critical" or "panic" => Ink.Bad,
        "warn" or "warning" => Ink.Warning,
        "debug" or "trace" => Ink.Dim,
        _ => Ink.Plain,
    };

    private static List<(Dictionary<string, string> Labels, List<(long Time, string Text)> Entries)> Read(PrometheusData data) =>
    [
        .. data.Result.EnumerateArray().Select(stream => (
            stream.GetProperty("stream").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString() ?? string.Empty),
            stream.GetProperty("values").EnumerateArray().Select(Entry).ToList())),
    ];

    private static (long Time, string Text) Entry(JsonElement pair) => (long.Parse(pair[0].GetString() ?? "0", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), pair[1].GetString() ?? string.Empty);
}
