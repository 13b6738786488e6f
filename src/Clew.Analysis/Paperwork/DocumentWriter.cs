using System.Globalization;
using System.Text;
using Clew.Analysis.Reports;
using static Clew.Analysis.Paperwork.MarkdownText;

namespace Clew.Analysis.Paperwork;

/// <summary>Puts a Markdown document together. Texts of its own are written as they are; what comes from telemetry goes through <see cref="MarkdownText"/>.</summary>
internal sealed class DocumentWriter
{
    private readonly StringBuilder _text = new();

    public void Heading(int level, string text) => Block($"{new string('#', level)} {text}");

    /// <summary>A paragraph, list or table; an empty line stands before the next.</summary>
    public void Block(string text) => _text.Append(text).Append("\n\n");

    public void List(IEnumerable<string> items, string otherwise)
    {
        var lines = items.Select(item => $"- {item}").ToArray();
        Block(lines.Length > 0 ? string.Join('\n', lines) : otherwise);
    }

    public void Numbered(IEnumerable<string> items) => Block(string.Join('\n', items.Select((item, i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1}. {item}"))));

    /// <param name="cells">Already fit for a table.</param>
    public void Table(IReadOnlyList<string> titles, IEnumerable<IReadOnlyList<string>> cells)
    {
        var lines = new List<string> { Row(titles), Row([.. titles.Select(_ => "---")]) };
        lines.AddRange(cells.Select(Row));
        Block(string.Join('\n', lines));
    }

    /// <summary>What happened, as a Mermaid timeline by hours and minutes.</summary>
    public void Timeline(string title, IEnumerable<TimelineEntry> entries)
    {
        var diagram = new StringBuilder("timeline\n    title ").Append(Label(title));
        foreach (var minute in entries.GroupBy(entry => entry.Time.UtcDateTime.ToString("'T'HHmm'Z'", CultureInfo.InvariantCulture)))
        {
            diagram.Append("\n    ").Append(minute.Key);
            foreach (var entry in minute.Take(4))
            {
                diagram.Append(" : ").Append(Label($"{entry.Kind} {(entry.Service is { Length: > 0 } service && !entry.Text.StartsWith(service, StringComparison.Ordinal) ? service + " " : "")}{entry.Text}"));
            }
        }

        Block($"```mermaid\n{diagram}\n```");
    }

    /// <summary>ISO 8601, UTC, to the second.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Change(Comparison comparison, Func<double, string> value) =>
        $"{(comparison.Baseline is { } before ? value(before) : "unknown")} → {(comparison.Window is { } during ? value(during) : "unknown")}";

    public override string ToString() => _text.ToString().TrimEnd('\n') + "\n";

    private static string Row(IReadOnlyList<string> cells) => "| " + string.Join(" | ", cells) + " |";
}
