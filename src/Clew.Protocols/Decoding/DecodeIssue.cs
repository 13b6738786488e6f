namespace Clew.Protocols.Decoding;

/// <summary>Everything that can be wrong with one record of a readable request.</summary>
internal enum DecodeIssue
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

internal static class DecodeIssues
{
    /// <summary>The sentence for people; a limit is named with its value.</summary>
    public static string Describe(DecodeIssue issue, ProtocolLimits limits) => issue switch
    {
        DecodeIssue.TraceIdLength => "trace_id must be 16 bytes (32 hex digits in JSON)",
        DecodeIssue.TraceIdMissing => "trace_id is missing or all zero",
        DecodeIssue.SpanIdLength => "span_id must be 8 bytes (16 hex digits in JSON)",
        DecodeIssue.SpanIdMissing => "span_id is missing or all zero",
        DecodeIssue.ParentSpanIdLength => "parent_span_id must be empty or 8 bytes (16 hex digits in JSON)",
        DecodeIssue.TimeBeyondRange => "a time lies beyond the year 2262",
        DecodeIssue.NameTooLong => $"a name is longer than {nameof(ProtocolLimits.MaxNameBytes)} = {limits.MaxNameBytes} bytes",
        DecodeIssue.KeyTooLong => $"an attribute key is longer than {nameof(ProtocolLimits.MaxKeyBytes)} = {limits.MaxKeyBytes} bytes",
        DecodeIssue.KeyNotUtf8 => "an attribute key is not valid UTF-8",
        DecodeIssue.ValueTooLong => $"a value is longer than {nameof(ProtocolLimits.MaxValueBytes)} = {limits.MaxValueBytes} bytes",
        DecodeIssue.ValueTooDeep => $"a value has more than {nameof(ProtocolLimits.MaxValueDepth)} = {limits.MaxValueDepth} nested levels",
        DecodeIssue.TooManyAttributes => $"more than {nameof(ProtocolLimits.MaxAttributes)} = {limits.MaxAttributes} attributes",
        DecodeIssue.TooManyEvents => $"more than {nameof(ProtocolLimits.MaxEvents)} = {limits.MaxEvents} events",
        DecodeIssue.TooManyLinks => $"more than {nameof(ProtocolLimits.MaxLinks)} = {limits.MaxLinks} links",
        DecodeIssue.TooManyBuckets => $"more than {nameof(ProtocolLimits.MaxBuckets)} = {limits.MaxBuckets} buckets, bounds or quantiles",
        DecodeIssue.BucketCountMismatch => "bucket_counts must have one element more than explicit_bounds, or both must be empty",
        DecodeIssue.BoundsNotIncreasing => "explicit_bounds must be strictly increasing",
        DecodeIssue.TextRepaired => "text was not valid UTF-8 and was repaired with U+FFFD",
        DecodeIssue.TextLeftOut => $"a name or schema_url of a resource or scope was longer than {nameof(ProtocolLimits.MaxNameBytes)} = {limits.MaxNameBytes} bytes and was left out",
        DecodeIssue.EndBeforeStart => "end_time_unix_nano is before start_time_unix_nano",
        DecodeIssue.TimeMissing => "a required time is missing",
        DecodeIssue.UnknownEnumNumber => "an enum number that cannot be kept was replaced by 0",
        DecodeIssue.LogTraceIdInvalid => "trace_id of a log record was not 16 bytes and was left out",
        DecodeIssue.LogSpanIdInvalid => "span_id of a log record was not 8 bytes and was left out",
        DecodeIssue.LinkLeftOut => "a link with trace_id not 16 or span_id not 8 bytes was left out and counted as dropped",
        DecodeIssue.ExemplarLeftOut => $"an exemplar with a time beyond the year 2262, an attribute over a limit, or beyond {nameof(ProtocolLimits.MaxExemplars)} = {limits.MaxExemplars} of its point was left out",
        DecodeIssue.ExemplarIdInvalid => "trace_id not 16 or span_id not 8 bytes in an exemplar was left out",
        _ => throw new ArgumentOutOfRangeException(nameof(issue), issue, null),
    };
}
