using System.Globalization;
using Clew.Cli.Client;
using Clew.Query.Language;

namespace Clew.Cli.Rendering;

/// <summary>Answers of <c>clew query promql</c>.</summary>
public static class PromQlText
{
    /// <summary>Characters of a chart.</summary>
    private const int ChartWidth = 40;

    /// <summary>A value for each series, or a single one.</summary>
    public static IEnumerable<Line> Values(PrometheusReply reply, Page page)
    {
        var series = reply.Data.Series();
        return Remarks(reply).Prepend(series switch
        {
            [] => [Nothing],
            [{ Labels.Count: 0, Samples: [var only] }] => [Line.Of(Sentence.Clean(only.Text))],
            _ => Table.Render(
                [new("SERIES", Shrinks: true), new("VALUE", Right: true)],
                [.. series.Select(one => (IReadOnlyList<Cell>)[new Cell(one.Name(), Ink.Accent), new Cell(string.Join(' ', one.Samples.Select(sample => sample.Text)))])],
                page),
        }).SelectMany(lines => lines);
    }

    /// <summary>A chart for each series over the time of all of them, with its smallest, largest and last value. Where a series has no value the chart has a gap.</summary>
    public static IEnumerable<Line> Charts(PrometheusReply reply, Page page)
    {
        var series = reply.Data.Series();
        var times = series.SelectMany(one => one.Samples).Select(sample => sample.Seconds).ToList();
        return Remarks(reply).Prepend(series.Count == 0 ? [Nothing] : Table.Render(
            [new("SERIES", Shrinks: true), new("MIN", Right: true), new("MAX", Right: true), new("LAST", Right: true), new("OVER TIME", Shrinks: true)],
            [.. series.Select(one => Row(one, times.Min(), times.Max()))],
            page)).SelectMany(lines => lines);
    }

    /// <summary>A line for each sample: time, series, value; fields as RFC 4180 has them.</summary>
    public static IEnumerable<string> Csv(PrometheusReply reply) => reply.Data.Series()
        .SelectMany(series => series.Samples.Select(sample => string.Join(',', sample.Time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), Field(series.Name()), Field(sample.Text))))
        .Prepend("time,series,value");

    private static Line Nothing => Line.Of("No series matches in this time.");

    private static IReadOnlyList<Cell> Row(PrometheusSeries series, double first, double last)
    {
        var numbers = series.Samples.Select(sample => sample.Number).OfType<double>().ToList();
        var name = new Cell(series.Name(), Ink.Accent);
        if (numbers.Count == 0)
        {
            return [name, new Cell("–"), new Cell("–"), new Cell(series.Samples[^1].Text), new Cell(string.Empty)];
        }

        var columns = new double?[ChartWidth];
        foreach (var sample in series.Samples)
        {
            var place = last > first ? (int)Math.Min(ChartWidth - 1, (sample.Seconds - first) / (last - first) * ChartWidth) : 0;
            columns[place] = columns[place] is { } before && sample.Number is { } number ? Math.Max(before, number) : sample.Number ?? columns[place];
        }

        var known = numbers.Where(number => !double.IsNaN(number)).DefaultIfEmpty(double.NaN).ToList();
        return [name, new Cell(Number(known.Min())), new Cell(Number(known.Max())), new Cell(Number(numbers[^1])), new Cell(Sparkline.Draw(columns))];
    }

    private static IEnumerable<IEnumerable<Line>> Remarks(PrometheusReply reply)
    {
        yield return (reply.Warnings ?? []).Select(warning => Line.Of(Sentence.Clean(warning), Ink.Warning));
        yield return (reply.Infos ?? []).Select(info => Line.Of(Sentence.Clean(info), Ink.Dim));
    }

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("0.######", CultureInfo.InvariantCulture) : GoNumber.FormatPlain(value);

    private static string Field(string text) => text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
