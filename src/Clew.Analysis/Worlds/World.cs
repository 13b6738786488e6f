using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>
/// Everything the reasoning may look at: plain data about one incident window and the stretches it is compared with. A world written to a
/// file (<see cref="WorldJson"/>) is a test. Numbers that name things (services, instances, operations, templates) are indexes into the
/// lists of this record. Times are nanoseconds since the Unix epoch, durations nanoseconds. Files of earlier versions lack members that came later: the serializer
/// sets these to null, and they take their defaults.
/// </summary>
public sealed record World
{
    /// <summary>Version of this schema.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The incident window.</summary>
    public required WorldStretch Window { get; init; }

    /// <summary>How the window came about, as a sentence.</summary>
    public required string WindowOrigin { get; init; }

    /// <summary>The stretches taken for normal, oldest first; each is short against the window, so that one bad one can be told from the others.</summary>
    public required IReadOnlyList<WorldStretch> Baseline { get; init; }

    /// <summary>Why these, as a sentence.</summary>
    public required string BaselineReason { get; init; }

    /// <summary>Names of services.</summary>
    public required IReadOnlyList<string> Services { get; init; }

    /// <summary>The only services that may be accused; empty when all may.</summary>
    public IReadOnlyList<string> Inventory { get; init => field = value ?? []; } = [];

    /// <summary>The service the investigation was asked about; empty when none.</summary>
    public string FocusService { get; init => field = value ?? ""; } = "";

    /// <summary>The trace the investigation was asked about; empty when none.</summary>
    public string FocusTrace { get; init => field = value ?? ""; } = "";

    /// <summary>Instances: processes, pods.</summary>
    public IReadOnlyList<WorldInstance> Instances { get; init => field = value ?? []; } = [];

    /// <summary>Operations: span names of a service.</summary>
    public IReadOnlyList<WorldOperation> Operations { get; init => field = value ?? []; } = [];

    /// <summary>Log templates over all services.</summary>
    public IReadOnlyList<WorldTemplate> Templates { get; init => field = value ?? []; } = [];

    /// <summary>A sample of whole traces, of the window and the baseline, ordered by start.</summary>
    public IReadOnlyList<WorldTrace> Traces { get; init => field = value ?? []; } = [];

    /// <summary>Exact request numbers per operation and stretch, computed by the store over everything.</summary>
    public IReadOnlyList<WorldRed> Red { get; init => field = value ?? []; } = [];

    /// <summary>Log lines per service, template and stretch, with or without a trace.</summary>
    public IReadOnlyList<WorldLogRate> LogRates { get; init => field = value ?? []; } = [];

    /// <summary>Metric series.</summary>
    public IReadOnlyList<WorldSeries> Series { get; init => field = value ?? []; } = [];

    /// <summary>Who calls whom, from all spans (and from metrics that say so), not only from the sample.</summary>
    public IReadOnlyList<WorldEdge> Edges { get; init => field = value ?? []; } = [];

    /// <summary>By what attributes the sampled requests differ; null when by none.</summary>
    public WorldStrata? Strata { get; init; }

    /// <summary>Metric points before this moment, nanoseconds, are for trends only; usual values are those after it. 0: all are usual.</summary>
    public long ComparedSince { get; init; }

    /// <summary>Attributes of successful invocations.</summary>
    public IReadOnlyList<WorldAttributeUse> AttributeUses { get; init => field = value ?? []; } = [];

    /// <summary>Exceptions by their signatures.</summary>
    public IReadOnlyList<WorldError> Errors { get; init => field = value ?? []; } = [];

    /// <summary>Numbers in log statements.</summary>
    public IReadOnlyList<WorldLogNumber> LogNumbers { get; init => field = value ?? []; } = [];

    /// <summary>What is used beside its limit, from fields of log records.</summary>
    public IReadOnlyList<WorldFullness> Fullness { get; init => field = value ?? []; } = [];

    /// <summary>Warnings and errors of the window by time.</summary>
    public IReadOnlyList<WorldLogEvent> LogEvents { get; init => field = value ?? []; } = [];

    /// <summary>Who tried what; null when nobody did anything odd.</summary>
    public WorldAccesses? Accesses { get; init; }

    /// <summary>Messages whose sending and taking are in different traces; none in worlds that were saved before they were looked at.</summary>
    public IReadOnlyList<WorldMessage> Messages { get; init => field = value ?? []; } = [];

    /// <summary>Requests at the same time of earlier days, where there is data.</summary>
    public IReadOnlyList<WorldSeason> Seasons { get; init => field = value ?? []; } = [];

    /// <summary>The times of earlier days that <see cref="Seasons"/> are of, the nearest first; none where nobody looked.</summary>
    public IReadOnlyList<WorldSeasonTime> SeasonTimes { get; init => field = value ?? []; } = [];

    /// <summary>Changes from the look-back before the window until its end, oldest first.</summary>
    public IReadOnlyList<ChangeRecord> Changes { get; init => field = value ?? []; } = [];

    /// <summary>What the queries that the report cites answered, asked after the analysis; the report has these figures beside its evidence.</summary>
    public IReadOnlyList<WorldAnswer> Answers { get; init => field = value ?? []; } = [];

    /// <summary>What database servers say of their statements.</summary>
    public IReadOnlyList<WorldStatement> Statements { get; init => field = value ?? []; } = [];

    /// <summary>States and events of the cluster; <see cref="WorldKubernetes.None"/> when nothing is known of one.</summary>
    public WorldKubernetes Kubernetes { get; init => field = value ?? WorldKubernetes.None; } = WorldKubernetes.None;

    /// <summary>Alerts, recovery and earlier incidents, asked for after the analysis; null when they were not.</summary>
    public WorldAftermath? Aftermath { get; init; }

    /// <summary>What was left out because of a limit, as sentences.</summary>
    public IReadOnlyList<string> Truncations { get; init => field = value ?? []; } = [];
}

/// <summary>A stretch of time.</summary>
/// <param name="Start">Inclusive.</param>
/// <param name="End">Exclusive.</param>
/// <param name="Spans">Spans the store holds in it.</param>
/// <param name="Traces">Traces that start in it.</param>
public sealed record WorldStretch(long Start, long End, long Spans, long Traces)
{
    public bool Contains(long time) => time >= Start && time < End;
}

/// <param name="Service">Index into services.</param>
/// <param name="Name">service.instance.id, pod, or host; empty when the resource names none.</param>
/// <param name="Node">The machine; empty when unknown.</param>
/// <param name="Version">service.version; empty when unknown.</param>
public sealed record WorldInstance(int Service, string Name, string Node, string Version);

/// <param name="Service">Index into services.</param>
/// <param name="Name">Span name.</param>
public sealed record WorldOperation(int Service, string Name, SpanKind Kind);

/// <param name="Text">The line with &lt;*&gt; where it varies.</param>
/// <param name="Severity">OTLP's number, the highest seen.</param>
/// <param name="Example">The latest such line, shortened; empty for those that are no errors.</param>
public sealed record WorldTemplate(string Text, int Severity, string Example = "")
{
    /// <summary>Where in the code the statement stands, when its records say so ("Class#line", "function (file:line)"); empty otherwise.</summary>
    public string Location { get; init => field = value ?? ""; } = "";

    /// <summary>What records of the window from WARN upwards carried beside their text, as "key=value": stack frames, statements, hosts, limits. Bounded.</summary>
    public IReadOnlyList<string> Clues { get; init => field = value ?? []; } = [];

    /// <summary>OTLP's first ERROR number.</summary>
    public const int ErrorSeverity = 17;

    public bool IsError => Severity >= ErrorSeverity;
}

/// <summary>One request.</summary>
/// <param name="TraceId">32 hex digits.</param>
/// <param name="Stretch">Index into the baseline; -1 for the window.</param>
/// <param name="Start">Of the earliest span.</param>
/// <param name="Spans">Parents before their children.</param>
/// <param name="Logs">Its log lines.</param>
public sealed record WorldTrace(string TraceId, int Stretch, long Start, IReadOnlyList<WorldSpan> Spans, IReadOnlyList<WorldLog> Logs);

/// <param name="SpanId">16 hex digits.</param>
/// <param name="Parent">Index into the trace's spans; -1 for a root or when the parent is missing.</param>
/// <param name="Operation">Index into operations.</param>
/// <param name="Instance">Index into instances.</param>
/// <param name="Offset">Start after the trace's start.</param>
/// <param name="Duration">Never negative here.</param>
/// <param name="IsError">Status ERROR.</param>
/// <param name="Facts">What attributes and events say; null when nothing of interest.</param>
public sealed record WorldSpan(string SpanId, int Parent, int Operation, int Instance, long Offset, long Duration, bool IsError, SpanFacts? Facts = null);

/// <summary>The attributes and events that inspections understand, by OpenTelemetry's names.</summary>
public sealed record SpanFacts
{
    /// <summary>Whom a client span calls: peer.service, server.address, db.namespace, messaging.destination.name.</summary>
    public string Peer { get; init => field = value ?? ""; } = "";

    /// <summary>error.type, exception.type or the status message.</summary>
    public string Error { get; init => field = value ?? ""; } = "";

    /// <summary>http.response.status_code or rpc.grpc.status_code.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    /// <summary>dns.question.name: the span resolves a name.</summary>
    public string Question { get; init => field = value ?? ""; } = "";

    /// <summary>http.request.resend_count or a retry attempt's number.</summary>
    public int Resend { get; init; }

    /// <summary>The status message, or the exception's message; shortened.</summary>
    public string Message { get; init => field = value ?? ""; } = "";

    /// <summary>db.system.name: the span is a call to a data store.</summary>
    public string Store { get; init => field = value ?? ""; } = "";

    /// <summary>db.query.text without its values (<see cref="StatementMask"/>), or db.operation.name and db.collection.name.</summary>
    public string Statement { get; init => field = value ?? ""; } = "";

    /// <summary>messaging.destination.name: the span sends to or takes from a queue or topic.</summary>
    public string Destination { get; init => field = value ?? ""; } = "";

    /// <summary>user.id or enduser.id; empty when the span names none.</summary>
    public string User { get; init => field = value ?? ""; } = "";

    /// <summary>Names of events other than exceptions.</summary>
    public IReadOnlyList<string> Events { get; init => field = value ?? []; } = [];
}

/// <param name="Span">Index into the trace's spans; -1 when its span is not in the trace.</param>
/// <param name="Service">Index into services.</param>
/// <param name="Template">Index into templates.</param>
/// <param name="Offset">After the trace's start.</param>
public sealed record WorldLog(int Span, int Service, int Template, long Offset);

/// <summary>Requests of one operation in one stretch.</summary>
/// <param name="Stretch">Index into the baseline; -1 for the window.</param>
/// <param name="P50">Nanoseconds.</param>
/// <param name="P95">Nanoseconds.</param>
public sealed record WorldRed(int Operation, int Stretch, long Count, long Errors, double P50, double P95);

/// <param name="Counts">Lines per stretch: the window first, then the baseline in order.</param>
/// <param name="FirstInWindow">Time of the first line in the window; 0 when there is none.</param>
public sealed record WorldLogRate(int Service, int Template, IReadOnlyList<int> Counts, long FirstInWindow);

/// <summary>One metric series: gauges as they are, counters as rates per second, histograms as the mean of each interval.</summary>
/// <param name="Service">Index into services; -1 when the series belongs to a machine only.</param>
/// <param name="Instance">Index into instances; -1 when unknown.</param>
/// <param name="Attributes">Of the points, "key=value" sorted, comma between.</param>
/// <param name="Points">By time.</param>
public sealed record WorldSeries(int Service, int Instance, string Name, string Unit, string Attributes, WorldSeriesKind Kind, IReadOnlyList<WorldPoint> Points);

/// <summary>What a series' values are.</summary>
public enum WorldSeriesKind
{
    Gauge,

    /// <summary>Increase per second.</summary>
    Rate,

    /// <summary>Mean of what a histogram counted in the interval.</summary>
    Mean,
}

public readonly record struct WorldPoint(long Time, double Value);

/// <param name="Caller">Index into services.</param>
/// <param name="Callee">Index into services.</param>
public sealed record WorldEdge(int Caller, int Callee, long Calls, long Errors);
