using System.Globalization;
using System.Text;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Ranking;

/// <summary>Timeline and propagation as mermaid, which Markdown of the usual hosts draws. Times are ISO 8601, UTC.</summary>
internal static class Diagrams
{
    private const int MaxText = 90;

    public static string Timeline(IReadOnlyList<TimelineEntry> entries)
    {
        if (entries.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder("timeline\n    title What happened, UTC\n");
        foreach (var group in entries.GroupBy(e => e.Time))
        {
            // A colon separates fields in mermaid's timeline, so the time's own are left out of its basic format.
            text.Append("    ").Append(group.Key.UtcDateTime.ToString("yyyy-MM-dd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
            foreach (var entry in group)
            {
                text.Append(" : ").Append(Plain($"{entry.Kind}{(entry.Service is { } service ? $" {service}" : "")} – {entry.Text}"));
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    public static string Propagation(IReadOnlyList<PropagationStep> steps)
    {
        if (steps.Count < 2)
        {
            return "";
        }

        var text = new StringBuilder("flowchart LR\n");
        var ids = steps.Select((step, i) => (step.To, Id: $"n{i}")).ToDictionary(n => n.To, n => n.Id, StringComparer.Ordinal);
        foreach (var step in steps)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {ids[step.To]}[\"{Plain(step.To)}\"]\n");
        }

        foreach (var step in steps.Where(s => s.From is not null && ids.ContainsKey(s.From)))
        {
            var time = step.Time?.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"    {ids[step.From!]} -->|\"{step.Order}{(time is null ? "" : $", {time}")}\"| {ids[step.To]}\n");
        }

        return text.ToString();
    }

    /// <summary>Without what mermaid reads as its own.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(Math.Min(text.Length, MaxText));
        foreach (var character in text)
        {
            if (plain.Length >= MaxText - 1)
            {
                plain.Append('…');
                break;
            }

            plain.Append(character switch { ':' => '∶', ';' => ',', '"' or '`' => '\'', '#' => '＃', '\n' or '\r' => ' ', '<' => '‹', '>' => '›', '{' => '(', '}' => ')', _ => character });
        }

        return plain.ToString();
    }
}
