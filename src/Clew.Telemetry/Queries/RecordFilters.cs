namespace Clew.Telemetry;

/// <summary>Which objects of a cluster. Empty lists and null ask for nothing in particular; within a list any may hold, and all lists must.</summary>
/// <param name="Range">
/// The objects as they were just before its end, without those that were gone before its start. With <see cref="IsHistory"/> every state that begins within it.
/// </param>
/// <param name="Limit">At most this many.</param>
public sealed record KubernetesObjectQuery(Tenant Tenant, TimeRange Range, int Limit)
{
    public IReadOnlyList<string> Kinds { get; init; } = [];

    public IReadOnlyList<string> Namespaces { get; init; } = [];

    public IReadOnlyList<string> Names { get; init; } = [];

    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Names of workloads.</summary>
    public IReadOnlyList<string> Workloads { get; init; } = [];

    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>All states, newest first, instead of the last state of each object by kind, namespace and name.</summary>
    public bool IsHistory { get; init; }
}

/// <summary>Which events of a cluster, as <see cref="KubernetesObjectQuery"/>. Of an event that was seen again and again within the range the last state answers.</summary>
/// <param name="Range">When it was last seen.</param>
/// <param name="Limit">At most this many, the newest.</param>
public sealed record KubernetesEventQuery(Tenant Tenant, TimeRange Range, int Limit)
{
    /// <summary>Normal, Warning.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Kinds of the objects they are about; likewise for the next four.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    public IReadOnlyList<string> Namespaces { get; init; } = [];

    public IReadOnlyList<string> Names { get; init; } = [];

    public IReadOnlyList<string> Services { get; init; } = [];

    public IReadOnlyList<string> Workloads { get; init; } = [];

    /// <summary>Occurs in the message; case does not count.</summary>
    public string? Text { get; init; }
}

/// <summary>A version of an object, or, where versions are not known (0), a moment.</summary>
public readonly record struct KubernetesMoment(string Uid, Timestamp Time, ulong Version);

/// <summary>Which alerts, as <see cref="KubernetesObjectQuery"/>.</summary>
/// <param name="Range">Those that were firing at some time within it.</param>
/// <param name="Limit">At most this many, those that began last.</param>
public sealed record AlertQuery(Tenant Tenant, TimeRange Range, int Limit)
{
    /// <summary>Null asks for both.</summary>
    public AlertStatus? Status { get; init; }

    public IReadOnlyList<string> Services { get; init; } = [];

    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Names of rules.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    public IReadOnlyList<string> Severities { get; init; } = [];
}
