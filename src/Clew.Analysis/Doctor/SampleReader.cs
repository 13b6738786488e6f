using System.Globalization;
using Clew.Analysis.LogTemplates;
using Clew.Analysis.Statistics;
using Clew.Analysis.Traces;
using Clew.Telemetry;

namespace Clew.Analysis.Doctor;

/// <summary>Tells secrets and personal data from other values of attributes.</summary>
/// <returns>What the value is, such as <c>a payment card</c>; null when it is nothing of the kind.</returns>
public delegate string? RecogniseSensitive(string key, string value);

/// <summary>Makes a <see cref="TraceSample"/> of whole traces. Deterministic; one use.</summary>
public sealed class SampleReader
{
    private readonly SymptomTally _copies = new();
    private readonly SymptomTally _singles = new();
    private readonly SymptomTally _orphans = new();
    private readonly SymptomTally _unmarked = new();
    private readonly SymptomTally _unanswered = new();
    private readonly SymptomTally _loose = new();
    private readonly SymptomTally _kinds = new();
    private readonly SymptomTally _exports = new();
    private readonly SymptomTally _unsampled = new();
    private readonly SymptomTally _thresholds = new();
    private readonly SymptomTally _short = new();
    private readonly SymptomTally _sensitive = new();
    private readonly SymptomTally _instrumentation = new();
    private readonly Dictionary<(string Service, string Name, SpanKind Kind), Siblings> _siblings = [];
    private readonly List<Symptom> _huge = [];
    private readonly Dictionary<string, Dictionary<string, HashSet<string>>> _names = new(StringComparer.Ordinal);
    private readonly AttributeUses _attributes = new();
    private readonly Clocks _clocks = new();
    private readonly List<double> _durations = [];
    private readonly List<double> _adjustedCounts = [];
    private readonly SpanFacts _facts = new();
    private readonly RecogniseSensitive _recognise;
    private readonly SpanBatch _batch;
    private readonly string[] _services;
    private readonly string[] _hosts;
    private readonly string[] _sdks;
    private int _partial;
    private int _failed;

    private SampleReader(SpanBatch batch, RecogniseSensitive recognise)
    {
        _recognise = recognise;
        _batch = batch;
        var resources = Enumerable.Range(0, batch.Resources.Count).Select(i => batch.Resources[i]).ToArray();
        _services = [.. resources.Select(resource => resource.Service)];
        _hosts = [.. resources.Select(resource => Clocks.HostOf(resource))];
        _sdks = [.. resources.Select(resource => resource.Attributes.Find("telemetry.sdk.name")?.Text ?? string.Empty)];
    }

    /// <param name="batch">All spans of the traces in the sample, with attributes and events.</param>
    /// <param name="oneIn">One trace in this many was read.</param>
    /// <param name="window">Traces that begin outside of it are left out: the batch may hold only parts of them.</param>
    /// <param name="recognise">Knows secrets and personal data.</param>
    public static TraceSample Read(SpanBatch batch, int oneIn, TimeRange window, RecogniseSensitive recognise)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var reader = new SampleReader(batch, recognise);
        int traces = 0, spans = 0;
        foreach (var (trace, rows) in TraceRows.Of(batch))
        {
            if (window.Contains(new Timestamp(rows.Min(row => batch.StartTimes[row]))))
            {
                reader.AddTrace(trace, rows);
                traces++;
                spans += rows.Length;
            }
        }

        return reader.Finish(oneIn, traces, spans);
    }

    private TraceSample Finish(int oneIn, int traces, int spans)
    {
        var durations = _durations.Order().ToArray();
        return new TraceSample
        {
            OneIn = oneIn,
            Traces = traces,
            Spans = spans,
            PartialTraces = _partial,
            ErrorTraces = _failed,
            P95Duration = durations.Length == 0 ? 0 : (long)Robust.Quantile(durations, 0.95),
            Copies = _copies.ToList(),
            SingleSpanTraces = _singles.ToList(),
            Orphans = _orphans.ToList(),
            UnmarkedErrors = _unmarked.ToList(),
            UnansweredCalls = _unanswered.ToList(),
            LooseConsumers = _loose.ToList(),
            WrongKinds = _kinds.ToList(),
            ExporterSpans = _exports.ToList(),
            Explosions = Explosions(),
            NamesWithIds = NamesWithIds(),
            UnsampledSpans = _unsampled.ToList(),
            MixedThresholds = _thresholds.ToList(),
            ShortTraceIds = _short.ToList(),
            SensitiveValues = _sensitive.ToList(),
            Attributes = _attributes.ToList(),
            Instrumentation = _instrumentation.ToList(),
            Clocks = _clocks.ToList(),
            RequestsPerSampledTrace = _adjustedCounts.Count == 0 ? 0 : _adjustedCounts.Average(),
        };
    }

    private void AddTrace(TraceId trace, int[] rows)
    {
        var tree = TraceTree.FromBatch(_batch, rows);
        var root = tree.MainRoot;
        var rootService = _services[_batch.ResourceIndexes[rows[root]]];
        var hasRoot = tree[root].Parent.IsEmpty;
        _durations.Add(hasRoot ? Math.Max(0, tree[root].Duration) : Enumerable.Range(0, tree.Count).Max(tree.EndOf) - (double)Enumerable.Range(0, tree.Count).Min(tree.StartOf));
        _short.Seen(rootService);
        if (trace.ToString().StartsWith("0000000000000000", StringComparison.Ordinal))
        {
            _short.Hit(rootService, trace);
        }

        if (hasRoot)
        {
            _singles.Seen(rootService);
            if (tree.Count == 1 && tree[root].Kind is SpanKind.Server or SpanKind.Consumer)
            {
                _singles.Hit(rootService, trace);
            }
        }

        if (tree.Count >= DoctorRules.HugeTrace)
        {
            _huge.Add(new Symptom { Subject = rootService, Count = tree.Count, Traces = [trace.ToString()] });
        }

        var thresholds = new Dictionary<string, string>(StringComparer.Ordinal);
        bool isPartial = !hasRoot, hasFailed = false;
        for (var i = 0; i < tree.Count; i++)
        {
            AddSpan(trace, tree, rows, i, thresholds);
            isPartial |= (tree.FlawsOf(i) & SpanFlaws.ParentMissing) != 0;
            hasFailed |= tree[i].Status == SpanStatus.Error;
        }

        if (thresholds.Count > 1)
        {
            var two = thresholds.OrderBy(item => item.Value, StringComparer.Ordinal).Take(2).Select(item => item.Value);
            _thresholds.Hit(string.Join(" and ", two), trace);
        }

        _partial += isPartial ? 1 : 0;
        _failed += hasFailed ? 1 : 0;
        AddSiblings(trace, tree, rows);
    }

    private void AddSpan(TraceId trace, TraceTree tree, int[] rows, int index, Dictionary<string, string> thresholds)
    {
        var row = rows[index];
        var resource = _batch.ResourceIndexes[row];
        var service = _services[resource];
        var span = _batch[row];
        _copies.Seen(service);
        if (tree.IsCopy(index))
        {
            _copies.Hit(service, trace);
            return;
        }

        _facts.Read(span);
        _orphans.Seen(service);
        if ((tree.FlawsOf(index) & SpanFlaws.ParentMissing) != 0)
        {
            _orphans.Hit(service, trace);
        }

        _exports.Seen(service);
        if (_facts.IsExport && span.Kind is SpanKind.Client or SpanKind.Internal)
        {
            _exports.Hit(service, trace);
        }

        if (_sdks[resource] is { Length: > 0 } sdk)
        {
            _instrumentation.Hit(service, trace, sdk);
        }

        AddName(service, span.Name);
        AddSampling(trace, service, span, thresholds);
        AddFailure(trace, service, span);
        AddKind(trace, tree, index, service, span, rows);
        AddCall(trace, tree, rows, index, service, span);
        _attributes.AddSpan(service);
        foreach (var attribute in span.Attributes)
        {
            _attributes.Add(service, attribute.Key, attribute.Value.Text);
            if (_recognise(attribute.Key, attribute.Value.Text) is { } what)
            {
                _sensitive.Hit($"{service}: {attribute.Key} ({what})", trace);
            }
        }
    }

    private void AddName(string service, string name)
    {
        if (!_names.TryGetValue(service, out var masks))
        {
            _names[service] = masks = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        }

        var mask = LineMask.Apply(name);
        if (!masks.TryGetValue(mask, out var names))
        {
            masks[mask] = names = new HashSet<string>(StringComparer.Ordinal);
        }

        names.Add(name);
    }

    private void AddSampling(TraceId trace, string service, in SpanView span, Dictionary<string, string> thresholds)
    {
        if (span.Flags != 0)
        {
            // 0 is what senders without the field send; any other bit says that the W3C flags are there.
            _unsampled.Seen(service);
            if ((span.Flags & 1) == 0)
            {
                _unsampled.Hit(service, trace);
            }
        }

        if (SamplingThreshold(span.TraceState) is { Length: > 0 } threshold)
        {
            thresholds.TryAdd(threshold, service);
            if (span.ParentSpanId.IsEmpty && AdjustedCount(threshold) is { } count)
            {
                _adjustedCounts.Add(count);
            }
        }
        else if (span.ParentSpanId.IsEmpty && _facts.SamplerParameter > 0)
        {
            _adjustedCounts.Add(1 / _facts.SamplerParameter);
        }
    }

    /// <summary>What failed by its own word: 5xx of a request served or 4xx and 5xx of one made, gRPC's server errors, an exception that left the span.</summary>
    private void AddFailure(TraceId trace, string service, in SpanView span)
    {
        var why = span.Kind switch
        {
            SpanKind.Server when _facts.HttpStatus >= 500 => string.Create(CultureInfo.InvariantCulture, $"HTTP {_facts.HttpStatus}"),
            SpanKind.Client when _facts.HttpStatus >= 500 => string.Create(CultureInfo.InvariantCulture, $"HTTP {_facts.HttpStatus}"),
            SpanKind.Server or SpanKind.Client when _facts.GrpcStatus is 2 or 4 or 12 or 13 or 14 or 15 => string.Create(CultureInfo.InvariantCulture, $"gRPC status {_facts.GrpcStatus}"),
            _ => null,
        };
        for (var i = 0; i < span.EventCount && why is null; i++)
        {
            var happened = span.Event(i);
            if (happened.Name == "exception" && happened.Attributes.Find("exception.escaped")?.Text == "true")
            {
                why = $"{happened.Attributes.Find("exception.type")?.Text ?? "exception"} left the span";
            }
        }

        if (why is not null)
        {
            _unmarked.Seen(service);
            if (span.Status != SpanStatus.Error)
            {
                _unmarked.Hit(service, trace, why);
            }
        }
    }

    private void AddKind(TraceId trace, TraceTree tree, int index, string service, in SpanView span, int[] rows)
    {
        var isInner = span.Kind is SpanKind.Internal or SpanKind.Unspecified;
        if (_facts.Method.Length > 0 && _facts.Route.Length == 0 && (_facts.Url.Length > 0 || _facts.Peer.Length > 0))
        {
            Judge("HTTP requests that go out, kind internal instead of client", isInner);
        }

        if (_facts.Route.Length > 0)
        {
            Judge("HTTP requests that come in, not kind server", isInner && tree.ParentOf(index) == TraceTree.None);
        }

        if (_facts.Database.Length > 0 && _facts.Database is not ("sqlite" or "h2" or "derby" or "hsqldb" or "duckdb"))
        {
            Judge("database calls, not kind client", span.Kind != SpanKind.Client);
        }

        if (_facts.Messaging.Length > 0 && _facts.Destination.Length > 0)
        {
            Judge("messages sent or received, kind internal", isInner);
        }

        if (span.Kind == SpanKind.Server)
        {
            var parent = tree.ParentOf(index);
            Judge("server spans below another span of the same process",
                parent != TraceTree.None && _batch.ResourceIndexes[rows[parent]] == _batch.ResourceIndexes[rows[index]] && tree[parent].Kind is not (SpanKind.Client or SpanKind.Producer));
        }

        void Judge(string what, bool isWrong)
        {
            var subject = $"{service}: {what}";
            _kinds.Seen(subject);
            if (isWrong)
            {
                _kinds.Hit(subject, trace);
            }
        }
    }

    private void AddCall(TraceId trace, TraceTree tree, int[] rows, int index, string service, in SpanView span)
    {
        var resource = _batch.ResourceIndexes[rows[index]];
        if (span.Kind == SpanKind.Consumer)
        {
            var subject = $"{service}: {(_facts.Destination.Length > 0 ? _facts.Destination : span.Name)}";
            _loose.Seen(subject);
            if (span.ParentSpanId.IsEmpty && span.LinkCount == 0)
            {
                _loose.Hit(subject, trace);
            }
        }

        if (span.Kind != SpanKind.Client)
        {
            return;
        }

        var isAnswered = false;
        foreach (var child in tree.ChildrenOf(index))
        {
            var callee = _batch.ResourceIndexes[rows[child]];
            isAnswered |= callee != resource;
            if (tree[child].Kind == SpanKind.Server && !tree.IsCopy(child))
            {
                _clocks.Add(_hosts[resource], tree[index].Start, tree[index].End, _hosts[callee], tree[child].Start, tree[child].End, trace);
            }
        }

        if (_facts.Database.Length == 0 && _facts.Messaging.Length == 0 && !_facts.IsExport && span.Status != SpanStatus.Error && _facts.PeerHost is { Length: > 0 } peer)
        {
            var subject = $"{service} → {peer}";
            _unanswered.Seen(subject);
            if (!isAnswered)
            {
                _unanswered.Hit(subject, trace);
            }
        }
    }

    private void AddSiblings(TraceId trace, TraceTree tree, int[] rows)
    {
        var counts = new Dictionary<(int Service, int Name, SpanKind Kind), int>();
        for (var parent = 0; parent < tree.Count; parent++)
        {
            var children = tree.ChildrenOf(parent);
            if (children.Length < DoctorRules.ManyEqualChildren)
            {
                continue;
            }

            counts.Clear();
            foreach (var child in children)
            {
                var row = rows[child];
                var key = (_batch.ResourceIndexes[row], _batch.Names[row], _batch.Kinds[row]);
                counts[key] = counts.GetValueOrDefault(key) + (tree.IsCopy(child) ? 0 : 1);
            }

            foreach (var ((service, name, kind), count) in counts.Where(item => item.Value >= DoctorRules.ManyEqualChildren))
            {
                var key = (_services[service], _batch.Dictionary.GetString(name), kind);
                if (!_siblings.TryGetValue(key, out var siblings))
                {
                    _siblings[key] = siblings = new Siblings();
                }

                siblings.Add(count, trace);
            }
        }
    }

    private IReadOnlyList<Symptom> Explosions() =>
    [
        .. _huge.Concat(_siblings.Select(item => new Symptom
        {
            Subject = item.Key.Service,
            Count = item.Value.Most,
            Of = item.Value.Places,
            Detail = item.Key.Name,
            Traces = [item.Value.Example.ToString()],
        })).OrderByDescending(symptom => symptom.Count).ThenBy(symptom => symptom.Subject, StringComparer.Ordinal).Take(DoctorLimits.Subjects),
    ];

    private IReadOnlyList<Symptom> NamesWithIds() =>
    [
        .. _names.Select(service =>
        {
            var alike = service.Value.Values.Where(names => names.Count > 1).OrderByDescending(names => names.Count).ToArray();
            return new Symptom
            {
                Subject = service.Key,
                Count = alike.Sum(names => names.Count),
                Of = service.Value.Values.Sum(names => names.Count),
                Detail = alike.Length == 0 ? string.Empty : string.Join(" and ", alike[0].Order(StringComparer.Ordinal).Take(2)),
            };
        }).Where(symptom => symptom.Count > 0).OrderByDescending(symptom => symptom.Count).ThenBy(symptom => symptom.Subject, StringComparer.Ordinal).Take(DoctorLimits.Subjects),
    ];

    /// <summary>The <c>th</c> of OpenTelemetry's entry in W3C tracestate; empty when it has none.</summary>
    private static string SamplingThreshold(string state)
    {
        if (state.Length == 0)
        {
            return string.Empty;
        }

        foreach (var entry in state.Split(','))
        {
            var text = entry.Trim();
            if (!text.StartsWith("ot=", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var part in text[3..].Split(';'))
            {
                if (part.StartsWith("th:", StringComparison.Ordinal))
                {
                    return part[3..];
                }
            }
        }

        return string.Empty;
    }

    /// <summary>How many requests a trace stands for: 2^56 / (2^56 − threshold), the threshold being up to 14 hex digits, cut of zeros at the right.</summary>
    private static double? AdjustedCount(string threshold)
    {
        const double All = 72_057_594_037_927_936;
        return threshold.Length is > 0 and <= 14 && ulong.TryParse(threshold.PadRight(14, '0'), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var dropped)
            ? All / Math.Max(1, All - dropped)
            : null;
    }

    private sealed class Siblings
    {
        public int Most { get; private set; }

        public int Places { get; private set; }

        public TraceId Example { get; private set; }

        public void Add(int count, TraceId trace)
        {
            Places++;
            if (count > Most)
            {
                (Most, Example) = (count, trace);
            }
        }
    }
}
