using System.Globalization;
using System.Text;
using Clew.Analysis.Paperwork;

namespace Clew.Analysis.Timelines;

/// <summary>What happened in a window, in order, with the time between.</summary>
/// <param name="Entries">Oldest first.</param>
/// <param name="MoreEntries">Later ones that were left out.</param>
public sealed record EventTimeline(DateTimeOffset Start, DateTimeOffset End, IReadOnlyList<TimelineEvent> Entries, int MoreEntries);

/// <summary>One thing that happened.</summary>
/// <param name="Kind">"change", "alert", "resolved", "kubernetes", "first-error", "span", "error", "log".</param>
/// <param name="Service">Whom it is about; null for none in particular.</param>
/// <param name="TraceId">A trace that shows it.</param>
/// <param name="SecondsAfter">Since the entry before; 0 for the first.</param>
public sealed record TimelineEvent(DateTimeOffset Time, string Kind, string? Service, string Text, string? TraceId = null, double SecondsAfter = 0);

/// <summary>Orders what happened, and writes it down.</summary>
public static class TimelineWriter
{
    /// <summary>Entries of a timeline; beyond it the latest are left out, and counted.</summary>
    public const int MaxEntries = 500;

    /// <summary>Same things told twice are one; entries of one moment are in the order cause before effect.</summary>
    private static readonly string[] Order = ["change", "kubernetes", "span", "log", "first-error", "error", "alert", "resolved"];

    public static EventTimeline Assemble(DateTimeOffset start, DateTimeOffset end, IEnumerable<TimelineEvent> events)
    {
        var ordered = events.DistinctBy(one => (one.Time, one.Kind, one.Service, one.Text))
            .OrderBy(one => one.Time).ThenBy(one => Array.IndexOf(Order, one.Kind)).ThenBy(one => one.Service, StringComparer.Ordinal).ThenBy(one => one.Text, StringComparer.Ordinal).ToArray();
        var told = new List<TimelineEvent>(Math.Min(ordered.Length, MaxEntries));
        foreach (var one in ordered.Take(MaxEntries))
        {
            told.Add(one with { SecondsAfter = told.Count == 0 ? 0 : Math.Round((one.Time - told[^1].Time).TotalSeconds, 6) });
        }

        return new EventTimeline(start, end, told, ordered.Length - told.Count);
    }

    /// <summary>A line each: ISO 8601 in UTC, a bar, kind, service and text. Control characters are replaced.</summary>
    public static string Iso(EventTimeline timeline)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        var text = new StringBuilder();
        foreach (var one in timeline.Entries)
        {
            var line = $"{one.Kind}{(one.Service is { Length: > 0 } service ? " " + service : "")}: {one.Text}";
            text.Append(one.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)).Append(" | ").Append(string.Concat(line.Select(c => char.IsControl(c) ? ' ' : c))).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A Mermaid timeline by seconds, in sections by minutes.</summary>
    public static string Mermaid(EventTimeline timeline)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        var text = new StringBuilder("timeline\n    title ").Append(timeline.Start.UtcDateTime.ToString("yyyy-MM-dd 'T'HHmm'Z'", CultureInfo.InvariantCulture)).Append('\n');
        foreach (var minute in timeline.Entries.GroupBy(one => one.Time.UtcDateTime.ToString("'T'HHmm'Z'", CultureInfo.InvariantCulture)))
        {
            text.Append("    section ").Append(minute.Key).Append('\n');
            foreach (var second in minute.GroupBy(one => one.Time.UtcDateTime.ToString("'T'HHmmss'Z'", CultureInfo.InvariantCulture)))
            {
                text.Append("        ").Append(second.Key).Append(string.Concat(second.Select(one => " : " + MarkdownText.Label($"{one.Kind} {one.Service} {one.Text}")))).Append('\n');
            }
        }

        return text.ToString();
    }
}
