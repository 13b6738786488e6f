using Clew.Telemetry;

namespace Clew.Protocols.Kubernetes;

/// <summary>What was read from Kubernetes' JSON: states and events, in the order in which they came.</summary>
public sealed class KubernetesBatch
{
    private readonly Dictionary<string, int> _issues = new(StringComparer.Ordinal);

    public List<KubernetesObject> Objects { get; } = [];

    public List<KubernetesEvent> Events { get; } = [];

    /// <summary>Objects that were left out, by reason.</summary>
    public IReadOnlyDictionary<string, int> Issues => _issues;

    public int Rejected => _issues.Values.Sum();

    /// <summary>The newest metadata.resourceVersion of the stream: of a list, of a bookmark, or of the last object; where a watch goes on from.</summary>
    public string ResourceVersion { get; set; } = "";

    /// <summary>metadata.continue of a list that was cut into pages; empty at its end.</summary>
    public string Continue { get; set; } = "";

    /// <summary>A Status that stood in place of an object: why a list or watch failed. Null when there was none.</summary>
    public KubernetesFailure? Failure { get; set; }

    /// <summary>Notes that an object was left out.</summary>
    public void Reject(string reason) => _issues[reason] = _issues.GetValueOrDefault(reason) + 1;

    /// <summary>Forgets everything, for the next use.</summary>
    public void Clear()
    {
        Objects.Clear();
        Events.Clear();
        _issues.Clear();
        (ResourceVersion, Continue, Failure) = ("", "", null);
    }
}

/// <summary>The API server's Status: what it refused and why.</summary>
/// <param name="Code">HTTP's number; 410 when a resource version is too old to go on from.</param>
public sealed record KubernetesFailure(int Code, string Reason, string Message)
{
    /// <summary>410 Gone: the list must be read anew.</summary>
    public bool IsGone => Code == 410 || Reason is "Expired" or "Gone";
}

/// <summary>When what is read was observed.</summary>
/// <param name="Now">The moment of reading; stands in for moments that an object does not tell.</param>
/// <param name="IsLive">A watch is being followed: what is told to have changed changed now.</param>
public readonly record struct KubernetesObservation(Timestamp Now, bool IsLive = false)
{
    /// <summary>The kind that was asked for, for objects that do not say their own; null when any could come.</summary>
    public string? Kind { get; init; }

    /// <summary>The API server that is being followed; stands in the field <c>cluster</c> of its objects. Null when nobody is: a file does not say where it is from.</summary>
    public string? Cluster { get; init; }
}
