using Clew.Server.Api.Contracts;

namespace Clew.Cli.Rendering;

/// <summary>What to show of log records.</summary>
/// <param name="Verbose">Trace, span and attributes under each.</param>
public sealed record LogTextView(bool Verbose = false);

/// <summary>Log records, one line each, in the order given.</summary>
public static class LogText
{
    /// <summary>From this width on the trace's id fits behind the text.</summary>
    private const int TraceIdWidth = 120;

    private const int SeverityColumns = 5;
    private const int ServiceColumns = 20;

    public static IEnumerable<Line> Render(LogList list, LogTextView view, Page page)
    {
        var services = Math.Min(ServiceColumns, list.Logs.Select(log => TextWidth.Of(log.Service)).DefaultIfEmpty(0).Max());
        var day = string.Empty;
        foreach (var log in list.Logs)
        {
            var thisDay = page.Day(log.Time.ToDateTimeOffset());
            if (!page.Unbounded && thisDay != day)
            {
                day = thisDay;
                yield return Line.Of($"{(page.Ascii ? "--" : "──")} {day} {ZoneName(page, log)}", Ink.Dim);
            }

            var line = new Line()
                .Add(page.Unbounded ? page.DateTime(log.Time) : page.TimeOfDay(log.Time), Ink.Dim)
                .Add(" ")
                .Add(SeverityWord(log), InkOf(log))
                .Add(" ");
            var before = line.Width;
            line.Add(TextWidth.Fit(Sentence.Clean(log.Service), ServiceColumns, page.Ellipsis), Ink.Accent).To(before + services + 2);

            // A log record is never cut: the end of a message is as likely to matter as its beginning.
            line.Add(log.Body.Length > 0 ? log.Body : log.EventName ?? string.Empty);
            if (page.Width >= TraceIdWidth && !view.Verbose && log.TraceId is { } trace)
            {
                line.Add($" trace={trace}", Ink.Dim);
            }

            yield return line;
            if (!view.Verbose)
            {
                continue;
            }

            if (log.TraceId is { } id)
            {
                yield return new Line().Space(4).Add("trace ", Ink.Dim).Add(id.ToString(), Ink.Accent).Add(log.SpanId is { } span ? $" span {span}" : string.Empty, Ink.Dim);
            }

            foreach (var attribute in log.Attributes)
            {
                yield return new Line().Space(4).Add(TraceText.AttributeLine(attribute, page));
            }
        }
    }

    /// <summary>OTLP's short name for the severity, padded.</summary>
    public static string SeverityWord(LogEntry log) => (log.Severity switch
    {
        >= 21 => "FATAL",
        >= 17 => "ERROR",
        >= 13 => "WARN",
        >= 9 => "INFO",
        >= 5 => "DEBUG",
        >= 1 => "TRACE",
        _ => log.SeverityText is { Length: > 0 } text ? TextWidth.Fit(Sentence.Clean(text).ToUpperInvariant(), SeverityColumns, string.Empty) : "-",
    }).PadRight(SeverityColumns);

    /// <summary>How loud the severity is.</summary>
    public static Ink InkOf(LogEntry log) => log.Severity switch
    {
        >= 17 => Ink.Bad,
        >= 13 => Ink.Warning,
        >= 9 => Ink.Plain,
        _ => Ink.Dim,
    };

    private static string ZoneName(Page page, LogEntry log) => page.Offset(log.Time.ToDateTimeOffset()) is "Z" ? "UTC" : page.Offset(log.Time.ToDateTimeOffset());
}
