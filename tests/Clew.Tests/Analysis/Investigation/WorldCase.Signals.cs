using System.Globalization;
using System.Text.RegularExpressions;
using Clew.Analysis.Security;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Tests.Analysis.Investigation;

/// <summary>
/// Signals beside traces. <c>{a|b}</c> and <c>{n*100}</c> vary as in attributes.
/// <code>
/// line baseline|window xN SERVICE SEVERITY [at=SECONDS] [every=MS] | TEXT
/// request baseline|window xN SERVICE [at=SECONDS] [every=MS] KEY=TEXT…     actor, user, path, query, status, method
/// exception baseline|window xN SERVICE TYPE "MESSAGE" [FRAME]
/// red SERVICE [KIND] "OPERATION" : BASELINE… | WINDOW [ERRORS]                   requests per stretch
///   [p95 BEFORE | WINDOW]                                                    … and their 95th percentile, ms
/// season DAYS SERVICE "OPERATION" COUNT [P95]                                 the same time of an earlier day, ms
/// season DAYS none                                                           nothing is stored of it
/// </code>
/// </summary>
internal sealed partial class WorldCase
{
    private readonly AttributeUseCollector _uses = new(Stretches);
    private readonly LogNumberCollector _numbers = new();
    private readonly FullnessCollector _fullness = new(Stretches);
    private readonly LogEventCollector _logEvents = new();
    private readonly AccessCollector _accesses = new();
    private readonly List<WorldError> _errors = [];
    private readonly List<WorldRed> _red = [];
    private readonly List<WorldSeason> _seasons = [];
    private readonly Dictionary<int, long> _seasonTimes = [];

    private bool AddSignal(string line)
    {
        if (SignalLine().Match(line) is { Success: true } signal)
        {
            AddSignals(signal);
        }
        else if (RedLine().Match(line) is { Success: true } red)
        {
            var operation = ServerOperation(red);
            var before = red.Groups["before"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => long.Parse(v, CultureInfo.InvariantCulture)).ToArray();
            double P95(string group) => red.Groups[group].Success ? double.Parse(red.Groups[group].Value, CultureInfo.InvariantCulture) * 1e6 : 2e6;
            _red.AddRange(before.Select((count, i) => new WorldRed(operation, i, count, 0, P95("slow") / 2, P95("slow"))));
            _red.Add(new WorldRed(operation, -1, long.Parse(red.Groups["window"].Value, CultureInfo.InvariantCulture), red.Groups["errors"].Success ? long.Parse(red.Groups["errors"].Value, CultureInfo.InvariantCulture) : 0, P95("slower") / 2, P95("slower")));
        }
        else if (SeasonLine().Match(line) is { Success: true } season)
        {
            var p95 = season.Groups["p95"].Success ? double.Parse(season.Groups["p95"].Value, CultureInfo.InvariantCulture) * 1e6 : 2e6;
            var (days, count) = (int.Parse(season.Groups["days"].Value, CultureInfo.InvariantCulture), season.Groups["count"].Success ? long.Parse(season.Groups["count"].Value, CultureInfo.InvariantCulture) : 0);
            var known = _seasonTimes.GetValueOrDefault(days);
            _seasonTimes[days] = known + count;
            if (season.Groups["count"].Success)
            {
                _seasons.Add(new WorldSeason(ServerOperation(season), days, count, 0, p95 / 2, p95));
            }
        }
        else
        {
            return false;
        }

        return true;
    }

    private int ServerOperation(Match match) =>
        Number(_operations, new WorldOperation(Number(_services, match.Groups["service"].Value), match.Groups["name"].Value, match.Groups["operation"].Success ? Enum.Parse<SpanKind>(match.Groups["operation"].Value, ignoreCase: true) : SpanKind.Server));

    private void AddSignals(Match signal)
    {
        var service = Number(_services, signal.Groups["service"].Value);
        var count = int.Parse(signal.Groups["count"].Value, CultureInfo.InvariantCulture);
        var rest = signal.Groups["rest"].Value;
        foreach (var stretch in signal.Groups["when"].Value == "window" ? [-1] : Enumerable.Range(0, Stretches))
        {
            var (start, length) = stretch < 0 ? (WindowStart, WindowLength) : (StretchStart(stretch), StretchLength);
            var options = Option().Matches(rest.Split('|')[0]).ToDictionary(o => o.Groups["key"].Value, o => o.Groups["value"].Value);
            var at = options.TryGetValue("at", out var seconds) ? start + (long)(double.Parse(seconds, CultureInfo.InvariantCulture) * Second) : start + (length / (count + 2));
            var every = options.TryGetValue("every", out var milliseconds) ? (long)(double.Parse(milliseconds, CultureInfo.InvariantCulture) * 1e6) : length / (count + 2);
            for (var i = 0; i < count; i++)
            {
                AddOne(signal.Groups["what"].Value, service, stretch, at + (i * every), Math.Max(0, stretch) + i, rest, count, i == 0);
            }
        }
    }

    private void AddOne(string what, int service, int stretch, long time, int row, string rest, int count, bool isFirst)
    {
        if (what == "line")
        {
            var bar = rest.IndexOf('|', StringComparison.Ordinal);
            var severity = Severity(rest.Split(' ', 2)[0]);
            var text = rest[(bar + 2)..];
            var template = Number(_templates, (AnyVariation().Replace(text, "<*>"), severity));
            var body = Varied(text, row);
            Count(service, template, stretch, 1);
            _numbers.Add(body, service, template, stretch < 0);
            if (severity >= 13)
            {
                _fullness.Add(body, service, template, stretch, time);
            }

            if (stretch < 0)
            {
                _logEvents.Add(severity, time, service, template);
            }

            _accesses.AddLine(body, new AccessFields(), service, time, "", stretch < 0);
        }
        else if (what == "request")
        {
            var options = FieldOption().Matches(rest).ToDictionary(o => o.Groups["key"].Value, o => Varied(o.Groups["value"].Value, row));
            string Get(string key) => options.GetValueOrDefault(key, "");
            _accesses.Add(
                new AccessFields { Actor = Get("actor"), User = Get("user"), Path = Get("path"), Query = Get("query"), Status = Get("status"), Method = Get("method") }, "", service, time, default, stretch < 0);
        }
        else if (isFirst)
        {
            var parts = ExceptionRest().Match(rest);
            parts.Success.ShouldBeTrue(rest);
            var known = _errors.FindIndex(e => e.Service == service && e.Type == parts.Groups["type"].Value);
            if (known < 0)
            {
                known = _errors.Count;
                _errors.Add(new WorldError(service, known.ToString("x16", CultureInfo.InvariantCulture), parts.Groups["type"].Value, parts.Groups["message"].Value, parts.Groups["frame"].Success ? [parts.Groups["frame"].Value] : [], new int[Stretches + 1], 0, []));
            }

            var counts = _errors[known].Counts.ToArray();
            counts[stretch + 1] += count;
            _errors[known] = _errors[known] with { Counts = counts, FirstInWindow = stretch < 0 ? time : _errors[known].FirstInWindow };
        }
    }

    private World Complete(World world) => world with
    {
        AttributeUses = _uses.Close(),
        LogNumbers = _numbers.Close(),
        Fullness = _fullness.Close(),
        LogEvents = _logEvents.Close(),
        Accesses = _accesses.Close(),
        Errors = _errors,
        Red = _red,
        Seasons = _seasons,
        SeasonTimes = [.. _seasonTimes.OrderBy(t => t.Key).Select(t => new WorldSeasonTime(t.Key, WindowStart - (t.Key * 86_400L * Second), WindowStart + WindowLength - (t.Key * 86_400L * Second), t.Value))],
    };

    [GeneratedRegex("""^(?<what>line|request|exception) (?<when>baseline|window) x(?<count>\d+) (?<service>\S+) (?<rest>.*)$""")]
    private static partial Regex SignalLine();

    [GeneratedRegex("""\{(n\*\d+|[^{}"]*\|[^{}"]*)\}""")]
    private static partial Regex AnyVariation();

    [GeneratedRegex("""(?<key>actor|user|path|query|status|method)=(?<value>\S+)""")]
    private static partial Regex FieldOption();

    [GeneratedRegex("""^(?<type>\S+) "(?<message>[^"]*)"( (?<frame>.+))?$""")]
    private static partial Regex ExceptionRest();

    [GeneratedRegex("""^red (?<service>\S+) ((?<operation>\w+) )?"(?<name>[^"]*)" : (?<before>[\d ]+)\| (?<window>\d+)( (?<errors>\d+))?( p95 (?<slow>\d+) \| (?<slower>\d+))?$""")]
    private static partial Regex RedLine();

    [GeneratedRegex("""^season (?<days>\d+) (none|(?<service>\S+) "(?<name>[^"]*)" (?<count>\d+)( (?<p95>\d+))?)$""")]
    private static partial Regex SeasonLine();
}
