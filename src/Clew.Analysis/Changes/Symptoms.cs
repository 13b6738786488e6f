using System.Text.RegularExpressions;
using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Changes;

/// <summary>In which ways something goes wrong, as its own words say.</summary>
[Flags]
internal enum SymptomKind
{
    None = 0,
    AbsentValue = 1 << 0,
    NotFound = 1 << 1,
    Timeout = 1 << 2,
    PoolExhausted = 1 << 3,
    MemoryShort = 1 << 4,
    ProcessorShort = 1 << 5,
    FanOut = 1 << 6,
    Denied = 1 << 7,
    Malformed = 1 << 8,

    /// <summary>Another party answers with its own failure, or says so.</summary>
    Outside = 1 << 9,

    /// <summary>The machine or its neighbours are short of something.</summary>
    Machine = 1 << 10,
    Slow = 1 << 11,
    Errors = 1 << 12,
    Unreachable = 1 << 13,
    Overload = 1 << 14,
}

/// <summary>
/// What went wrong at a suspect, in words and figures that a change's content can be laid beside: messages, stack frames, statements, limits, metrics.
/// </summary>
internal sealed partial class Symptoms
{
    /// <summary>Templates of the suspect that are read, the most frequent first.</summary>
    private const int MaxTemplates = 30;

    private Symptoms(SymptomKind kinds, string text, IReadOnlySet<string> words, IReadOnlyList<Fact> facts, long growthStart) =>
        (Kinds, Text, Words, Facts, GrowthStart) = (kinds, text, words, facts, growthStart);

    public SymptomKind Kinds { get; }

    /// <summary>All of it, lower case.</summary>
    public string Text { get; }

    /// <summary>Words of messages, frames, operations and metrics, without the suspect's own name.</summary>
    public IReadOnlySet<string> Words { get; }

    /// <summary>Named figures: attributes of failing records, metrics in the window.</summary>
    public IReadOnlyList<Fact> Facts { get; }

    /// <summary>When memory began to grow, nanoseconds; 0 when it did not.</summary>
    public long GrowthStart { get; }

    public static Symptoms Of(WorldView view, string name, int entity, IReadOnlyList<Finding> findings)
    {
        var world = view.World;
        var texts = new List<string>();
        var facts = new List<Fact>();
        foreach (var finding in findings)
        {
            texts.Add(finding.Statement);
            texts.Add(finding.Operation);
            texts.Add(finding.Peer);
            if (finding.Place is { Kind: Reports.PlaceKind.Metric } place && finding.Change is { Window: { } value } change)
            {
                facts.Add(new Fact(place.Text, change.Unit == "s" ? value : value, change.Unit is "s"));
            }
        }

        foreach (var template in Troubled(world, entity))
        {
            texts.Add(template.Text);
            texts.Add(template.Example);
            foreach (var clue in template.Clues)
            {
                texts.Add(clue);
                Named(clue, facts);
            }
        }

        foreach (var error in Failures(view, entity))
        {
            texts.Add(error);
        }

        facts.AddRange(world.Series.Where(s => s.Service == entity && s.Points.Any(p => world.Window.Contains(p.Time)))
            .Select(s => new Fact(s.Name, s.Points.Last(p => world.Window.Contains(p.Time)).Value, s.Unit == "s")));
        var text = string.Join('\n', texts.Where(t => t.Length > 0)).ToLowerInvariant();
        var own = Changes.Words.OfName(name).ToHashSet(StringComparer.Ordinal);
        var words = texts.SelectMany(Changes.Words.Of).Where(w => !own.Contains(w) && !own.Any(o => w.StartsWith(o, StringComparison.Ordinal))).ToHashSet(StringComparer.Ordinal);
        var growth = Growth(world, entity);
        return new Symptoms(KindsOf(view, entity, findings, text, growth), text, words, facts, growth);
    }

    private static SymptomKind KindsOf(WorldView view, int entity, IReadOnlyList<Finding> findings, string text, long growth)
    {
        var kinds = SymptomKind.None;
        void When(bool isSo, SymptomKind kind) => kinds |= isSo ? kind : SymptomKind.None;
        When(Absent().IsMatch(text), SymptomKind.AbsentValue);
        When(NotFound().IsMatch(text), SymptomKind.NotFound);
        When(Timeout().IsMatch(text), SymptomKind.Timeout);
        When(Pool().IsMatch(text) || findings.Any(f => f.Kind == FindingKind.PoolSaturated), SymptomKind.PoolExhausted);
        When(Memory().IsMatch(text), SymptomKind.MemoryShort);
        When(Processor().IsMatch(text), SymptomKind.ProcessorShort);
        When(Denied().IsMatch(text), SymptomKind.Denied);
        When(Malformed().IsMatch(text), SymptomKind.Malformed);
        When(Machine().IsMatch(text) || MachineIsShort(view, entity), SymptomKind.Machine);
        When(FanOut().IsMatch(text) || CallsMultiply(view, entity), SymptomKind.FanOut);
        When(IsOutside(view, text, findings), SymptomKind.Outside);
        When(findings.Any(f => Rules.Of(f.Kind).Group is FindingGroup.OwnTime || f.Kind == FindingKind.LatencyMetricGrew), SymptomKind.Slow);
        When(findings.Any(f => Rules.Of(f.Kind).Group is FindingGroup.Errors || f.Kind == FindingKind.ErrorMetricGrew), SymptomKind.Errors);
        When(findings.Any(f => f.Kind is FindingKind.Unreachable or FindingKind.NameResolutionSlow) || text.Contains("connection refused", StringComparison.Ordinal), SymptomKind.Unreachable);
        When(findings.Any(f => f.Kind is FindingKind.RetriesGrew or FindingKind.TrafficGrew), SymptomKind.Overload);
        When(growth > 0, SymptomKind.MemoryShort);
        return kinds;
    }

    /// <summary>Statements from WARN up that the suspect wrote in the window, and hardly before.</summary>
    private static IEnumerable<WorldTemplate> Troubled(World world, int entity)
    {
        var seconds = (world.Window.End - world.Window.Start) / 1e9;
        var before = Math.Max(1e-9, world.Baseline.Sum(b => (b.End - b.Start) / 1e9));
        return world.LogRates
            .Where(r => r.Service == entity && world.Templates[r.Template].Severity >= ClueCollector.MinSeverity && r.Counts[0] > 0)
            .Where(r => r.Counts[0] / seconds > 2 * r.Counts.Skip(1).Sum() / before)
            .OrderByDescending(r => r.Counts[0]).ThenBy(r => r.Template).Take(MaxTemplates).Select(r => world.Templates[r.Template]);
    }

    private static IEnumerable<string> Failures(WorldView view, int entity) =>
        view.WindowTraces.SelectMany(t => view.World.Traces[t].Spans).Where(s => view.Operation(s).Service == entity && s.IsError && s.Facts is { Error.Length: > 0 }).Select(s => s.Facts!.Error).Distinct(StringComparer.Ordinal).Take(MaxTemplates);

    private static void Named(string clue, List<Fact> facts)
    {
        var equals = clue.IndexOf('=', StringComparison.Ordinal);
        var name = clue[..equals];
        if (Quantities.Of(clue[(equals + 1)..]) is [var only] && clue.Length - equals < 24)
        {
            var isMilliseconds = name.EndsWith("ms", StringComparison.Ordinal) || name.EndsWith("millis", StringComparison.Ordinal);
            var isTime = only.IsDuration || isMilliseconds || name.EndsWith("seconds", StringComparison.Ordinal) || name.EndsWith("_s", StringComparison.Ordinal);
            facts.Add(new Fact(name, isMilliseconds && !only.IsDuration ? only.Value / 1e3 : only.Value, isTime));
        }
    }

    /// <summary>A node that instances of the suspect run on has a metric beyond all it had been, or its own telemetry says so.</summary>
    private static bool MachineIsShort(WorldView view, int entity)
    {
        var world = view.World;
        return world.Series.Any(s => s.Name.Contains("node", StringComparison.OrdinalIgnoreCase) && MetricClasses.Of(s) is MetricClass.Utilization && (s.Service == entity || s.Service < 0 || world.Operations.All(o => o.Service != s.Service))
            && SeriesComparison.Of(world, s, 2, 5) is { } c && c.Peak > c.Highest * 1.3 && c.Peak >= 0.85 * (s.Unit == "%" ? 100 : 1));
    }

    /// <summary>Sampled requests call the same operation below one span several times as often as before.</summary>
    private static bool CallsMultiply(WorldView view, int entity)
    {
        double window = 0, before = 0;
        foreach (var trace in view.World.Traces)
        {
            var most = trace.Spans.Where(s => s.Parent >= 0 && view.Operation(trace.Spans[s.Parent]).Service == entity).GroupBy(s => (s.Parent, s.Operation)).Select(g => g.Count()).DefaultIfEmpty(0).Max();
            if (trace.Stretch < 0)
            {
                window = Math.Max(window, most);
            }
            else
            {
                before = Math.Max(before, most);
            }
        }

        return window >= 5 && window >= 3 * Math.Max(1, before);
    }

    /// <summary>Failures come back from somebody who is no service of this system: by their status, by an address in the failing records, or by their own account.</summary>
    private static bool IsOutside(WorldView view, string text, IReadOnlyList<Finding> findings) =>
        view.World.Changes.Any(c => c.Kind == "status" && c.Service.Length > 3 && text.Contains(c.Service.Split('/')[0], StringComparison.OrdinalIgnoreCase))
        || OutsideAddress().Matches(text).Any(m => !IsWatched(view, m.Value)) && Refused().IsMatch(text)
        || findings.Any(f => f.Kind == FindingKind.ErrorsOriginate && f.Peer.Length > 0 && !IsWatched(view, f.Peer) && Refused().IsMatch(f.Statement));

    /// <summary>The name is a service's, or an address at which calls arrive at one that sends telemetry of its own.</summary>
    private static bool IsWatched(WorldView view, string host) =>
        view.World.Services.Any(s => host.Contains(s, StringComparison.OrdinalIgnoreCase)) || view.Calls.WatchedHosts.Any(h => host.Contains(h, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// When the suspect's memory began a steady climb: the break of the best fit of a level followed by a line, if the line explains most of the movement and
    /// the level lies well below its end. 0 where half of the services climb alike: that is how processes warm up.
    /// </summary>
    private static long Growth(World world, int entity)
    {
        foreach (var series in world.Series.Where(s => s.Service == entity && MetricClasses.Of(s) == MetricClass.Memory && !s.Name.Contains("limit", StringComparison.OrdinalIgnoreCase)))
        {
            if (Climb(world, series) is { } since)
            {
                var others = world.Series.Where(s => s.Service >= 0 && s.Service != entity && s.Name == series.Name).GroupBy(s => s.Service).ToArray();
                var alike = others.Count(service => service.Any(s => Climb(world, s) is not null));
                return alike >= MinAlike - 1 && 2 * (alike + 1) >= others.Length + 1 ? 0 : since;
            }
        }

        return 0;
    }

    private static long? Climb(World world, WorldSeries series)
    {
        // Up to the highest value: after it the process was killed or the fault undone.
        var points = series.Points.Where(p => p.Time < world.Window.End).ToArray();
        var peak = points.Length == 0 ? -1 : Array.FindIndex(points, p => p.Value == points.Max(q => q.Value));
        return peak >= MinGrowthPoints && Statistics.Trend.Break([.. points.Take(peak + 1).Select(p => p.Value)]) is { } at ? points[at].Time : null;
    }

    /// <summary>Services that climb alike from which on it is none's own doing.</summary>
    private const int MinAlike = 3;

    private const int MinGrowthPoints = 20;

    [GeneratedRegex(@"nil pointer|null pointer|nullpointer|nullreference|null reference|nonetype|(property|properties) .{0,30}of (undefined|null)|is not a function|is undefined|unwrap\(\) on a .?none|segmentation fault|sigsegv|undefinederror|nomethoderror")]
    private static partial Regex Absent();

    [GeneratedRegex(@"not found|no such|missing|not registered|unregistered|no handler|does not exist|unknown (agent|handler|method|key|type|provider|plugin|route)|keyerror|not initiali[sz]ed|404")]
    private static partial Regex NotFound();

    [GeneratedRegex(@"timeout|timed out|time-out|deadline")]
    private static partial Regex Timeout();

    [GeneratedRegex(@"pool.{0,40}(exhaust|acquir|wait|saturat|full)|(acquir|unable to get).{0,30}connection|too many (connections|clients)|no (free|available) connection|remaining connection slots|pool_wait|pool\.wait")]
    private static partial Regex Pool();

    [GeneratedRegex(@"\boom|out of memory|outofmemory|heap space|memory limit|memory pressure|forced gc|gc pause|heap growing|gc overhead")]
    private static partial Regex Memory();

    [GeneratedRegex(@"throttl|cpu|runqueue|starv")]
    private static partial Regex Processor();

    [GeneratedRegex(@"unauthori[sz]ed|forbidden|permission denied|access denied|\b40[13]\b|invalid (token|signature|credential)|x509|certificate|handshake")]
    private static partial Regex Denied();

    [GeneratedRegex(@"\bpars(e|ing)\b|unmarshal|deseriali[sz]|unexpected token|invalid json|schema|unknown column|undefined column|column .{0,40}does not exist|relation .{0,60}does not exist|cannot convert|validation")]
    private static partial Regex Malformed();

    [GeneratedRegex(@"nodeunderpressure|memorypressure|diskpressure|evict|co-tenant|noisy|node (cpu|memory)|cpu contended|node [\w-]+ under|preempt|steal")]
    private static partial Regex Machine();

    [GeneratedRegex(@"(per[_ .]request|in_request|calls_in|n\+1|query[_ .]count|queries[_ .]per|fan[ -]?out)")]
    private static partial Regex FanOut();

    // What goes on behind the last part is a type's name: java.io.IOException, System.Net.Sockets.
    [GeneratedRegex(@"(https?://|host=|peer=|address=|url=|url\.full=)?\b([a-z0-9-]+\.)+(com|net|org|io|cloud|dev|co|example)\b(?!\.?[\w-])")]
    private static partial Regex OutsideAddress();

    [GeneratedRegex(@"\b5\d\d\b|deadline|timeout|timed out|refused|unavailable|reset|outage")]
    private static partial Regex Refused();
}

/// <param name="Name">Attribute or metric.</param>
/// <param name="Value">Seconds when it is a duration.</param>
internal readonly record struct Fact(string Name, double Value, bool IsDuration);
