using Clew.Analysis.LogTemplates;
using Clew.Analysis.Traces;
using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>
/// Assembles a world from the batches a store answers with. Feed spans before logs (a log line finds its span by id), everything of the
/// baseline and the window in any order, then call <see cref="Build"/> once. Not safe for concurrent use.
/// </summary>
public sealed class WorldBuilder
{
    private readonly WorldStretch _window;
    private readonly IReadOnlyList<WorldStretch> _baseline;
    private readonly Names _names = new();
    private readonly TemplateMiner _miner = new();
    private readonly List<int> _severities = [];
    private readonly List<(long Time, string Line)> _examples = [];
    private readonly Dictionary<string, int> _statements = [];
    private readonly List<(string Statement, int Mined)> _templates = [];
    private readonly List<string> _locations = [];
    private readonly List<ClueCollector?> _clues = [];
    private readonly Dictionary<(int Statement, int Mined), int> _templateNumbers = [];
    private readonly Dictionary<TraceId, OpenTrace> _traces = [];
    private readonly Dictionary<(int Service, int Template), LogCount> _logCounts = [];
    private readonly Dictionary<(int Caller, int Callee), (long Calls, long Errors)> _edges = [];
    private readonly List<WorldRed> _red = [];
    private readonly SeriesCollector _series;
    private readonly StatementCollector _serverStatements;
    private readonly StrataCollector _strata = new();
    private readonly SignalCollector _signals;
    private readonly MessageCollector _messages = new();
    private readonly List<WorldSeason> _seasons = [];
    private readonly List<WorldSeasonTime> _seasonTimes = [];

    public WorldBuilder(WorldStretch window, IReadOnlyList<WorldStretch> baseline)
    {
        _window = window;
        _baseline = baseline;
        _series = new SeriesCollector(_names);
        _serverStatements = new StatementCollector(baseline.Count);
        _signals = new SignalCollector(baseline.Count);
    }

    /// <summary>Log records taken.</summary>
    public long LogsRead { get; private set; }

    /// <summary>Adds whole traces. A trace belongs to the stretch its earliest span starts in; one that starts in none is left out.</summary>
    public void Add(SpanBatch batch)
    {
        // Spans of a batch share few resources, and reading one takes as long as reading a span.
        var places = new (int Service, int Instance)?[batch.Resources.Count];
        for (var row = 0; row < batch.Count; row++)
        {
            var span = batch[row];
            if (!_traces.TryGetValue(span.TraceId, out var trace))
            {
                _traces[span.TraceId] = trace = new OpenTrace(_traces.Count);
            }

            if (trace.Spans.Count >= Limits.MaxSpansPerTrace || !trace.Seen.Add(span.SpanId))
            {
                continue;
            }

            var (service, instance) = places[batch.ResourceIndexes[row]] ??= Place(span.Resource);
            var operation = _names.Operation(service, span.Name, span.Kind);
            var stretch = StretchOf(span.Start.UnixNanoseconds);
            _signals.Add(span, service, operation, stretch);
            var facts = FactsReader.Read(span);
            _messages.Add(span, service, facts?.Destination ?? string.Empty, stretch);
            trace.Spans.Add(new OpenSpan(
                span.SpanId, span.ParentSpanId, operation, instance,
                span.Start.UnixNanoseconds, Math.Max(0, span.DurationNanoseconds), span.Status == SpanStatus.Error, facts));
            if (StrataCollector.IsEntry(span))
            {
                _strata.Add(trace.Row, service, span);
            }
        }
    }

    /// <summary>Adds log records, of sampled traces or not.</summary>
    public void Add(LogBatch batch)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            var log = batch[row];
            var time = log.Time.UnixNanoseconds;
            var stretch = StretchOf(time);
            _traces.TryGetValue(log.TraceId, out var trace);
            if (stretch is null && trace is null)
            {
                continue;
            }

            LogsRead++;
            var service = _names.Service(log.Service);
            var template = Template(log);
            _signals.Add(log, log.Body.Text, service, template, stretch);
            if (stretch is { } counted)
            {
                Count(service, template, counted, time);
                _serverStatements.Add(log, service, counted);
            }

            trace?.Logs.Add((log.SpanId, service, template, time));
        }
    }

    /// <summary>Adds metric points.</summary>
    public void Add(MetricBatch batch) => _series.Add(batch);

    /// <summary>Adds an exact figure computed by the store.</summary>
    /// <param name="stretch">Index into the baseline; -1 for the window.</param>
    public void AddRed(string service, string operation, SpanKind kind, int stretch, long count, long errors, double p50, double p95) =>
        _red.Add(new WorldRed(_names.Operation(_names.Service(service), operation, kind), stretch, count, errors, p50, p95));

    /// <summary>Adds the requests of an operation at the same time of an earlier day.</summary>
    public void AddSeason(string service, string operation, SpanKind kind, int daysBack, long count, long errors, double p50, double p95) =>
        _seasons.Add(new WorldSeason(_names.Operation(_names.Service(service), operation, kind), daysBack, count, errors, p50, p95));

    /// <summary>Makes known that a time of an earlier day was looked at.</summary>
    public void AddSeasonTime(WorldSeasonTime time) => _seasonTimes.Add(time);

    /// <summary>Adds calls between two services.</summary>
    public void AddEdge(string caller, string callee, long calls, long errors)
    {
        var key = (_names.Service(caller), _names.Service(callee));
        var known = _edges.GetValueOrDefault(key);
        _edges[key] = (known.Calls + calls, known.Errors + errors);
    }

    /// <summary>Makes a service known that may have sent nothing.</summary>
    public void AddService(string service) => _names.Service(service);

    /// <summary>Closes the world.</summary>
    public World Build(WorldFrame frame)
    {
        var closed = new List<(WorldTrace Trace, int Row)>(_traces.Count);
        foreach (var (id, open) in _traces)
        {
            if (Close(id, open) is { } trace)
            {
                closed.Add((trace, open.Row));
            }
        }

        closed.Sort((a, b) => a.Trace.Start != b.Trace.Start ? a.Trace.Start.CompareTo(b.Trace.Start) : string.CompareOrdinal(a.Trace.TraceId, b.Trace.TraceId));
        var traces = closed.ConvertAll(c => c.Trace);
        var series = _series.Close();
        foreach (var (caller, callee, calls) in _series.Graph)
        {
            AddEdge(caller, callee, calls, 0);
        }

        return TemplateFolding.Apply(_signals.Complete(new World
        {
            Window = _window,
            WindowOrigin = frame.WindowOrigin,
            Baseline = _baseline,
            BaselineReason = frame.BaselineReason,
            Services = _names.Services,
            Inventory = frame.Inventory,
            FocusService = frame.FocusService,
            FocusTrace = frame.FocusTrace,
            Instances = _names.Instances,
            Operations = _names.Operations,
            Templates = [.. _templates.Select((t, i) => new WorldTemplate(t.Mined < 0 ? "(other lines)" : _miner.Text(t.Mined), _severities[i], Shortened(_examples[i].Line))
            {
                Location = _locations[i],
                Clues = _clues[i]?.Close() ?? [],
            })],
            Traces = traces,
            Red = _red,
            LogRates = [.. _logCounts.OrderBy(e => e.Key).Select(e => new WorldLogRate(e.Key.Service, e.Key.Template, e.Value.Counts, e.Value.FirstInWindow))],
            Series = series,
            Edges = [.. _edges.OrderBy(e => e.Key).Select(e => new WorldEdge(e.Key.Caller, e.Key.Callee, e.Value.Calls, e.Value.Errors))],
            Strata = _strata.Close(closed.ConvertAll(c => c.Row), traces.ConvertAll(t => _names.Operations[t.Spans[0].Operation].Service), _names.Services),
            ComparedSince = frame.ComparedSince,
            Seasons = [.. _seasons.OrderBy(s => s.Operation).ThenBy(s => s.DaysBack)],
            SeasonTimes = [.. _seasonTimes.OrderBy(t => t.DaysBack)],
            Changes = frame.Changes,
            Messages = _messages.Close(),
            Truncations = [.. frame.Truncations, .. Cut()],
            Statements = _serverStatements.Close(),
            Kubernetes = frame.Kubernetes,
        }));
    }

    private (int Service, int Instance) Place(ResourceView resource)
    {
        var service = _names.Service(resource.Service);
        return (service, _names.Instance(service, resource));
    }

    private IEnumerable<string> Cut()
    {
        (bool IsCut, string Sentence)[] all =
        [
            (_strata.IsCut, FormattableString.Invariant($"Requests were told apart by {Limits.MaxStrataKeys} attributes and {Limits.MaxStrataCells} values only.")),
            (_messages.IsCut, FormattableString.Invariant($"Messages beyond the first {Limits.MaxMessages} sent or taken were not joined.")),
            (_serverStatements.IsCut, FormattableString.Invariant($"Of the database servers' statements the first {Limits.MaxServerStatements} were compared.")),
        ];
        return all.Where(one => one.IsCut).Select(one => one.Sentence);
    }

    private static string Shortened(string text)
    {
        var line = text.AsSpan().TrimStart();
        var end = line.IndexOfAny('\n', '\r');
        line = end < 0 ? line : line[..end];
        return line.Length <= Limits.MaxExampleLength ? line.ToString() : string.Concat(line[..(Limits.MaxExampleLength - 1)], "…");
    }

    /// <summary>-1 for the window, the index of the baseline stretch, or null for neither.</summary>
    private int? StretchOf(long time)
    {
        if (_window.Contains(time))
        {
            return -1;
        }

        for (var i = 0; i < _baseline.Count; i++)
        {
            if (_baseline[i].Contains(time))
            {
                return i;
            }
        }

        return null;
    }

    /// <summary>
    /// The statement a line came from: its mined template, together with the place in the code when the record says it (attributes
    /// <c>code.*</c>), because two statements may print the same text.
    /// </summary>
    private int Template(LogView log)
    {
        var place = string.Empty;
        foreach (var attribute in log.Attributes)
        {
            if (attribute.Key.StartsWith("code.", StringComparison.Ordinal) && attribute.Key != "code.stacktrace")
            {
                place += attribute.Value.Text + "\n";
            }
        }

        var text = log.Body.Text.Length > 0 ? log.Body.Text : log.EventName;
        var mined = _miner.Add(text);
        if (!_statements.TryGetValue(place, out var statement))
        {
            _statements[place] = statement = _statements.Count;
        }

        var key = (statement, mined);
        if (!_templateNumbers.TryGetValue(key, out var number))
        {
            _templateNumbers[key] = number = _templates.Count;
            _templates.Add((place, mined));
            _severities.Add(log.Severity);
            _examples.Add((0, string.Empty));
            _locations.Add(CodeLocation.Of(log));
            _clues.Add(null);
        }

        _severities[number] = Math.Max(_severities[number], log.Severity);
        if (log.Severity >= ClueCollector.MinSeverity && _window.Contains(log.Time.UnixNanoseconds))
        {
            (_clues[number] ??= new ClueCollector()).Add(log);
        }

        if (log.Severity >= WorldTemplate.ErrorSeverity && log.Time.UnixNanoseconds > _examples[number].Time)
        {
            _examples[number] = (log.Time.UnixNanoseconds, text);
        }

        return number;
    }

    private void Count(int service, int template, int stretch, long time)
    {
        if (!_logCounts.TryGetValue((service, template), out var count))
        {
            _logCounts[(service, template)] = count = new LogCount(new int[_baseline.Count + 1]);
        }

        count.Counts[stretch + 1]++;
        if (stretch < 0 && (count.FirstInWindow == 0 || time < count.FirstInWindow))
        {
            count.FirstInWindow = time;
        }
    }

    private WorldTrace? Close(TraceId id, OpenTrace open)
    {
        if (open.Spans.Count == 0)
        {
            return null;
        }

        // Parents before children, children by time: breadth first from the spans whose parent is not here.
        var children = open.Spans.ToLookup(s => open.Seen.Contains(s.Parent) && s.Parent != s.Id ? s.Parent : default);
        var order = new List<OpenSpan>(open.Spans.Count);
        var numbers = new Dictionary<SpanId, int>(open.Spans.Count);
        Place(default);
        for (var i = 0; i < order.Count; i++)
        {
            Place(order[i].Id);
        }

        var parents = order.Select(s => s.Parent != s.Id && numbers.TryGetValue(s.Parent, out var parent) ? parent : -1).ToArray();
        var skews = Skews(order, parents);
        var start = order.Select((s, i) => s.Start + skews[i]).Min();
        if (StretchOf(start) is not { } stretch)
        {
            return null;
        }

        var spans = order.Select((s, i) => new WorldSpan(s.Id.ToString(), parents[i], s.Operation, s.Instance, s.Start + skews[i] - start, s.Duration, s.IsError, s.Facts)).ToArray();
        var logs = open.Logs
            .Select(l => (Span: numbers.TryGetValue(l.Span, out var span) ? span : -1, Line: l))
            .Select(l => new WorldLog(l.Span, l.Line.Service, l.Line.Template, l.Line.Time + (l.Span < 0 ? 0 : skews[l.Span]) - start))
            .OrderBy(l => l.Offset).ThenBy(l => l.Template).ToArray();
        return new WorldTrace(id.ToString(), stretch, start, spans, logs);

        void Place(SpanId parent)
        {
            foreach (var span in children[parent].OrderBy(s => s.Start).ThenBy(s => s.Id))
            {
                if (numbers.TryAdd(span.Id, order.Count))
                {
                    order.Add(span);
                }
            }
        }
    }

    /// <summary>What to add to each span's start: clocks that cannot be right are set by those of the callers, as in the tree of a trace. An instance is taken for a clock.</summary>
    private long[] Skews(List<OpenSpan> spans, int[] parents)
    {
        var skews = new long[spans.Count];
        for (var i = 0; i < skews.Length; i++)
        {
            if (parents[i] >= 0)
            {
                skews[i] = ClockSkew.Correct(Clocked(spans[parents[i]]), skews[parents[i]], Clocked(spans[i]));
            }
        }

        return skews;

        TraceSpan Clocked(OpenSpan span) => new(
            span.Id, span.Parent, span.Start, span.Duration, _names.Operations[span.Operation].Kind, span.IsError ? SpanStatus.Error : SpanStatus.Unset, (ulong)span.Instance, string.Empty);
    }

    private sealed class OpenTrace(int row)
    {
        /// <summary>Number in the order of appearance.</summary>
        public int Row { get; } = row;

        public List<OpenSpan> Spans { get; } = [];

        public HashSet<SpanId> Seen { get; } = [];

        public List<(SpanId Span, int Service, int Template, long Time)> Logs { get; } = [];
    }

    private sealed class LogCount(int[] counts)
    {
        public int[] Counts { get; } = counts;

        public long FirstInWindow { get; set; }
    }

    private readonly record struct OpenSpan(
        SpanId Id, SpanId Parent, int Operation, int Instance, long Start, long Duration, bool IsError, SpanFacts? Facts);
}

/// <summary>What a world says about itself beside its telemetry.</summary>
public sealed record WorldFrame(string WindowOrigin, string BaselineReason)
{
    /// <summary>See <see cref="World.Inventory"/>.</summary>
    public IReadOnlyList<string> Inventory { get; init; } = [];

    /// <summary>See <see cref="World.FocusService"/>.</summary>
    public string FocusService { get; init; } = "";

    /// <summary>See <see cref="World.FocusTrace"/>.</summary>
    public string FocusTrace { get; init; } = "";

    /// <summary>See <see cref="World.ComparedSince"/>.</summary>
    public long ComparedSince { get; init; }

    /// <summary>See <see cref="World.Changes"/>.</summary>
    public IReadOnlyList<ChangeRecord> Changes { get; init; } = [];

    /// <summary>See <see cref="World.Kubernetes"/>.</summary>
    public WorldKubernetes Kubernetes { get; init; } = WorldKubernetes.None;

    /// <summary>See <see cref="World.Truncations"/>.</summary>
    public IReadOnlyList<string> Truncations { get; init; } = [];
}
