using Clew.Telemetry;

namespace Clew.Analysis.Observations;

/// <summary>What is known of the cluster, as inspections ask it: objects over time, events, and which service each belongs to.</summary>
internal sealed class ClusterView
{
    private readonly WorldView _view;
    private readonly ILookup<string, ClusterObject> _byKind;
    private readonly Dictionary<(string Kind, string Namespace, string Name), ClusterObject> _objects;
    private readonly Dictionary<string, ClusterObject> _pods;
    private readonly Dictionary<string, int> _serviceOfPod = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Namespace, string Workload), int> _serviceOfWorkload = [];
    private readonly Dictionary<KubernetesObject, IReadOnlyList<ContainerStatus>> _containers = new(ReferenceEqualityComparer.Instance);
    private readonly ILookup<string, int> _callersOfHost;

    public ClusterView(WorldView view)
    {
        _view = view;
        var world = view.World;
        IsEmpty = world.Kubernetes.Objects.Count == 0 && world.Kubernetes.Events.Count == 0;
        _objects = world.Kubernetes.Objects.GroupBy(o => (o.Kind, o.Namespace, o.Name))
            .ToDictionary(g => g.Key, g => new ClusterObject([.. g.OrderBy(o => o.Time).ThenBy(o => o.Version)]));
        _byKind = _objects.OrderBy(o => o.Key.Namespace, StringComparer.Ordinal).ThenBy(o => o.Key.Name, StringComparer.Ordinal).ToLookup(o => o.Key.Kind, o => o.Value);
        _pods = _byKind["Pod"].GroupBy(p => p.Last.Name, StringComparer.Ordinal).Where(g => g.Count() == 1).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        Events = [.. world.Kubernetes.Events.Where(e => e.Time.UnixNanoseconds >= world.Window.Start).OrderBy(e => e.Time).ThenBy(e => e.Uid, StringComparer.Ordinal)];
        foreach (var instance in world.Instances.Where(i => i.Name.Length > 0))
        {
            // Two services of the same pod (a sidecar's and the program's): neither speaks for it.
            _serviceOfPod[instance.Name] = _serviceOfPod.TryGetValue(instance.Name, out var other) && other != instance.Service ? -1 : instance.Service;
        }

        foreach (var pod in _byKind["Pod"])
        {
            if (pod.Last.Workload.Length > 0 && _serviceOfPod.GetValueOrDefault(pod.Last.Name, -1) is var service and >= 0)
            {
                _serviceOfWorkload.TryAdd((pod.Last.Namespace, pod.Last.Workload), service);
            }
        }

        _callersOfHost = world.Traces.SelectMany(t => t.Spans).Where(s => s.Facts is { Peer.Length: > 0 })
            .Select(s => (Host: FirstLabel(s.Facts!.Peer), view.Operation(s).Service)).Distinct().ToLookup(c => c.Host, c => c.Service, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Nothing is known of a cluster.</summary>
    public bool IsEmpty { get; }

    /// <summary>Events last seen in the window, oldest first.</summary>
    public IReadOnlyList<KubernetesEvent> Events { get; }

    /// <summary>Objects of a kind that were there at some time of the window, by namespace and name.</summary>
    public IEnumerable<ClusterObject> Of(string kind) => _byKind[kind].Where(o => o.Lived(_view.World.Window));

    /// <summary>Null when it is not known.</summary>
    public ClusterObject? Find(string kind, string space, string name) => _objects.GetValueOrDefault((kind, space, name));

    /// <summary>A pod by its name alone, as telemetry calls it; null when it is not known, or in more than one namespace.</summary>
    public ClusterObject? Pod(string name) => _pods.GetValueOrDefault(name);

    /// <summary>Pods of a workload in the window.</summary>
    public IEnumerable<ClusterObject> PodsOf(string space, string workload) => Of("Pod").Where(p => p.Last.Namespace == space && p.Last.Workload == workload);

    public IReadOnlyList<ContainerStatus> Containers(KubernetesObject pod) =>
        _containers.TryGetValue(pod, out var known) ? known : _containers[pod] = ContainerStatus.Of(pod);

    /// <summary>Whom an object speaks for: the service its telemetry or labels name, else the workload by itself.</summary>
    public int EntityOf(KubernetesObject state) => EntityOf(state.Kind, state.Namespace, state.Name, state.Workload, state.Service, state.Node);

    /// <inheritdoc cref="EntityOf(KubernetesObject)"/>
    public int EntityOf(KubernetesEvent happened) => Find(happened.Kind, happened.Namespace, happened.Name) is { } about
        ? EntityOf(about.Last)
        : EntityOf(happened.Kind, happened.Namespace, happened.Name, happened.Workload, happened.Service, happened.Node);

    /// <summary>A machine; the services that run on it cannot do without it.</summary>
    public int EntityOfNode(string node)
    {
        var dependents = _view.World.Instances.Where(i => i.Node == node).Select(i => i.Service)
            .Concat(Of("Pod").Where(p => p.Last.Node == node).Select(p => Known(p.Last.Namespace, p.Last.Name, p.Last.Workload, p.Last.Service)).Where(s => s >= 0));
        return _view.EntityOf(EntityKind.Node, node, [.. dependents.Distinct().Order()]);
    }

    private int EntityOf(string kind, string space, string name, string workload, string service, string node)
    {
        if (kind == "Node")
        {
            return EntityOfNode(name.Length > 0 ? name : node);
        }

        if (Known(space, kind == "Pod" ? name : "", workload, service) is var known and >= 0)
        {
            return known;
        }

        var called = service.Length > 0 ? service : workload.Length > 0 ? workload : name;
        var entity = called.Length == 0 ? EntityKind.Cluster : called.Contains("dns", StringComparison.OrdinalIgnoreCase) ? EntityKind.Resolver : EntityKind.Workload;
        return _view.EntityOf(entity, called.Length == 0 ? "cluster" : called, [.. _callersOfHost[called].Concat(_callersOfHost[workload]).Distinct().Order()]);
    }

    /// <summary>The service that telemetry or a name says it is; -1 when none.</summary>
    private int Known(string space, string pod, string workload, string service)
    {
        if (_serviceOfPod.GetValueOrDefault(pod, -1) is var sent and >= 0)
        {
            return sent;
        }

        return workload.Length > 0 && _serviceOfWorkload.TryGetValue((space, workload), out var sibling) ? sibling
            : _view.FindService(service) is var labelled and >= 0 ? labelled : _view.FindService(workload);
    }

    private static string FirstLabel(string host)
    {
        var end = host.AsSpan().IndexOfAny('.', ':');
        return end > 0 && !char.IsAsciiDigit(host[0]) ? host[..end] : host;
    }
}
