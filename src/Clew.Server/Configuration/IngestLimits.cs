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

    /// <summary>What a single record may have: see there.</summary>
    public ProtocolLimits Records { get; init; } = ProtocolLimits.Default;
}
