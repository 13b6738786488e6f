using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>What was known of the cluster: every state of an object from the look-back before the window until its end, and what it was before.</summary>
public sealed record WorldKubernetes
{
    /// <summary>No cluster was watched or read in.</summary>
    public static readonly WorldKubernetes None = new();

    /// <summary>States, oldest first. Of an object that did not change lately the one it is in; none begins after the window.</summary>
    public IReadOnlyList<KubernetesObject> Objects { get; init => field = value ?? []; } = [];

    /// <summary>Events that were last seen between the look-back and the window's end, oldest first.</summary>
    public IReadOnlyList<KubernetesEvent> Events { get; init => field = value ?? []; } = [];
}
