namespace Clew.Telemetry;

/// <summary>
/// What a Kubernetes object looked like from a moment on, until its next state. Values of secrets, of environment variables and of
/// configuration data are never part of it: only names.
/// </summary>
public sealed record KubernetesObject
{
    /// <summary>From when on: when it was observed, or the newest moment that the object itself tells of.</summary>
    public required Timestamp Time { get; init; }

    /// <summary>metadata.uid; <c>kind/namespace/name</c> where a source gives none.</summary>
    public required string Uid { get; init; }

    /// <summary>metadata.resourceVersion where it is a number, else 0. Larger is later, within one cluster.</summary>
    public ulong Version { get; init; }

    /// <summary>Pod, Deployment, Node, … as the API writes it.</summary>
    public required string Kind { get; init; }

    /// <summary>Empty for what belongs to no namespace.</summary>
    public string Namespace { get; init; } = "";

    public required string Name { get; init; }

    /// <summary>Kind of the topmost owner that is known (Deployment, StatefulSet, CronJob, …); the object's own kind when it has none.</summary>
    public string WorkloadKind { get; init; } = "";

    /// <summary>Name of that owner.</summary>
    public string Workload { get; init; } = "";

    /// <summary>The service it belongs to, by its labels or its workload's name; may be empty.</summary>
    public string Service { get; init; } = "";

    /// <summary>The node it runs on; may be empty.</summary>
    public string Node { get; init; } = "";

    /// <summary>status.phase, or what stands for it; may be empty.</summary>
    public string Phase { get; init; } = "";

    /// <summary>The object is gone since <see cref="Time"/>.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>Everything else that is kept, by the names that docs/kubernetes.md lists: <c>container.app.image</c>, <c>replicas.desired</c>, <c>condition.Ready</c>.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();
}

/// <summary>Something that a component of the cluster reported about an object (core/v1 and events.k8s.io/v1 alike). Repeats are one event with a count.</summary>
public sealed record KubernetesEvent
{
    /// <summary>When it was last seen.</summary>
    public required Timestamp Time { get; init; }

    /// <summary>When it was first seen.</summary>
    public required Timestamp FirstTime { get; init; }

    /// <summary>metadata.uid of the event; made from its object, reason and first time where a source gives none.</summary>
    public required string Uid { get; init; }

    /// <summary>As <see cref="KubernetesObject.Version"/>.</summary>
    public ulong Version { get; init; }

    /// <summary>Normal or Warning.</summary>
    public string Type { get; init; } = "";

    /// <summary>One word for programs: BackOff, FailedScheduling, OOMKilling.</summary>
    public required string Reason { get; init; }

    public string Message { get; init; } = "";

    /// <summary>How often it was seen from <see cref="FirstTime"/> to <see cref="Time"/>; at least 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Kind of the object it is about.</summary>
    public string Kind { get; init; } = "";

    public string Namespace { get; init; } = "";

    /// <summary>Name of the object it is about.</summary>
    public string Name { get; init; } = "";

    /// <summary>metadata.uid of the object it is about; may be empty.</summary>
    public string ObjectUid { get; init; } = "";

    /// <summary>The part of the object it is about, such as <c>spec.containers{app}</c>; may be empty.</summary>
    public string FieldPath { get; init; } = "";

    /// <summary>The component that reported it: kubelet, default-scheduler; may be empty.</summary>
    public string Component { get; init; } = "";

    /// <summary>The node it was reported from; may be empty.</summary>
    public string Node { get; init; } = "";

    /// <summary>Of the object it is about, when that is known.</summary>
    public string Workload { get; init; } = "";

    /// <summary>Of the object it is about, when that is known.</summary>
    public string Service { get; init; } = "";
}
