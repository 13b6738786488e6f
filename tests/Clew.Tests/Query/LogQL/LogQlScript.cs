using System.Globalization;
using System.Text.RegularExpressions;
using Clew.Query.Language;
using Clew.Query.LogQL.Source;
using Clew.Query.PromQL.Data;

namespace Clew.Tests.Query.LogQL;

/// <summary>A command of a script.</summary>
internal abstract record LogQlCommand(int Line);

/// <param name="Labels">Of the stream.</param>
/// <param name="Time">Nanoseconds since the start of the script.</param>
internal sealed record LogQlLoaded(LabelSet Labels, long Time, string Text, LabelSet Metadata);

internal sealed record LogQlLoad(int Line, List<LogQlLoaded> Entries) : LogQlCommand(Line);

internal sealed record LogQlClear(int Line) : LogQlCommand(Line);

/// <summary>A metric query and its answer.</summary>
/// <param name="Step">Nanoseconds; 0 for an instant query.</param>
internal sealed record LogQlEval(int Line, string Query, long Start, long End, long Step) : LogQlCommand(Line)
{
    public bool IsInstant => Step == 0;

    /// <summary>The series expected, each with a value or nothing for each step.</summary>
    public List<(LabelSet Labels, List<double?> Values)> Series { get; } = [];

    public double? Scalar { get; set; }

    public bool IsOrdered { get; set; }

    /// <summary>What the error says; null when there is none.</summary>
    public string? Failure { get; set; }
}

/// <summary>A log query and its lines in their order.</summary>
internal sealed record LogQlLines(int Line, string Query, long Start, long End, int Limit, LogDirection Direction, long Interval) : LogQlCommand(Line)
{
    public List<(long Time, LabelSet Labels, string Text)> Expected { get; } = [];

    public string? Failure { get; set; }
}

/// <summary>
/// Reads scripts. <c>load</c> and entries <c>{stream} "line" @ 20s repeat every 10s for 4 metadata {k="v"}</c>; <c>eval instant at 1m QUERY</c> or
/// <c>eval range from 0s to 1m step 20s QUERY</c> with series <c>{labels} 1 2 _</c>, a number, <c>expect ordered</c>, or <c>expect fail TEXT</c> (a part of the
/// message); <c>lines from 0s to 1m [limit n] [forward] [interval 10s] QUERY</c> with lines <c>20s {labels} "line"</c>; <c>clear</c>.
/// </summary>
internal static partial class LogQlScript
{
    public static List<LogQlCommand> Parse(string text)
    {
        var commands = new List<LogQlCommand>();
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.TrimEnd();
            if (line.Length == 0 || line.StartsWith('#'))
            {
                continue;
            }

            if (line[0] == ' ')
            {
                Body(commands[^1], line.Trim());
                continue;
            }

            commands.Add(Head(line, number));
        }

        return commands;
    }

    private static LogQlCommand Head(string line, int number)
    {
        if (line == "load")
        {
            return new LogQlLoad(number, []);
        }

        if (line == "clear")
        {
            return new LogQlClear(number);
        }

        if (InstantHead().Match(line) is { Success: true } instant)
        {
            var at = Time(instant.Groups["at"].Value);
            return new LogQlEval(number, instant.Groups["query"].Value, at, at, 0);
        }

        if (RangeHead().Match(line) is { Success: true } range)
        {
            return new LogQlEval(number, range.Groups["query"].Value, Time(range.Groups["from"].Value), Time(range.Groups["to"].Value), Time(range.Groups["step"].Value));
        }

        var lines = LinesHead().Match(line);
        return lines.Success
            ? new LogQlLines(
                number,
                lines.Groups["query"].Value,
                Time(lines.Groups["from"].Value),
                Time(lines.Groups["to"].Value),
                lines.Groups["limit"].Success ? int.Parse(lines.Groups["limit"].Value, CultureInfo.InvariantCulture) : 1_000,
                lines.Groups["forward"].Success ? LogDirection.Forward : LogDirection.Backward,
                lines.Groups["interval"].Success ? Time(lines.Groups["interval"].Value) : 0)
            : throw new FormatException($"line {number} is no command: {line}");
    }

    private static void Body(LogQlCommand command, string line)
    {
        if (line.StartsWith('#'))
        {
            return;
        }

        switch (command)
        {
            case LogQlLoad load:
                Load(load, line);
                break;
            case LogQlEval eval when line == "expect ordered":
                eval.IsOrdered = true;
                break;
            case LogQlEval eval when line.StartsWith("expect fail ", StringComparison.Ordinal):
                eval.Failure = line["expect fail ".Length..];
                break;
            case LogQlEval eval when GoNumber.TryParse(line, out var scalar):
                eval.Scalar = scalar;
                break;
            case LogQlEval eval:
                var labels = Labels(ref line);
                eval.Series.Add((labels, [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(Values)]));
                break;
            case LogQlLines lines when line.StartsWith("expect fail ", StringComparison.Ordinal):
                lines.Failure = line["expect fail ".Length..];
                break;
            case LogQlLines lines:
                var space = line.IndexOf(' ', StringComparison.Ordinal);
                var time = Time(line[..space]);
                line = line[(space + 1)..];
                lines.Expected.Add((time, Labels(ref line), Text(ref line)));
                break;
            default:
                throw new FormatException($"nothing belongs to {command}");
        }
    }

    private static IEnumerable<double?> Values(string item)
    {
        var times = item.IndexOf('x', StringComparison.Ordinal);
        var count = times > 0 ? int.Parse(item.AsSpan(times + 1), CultureInfo.InvariantCulture) : 1;
        var text = times > 0 ? item[..times] : item;
        return Enumerable.Repeat(text == "_" ? null : GoNumber.TryParse(text, out var number) ? (double?)number : throw new FormatException($"no number: {item}"), count);
    }

    private static void Load(LogQlLoad load, string line)
    {
        var labels = Labels(ref line);
        var text = Text(ref line);
        var rest = LoadRest().Match(line);
        if (!rest.Success)
        {
            throw new FormatException($"when was it? {line}");
        }

        var metadata = LabelSet.Empty;
        if (rest.Groups["metadata"].Success)
        {
            var braces = rest.Groups["metadata"].Value;
            metadata = Labels(ref braces);
        }

        var count = rest.Groups["count"].Success ? int.Parse(rest.Groups["count"].Value, CultureInfo.InvariantCulture) : 1;
        var every = rest.Groups["every"].Success ? Time(rest.Groups["every"].Value) : 0;
        for (var i = 0; i < count; i++)
        {
            load.Entries.Add(new LogQlLoaded(labels, Time(rest.Groups["at"].Value) + (i * every), text.Replace("%d", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), metadata));
        }
    }

    /// <summary>Takes <c>{a="b"}</c> off the front; empty values stay.</summary>
    private static LabelSet Labels(ref string line)
    {
        var labels = new Dictionary<string, string>();
        if (line[0] != '{')
        {
            throw new FormatException($"no labels: {line}");
        }

        line = line[1..];
        while (line[0] != '}')
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var name = line[..equals].Trim();
            line = line[(equals + 1)..];
            labels[name] = Text(ref line);
            line = line.TrimStart(',', ' ');
        }

        line = line[1..].TrimStart();
        return LabelSet.OfAll(labels);
    }

    private static string Text(ref string line)
    {
        var end = QuotedText.EndOf(line, 0);
        if (end < 0 || !QuotedText.TryUnquote(line.AsSpan(0, end), out var text, out var problem))
        {
            throw new FormatException($"no text: {line}");
        }

        line = line[end..].TrimStart();
        return text;
    }

    private static long Time(string text) => text == "0" ? 0 : GoDuration.TryParse(text, out var nanoseconds) ? nanoseconds : throw new FormatException($"no time: {text}");

    [GeneratedRegex(@"^eval instant at (?<at>\S+) (?<query>.+)$")]
    private static partial Regex InstantHead();

    [GeneratedRegex(@"^eval range from (?<from>\S+) to (?<to>\S+) step (?<step>\S+) (?<query>.+)$")]
    private static partial Regex RangeHead();

    [GeneratedRegex(@"^lines from (?<from>\S+) to (?<to>\S+)( limit (?<limit>\d+))?( (?<forward>forward))?( interval (?<interval>\S+))? (?<query>.+)$")]
    private static partial Regex LinesHead();

    [GeneratedRegex(@"^@ (?<at>\S+)( repeat every (?<every>\S+) for (?<count>\d+))?( metadata (?<metadata>.+))?$")]
    private static partial Regex LoadRest();
}
