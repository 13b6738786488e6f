using System.Text.Json.Serialization;

namespace Clew.Analysis.Reports;

/// <summary>
/// One suspect. Its story reads <see cref="Trigger"/> → <see cref="CriticalFailure"/> → <see cref="Effect"/>; show these three
/// as one arrowed line under the summary when they are there, then <see cref="Whys"/> numbered, then <see cref="Evidence"/>.
/// </summary>
public sealed record Cause
{
    /// <summary>1 for the best suspect.</summary>
    public required int Rank { get; init; }

    /// <summary>The accused service; what a change aimed at when the trigger is an infrastructure change stands in <see cref="Change"/>.</summary>
    public required string Service { get; init; }

    /// <summary>The instance (service.instance.id or pod) when only one of several is affected, or the only one there is.</summary>
    public string? Instance { get; init; }

    /// <summary>The operation inside the service where the evidence is strongest.</summary>
    public string? Operation { get; init; }

    /// <summary>What kind of fault the evidence looks like.</summary>
    public required CauseKind Kind { get; init; }

    /// <summary>What the accused is: most are services, others are seen only through those who need them.</summary>
    public SuspectKind Entity { get; init; }

    /// <summary>The finer place inside: a metric, two statements in the code, an edge, an object. Null when the evidence names none.</summary>
    public CausePlace? Place { get; init; }

    /// <summary>The change that fits in path and time, if one does.</summary>
    public SuspectChange? Change { get; init; }

    /// <summary>The first sign among the evidence that carries weight; null when none tells.</summary>
    public DateTimeOffset? Onset { get; init; }

    /// <summary>How sure this single accusation is.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>0 (nothing speaks for it) to 1. Strictly falling along the ranking wherever the evidence differs.</summary>
    public required double Score { get; init; }

    /// <summary>
    /// 1 for the first cause; 2 and so on for causes of other, disjoint symptoms that go on at the same time; 0 for those that were considered and not
    /// accused.
    /// </summary>
    public int Incident { get; init; }

    /// <summary>What the score is made of and what else was weighed, each with a sentence. Empty for those that were considered and not accused.</summary>
    public IReadOnlyList<CauseFactor> Factors { get; init; } = [];

    /// <summary>One sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>What set it off, if known.</summary>
    public string? Trigger { get; init; }

    /// <summary>What then failed.</summary>
    public string? CriticalFailure { get; init; }

    /// <summary>What that did to those above.</summary>
    public string? Effect { get; init; }

    /// <summary>The chain of whys from the symptom down; each cites evidence by <see cref="EvidenceItem.Id"/>.</summary>
    public IReadOnlyList<Why> Whys { get; init; } = [];

    /// <summary>What speaks for it, strongest first. Empty for services that were considered and not accused.</summary>
    public required IReadOnlyList<EvidenceItem> Evidence { get; init; }
}

/// <summary>The kinds of fault, in the JSON as kebab-case words.</summary>
[JsonConverter(typeof(CauseKindConverter))]
public enum CauseKind
{
    /// <summary>Nothing points here.</summary>
    None,

    /// <summary>The service spends more time in its own code (or waiting unseen) than before.</summary>
    SlowCode,

    /// <summary>A resource of the service (CPU, memory, disk, threads) is short.</summary>
    ResourceSaturation,

    /// <summary>Time is lost between this service and its callers or callees, in neither's code.</summary>
    NetworkDelay,

    /// <summary>Names are resolved slowly or not at all.</summary>
    NameResolution,

    /// <summary>Requests wait for a connection, thread or other pooled thing.</summary>
    PoolExhaustion,

    /// <summary>Failures start here.</summary>
    Errors,

    /// <summary>The service does something else than before for the same requests: steps left out, other branches, other log lines.</summary>
    BehaviourChange,

    /// <summary>Something outside the system fails or is slow, and says so itself.</summary>
    ExternalDependency,

    /// <summary>Something outside the system cannot be reached from here although it is well.</summary>
    Unreachable,

    /// <summary>The service, or one of its instances, fell silent.</summary>
    Silence,

    /// <summary>More or other traffic than before.</summary>
    Traffic,

    /// <summary>Retries multiply the load on something that fails.</summary>
    RetryStorm,

    /// <summary>A circuit breaker refuses calls.</summary>
    CircuitOpen,

    /// <summary>More calls are made per request than before.</summary>
    FanOut,

    /// <summary>Messages wait longer than they did.</summary>
    QueueBacklog,

    /// <summary>A certificate has expired or is not accepted.</summary>
    Certificate,

    /// <summary>One path is blocked while others to the same end are not.</summary>
    PathBlocked,

    /// <summary>A statement, or all of a data store, takes longer itself.</summary>
    SlowStatement,

    /// <summary>One query more for each row of another.</summary>
    RepeatedStatement,

    /// <summary>Whole tables are read.</summary>
    MissingIndex,

    /// <summary>Transactions wait for one another's locks.</summary>
    LockContention,

    /// <summary>Connections are taken and not given back.</summary>
    ConnectionLeak,

    /// <summary>A container is held back at its processor limit.</summary>
    CpuThrottling,

    /// <summary>Memory only grows.</summary>
    MemoryLeak,

    /// <summary>Garbage collection takes the time.</summary>
    GarbageCollection,

    /// <summary>A file system is full, or will be soon.</summary>
    DiskFull,

    /// <summary>A disk makes its users wait.</summary>
    SlowDisk,

    /// <summary>Packets are lost.</summary>
    PacketLoss,

    /// <summary>No file descriptors are left.</summary>
    DescriptorExhaustion,

    /// <summary>Work waits for threads, or for an event loop.</summary>
    ThreadStarvation,

    /// <summary>It takes what others on the same machine need.</summary>
    NoisyNeighbour,

    /// <summary>The new revision shows it, the old one beside it does not.</summary>
    BadRevision,

    /// <summary>An image cannot be pulled.</summary>
    ImagePull,

    /// <summary>A container ends again and again.</summary>
    CrashLoop,

    /// <summary>A process was killed because memory ran out: its own limit's or its node's.</summary>
    OutOfMemory,

    /// <summary>Pods find no place to run.</summary>
    Unschedulable,

    /// <summary>A configuration or secret that a pod needs is not there.</summary>
    ConfigurationMissing,

    /// <summary>Pods were put off their node.</summary>
    Eviction,

    /// <summary>Probes fail, so that pods are restarted or taken out of service.</summary>
    ProbeFailure,

    /// <summary>A new revision does not become available.</summary>
    RolloutStuck,

    /// <summary>An autoscaler can do no more, or cannot see.</summary>
    AutoscalingLimit,

    /// <summary>Fresh instances are slow.</summary>
    ColdStart,

    /// <summary>A network policy or rule refuses the traffic.</summary>
    NetworkPolicy,

    /// <summary>A machine is unwell.</summary>
    NodeTrouble,

    /// <summary>A quota refuses what is needed.</summary>
    QuotaExceeded,

    /// <summary>Somebody who should not be there got in.</summary>
    Intrusion,

    /// <summary>A metric of the service moved and nothing more specific is known.</summary>
    MetricAnomaly,
}

/// <summary>What can be accused, in the JSON as kebab-case words.</summary>
[JsonConverter(typeof(SuspectKindConverter))]
public enum SuspectKind
{
    /// <summary>A service that sent telemetry, or one of the inventory.</summary>
    Service,

    /// <summary>A database, cache or queue that is seen only from its clients.</summary>
    DataStore,

    /// <summary>Another party's API or a host outside, seen only from its callers.</summary>
    External,

    /// <summary>What resolves names.</summary>
    Resolver,

    /// <summary>The network between others.</summary>
    Network,

    /// <summary>A machine.</summary>
    Node,

    /// <summary>The scheduler or control plane.</summary>
    Cluster,

    /// <summary>Somebody outside who acts.</summary>
    Actor,
}

/// <summary>The finer place of a cause.</summary>
/// <param name="Kind">What <paramref name="Text"/> names.</param>
/// <param name="Text">A metric's name, "A -> B" for two statements or steps, "caller -> callee", an object's name.</param>
/// <param name="Statement">What is different there, as a sentence with its numbers.</param>
public sealed record CausePlace(PlaceKind Kind, string Text, string Statement);

/// <summary>Kinds of inner places, in the JSON as kebab-case words.</summary>
[JsonConverter(typeof(PlaceKindConverter))]
public enum PlaceKind
{
    /// <summary>A metric that moved.</summary>
    Metric,

    /// <summary>Between two statements or steps of one operation.</summary>
    Code,

    /// <summary>Between a caller and a callee.</summary>
    Edge,

    /// <summary>A database statement or a step that calls outside.</summary>
    Statement,

    /// <summary>An object: a pod, a node, a pool, a name.</summary>
    Object,
}

/// <summary>One of the things a suspect was judged by.</summary>
/// <param name="Name">"onset", "depth", "coverage", "exclusivity", "counterfactual", "change", "reasons" or "data".</param>
/// <param name="Value">0 (speaks against, or nothing) to 1 (speaks fully for it).</param>
/// <param name="Statement">What was measured, as a sentence.</param>
public sealed record CauseFactor(string Name, double Value, string Statement);

/// <summary>A change that fits the incident.</summary>
public sealed record SuspectChange
{
    /// <summary>Id of the change record.</summary>
    public required string Id { get; init; }

    /// <summary>"deploy", "config", "infrastructure", "flag", "commit", …, as recorded.</summary>
    public required string Kind { get; init; }

    /// <summary>When it took effect.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The service or infrastructure it touched, as recorded.</summary>
    public required string Target { get; init; }

    /// <summary>What was changed, as recorded.</summary>
    public required string Summary { get; init; }

    /// <summary>Who made it, if recorded.</summary>
    public string? Author { get; init; }

    /// <summary>The commit or version that was changed to, if the record or the commit deployed with it says so.</summary>
    public string? Revision { get; init; }

    /// <summary>Files of the change that the evidence points to, or all of a few.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Seconds from the change to the first onset; positive when the change came first.</summary>
    public required double SecondsBeforeOnset { get; init; }

    /// <summary>Why it fits, as a sentence.</summary>
    public required string Fit { get; init; }
}

/// <summary>One step of the chain of whys.</summary>
/// <param name="Question">"Why did checkout fail?"</param>
/// <param name="Answer">"Because payments timed out after three attempts."</param>
/// <param name="Evidence">Ids of the evidence that carries the answer; never empty.</param>
public sealed record Why(string Question, string Answer, IReadOnlyList<string> Evidence);

/// <summary>One piece of evidence.</summary>
public sealed record EvidenceItem
{
    /// <summary>Id within the report, "e1", "e2", …; whys cite it.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the inspection that found it.</summary>
    public required string Inspection { get; init; }

    /// <summary>The finding as a sentence with its numbers.</summary>
    public required string Statement { get; init; }

    /// <summary>Whom it is about: service, instance, operation, edge.</summary>
    public required string Entity { get; init; }

    /// <summary>The quantity before and during, when the finding is about one.</summary>
    public Comparison? Change { get; init; }

    /// <summary>When it began, if that can be told.</summary>
    public DateTimeOffset? Onset { get; init; }

    /// <summary>How surprising it is against the baseline: standard deviations, robustly estimated.</summary>
    public required double Significance { get; init; }

    /// <summary>How many observations carry it; small numbers are said in the statement too.</summary>
    public required long Observations { get; init; }

    /// <summary>Traces that show it, hex, at most three.</summary>
    public IReadOnlyList<string> TraceIds { get; init; } = [];

    /// <summary>A command that shows the same from the store again.</summary>
    public string? Query { get; init; }

    /// <summary>The same for a machine, with what it answered; <c>clew verify</c> asks it again.</summary>
    public EvidenceCheck? Check { get; init; }
}

/// <summary>A suspect that was considered and lost.</summary>
/// <param name="Service">Which service (or change) it was.</param>
/// <param name="Score">Its score, for comparison with the winner's.</param>
/// <param name="Against">What spoke against it, as a sentence.</param>
/// <param name="Reason">The reason in one word: explained-by-deeper, came-later, weaker-evidence, healthy, does-not-fit-path, does-not-fit-time, does-not-explain.</param>
public sealed record RejectedAlternative(string Service, double Score, string Against, string Reason);

/// <summary>One line of the timeline.</summary>
/// <param name="Time">When.</param>
/// <param name="Kind">"change", "onset", "first-error", "recovery", "window-start", "window-end".</param>
/// <param name="Service">Whom it is about; null for the system.</param>
/// <param name="Text">What happened.</param>
public sealed record TimelineEntry(DateTimeOffset Time, string Kind, string? Service, string Text);

/// <summary>A request that shows the failure.</summary>
/// <param name="TraceId">32 hex digits.</param>
/// <param name="Start">When it began.</param>
/// <param name="DurationSeconds">How long it took.</param>
/// <param name="Summary">What it shows, as a sentence.</param>
/// <param name="Hops">The spans worth seeing from the root down to the failure.</param>
public sealed record ExemplarTrace(string TraceId, DateTimeOffset Start, double DurationSeconds, string Summary, IReadOnlyList<TraceHop> Hops);

/// <summary>A span on the way to the failure.</summary>
/// <param name="Depth">0 for the root.</param>
/// <param name="Service">Service of the span.</param>
/// <param name="Operation">Span name.</param>
/// <param name="SpanId">16 hex digits.</param>
/// <param name="DurationSeconds">Duration.</param>
/// <param name="ExclusiveSeconds">Time spent in the span itself and in nothing below it.</param>
/// <param name="Error">Error type, status description or exception, when it failed.</param>
public sealed record TraceHop(int Depth, string Service, string Operation, string SpanId, double DurationSeconds, double ExclusiveSeconds, string? Error);

/// <summary>An inspection that could not judge.</summary>
/// <param name="Inspection">Which.</param>
/// <param name="Entity">About whom; null for all.</param>
/// <param name="Reason">Why not, as a sentence.</param>
public sealed record UnknownInspection(string Inspection, string? Entity, string Reason);

/// <summary>Something to do next.</summary>
/// <param name="Text">What and why.</param>
/// <param name="Command">A command for it, when there is one.</param>
public sealed record NextStep(string Text, string? Command = null);
