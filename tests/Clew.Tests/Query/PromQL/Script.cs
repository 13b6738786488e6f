using System.Globalization;
using System.Text.RegularExpressions;
using Clew.Query.Language;

namespace Clew.Tests.Query.PromQL;

/// <summary>A command of a test script.</summary>
internal abstract record ScriptCommand(int Line);

internal sealed record ClearCommand(int Line) : ScriptCommand(Line);

/// <param name="Interval">Milliseconds between the values of a series.</param>
/// <param name="WithCustomBuckets">Whether classic histograms are loaded as native ones with custom buckets too.</param>
internal sealed record LoadCommand(int Line, long Interval, bool WithCustomBuckets, List<ScriptSeries> Series) : ScriptCommand(Line);

/// <summary>What an evaluation must do.</summary>
/// <param name="Kind"><c>fail</c>, <c>warn</c>, <c>info</c>, <c>no_warn</c>, <c>no_info</c>, <c>ordered</c>, <c>string</c>.</param>
/// <param name="Match"><c>msg</c>, <c>regex</c> or nothing.</param>
internal sealed record Expectation(string Kind, string Match, string Text);

/// <param name="Step">Milliseconds; 0 for an instant query.</param>
internal sealed record EvalCommand(int Line, string Query, long Start, long End, long Step) : ScriptCommand(Line)
{
    public bool IsInstant => Step == 0;

    public List<Expectation> Expectations { get; } = [];

    public List<ScriptSeries> Series { get; } = [];

    public double? Scalar { get; set; }

    /// <summary>The times of an expected range vector.</summary>
    public (long Start, long Step)? RangeVector { get; set; }

    public bool Expects(string kind) => Expectations.Exists(expectation => expectation.Kind == kind);
}

/// <summary>Reads test scripts: <c>load</c>, <c>clear</c>, <c>eval</c> and their older forms.</summary>
internal static partial class Script
{
    public static List<ScriptCommand> Parse(string text)
    {
        var commands = new List<ScriptCommand>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line.StartsWith('#'))
            {
                continue;
            }

            if (line == "clear")
            {
                commands.Add(new ClearCommand(i + 1));
            }
            else if (line.StartsWith("load", StringComparison.Ordinal))
            {
                commands.Add(Load(lines, ref i));
            }
            else
            {
                commands.Add(Eval(lines, ref i));
            }
        }

        return commands;
    }

    private static LoadCommand Load(string[] lines, ref int i)
    {
        var parts = lines[i].Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var command = new LoadCommand(i + 1, Duration(parts[1]), parts[0] == "load_with_nhcb", []);
        for (; TryBody(lines, i, out var body); i++)
        {
            if (!body.StartsWith('#'))
            {
                command.Series.Add(ScriptSeries.Parse(body));
            }
        }

        return command;
    }

    private static EvalCommand Eval(string[] lines, ref int i)
    {
        var head = EvalHead().Match(lines[i].Trim());
        if (!head.Success)
        {
            throw new FormatException($"line {i + 1} is no command: {lines[i]}");
        }

        var command = head.Groups["at"].Success
            ? new EvalCommand(i + 1, head.Groups["query"].Value, Duration(head.Groups["at"].Value), Duration(head.Groups["at"].Value), 0)
            : new EvalCommand(i + 1, head.Groups["query"].Value, Duration(head.Groups["from"].Value), Duration(head.Groups["to"].Value), Duration(head.Groups["step"].Value));
        if (head.Groups["kind"].Success)
        {
            command.Expectations.Add(new Expectation(head.Groups["kind"].Value, string.Empty, string.Empty));
        }

        for (; TryBody(lines, i, out var body); i++)
        {
            Body(command, body);
        }

        return command;
    }

    private static void Body(EvalCommand command, string body)
    {
        if (body.StartsWith('#'))
        {
            return;
        }

        if (RangeVectorLine().Match(body) is { Success: true } range)
        {
            command.RangeVector = (Duration(range.Groups["from"].Value), Duration(range.Groups["step"].Value));
        }
        else if (ExpectLine().Match(body) is { Success: true } expect)
        {
            command.Expectations.Add(new Expectation(expect.Groups["kind"].Value, expect.Groups["match"].Value, expect.Groups["text"].Value.Trim()));
        }
        else if (body.StartsWith("expected_fail_", StringComparison.Ordinal))
        {
            var space = body.IndexOf(' ', StringComparison.Ordinal);
            command.Expectations.Add(new Expectation("fail", body.StartsWith("expected_fail_message", StringComparison.Ordinal) ? "msg" : "regex", body[(space + 1)..].Trim()));
        }
        else if (GoNumber.TryParse(body, out var scalar))
        {
            command.Scalar = scalar;
        }
        else
        {
            command.Series.Add(ScriptSeries.Parse(body));
        }
    }

    /// <summary>Lines up to the next empty one belong to a command, unless they begin another; comments go between.</summary>
    private static bool TryBody(string[] lines, int i, out string body)
    {
        body = i + 1 < lines.Length ? lines[i + 1].Trim() : string.Empty;
        return body.Length > 0 && !(body == "clear" || body.StartsWith("load ", StringComparison.Ordinal) || body.StartsWith("load_with_nhcb ", StringComparison.Ordinal) || EvalHead().IsMatch(body));
    }

    private static long Duration(string text) => PrometheusDuration.TryParse(text, out var milliseconds) ? milliseconds
        : (long)(double.Parse(text, CultureInfo.InvariantCulture) * 1_000);

    [GeneratedRegex(@"^eval(_(?<kind>fail|warn|info|ordered))?\s+(instant\s+(at\s+(?<at>\S+))?|range\s+from\s+(?<from>\S+)\s+to\s+(?<to>\S+)\s+step\s+(?<step>\S+))\s+(?<query>.+)$")]
    private static partial Regex EvalHead();

    [GeneratedRegex(@"^expect\s+range\s+vector\s+from\s+(?<from>\S+)\s+to\s+\S+\s+step\s+(?<step>\S+)$")]
    private static partial Regex RangeVectorLine();

    [GeneratedRegex(@"^expect\s+(?<kind>fail|warn|info|no_warn|no_info|ordered|string)(\s+((?<match>msg|regex):)?(?<text>.*))?$")]
    private static partial Regex ExpectLine();
}
