using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Analysis.Observations;

/// <summary>A world as inspections ask it: computed once, then only read.</summary>
internal sealed class WorldView
{
    private readonly Dictionary<TimeKey, TimeSamples> _times = [];
    private readonly Dictionary<(int Service, string Operation), InvocationSet> _invocations = [];
    private readonly Dictionary<int, Disappearance?> _gone = [];
    private SufferingRequests? _suffering;
    private readonly Dictionary<Feature, int> _featureNumbers = [];
    private readonly List<Feature> _features = [];
    private readonly HashSet<(int Caller, int Callee)>?[] _reach;
    private readonly Dictionary<string, int> _services;
    private readonly Dictionary<(EntityKind Kind, string Name), int> _outside = [];
    private readonly List<(EntityKind Kind, string Name)> _outsiders = [];

    public WorldView(World world)
    {
        World = world;
        _services = world.Services.Select((name, index) => (name, index)).DistinctBy(s => s.name, StringComparer.OrdinalIgnoreCase).ToDictionary(s => s.name, s => s.index, StringComparer.OrdinalIgnoreCase);
        Shapes = [.. world.Traces.Select(t => TraceShape.Of(t, world.Operations))];
        _reach = new HashSet<(int, int)>?[world.Traces.Count];
        for (var i = 0; i < world.Traces.Count; i++)
        {
            Observe(i);
        }

        Topology = Topology.Of(world);
        WindowTraces = [.. Enumerable.Range(0, world.Traces.Count).Where(i => world.Traces[i].Stretch < 0)];
        TypicalTrace = Robust.Median(world.Traces.Where(t => t.Stretch >= 0).Select(Duration).DefaultIfEmpty(double.NaN));
    }

    public World World { get; }

    /// <summary>The requests users would complain of.</summary>
    public SufferingRequests Suffering => _suffering ??= SufferingRequests.Of(this);

    public TraceShape[] Shapes { get; }

    public Topology Topology { get; }

    /// <summary>Traces of the window, by time.</summary>
    public int[] WindowTraces { get; }

    /// <summary>Median duration of a trace of the baseline, nanoseconds; NaN without one. What a request may notice is measured against it.</summary>
    public double TypicalTrace { get; }

    /// <summary>What is usual at this time of the day.</summary>
    public DailyCourse Course => field ??= DailyCourse.Of(World);

    /// <summary>What is known of the cluster.</summary>
    public ClusterView Cluster => field ??= new ClusterView(this);

    /// <summary>Who calls whom, call by call.</summary>
    public CallView Calls => field ??= new CallView(this);

    /// <summary>Whether and how a service disappeared; null when it is there or it cannot be told.</summary>
    public Disappearance? Gone(int service)
    {
        if (!_gone.TryGetValue(service, out var gone))
        {
            _gone[service] = gone = Disappearance.Of(this, service);
        }

        return gone;
    }

    /// <summary>How much more often an instance is entered in the window than in the baseline, per second: infinity when it was not entered before, 1 when nothing is known of it.</summary>
    public double LoadGrowth(int service, int instance)
    {
        var (window, before) = (0, 0);
        for (var t = 0; t < World.Traces.Count; t++)
        {
            var spans = World.Traces[t].Spans;
            for (var i = 0; i < spans.Count; i++)
            {
                if (Shapes[t].Entries[i] == i && Operation(spans[i]).Service == service && (instance < 0 || spans[i].Instance == instance))
                {
                    _ = World.Traces[t].Stretch < 0 ? window++ : before++;
                }
            }
        }

        var seconds = World.Baseline.Sum(b => (b.End - b.Start) / 1e9);
        return window == 0 || seconds <= 0 ? 1 : before == 0 ? double.PositiveInfinity : window / ((World.Window.End - World.Window.Start) / 1e9) / (before / seconds);
    }

    public IReadOnlyDictionary<TimeKey, TimeSamples> Times => _times;

    public IEnumerable<InvocationSet> Invocations => _invocations.Values;

    public Feature Feature(int number) => _features[number];

    public WorldOperation Operation(WorldSpan span) => World.Operations[span.Operation];

    public string ServiceName(int service) => World.Services[service];

    /// <summary>
    /// Something that sent no telemetry of its own, as an index beyond those of the services: a finding can accuse it as it would a service.
    /// A name that a service bears is that service.
    /// </summary>
    /// <param name="dependents">Services that cannot do without it; in the topology they stand above it.</param>
    public int EntityOf(EntityKind kind, string name, params ReadOnlySpan<int> dependents)
    {
        if (!_services.TryGetValue(name, out var entity) && !_outside.TryGetValue((kind, name), out entity))
        {
            _outside[(kind, name)] = entity = World.Services.Count + _outsiders.Count;
            _outsiders.Add((kind, name));
        }

        foreach (var dependent in dependents)
        {
            Topology.Add(dependent, entity);
        }

        return entity;
    }

    /// <summary>A service by its name, whatever the case; -1 when there is none.</summary>
    public int FindService(string name) => _services.GetValueOrDefault(name, -1);

    /// <summary>What a finding's entity is.</summary>
    public EntityKind KindOf(int entity) => entity < World.Services.Count ? EntityKind.Service : _outsiders[entity - World.Services.Count].Kind;

    /// <summary>Name of a service, or of what is outside of them.</summary>
    public string EntityName(int entity) => entity < World.Services.Count ? World.Services[entity] : _outsiders[entity - World.Services.Count].Name;

    /// <summary>What inspections named outside of the services, as entities.</summary>
    public IEnumerable<int> Outsiders => Enumerable.Range(World.Services.Count, _outsiders.Count);

    public string InstanceName(int instance) => instance < 0 ? string.Empty : World.Instances[instance].Name;

    /// <summary>True when in this trace the callee works somewhere below the caller, or, where it sends no telemetry, is called by it.</summary>
    public bool Reaches(int trace, int caller, int callee) => callee < World.Services.Count
        ? (_reach[trace] ??= ComputeReach(trace)).Contains((caller, callee))
        : World.Traces[trace].Spans.Any(s => s.Facts is { Peer.Length: > 0 } facts && Operation(s).Service == caller && PeerName.IsHostOf(facts.Peer, EntityName(callee)));

    public static double Duration(WorldTrace trace) => trace.Spans.Max(s => s.Offset + s.Duration);

    private HashSet<(int, int)> ComputeReach(int index)
    {
        var trace = World.Traces[index];
        var reach = new HashSet<(int, int)>();
        var above = new HashSet<int>[trace.Spans.Count];
        for (var i = 0; i < trace.Spans.Count; i++)
        {
            var span = trace.Spans[i];
            above[i] = span.Parent < 0 ? [] : [.. above[span.Parent], Operation(trace.Spans[span.Parent]).Service];
            var service = Operation(span).Service;
            foreach (var caller in above[i])
            {
                if (caller != service)
                {
                    reach.Add((caller, service));
                }
            }
        }

        return reach;
    }

    private void Observe(int index)
    {
        var trace = World.Traces[index];
        var shape = Shapes[index];
        var features = new Dictionary<int, HashSet<int>>();
        var errors = new HashSet<int>();
        var entryOfService = new Dictionary<int, int>();
        for (var i = 0; i < trace.Spans.Count; i++)
        {
            var span = trace.Spans[i];
            var operation = Operation(span);
            var entry = shape.Entries[i];
            if (!features.TryGetValue(entry, out var seen))
            {
                features[entry] = seen = [];
                entryOfService.TryAdd(operation.Service, entry);
            }

            ObserveTime(trace, index, shape, i, span, operation);
            if (i != entry)
            {
                seen.Add(Number(new Feature(FeatureKind.Step, -1, -1, operation.Name)));
            }

            if (shape.RemoteChild[i] < 0 && operation.Kind is SpanKind.Client or SpanKind.Producer && span.Facts is { Peer.Length: > 0 } called)
            {
                seen.Add(Number(new Feature(FeatureKind.Peer, -1, -1, called.Peer)));
            }

            foreach (var name in span.Facts?.Events ?? [])
            {
                seen.Add(Number(new Feature(FeatureKind.Event, -1, -1, name)));
            }

            if (i == entry && span.Parent >= 0)
            {
                features[shape.Entries[span.Parent]].Add(Number(new Feature(FeatureKind.Call, operation.Service, -1, operation.Name)));
            }
        }

        foreach (var log in trace.Logs)
        {
            var entry = log.Span >= 0 && Operation(trace.Spans[log.Span]).Service == log.Service ? shape.Entries[log.Span] : entryOfService.GetValueOrDefault(log.Service, -1);
            if (entry >= 0)
            {
                features[entry].Add(Number(new Feature(FeatureKind.Log, -1, log.Template, string.Empty)));
                if (World.Templates[log.Template].IsError)
                {
                    errors.Add(entry);
                }
            }
        }

        foreach (var (entry, seen) in features)
        {
            var span = trace.Spans[entry];
            var operation = Operation(span);
            var key = (operation.Service, operation.Name);
            if (!_invocations.TryGetValue(key, out var set))
            {
                _invocations[key] = set = new InvocationSet(operation.Service, operation.Name, World.Baseline.Count);
            }

            (trace.Stretch < 0 ? set.Window : set.Baseline[trace.Stretch])
                .Add(new Invocation(index, trace.Start + span.Offset, span.Instance, seen, errors.Contains(entry)));
        }
    }

    private void ObserveTime(WorldTrace trace, int index, TraceShape shape, int i, WorldSpan span, WorldOperation operation)
    {
        var child = shape.RemoteChild[i];
        var peer = child < 0 && operation.Kind is SpanKind.Client or SpanKind.Producer ? span.Facts?.Peer ?? string.Empty : string.Empty;
        var key = new TimeKey(operation.Service, operation.Name, -1);
        if (child >= 0)
        {
            var callee = Operation(trace.Spans[child]);
            key = new TimeKey(operation.Service, callee.Name, callee.Service);
        }

        if (!_times.TryGetValue(key, out var samples))
        {
            _times[key] = samples = new TimeSamples(World.Baseline.Count);
        }

        if (trace.Stretch < 0)
        {
            samples.Window.Add(new TimeSample(shape.Exclusive[i], index, child >= 0 ? trace.Spans[child].Instance : span.Instance, peer));
        }
        else
        {
            samples.Baseline[trace.Stretch].Add(shape.Exclusive[i]);
        }
    }

    private int Number(Feature feature)
    {
        if (!_featureNumbers.TryGetValue(feature, out var number))
        {
            _featureNumbers[feature] = number = _features.Count;
            _features.Add(feature);
        }

        return number;
    }
}
