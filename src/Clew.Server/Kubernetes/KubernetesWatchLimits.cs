namespace Clew.Server.Kubernetes;

/// <summary>How the watcher treats an API server, and what it bears from it.</summary>
public sealed record KubernetesWatchLimits
{
    /// <summary>Objects in one page of a list; the API server keeps a page in memory. kubectl asks for as many.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>Bytes of one page, unpacked. Beyond it the list counts as failed; etcd holds no object of more than 1.5 MiB.</summary>
    public int PageBytes { get; init; } = 256 << 20;

    /// <summary>Bytes of one watch event. A longer one is left out and counted.</summary>
    public int LineBytes { get; init; } = 16 << 20;

    /// <summary>Events that are stored together while they come faster than they can be stored. Bounds memory.</summary>
    public int EventsAtOnce { get; init; } = 1_000;

    /// <summary>
    /// Objects of one kind, in one followed namespace or all, that are remembered from before a restart, to be noticed when they are no longer there. Bounds
    /// memory. What goes beyond it and was deleted while nobody watched stays listed until the refresh interval has passed it over.
    /// </summary>
    public int ObjectsRemembered { get; init; } = 20_000;

    /// <summary>How long one watch is asked to last. Servers end them after 5 to 10 minutes anyway; then it goes on where it was.</summary>
    public TimeSpan WatchTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an answer may take, and how much longer than asked a watch may last: beyond it the connection is taken to be dead.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Wait after the first failure in a row; it doubles with each further one.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait. What is not allowed or not there is asked for again after this.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromMinutes(2);
}
