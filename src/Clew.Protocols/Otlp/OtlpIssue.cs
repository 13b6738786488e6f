namespace Clew.Protocols.Otlp;

/// <summary>Everything that can be wrong with one record of a readable request.</summary>
internal enum OtlpIssue
{
    None = 0,

    // Reasons to refuse a record.
    TraceIdLength,
    TraceIdMissing,
    SpanIdLength,
    SpanIdMissing,
    ParentSpanIdLength,
    TimeBeyondRange,
    NameTooLong,
    KeyTooLong,
    KeyNotUtf8,
    ValueTooLong,
    ValueTooDeep,
    TooManyAttributes,
    TooManyEvents,
    TooManyLinks,
    TooManyBuckets,
    BucketCountMismatch,
    BoundsNotIncreasing,

    // Things to tell about a record that is kept.
    TextRepaired,
    TextLeftOut,
    EndBeforeStart,
    TimeMissing,
    UnknownEnumNumber,
    LogTraceIdInvalid,
    LogSpanIdInvalid,
    LinkLeftOut,
    ExemplarLeftOut,
    ExemplarIdInvalid,

    Count,
}

internal static class OtlpIssues
{
    /// <summary>The sentence for people; a limit is named with its value.</summary>
    public static string Describe(OtlpIssue issue, ProtocolLimits limits) => issue switch
    {
        OtlpIssue.TraceIdLength => "trace_id must be 16 bytes (32 hex digits in JSON)",
        OtlpIssue.TraceIdMissing => "trace_id is missing or all zero",
        OtlpIssue.SpanIdLength => "span_id must be 8 bytes (16 hex digits in JSON)",
        OtlpIssue.SpanIdMissing => "span_id is missing or all zero",
        OtlpIssue.ParentSpanIdLength => "parent_span_id must be empty or 8 bytes (16 hex digits in JSON)",
        OtlpIssue.TimeBeyondRange => "a time lies beyond the year 2262",
        OtlpIssue.NameTooLong => $"a name is longer than {nameof(ProtocolLimits.MaxNameBytes)} = {limits.MaxNameBytes} bytes",
        OtlpIssue.KeyTooLong => $"an attribute key is longer than {nameof(ProtocolLimits.MaxKeyBytes)} = {limits.MaxKeyBytes} bytes",
        OtlpIssue.KeyNotUtf8 => "an attribute key is not valid UTF-8",
        OtlpIssue.ValueTooLong => $"a value is longer than {nameof(ProtocolLimits.MaxValueBytes)} = {limits.MaxValueBytes} bytes",
        OtlpIssue.ValueTooDeep => $"a value has more than {nameof(ProtocolLimits.MaxValueDepth)} = {limits.MaxValueDepth} nested levels",
        OtlpIssue.TooManyAttributes => $"more than {nameof(ProtocolLimits.MaxAttributes)} = {limits.MaxAttributes} attributes",
        OtlpIssue.TooManyEvents => $"more than {nameof(ProtocolLimits.MaxEvents)} = {limits.MaxEvents} events",
        OtlpIssue.TooManyLinks => $"more than {nameof(ProtocolLimits.MaxLinks)} = {limits.MaxLinks} links",
        OtlpIssue.TooManyBuckets => $"more than {nameof(ProtocolLimits.MaxBuckets)} = {limits.MaxBuckets} buckets, bounds or quantiles",
        OtlpIssue.BucketCountMismatch => "bucket_counts must have one element more than explicit_bounds, or both must be empty",
        OtlpIssue.BoundsNotIncreasing => "explicit_bounds must be strictly increasing",
        OtlpIssue.TextRepaired => "text was not valid UTF-8 and was repaired with U+FFFD",
        OtlpIssue.TextLeftOut => $"a name or schema_url of a resource or scope was longer than {nameof(ProtocolLimits.MaxNameBytes)} = {limits.MaxNameBytes} bytes and was left out",
        OtlpIssue.EndBeforeStart => "end_time_unix_nano is before start_time_unix_nano",
        OtlpIssue.TimeMissing => "a required time is missing",
        OtlpIssue.UnknownEnumNumber => "an enum number that cannot be kept was replaced by 0",
        OtlpIssue.LogTraceIdInvalid => "trace_id of a log record was not 16 bytes and was left out",
        OtlpIssue.LogSpanIdInvalid => "span_id of a log record was not 8 bytes and was left out",
        OtlpIssue.LinkLeftOut => "a link with trace_id not 16 or span_id not 8 bytes was left out and counted as dropped",
        OtlpIssue.ExemplarLeftOut => $"an exemplar with a time beyond the year 2262, an attribute over a limit, or beyond {nameof(ProtocolLimits.MaxExemplars)} = {limits.MaxExemplars} of its point was left out",
        OtlpIssue.ExemplarIdInvalid => "trace_id not 16 or span_id not 8 bytes in an exemplar was left out",
        _ => throw new ArgumentOutOfRangeException(nameof(issue), issue, null),
    };
}
