using System.Globalization;
using Clew.Cli.Import;
using Clew.Telemetry;

namespace Clew.Cli.Rendering;

/// <summary>How fast an import is going, over the last seconds.</summary>
/// <param name="BytesPerSecond">Unpacked bytes.</param>
/// <param name="StoredBytesPerSecond">Bytes of the files as they are stored.</param>
public readonly record struct ImportRate(double RecordsPerSecond, double BytesPerSecond, double StoredBytesPerSecond);

/// <summary>Progress and summary of an import.</summary>
public static class ImportText
{
    /// <summary>One line for a terminal, redrawn in place: bar, share, what is in, how fast, how long still.</summary>
    public static Line Progress(ImportSnapshot totals, ImportRate rate, string? waiting, Page page)
    {
        var line = new Line();
        if (totals.StoredBytes is > 0 and { } size)
        {
            var share = Math.Clamp((double)totals.StoredBytesRead / size, 0, 1);
            var columns = Math.Clamp(page.Width - 64, 6, 30);
            line.Add(Bar(share, columns, page), Ink.Accent).Add(string.Create(CultureInfo.InvariantCulture, $" {Math.Floor(share * 100),3:0} %"), Ink.Strong);
        }
        else
        {
            line.Add(Page.Bytes(totals.Bytes), Ink.Strong);
        }

        line.Add($"  {Sentence.Count(totals.Records, "record")}");
        if (waiting is not null)
        {
            line.Add($"  waiting: {waiting}", Ink.Warning);
        }
        else if (rate.BytesPerSecond > 0)
        {
            line.Add(string.Create(CultureInfo.InvariantCulture, $"  {rate.RecordsPerSecond:N0}/s  {Page.Bytes(rate.BytesPerSecond)}/s"), Ink.Dim);
            if (totals.StoredBytes is { } all && rate.StoredBytesPerSecond > 0)
            {
                line.Add($"  ETA {Clock(TimeSpan.FromSeconds(Math.Min(359_999, Math.Max(0, all - totals.StoredBytesRead) / rate.StoredBytesPerSecond)))}");
            }
        }

        if (totals.BadLines + totals.Refused > 0)
        {
            line.Add($"  {Sentence.Count(totals.BadLines, "bad line")}", Ink.Warning);
        }

        return line;
    }

    /// <summary>The same for a log: a line now and then, not redrawn.</summary>
    public static Line Plain(ImportSnapshot totals, ImportRate rate)
    {
        var share = totals.StoredBytes is > 0 and { } size
            ? string.Create(CultureInfo.InvariantCulture, $" ({Math.Floor(100.0 * totals.StoredBytesRead / size):0} % of {Page.Bytes(size)} of files)")
            : string.Empty;
        return Line.Of(string.Create(
            CultureInfo.InvariantCulture,
            $"importing: {Page.Bytes(totals.Bytes)} read{share}, {totals.Records:N0} records stored, {rate.RecordsPerSecond:N0}/s"));
    }

    /// <summary>What was done, when it is over.</summary>
    public static IEnumerable<Line> Summary(ImportResult result, Page page)
    {
        var totals = result.Totals;
        var seconds = Math.Max(result.Duration.TotalSeconds, 0.001);
        var (word, ink) = result.Outcome switch
        {
            ImportOutcome.Complete => ("Imported", Ink.Good),
            ImportOutcome.SomeRefused => ("Imported in part:", Ink.Warning),
            ImportOutcome.Interrupted => ("Interrupted after", Ink.Warning),
            _ => ("Failed after", Ink.Bad),
        };
        yield return new Line()
            .Add(word, ink)
            .Add($" {Sentence.Count(totals.Records, "record")}", Ink.Strong)
            .Add(string.Create(CultureInfo.InvariantCulture, $" in {page.Duration(result.Duration)} ({totals.Records / seconds:N0}/s, {Page.Bytes(totals.Bytes / seconds)}/s)"));

        foreach (var (name, count) in new[] { ("spans", totals.Spans), ("log records", totals.LogRecords), ("data points", totals.DataPoints), ("objects", totals.Objects), ("changes", totals.Changes), ("alerts", totals.Alerts) })
        {
            if (count > 0)
            {
                yield return Row(name).RightTo(28, Page.Number(count));
            }
        }

        if (totals.PlainRecords > 0)
        {
            yield return Row("plain").RightTo(28, Page.Number(totals.PlainRecords)).Add(" lines of no known format, kept as they are", Ink.Dim);
        }

        if (totals.Refused > 0)
        {
            yield return Row("refused").RightTo(28, Page.Number(totals.Refused), Ink.Bad).Add(" records", Ink.Bad);
        }

        if (totals.BadLines > 0)
        {
            yield return Row("bad lines").RightTo(28, Page.Number(totals.BadLines), Ink.Bad);
        }

        var stored = totals.StoredBytesRead > 0 && totals.StoredBytesRead < totals.Bytes ? $" (stored as {Page.Bytes(totals.StoredBytesRead)})" : string.Empty;
        var sources = totals.Sources > 1 ? $", {Page.Number(totals.SourcesDone)} of {Sentence.Count(totals.Sources, "file")}" : string.Empty;
        yield return Row("read").Add($"{Sentence.Count(totals.Lines, "line")}, {Page.Bytes(totals.Bytes)}{stored}{sources}");
        if (totals.FirstTimeUnixNano is { } first && totals.LastTimeUnixNano is { } last)
        {
            yield return Row("from").Add(page.DateTime(new Timestamp(first)));
            yield return Row("to").Add(page.DateTime(new Timestamp(last)));
        }

        if (result.Reason is { } reason)
        {
            foreach (var text in TextWidth.Wrap(reason + ".", page.Width - 2))
            {
                yield return new Line().Space(2).Add(text, Ink.Bad);
            }
        }
    }

    private static Line Row(string name) => new Line().Space(2).Add(name, Ink.Dim).To(15);

    private static string Bar(double share, int columns, Page page)
    {
        var full = (int)Math.Floor(share * columns);
        return page.Ascii
            ? "[" + new string('#', full) + new string('.', columns - full) + "]"
            : new string('━', full) + new string('╌', columns - full);
    }

    private static string Clock(TimeSpan time) =>
        time.ToString(time.TotalHours >= 1 ? "h\\:mm\\:ss" : "m\\:ss", CultureInfo.InvariantCulture);
}
