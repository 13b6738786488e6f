namespace Clew.Protocols;

/// <summary>
/// Everything a peer could make large, in one place. Each limit names its unit, why it exists and what happens to what goes beyond it;
/// "refused" means that the one record is left out, counted and explained, while the rest of the request is kept.
/// </summary>
public sealed record ProtocolLimits
{
    public static readonly ProtocolLimits Default = new();

    /// <summary>
    /// Bytes of one request or line after decompression. Reason: values written as text grow up to six times (a control character becomes
    /// <c>\u0001</c>), and a batch holds at most 2 GiB of text. Consequence: the request fails with <see cref="DecodeStatus.TooLarge"/>.
    /// </summary>
    public int MaxRequestBytes { get; init; } = 256 << 20;

    /// <summary>
    /// Bytes of a span, event, metric, scope or severity name, of a unit, a description, a schema URL or a trace state. Reason: these are
    /// dictionary texts that every reader shows whole. Consequence: the record is refused; on a resource or scope the text is left out with a warning.
    /// </summary>
    public int MaxNameBytes { get; init; } = 64 << 10;

    /// <summary>
    /// Bytes of an attribute's key. Reason: keys go into a catalogue that is kept in memory. Consequence: the record is refused; on a resource or scope
    /// the attribute is left out, counted as dropped, with a warning.
    /// </summary>
    public int MaxKeyBytes { get; init; } = 4 << 10;

    /// <summary>
    /// Bytes of one value as text: an attribute, a log body, a status message. Reason: one row is read, sent and shown whole. Consequence: as for keys.
    /// </summary>
    public int MaxValueBytes { get; init; } = 4 << 20;

    /// <summary>
    /// Attributes of one record, event, link, exemplar, resource or scope. Reason: a row's map is read whole. Consequence: as for keys.
    /// </summary>
    public int MaxAttributes { get; init; } = 4_096;

    /// <summary>
    /// Labels of one Loki stream or one Prometheus series. Reason: they are compared with each other to find repeated ones, and a series is meant to have a
    /// dozen. Consequence: the stream's entries or the series' samples are refused.
    /// </summary>
    public int MaxLabels { get; init; } = 128;

    /// <summary>
    /// Levels of arrays and maps within one value. Reason: values are read and written by recursion. Consequence: as for keys.
    /// </summary>
    public int MaxValueDepth { get; init; } = 32;

    /// <summary>Events of one span. Reason: a span is read whole. Consequence: the span is refused.</summary>
    public int MaxEvents { get; init; } = 65_536;

    /// <summary>Links of one span. Reason: a span is read whole. Consequence: the span is refused.</summary>
    public int MaxLinks { get; init; } = 65_536;

    /// <summary>
    /// Buckets (each side of an exponential histogram counts for itself), bounds or quantiles of one data point. Reason: a point is one row.
    /// Consequence: the point is refused.
    /// </summary>
    public int MaxBuckets { get; init; } = 16_384;

    /// <summary>Exemplars of one data point. Reason: they repeat with every export. Consequence: further ones are left out with a warning.</summary>
    public int MaxExemplars { get; init; } = 1_024;

    /// <summary>
    /// Metrics whose type, help and unit are remembered between requests, since remote write 1.0 sends them apart from the samples. Reason: memory, some
    /// hundred bytes each. Consequence: of further metrics the type is taken from the name alone.
    /// </summary>
    public int MaxKnownMetrics { get; init; } = 50_000;

    /// <summary>
    /// Targets (job and instance) whose <c>target_info</c> is remembered between requests. Reason: memory, about a kilobyte each. Consequence: the series of
    /// further targets are stored without those attributes on their resource; <c>target_info</c> itself is stored all the same.
    /// </summary>
    public int MaxKnownTargets { get; init; } = 20_000;

    /// <summary>
    /// Bytes of the lines that are joined into one log record, such as a stack trace. Reason: they are held until it is certain that no further one
    /// belongs to them. Consequence: the record ends there and the next line begins another one.
    /// </summary>
    public int MaxJoinedBytes { get; init; } = 1 << 20;

    /// <summary>
    /// Containers and streams within one source of log lines whose lines are joined side by side. Reason: each may hold an open record. Consequence:
    /// all open records are completed before a further one is begun.
    /// </summary>
    public int MaxLogStreams { get; init; } = 1_024;
}
