namespace Clew.Analysis.Doctor;

/// <summary>
/// Everything the doctor looks at, as pure data: exact counts per service, a sample of whole traces, a slice of time of which every span was read,
/// and what the server knows about itself. A part that could not be read is null, and checks that need it say so. Times are nanoseconds since 1970.
/// </summary>
public sealed record TelemetrySurvey
{
    /// <summary>Begin of the window, included.</summary>
    public long Start { get; init; }

    /// <summary>End of the window, not included.</summary>
    public long End { get; init; }

    /// <summary>Counted over the whole window.</summary>
    public IReadOnlyList<ServiceCounts> Services { get; init; } = [];

    public TraceSample? Sample { get; init; }

    public TimeSlice? Slice { get; init; }

    public ErrorCapture? Capture { get; init; }

    public ServerState? Server { get; init; }

    /// <summary>Which attribute names each service has used since the server started; null when that was not noted.</summary>
    public IReadOnlyList<SchemaNotes>? Schemas { get; init; }

    /// <summary>Limits on names, keys and series that were reached lately; null when that was not counted.</summary>
    public IReadOnlyList<CappedNames>? Capped { get; init; }
}

/// <summary>The conventions of one service.</summary>
public sealed record SchemaNotes
{
    public string Service { get; init; } = string.Empty;

    /// <summary>Keys it sent that OpenTelemetry renamed, and keys that others were renamed to.</summary>
    public IReadOnlyList<string> RenamedKeys { get; init; } = [];

    /// <summary>Keys that came with values of several types.</summary>
    public IReadOnlyList<MixedTypes> MixedTypes { get; init; } = [];
}

/// <summary>A key and the types its values had, by their names in lower case.</summary>
public sealed record MixedTypes
{
    public string Key { get; init; } = string.Empty;

    public IReadOnlyList<string> Types { get; init; } = [];
}

/// <summary>A service that sent more different names than are kept.</summary>
public sealed record CappedNames
{
    /// <summary>The setting that limits them.</summary>
    public string Setting { get; init; } = string.Empty;

    public string Service { get; init; } = string.Empty;

    /// <summary>Empty unless series are limited.</summary>
    public string Metric { get; init; } = string.Empty;

    public int Limit { get; init; }

    /// <summary>Times something new was left out.</summary>
    public long Refused { get; init; }

    public string Example { get; init; } = string.Empty;
}

/// <summary>What one service sent in the window; counts are exact.</summary>
public sealed record ServiceCounts
{
    public string Name { get; init; } = string.Empty;

    public long Spans { get; init; }

    /// <summary>Spans with status error.</summary>
    public long Errors { get; init; }

    public long ServerSpans { get; init; }

    public long ClientSpans { get; init; }

    public long ProducerSpans { get; init; }

    public long ConsumerSpans { get; init; }

    /// <summary>Spans whose kind the sender left out.</summary>
    public long UnspecifiedSpans { get; init; }

    /// <summary>Spans of kind client, producer, internal or unspecified that name no parent.</summary>
    public long InnerRoots { get; init; }

    /// <summary>Spans that end before they start.</summary>
    public long NegativeDurations { get; init; }

    /// <summary>When the first and the last span started; 0 without spans.</summary>
    public long FirstSpan { get; init; }

    public long LastSpan { get; init; }

    public long Logs { get; init; }

    public long LogsWithTrace { get; init; }

    /// <summary>Log records below INFO.</summary>
    public long DebugLogs { get; init; }

    public long LastLog { get; init; }

    /// <summary>Data points of gauges and sums.</summary>
    public long MetricPoints { get; init; }
}

/// <summary>What a sample of whole traces, chosen by trace id alone, shows. Counts are of the sample.</summary>
public sealed record TraceSample
{
    /// <summary>One trace in this many was read.</summary>
    public int OneIn { get; init; } = 1;

    public int Traces { get; init; }

    public int Spans { get; init; }

    /// <summary>Traces with a span whose parent is missing, or without a root.</summary>
    public int PartialTraces { get; init; }

    /// <summary>Traces with a failed span.</summary>
    public int ErrorTraces { get; init; }

    /// <summary>95th percentile of the duration of traces, nanoseconds.</summary>
    public long P95Duration { get; init; }

    /// <summary>Spans that were received more than once, by service.</summary>
    public IReadOnlyList<Symptom> Copies { get; init; } = [];

    /// <summary>Server and consumer spans that are alone in their trace, of all traces the service is the root of.</summary>
    public IReadOnlyList<Symptom> SingleSpanTraces { get; init; } = [];

    /// <summary>Spans whose parent is missing, by their service, of the service's spans.</summary>
    public IReadOnlyList<Symptom> Orphans { get; init; } = [];

    /// <summary>Spans of a service that say by status code or exception that they failed, and by status that they did not. Of all that failed.</summary>
    public IReadOnlyList<Symptom> UnmarkedErrors { get; init; } = [];

    /// <summary>Calls of a peer without a span of the peer, as <c>caller → peer</c>, of all calls to it.</summary>
    public IReadOnlyList<Symptom> UnansweredCalls { get; init; } = [];

    /// <summary>Consumer spans without a parent and without a link, as <c>service: destination</c>, of the consumer spans of it.</summary>
    public IReadOnlyList<Symptom> LooseConsumers { get; init; } = [];

    /// <summary>Spans whose kind contradicts what they are, as <c>service: what</c>, of the spans alike.</summary>
    public IReadOnlyList<Symptom> WrongKinds { get; init; } = [];

    /// <summary>Spans of the exporter's own requests, by service.</summary>
    public IReadOnlyList<Symptom> ExporterSpans { get; init; } = [];

    /// <summary>The largest traces, and the most repeated spans under one parent, as <c>service: name</c>; count is the number of spans.</summary>
    public IReadOnlyList<Symptom> Explosions { get; init; } = [];

    /// <summary>Different span names of a service that are one when digits and ids are masked, of all its names.</summary>
    public IReadOnlyList<Symptom> NamesWithIds { get; init; } = [];

    /// <summary>Spans that the sender marked as not sampled and sent all the same, of the service's spans with flags.</summary>
    public IReadOnlyList<Symptom> UnsampledSpans { get; init; } = [];

    /// <summary>Traces whose spans name different sampling thresholds, by pair of services.</summary>
    public IReadOnlyList<Symptom> MixedThresholds { get; init; } = [];

    /// <summary>Traces whose id has only 64 bits, by the service of their earliest span, of its traces.</summary>
    public IReadOnlyList<Symptom> ShortTraceIds { get; init; } = [];

    /// <summary>Values that look like secrets or personal data, as <c>service: key (what)</c>.</summary>
    public IReadOnlyList<Symptom> SensitiveValues { get; init; } = [];

    /// <summary>Keys of span attributes by service.</summary>
    public IReadOnlyList<AttributeUse> Attributes { get; init; } = [];

    /// <summary>What made the spans, by service: the resource's telemetry.sdk.name, empty where it says none. Count is spans.</summary>
    public IReadOnlyList<Symptom> Instrumentation { get; init; } = [];

    /// <summary>Clocks that disagree.</summary>
    public IReadOnlyList<ClockOffset> Clocks { get; init; } = [];

    /// <summary>Average of the adjusted counts that spans with a sampling threshold stand for; 0 when none tells.</summary>
    public double RequestsPerSampledTrace { get; init; }
}

/// <summary>Something counted, with what it was counted on and traces that show it.</summary>
public sealed record Symptom
{
    /// <summary>The service, or what else the list says.</summary>
    public string Subject { get; init; } = string.Empty;

    public long Count { get; init; }

    /// <summary>How many there are of which <see cref="Count"/> are; 0 when the list has no such number.</summary>
    public long Of { get; init; }

    /// <summary>More words, where the list says so.</summary>
    public string Detail { get; init; } = string.Empty;

    /// <summary>Ids in hex, a few.</summary>
    public IReadOnlyList<string> Traces { get; init; } = [];
}

/// <summary>How a service uses an attribute key on its spans.</summary>
public sealed record AttributeUse
{
    public string Service { get; init; } = string.Empty;

    public string Key { get; init; } = string.Empty;

    /// <summary>Spans that have it.</summary>
    public int Spans { get; init; }

    /// <summary>Spans of the service in the sample.</summary>
    public int Of { get; init; }

    /// <summary>Different values.</summary>
    public int Distinct { get; init; }

    /// <summary>Bytes of its values, all together.</summary>
    public long Bytes { get; init; }

    /// <summary>One of the values.</summary>
    public string Example { get; init; } = string.Empty;
}

/// <summary>How far the clock of one host is from that of another, estimated from many calls.</summary>
public sealed record ClockOffset
{
    /// <summary>The host whose clock counts as right here: it has the more neighbours.</summary>
    public string Reference { get; init; } = string.Empty;

    public string Host { get; init; } = string.Empty;

    /// <summary>Nanoseconds that the host's clock is ahead; negative when behind.</summary>
    public long Offset { get; init; }

    /// <summary>Nanoseconds by which single calls lie around the estimate (median absolute deviation).</summary>
    public long Spread { get; init; }

    public int Calls { get; init; }

    /// <summary>Calls that cannot have happened as recorded: the callee starts before or ends after its caller's request.</summary>
    public int Impossible { get; init; }

    public IReadOnlyList<string> Traces { get; init; } = [];

    /// <summary>Whether the clocks disagree beyond doubt: enough calls, several that cannot have happened, and an estimate that is larger than what it varies by.</summary>
    public bool IsApart => Calls >= DoctorRules.ClockCalls && Impossible >= DoctorRules.FewestToSay
        && Math.Abs(Offset) >= DoctorRules.ClocksApart && Math.Abs(Offset) > 2 * Spread;
}

/// <summary>A stretch of time of which every span was read: what happened side by side, whatever the trace.</summary>
public sealed record TimeSlice
{
    public long Start { get; init; }

    public long End { get; init; }

    public int Spans { get; init; }

    /// <summary>Callers whose calls have no span of the callee, and callees whose traces begin just then.</summary>
    public IReadOnlyList<BrokenLink> Broken { get; init; } = [];
}

/// <summary>Traces that begin at the callee while a call of the caller is waiting.</summary>
public sealed record BrokenLink
{
    public string Caller { get; init; } = string.Empty;

    public string Callee { get; init; } = string.Empty;

    /// <summary>Requests at the callee without a parent.</summary>
    public int Roots { get; init; }

    /// <summary>Those of them that lie within a call of the caller that nobody else answered.</summary>
    public int Within { get; init; }

    /// <summary>How many would lie within one by chance.</summary>
    public double ByChance { get; init; }

    /// <summary>The calls name the callee as their peer.</summary>
    public bool Named { get; init; }

    /// <summary>A caller's trace and the callee's, in turn.</summary>
    public IReadOnlyList<string> Traces { get; init; } = [];
}

/// <summary>Whether the traces that error logs point to are stored.</summary>
public sealed record ErrorCapture
{
    /// <summary>Different traces that error logs name, of those that were looked at.</summary>
    public int Traces { get; init; }

    /// <summary>Those of them of which no span is stored.</summary>
    public int Missing { get; init; }

    /// <summary>Services of the logs of missing traces.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    public IReadOnlyList<string> Examples { get; init; } = [];
}

/// <summary>What the server knows of itself; counts since it started.</summary>
public sealed record ServerState
{
    public double UptimeSeconds { get; init; }

    /// <summary>Requests with traces that were answered with success, and spans in them.</summary>
    public long TraceRequests { get; init; }

    public long AcceptedSpans { get; init; }

    /// <summary>Requests refused, by reason, of all requests.</summary>
    public IReadOnlyList<Symptom> Refused { get; init; } = [];

    /// <summary>Items left out of good requests, by reason.</summary>
    public IReadOnlyList<Symptom> Dropped { get; init; } = [];

    /// <summary>How long spans took from their end to the store, by service; null when none arrived within the window.</summary>
    public IReadOnlyList<ArrivalCounts>? Arrivals { get; init; }

    /// <summary>95th percentile of that time over all spans, seconds; null without arrivals.</summary>
    public double? ArrivalP95Seconds { get; init; }

    /// <summary>Questions the store answered since the start, and quantiles of how long it took, seconds.</summary>
    public long Queries { get; init; }

    public double QueryP50 { get; init; }

    public double QueryP95 { get; init; }

    /// <summary>Addresses that others than this machine can reach, each with what is served there.</summary>
    public IReadOnlyList<string> OpenDoors { get; init; } = [];

    /// <summary>Whether those who ask have to say who they are.</summary>
    public bool RequiresLogin { get; init; }

    public long StoreBytes { get; init; }

    public long SpanRows { get; init; }

    public long SpanBytes { get; init; }

    /// <summary>Bytes free on the disk of the store; null when that is not known.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>True when retention deletes by age or size.</summary>
    public bool HasRetention { get; init; }

    /// <summary>CPU seconds of the process.</summary>
    public double CpuSeconds { get; init; }
}

/// <summary>How long after their end the spans of a service arrived.</summary>
public sealed record ArrivalCounts
{
    public string Service { get; init; } = string.Empty;

    public long Spans { get; init; }

    /// <summary>Those that came more than a minute after their end.</summary>
    public long Late { get; init; }

    /// <summary>Quantiles of the delay, seconds.</summary>
    public double P50Seconds { get; init; }

    public double P95Seconds { get; init; }
}
