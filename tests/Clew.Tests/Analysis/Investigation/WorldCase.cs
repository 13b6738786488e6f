using System.Globalization;
using System.Text.RegularExpressions;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Tests.Analysis.Investigation;

/// <summary>
/// A golden world written as text, and what an investigation of it must and must not say. Lines:
/// <code>
/// case NAME
/// trace baseline|window xN              a request, N times per stretch of the baseline, or N times in the window
///   SERVICE KIND "NAME" START+LENGTH [error=TEXT] [status=TEXT] [peer=TEXT] [question=TEXT] [resend=N] [event=TEXT] [instance=TEXT] [revision=TEXT]
///     timer=yes: its length is a timer's, the same in each request; others differ by a tenth
///     … @KEY=TEXT and @@KEY=TEXT on a span's line are its attributes and those of its resource (<c>WorldCase.Strata.cs</c>)
///     [message=TEXT] [store=TEXT] [statement=TEXT] [destination=TEXT]; a text with spaces in quotes
///     …children indented below, times in ms from the trace's start
///     ! SEVERITY "LINE"                 a log line of the span it is indented below
/// log baseline|window xN SERVICE SEVERITY "LINE"            lines without a trace
/// series SERVICE NAME UNIT gauge|rate|mean [attributes] : BASELINE… | WINDOW…
/// change SECONDS KIND SERVICE|- "SUMMARY" [id=ID] [commit=ID] [files=PATH,PATH]      seconds after the window's start, negative before
///  -LINE / +LINE                        its diff, a blank before each line
/// clue "LINE" KEY=VALUE…                what records of this statement carry beside their text
/// line, request, exception, red, season               signals beside traces (<c>WorldCase.Signals.cs</c>)
/// object KIND NAMESPACE/NAME SECONDS [FIELD=TEXT]…          a state of a Kubernetes object: WorldCase.Kubernetes.cs
/// statement baseline|window SERVER CALLS MILLISECONDS BLOCKS "TEXT"   what a database server says of a statement: WorldCase.Statements.cs
/// event KIND NAMESPACE/NAME SECONDS xN REASON "MESSAGE"     what a cluster reported
/// expect cause SERVICE [kind=…] [verdict=…] [change=KIND] [instance=…]
/// expect finds INSPECTION SERVICE         expect not INSPECTION SERVICE
/// expect tells INSPECTION SERVICE "PART OF THE STATEMENT"
/// expect unknown INSPECTION               expect rejected SERVICE REASON
/// expect strata OUTCOME "CONDITIONS" [folds="CONDITION"]      expect strata OUTCOME none
/// expect says TEXT                        a statement of the evidence holds it
/// expect advises TEXT                     the command of a next step holds it
/// expect security PATTERN ACTOR [succeeded] [account=TEXT]      expect security none
/// expect season DAYS "PART OF THE STATEMENT"     what is said of the same time of an earlier day
/// expect silent                           no cause carries evidence
/// expect verdict WORD                     of the report
/// expect place TEXT                       the first cause's finer place; [place=KIND] of a cause is its kind
/// expect second SERVICE                   a concurrent cause of other symptoms; expect single: there is none
/// expect unchanged                        no change is blamed
/// </code>
/// </summary>
internal sealed partial class WorldCase
{
    private const long Second = 1_000_000_000;
    private const int Stretches = 8;
    private const long StretchLength = 20 * Second;

    // 2024-05-06T10:00:00Z; nothing depends on it.
    private const long WindowStart = 1_714_989_600L * Second;
    private const long WindowLength = 60 * Second;

    private readonly Dictionary<string, int> _services = [];
    private readonly Dictionary<(int, string), int> _instances = [];
    private readonly Dictionary<int, string> _revisions = [];
    private readonly Dictionary<WorldOperation, int> _operations = [];
    private readonly Dictionary<(string, int), int> _templates = [];
    private readonly List<WorldTrace> _traces = [];
    private readonly Dictionary<(int, int), int[]> _logs = [];
    private readonly List<WorldSeries> _series = [];
    private readonly List<ChangeRecord> _changes = [];
    private int _traceCount;

    private WorldCase(string name) => Name = name;

    public string Name { get; }

    public List<string> Expectations { get; } = [];

    public override string ToString() => Name;

    /// <summary>All cases of a file, separated by <c>case</c> lines.</summary>
    public static IEnumerable<WorldCase> Parse(string text)
    {
        WorldCase? current = null;
        var lines = text.Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0 && !l.TrimStart().StartsWith('#')).ToArray();
        for (var i = 0; i < lines.Length; i++)
        {
            var words = lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (words[0])
            {
                case "case":
                    if (current is not null)
                    {
                        yield return current;
                    }

                    current = new WorldCase(lines[i]["case ".Length..]);
                    break;
                case "trace":
                    var body = lines.Skip(i + 1).TakeWhile(l => l.StartsWith(' ')).ToArray();
                    current!.AddTraces(words[1] == "window", int.Parse(words[2][1..], CultureInfo.InvariantCulture), body);
                    i += body.Length;
                    break;
                case "log":
                    current!.AddLogs(lines[i]);
                    break;
                case "series":
                    current!.AddSeries(lines[i]);
                    break;
                case "change":
                    var diff = lines.Skip(i + 1).TakeWhile(l => l.StartsWith(' ')).ToArray();
                    current!.AddChange(lines[i], diff);
                    i += diff.Length;
                    break;
                case "clue":
                    current!.AddClue(lines[i]);
                    break;
                case "object":
                    current!.AddObject(lines[i]);
                    break;
                case "event":
                    current!.AddEvent(lines[i]);
                    break;
                case "statement":
                    current!.AddStatement(lines[i]);
                    break;
                case "expect":
                    current!.Expectations.Add(lines[i]["expect ".Length..]);
                    break;
                default:
                    current!.AddSignal(lines[i]).ShouldBeTrue($"not a line of a case: {lines[i]}");
                    break;
            }
        }

        if (current is not null)
        {
            yield return current;
        }
    }

    public World Build() => Complete(new World
    {
        Window = new WorldStretch(WindowStart, WindowStart + WindowLength, _traces.Count(t => t.Stretch < 0) * 5, _traces.Count(t => t.Stretch < 0)),
        WindowOrigin = "As given.",
        Baseline = [.. Enumerable.Range(0, Stretches).Select(i => new WorldStretch(StretchStart(i), StretchStart(i) + StretchLength, 100, _traces.Count(t => t.Stretch == i)))],
        BaselineReason = "The stretches before.",
        Services = [.. _services.OrderBy(s => s.Value).Select(s => s.Key)],
        Instances = [.. _instances.OrderBy(i => i.Value).Select(i => new WorldInstance(i.Key.Item1, i.Key.Item2, "node-1", _revisions.GetValueOrDefault(i.Value, "1.0")))],
        Operations = [.. _operations.OrderBy(o => o.Value).Select(o => o.Key)],
        Templates = [.. _templates.OrderBy(t => t.Value).Select(t => new WorldTemplate(t.Key.Item1, t.Key.Item2) { Clues = _clues.GetValueOrDefault(t.Key.Item1, []) })],
        Traces = [.. _traces.OrderBy(t => t.Start)],
        LogRates = [.. _logs.Select(l => new WorldLogRate(l.Key.Item1, l.Key.Item2, l.Value, l.Value[0] > 0 ? WindowStart + Second : 0))],
        Series = _series,
        Strata = CloseStrata(),
        Changes = [.. _changes.OrderBy(c => c.Time)],
        Kubernetes = Cluster(),
        Statements = ServerStatements(),
    });

    private static long StretchStart(int i) => WindowStart - ((Stretches - i + 1) * StretchLength);

    private static int Number<T>(Dictionary<T, int> numbers, T key)
        where T : notnull
    {
        if (!numbers.TryGetValue(key, out var number))
        {
            numbers[key] = number = numbers.Count;
        }

        return number;
    }

    private static int Severity(string word) => word switch { "INFO" => 9, "WARN" => 13, "ERROR" => 17, _ => throw new FormatException(word) };

    private void AddTraces(bool inWindow, int count, string[] body)
    {
        foreach (var stretch in inWindow ? [-1] : Enumerable.Range(0, Stretches))
        {
            for (var i = 0; i < count; i++)
            {
                var length = inWindow ? WindowLength : StretchLength;
                var start = (inWindow ? WindowStart : StretchStart(stretch)) + (length * (i + 1) / (count + 2));
                _traces.Add(MakeTrace(stretch, start, body));
            }
        }
    }

    private WorldTrace MakeTrace(int stretch, long start, string[] body)
    {
        var id = ++_traceCount;

        // Nothing takes equally long twice: ten percent up or down, evenly spread, the same in every run.
        var jitter = 0.9 + (0.2 * (id * 0.6180339887498949 % 1));
        var spans = new List<WorldSpan>();
        var logs = new List<WorldLog>();
        var open = new Stack<(int Indent, int Span)>();
        foreach (var line in body)
        {
            var indent = line.Length - line.TrimStart().Length;
            while (open.TryPeek(out var top) && top.Indent >= indent)
            {
                open.Pop();
            }

            var parent = open.TryPeek(out var above) ? above.Span : -1;
            if (LogLine().Match(line) is { Success: true } log)
            {
                var service = Operation(spans[parent]).Service;
                var template = Number(_templates, (log.Groups["line"].Value, Severity(log.Groups["severity"].Value)));
                logs.Add(new WorldLog(parent, service, template, spans[parent].Offset));
                Count(service, template, stretch, 1);
                continue;
            }

            var match = SpanLine().Match(line);
            match.Success.ShouldBeTrue($"not a span: {line}");
            var options = Option().Matches(match.Groups["options"].Value).ToDictionary(o => o.Groups["key"].Value, o => o.Groups["quoted"].Success ? o.Groups["quoted"].Value : o.Groups["value"].Value);
            string Get(string key) => options.GetValueOrDefault(key, "");
            var serviceNumber = Number(_services, match.Groups["service"].Value);
            var instance = Number(_instances, (serviceNumber, Get("instance") is { Length: > 0 } named ? named : match.Groups["service"].Value + "-0"));
            var operation = Number(_operations, new WorldOperation(serviceNumber, match.Groups["name"].Value, Enum.Parse<SpanKind>(match.Groups["kind"].Value, ignoreCase: true)));
            if (Get("revision") is { Length: > 0 } revision)
            {
                _revisions[instance] = revision;
            }

            var isError = Get("error").Length > 0;
            var facts = options.Keys.Any(k => k is not ("instance" or "revision"))
                ? new SpanFacts
                {
                    Error = Get("error"),
                    Status = Get("status"),
                    Peer = Get("peer"),
                    Question = Get("question"),
                    Message = Get("message"),
                    Store = Get("store"),
                    Statement = Get("statement"),
                    Destination = Get("destination"),
                    Resend = Get("resend") is { Length: > 0 } resend ? int.Parse(resend, CultureInfo.InvariantCulture) : 0,
                    Events = Get("event") is { Length: > 0 } e ? [e] : [],
                }
                : null;
            spans.Add(new WorldSpan(
                ((id * 1000) + spans.Count).ToString("x16", CultureInfo.InvariantCulture), parent, operation, instance,
                Milliseconds(match.Groups["start"].Value, jitter), Milliseconds(match.Groups["length"].Value, Get("timer").Length > 0 ? 1 : jitter), isError, facts));
            Attributes(id - 1, serviceNumber, operation, stretch, parent < 0, isError, match.Groups["options"].Value);
            open.Push((indent, spans.Count - 1));
        }

        return new WorldTrace(id.ToString("x32", CultureInfo.InvariantCulture), stretch, start, spans, logs);
    }

    private WorldOperation Operation(WorldSpan span) => _operations.First(o => o.Value == span.Operation).Key;

    private static long Milliseconds(string text, double factor) => (long)(double.Parse(text, CultureInfo.InvariantCulture) * 1e6 * factor);

    private void AddLogs(string line)
    {
        var match = LooseLog().Match(line);
        match.Success.ShouldBeTrue($"not a log: {line}");
        var service = Number(_services, match.Groups["service"].Value);
        var template = Number(_templates, (match.Groups["line"].Value, Severity(match.Groups["severity"].Value)));
        foreach (var stretch in match.Groups["when"].Value == "window" ? [-1] : Enumerable.Range(0, Stretches))
        {
            Count(service, template, stretch, int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture));
        }
    }

    private void Count(int service, int template, int stretch, int lines)
    {
        if (!_logs.TryGetValue((service, template), out var counts))
        {
            _logs[(service, template)] = counts = new int[Stretches + 1];
        }

        counts[stretch + 1] += lines;
    }

    private void AddSeries(string line)
    {
        var match = SeriesLine().Match(line);
        match.Success.ShouldBeTrue($"not a series: {line}");
        var service = Number(_services, match.Groups["service"].Value);
        double[] Values(string group) => [.. match.Groups[group].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        var before = Values("before");
        var window = Values("window");
        var points = before.Select((v, i) => new WorldPoint(WindowStart - ((before.Length - i) * 15 * Second), v))
            .Concat(window.Select((v, i) => new WorldPoint(WindowStart + (long)((i + 0.5) / window.Length * WindowLength), v))).ToArray();
        _series.Add(new WorldSeries(
            service, Number(_instances, (service, match.Groups["service"].Value + "-0")), match.Groups["name"].Value,
            match.Groups["unit"].Value is "-" ? "" : match.Groups["unit"].Value, match.Groups["attributes"].Value,
            Enum.Parse<WorldSeriesKind>(match.Groups["kind"].Value, ignoreCase: true), points));
    }

    [GeneratedRegex("""^\s+(?<service>\S+) (?<kind>\w+) "(?<name>[^"]*)" (?<start>[\d.]+)\+(?<length>[\d.]+)(?<options>( .*)?)$""")]
    private static partial Regex SpanLine();

    [GeneratedRegex("""(?<![\w.@/-])(?<key>[\w./-]+)=(?:"(?<quoted>[^"]*)"|(?<value>\S+))""")]
    private static partial Regex Option();

    [GeneratedRegex("""^\s+! (?<severity>\w+) "(?<line>[^"]*)"$""")]
    private static partial Regex LogLine();

    [GeneratedRegex("""^log (?<when>baseline|window) x(?<count>\d+) (?<service>\S+) (?<severity>\w+) "(?<line>[^"]*)"$""")]
    private static partial Regex LooseLog();

    [GeneratedRegex("""^series (?<service>\S+) (?<name>\S+) (?<unit>\S+) (?<kind>\w+) ?(?<attributes>[^:]*?) ?: (?<before>[^|]*)\|(?<window>.*)$""")]
    private static partial Regex SeriesLine();
}
