using Clew.Protocols;

namespace Clew.Server.Configuration;

/// <summary>What a sender may ask of the server. Each limit has a unit, a reason and a consequence; each is a setting under <c>limits</c>.</summary>
public sealed record IngestLimits
{
    /// <summary>
    /// Bytes of one request after decompression. Bounds what one sender can make the server hold, decompression bombs included; the OTLP
    /// specification recommends 64 MiB. Beyond: HTTP 413, gRPC RESOURCE_EXHAUSTED without RetryInfo (sending it again would not help).
    /// </summary>
    public long RequestBytes { get; init; } = 64L << 20;

    /// <summary>
    /// Bytes of all requests, decompressed, that were taken in and are not yet on disk. Bounds memory when the disk is slower than the
    /// senders; batches take about as much again. Beyond: HTTP 429 with Retry-After, gRPC RESOURCE_EXHAUSTED with RetryInfo.
    /// </summary>
    public long InFlightBytes { get; init; } = 256L << 20;

    /// <summary>Requests taken in and not yet on disk. Bounds waiting time and the fixed cost per request. Beyond: as <see cref="InFlightBytes"/>.</summary>
    public int InFlightRequests { get; init; } = 1_000;

    /// <summary>What a refused sender is told to wait: about the time a full write queue takes to reach the disk.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Bytes that must stay free on the data directory's disk. The store needs room to merge and a full disk is worse than a refused sender.
    /// Below: HTTP 503 with Retry-After, gRPC UNAVAILABLE; readiness says so.
    /// </summary>
    public long MinFreeDisk { get; init; } = 512L << 20;

    /// <summary>
    /// Bytes of one syslog message. RFC 5424 asks receivers for 2 KiB at least; a stack trace in one message takes more. Beyond: the message is dropped,
    /// counted and passed over without being kept.
    /// </summary>
    public int SyslogMessageBytes { get; init; } = 256 << 10;

    /// <summary>Syslog connections open at the same time: each has a buffer. Beyond: a further one is closed at once and counted.</summary>
    public int SyslogConnections { get; init; } = 1_000;

    /// <summary>Time a syslog connection may be silent. Senders keep them open for long, but a sender that is gone must not hold one for ever. Beyond: it is closed.</summary>
    public TimeSpan SyslogIdle { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Bytes of the messages of one syslog door that wait for the disk; as much again is on its way there. Beyond: a UDP message is dropped and counted,
    /// a TCP connection is not read until there is room.
    /// </summary>
    public int SyslogWaitingBytes { get; init; } = 16 << 20;

    /// <summary>
    /// Attributes of one record, event, link, resource or scope that are kept; OpenTelemetry's SDKs keep 128. Beyond: the first ones stay, the others are left out
    /// and counted in the record's dropped attributes. A data point with more is dropped: without one of its labels it would belong to another series.
    /// </summary>
    public int KeepAttributes { get; init; } = 512;

    /// <summary>
    /// Bytes of one attribute's value that are kept: enough for a stack trace, too little for a document. Beyond: the value is cut, and the record's attribute
    /// <c>clew.truncated</c> names it.
    /// </summary>
    public int KeepValueBytes { get; init; } = 256 << 10;

    /// <summary>Bytes of one log body that are kept. Beyond: it is cut, and the record's attribute <c>clew.truncated</c> names <c>body</c>.</summary>
    public int KeepBodyBytes { get; init; } = 1 << 20;

    /// <summary>
    /// Distinct attribute keys of one service's spans and log records in one <see cref="CardinalityWindow"/>. Bounds the catalogue of keys when somebody
    /// makes keys out of values. Beyond: attributes with new keys are left out and counted as dropped; values are never limited.
    /// </summary>
    public int AttributeKeys { get; init; } = 2_000;

    /// <summary>
    /// Distinct span names of one service in one <see cref="CardinalityWindow"/>, after ids in them became placeholders. Keeps lists of operations readable.
    /// Beyond: a span with a new name is called <c>_OTHER</c>, and its attribute <c>clew.span.original_name</c> has the name.
    /// </summary>
    public int SpanNames { get; init; } = 2_000;

    /// <summary>
    /// Distinct log templates of one service in one <see cref="CardinalityWindow"/>. Text that never repeats would make one per record. Beyond: records with a new
    /// template are stored without one.
    /// </summary>
    public int LogTemplates { get; init; } = 5_000;

    /// <summary>
    /// Distinct error signatures of one service in one <see cref="CardinalityWindow"/>. Beyond: spans and log records with a new one are stored without it; they
    /// are found by their exception's attributes as before.
    /// </summary>
    public int ErrorSignatures { get; init; } = 5_000;

    /// <summary>
    /// Distinct series of one metric of one service in one <see cref="CardinalityWindow"/>. A label with a user's id in it makes one per user. Beyond: points of
    /// new series are dropped, and the sender is told; known series go on.
    /// </summary>
    public int SeriesPerMetric { get; init; } = 10_000;

    /// <summary>Distinct series of all metrics of all tenants in one <see cref="CardinalityWindow"/>; about 50 bytes of memory each. Beyond: as for one metric.</summary>
    public int Series { get; init; } = 1_000_000;

    /// <summary>How long keys, names and series are remembered: what was not seen for one to two windows is forgotten and makes room.</summary>
    public TimeSpan CardinalityWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Items (spans, log records, data points) a tenant may send a second, 0 for any number. Beyond: HTTP 429 with Retry-After, gRPC RESOURCE_EXHAUSTED with RetryInfo.</summary>
    public long TenantItemsPerSecond { get; init; }

    /// <summary>Bytes, decompressed, a tenant may send a second, 0 for any number. Beyond: as for items.</summary>
    public long TenantBytesPerSecond { get; init; }

    /// <summary>How long a tenant may send at any speed after it sent nothing: so much of its rates is saved up.</summary>
    public TimeSpan TenantBurst { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Tenants that send. Each has its budgets in memory; the header is set by whoever sends. Beyond: requests of further tenants are answered with 429.</summary>
    public int Tenants { get; init; } = 1_000;

    /// <summary>What a single record may have: see there.</summary>
    public ProtocolLimits Records { get; init; } = ProtocolLimits.Default;
}
