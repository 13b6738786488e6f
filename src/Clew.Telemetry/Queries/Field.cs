namespace Clew.Telemetry;

/// <summary>Where a field of a record lives.</summary>
public enum FieldSource
{
    /// <summary>A fixed part of the record: <see cref="Field.Name"/> is one of <see cref="Intrinsics"/>.</summary>
    Intrinsic,

    /// <summary>An attribute of the record itself: span, log record or series.</summary>
    Attribute,

    Resource,

    /// <summary>An attribute of the instrumentation scope.</summary>
    Scope,

    /// <summary>An attribute of any of the span's events.</summary>
    Event,

    /// <summary>An attribute of any of the span's links.</summary>
    Link,

    /// <summary>An attribute in any of the places above.</summary>
    Anywhere,

    /// <summary>The type of an attribute of the record itself, as the letter of <see cref="AttributeType"/>; empty when it is not there. For grouping only.</summary>
    AttributeType,
}

/// <summary>Something of a record that conditions test and plans group by.</summary>
public readonly record struct Field(FieldSource Source, string Name)
{
    public static Field Intrinsic(string name) => new(FieldSource.Intrinsic, name);

    public override string ToString() => Source == FieldSource.Intrinsic ? Name : $"{Source.ToString().ToLowerInvariant()}.{Name}";
}

/// <summary>
/// Names of the fixed parts of records. Types: ids compare with hex text, times and durations with nanoseconds (int), kinds and statuses with
/// their OTLP number or lower-case name, the rest with text.
/// </summary>
public static class Intrinsics
{
    public const string Service = "service";
    public const string TraceId = "traceId";
    public const string SpanId = "spanId";

    /// <summary>When the record happened: span start, log time (observed time if unset), point time.</summary>
    public const string Time = "time";
    public const string ScopeName = "scopeName";
    public const string ScopeVersion = "scopeVersion";

    /// <summary>Fingerprint of the resource, for grouping; read its content from <see cref="ResultTable.Resources"/>.</summary>
    public const string ResourceFingerprint = "resourceFingerprint";

    /// <summary>Span name, or name of the metric.</summary>
    public const string Name = "name";
    public const string ParentSpanId = "parentSpanId";
    public const string Kind = "kind";
    public const string Status = "status";
    public const string StatusMessage = "statusMessage";
    public const string Duration = "duration";

    /// <summary>Of a span's duration the smallest whole number e for which it is at most 2^e nanoseconds; -1 when it is not above 0. For grouping only.</summary>
    public const string DurationExponent = "durationExponent";

    /// <summary>Names of a span's events (a condition holds when it holds for any of them); a log record's event name.</summary>
    public const string EventName = "eventName";
    public const string Severity = "severity";
    public const string SeverityText = "severityText";
    public const string Body = "body";

    /// <summary>Bytes of a log record's body as text, in UTF-8.</summary>
    public const string BodyLength = "bodyLength";

    /// <summary>Id of a log record's template as 16 hex digits; all zero when it has none.</summary>
    public const string Template = "template";

    /// <summary>Id of a span's or log record's error signature as 16 hex digits; all zero when it has none.</summary>
    public const string ErrorSignature = "errorSignature";

    /// <summary>A number point's value, as double.</summary>
    public const string Value = "value";
    public const string MetricKind = "metricKind";
    public const string SeriesFingerprint = "seriesFingerprint";
}
