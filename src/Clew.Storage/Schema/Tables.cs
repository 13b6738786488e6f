using Clew.Storage.Writing;

namespace Clew.Storage.Schema;

/// <summary>The columns of each table as the writers fill them. A test compares them with what the migrations made.</summary>
internal static class Tables
{
    public const string AttributeMap = "Map(LowCardinality(String), String)";
    public const string Text = "String";
    public const string RepeatedText = "LowCardinality(String)";
    public const string Fingerprint = "FixedString(8)";
    public const string RepeatedFingerprint = "LowCardinality(FixedString(8))";
    public const string Time = "DateTime64(9, 'UTC')";

    private const string AnyText = "SimpleAggregateFunction(any, String)";
    private const string FirstTime = "SimpleAggregateFunction(min, DateTime64(9, 'UTC'))";

    private const string EventList =
        $"Array(Tuple(time Int64, name {RepeatedText}, attributes {AttributeMap}, attribute_types {RepeatedText}, dropped_attributes UInt32))";

    private const string LinkList =
        $"Array(Tuple(trace_id FixedString(16), span_id FixedString(8), trace_state String, flags UInt32, attributes {AttributeMap}, attribute_types {RepeatedText}, dropped_attributes UInt32))";

    public static readonly TableColumns Spans = new(
        "spans",
        ("tenant", RepeatedText),
        ("time", Time),
        ("trace_id", "FixedString(16)"),
        ("span_id", "FixedString(8)"),
        ("parent_span_id", "FixedString(8)"),
        ("trace_state", Text),
        ("flags", "UInt32"),
        ("service", RepeatedText),
        ("name", RepeatedText),
        ("kind", "UInt8"),
        ("status", "UInt8"),
        ("status_message", Text),
        ("duration", "Int64"),
        ("resource", RepeatedFingerprint),
        ("scope", RepeatedFingerprint),
        ("attributes", AttributeMap),
        ("attribute_types", RepeatedText),
        ("dropped_attributes", "UInt32"),
        ("events", EventList),
        ("dropped_events", "UInt32"),
        ("links", LinkList),
        ("dropped_links", "UInt32"),
        ("error_signature", "UInt64"),
        ("size", "UInt32"),
        ("shared", "UInt8"));

    public static readonly TableColumns Resources = new(
        "resources",
        ("tenant", RepeatedText),
        ("fingerprint", Fingerprint),
        ("service", RepeatedText),
        ("service_version", RepeatedText),
        ("environment", RepeatedText),
        ("namespace", RepeatedText),
        ("pod", Text),
        ("node", RepeatedText),
        ("region", RepeatedText),
        ("schema_url", RepeatedText),
        ("attributes", AttributeMap),
        ("attribute_types", RepeatedText),
        ("dropped_attributes", "UInt32"));

    public static readonly TableColumns Scopes = new(
        "scopes",
        ("tenant", RepeatedText),
        ("fingerprint", Fingerprint),
        ("name", RepeatedText),
        ("version", RepeatedText),
        ("schema_url", RepeatedText),
        ("attributes", AttributeMap),
        ("attribute_types", RepeatedText),
        ("dropped_attributes", "UInt32"));

    public static readonly TableColumns Logs = new(
        "logs",
        ("tenant", RepeatedText),
        ("time", Time),
        ("time_is_observed", "UInt8"),
        ("observed_time", "Int64"),
        ("trace_id", "FixedString(16)"),
        ("span_id", "FixedString(8)"),
        ("severity", "UInt8"),
        ("severity_text", RepeatedText),
        ("service", RepeatedText),
        ("resource", RepeatedFingerprint),
        ("scope", RepeatedFingerprint),
        ("event_name", RepeatedText),
        ("body", Text),
        ("body_type", "UInt8"),
        ("flags", "UInt32"),
        ("attributes", AttributeMap),
        ("attribute_types", RepeatedText),
        ("dropped_attributes", "UInt32"),
        ("template", "UInt64"),
        ("error_signature", "UInt64"));

    public static readonly TableColumns LogTemplates = new(
        "log_templates",
        ("tenant", RepeatedText),
        ("id", "UInt64"),
        ("text", AnyText),
        ("first_seen", FirstTime));

    public static readonly TableColumns ErrorSignatures = new(
        "error_signatures",
        ("tenant", RepeatedText),
        ("id", "UInt64"),
        ("type", AnyText),
        ("message", AnyText),
        ("frames", AnyText),
        ("first_seen", FirstTime));

    public static readonly TableColumns ArrayAttributes = new("array_attributes", ("tenant", RepeatedText), ("name", Text));

    public static readonly TableColumns MetricSeries = new(
        "metric_series",
        ("tenant", RepeatedText),
        ("name", RepeatedText),
        ("series", "UInt64"),
        ("kind", "UInt8"),
        ("unit", RepeatedText),
        ("description", RepeatedText),
        ("temporality", "UInt8"),
        ("monotonic", "UInt8"),
        ("service", RepeatedText),
        ("resource", RepeatedFingerprint),
        ("scope", RepeatedFingerprint),
        ("attributes", AttributeMap),
        ("attribute_types", RepeatedText),
        ("metadata", AttributeMap),
        ("metadata_types", RepeatedText));

    public static readonly TableColumns NumberPoints = new(
        "number_points",
        ("tenant", RepeatedText),
        ("series", "UInt64"),
        ("time", Time),
        ("start_time", "Int64"),
        ("flags", "UInt32"),
        ("type", "UInt8"),
        ("value", "Float64"),
        ("int_value", "Int64"));

    public static readonly TableColumns HistogramPoints = new(
        "histogram_points",
        ("tenant", RepeatedText),
        ("series", "UInt64"),
        ("time", Time),
        ("start_time", "Int64"),
        ("flags", "UInt32"),
        ("count", "UInt64"),
        ("parts", "UInt8"),
        ("sum", "Float64"),
        ("min", "Float64"),
        ("max", "Float64"),
        ("bounds", "Array(Float64)"),
        ("bucket_counts", "Array(UInt64)"));

    public static readonly TableColumns ExponentialHistogramPoints = new(
        "exponential_histogram_points",
        ("tenant", RepeatedText),
        ("series", "UInt64"),
        ("time", Time),
        ("start_time", "Int64"),
        ("flags", "UInt32"),
        ("count", "UInt64"),
        ("parts", "UInt8"),
        ("sum", "Float64"),
        ("min", "Float64"),
        ("max", "Float64"),
        ("scale", "Int32"),
        ("zero_count", "UInt64"),
        ("zero_threshold", "Float64"),
        ("positive_offset", "Int32"),
        ("positive_counts", "Array(UInt64)"),
        ("negative_offset", "Int32"),
        ("negative_counts", "Array(UInt64)"));

    public static readonly TableColumns SummaryPoints = new(
        "summary_points",
        ("tenant", RepeatedText),
        ("series", "UInt64"),
        ("time", Time),
        ("start_time", "Int64"),
        ("flags", "UInt32"),
        ("count", "UInt64"),
        ("sum", "Float64"),
        ("quantiles", "Array(Float64)"),
        ("values", "Array(Float64)"));

    public static readonly TableColumns Exemplars = new(
        "exemplars",
        ("tenant", RepeatedText),
        ("series", "UInt64"),
        ("point_time", Time),
        ("time", "Int64"),
        ("trace_id", "FixedString(16)"),
        ("span_id", "FixedString(8)"),
        ("type", "UInt8"),
        ("value", "Float64"),
        ("int_value", "Int64"),
        ("attributes", AttributeMap),
        ("attribute_types", RepeatedText));

    public static readonly TableColumns Changes = new(
        "service_changes",
        ("tenant", RepeatedText),
        ("time", Time),
        ("id", Text),
        ("kind", RepeatedText),
        ("service", RepeatedText),
        ("summary", Text),
        ("version", Text),
        ("author", Text),
        ("link", Text),
        ("attributes", AttributeMap));

    public static readonly TableColumns KubernetesObjects = new(
        "kubernetes_objects",
        ("tenant", RepeatedText),
        ("time", Time),
        ("version", "UInt64"),
        ("uid", Text),
        ("kind", RepeatedText),
        ("namespace", RepeatedText),
        ("name", Text),
        ("workload_kind", RepeatedText),
        ("workload", RepeatedText),
        ("service", RepeatedText),
        ("node", RepeatedText),
        ("phase", RepeatedText),
        ("deleted", "UInt8"),
        ("fields", AttributeMap));

    public static readonly TableColumns KubernetesEvents = new(
        "kubernetes_events",
        ("tenant", RepeatedText),
        ("time", Time),
        ("first_time", Time),
        ("version", "UInt64"),
        ("uid", Text),
        ("type", RepeatedText),
        ("reason", RepeatedText),
        ("message", Text),
        ("count", "UInt32"),
        ("kind", RepeatedText),
        ("namespace", RepeatedText),
        ("name", Text),
        ("object_uid", Text),
        ("field_path", RepeatedText),
        ("component", RepeatedText),
        ("node", RepeatedText),
        ("workload", RepeatedText),
        ("service", RepeatedText));

    public static readonly TableColumns Alerts = new(
        "source_alerts",
        ("tenant", RepeatedText),
        ("time", Time),
        ("end_time", "Int64"),
        ("updated", "Int64"),
        ("fingerprint", Text),
        ("status", "UInt8"),
        ("source", RepeatedText),
        ("name", RepeatedText),
        ("severity", RepeatedText),
        ("service", RepeatedText),
        ("summary", Text),
        ("link", Text),
        ("labels", AttributeMap),
        ("annotations", AttributeMap));

    public static readonly TableColumns Investigations = new(
        "investigations",
        ("tenant", RepeatedText),
        ("time", Time),
        ("id", Text),
        ("end_time", "Int64"),
        ("written", "Int64"),
        ("verdict", RepeatedText),
        ("service", RepeatedText),
        ("kind", RepeatedText),
        ("headline", Text),
        ("features", Text),
        ("report", Text));

    public static readonly TableColumns SamplingDecisions = new(
        "sampling_decisions",
        ("tenant", RepeatedText),
        ("time", Time),
        ("trace_id", "FixedString(16)"),
        ("kept", "UInt8"),
        ("explicit_drop", "UInt8"),
        ("policy", RepeatedText),
        ("head_count", "Float64"),
        ("tail_count", "Float64"));

    public static readonly TableColumns SamplingHours = new(
        "sampling_hours",
        ("tenant", RepeatedText),
        ("time", Time),
        ("spans_left", "UInt64"),
        ("decided_at", "DateTime64(3, 'UTC')"));

    public static readonly TableColumns SpanMinutes = new(
        "span_minutes",
        ("tenant", RepeatedText),
        ("minute", Time),
        ("service", RepeatedText),
        ("name", RepeatedText),
        ("kind", "UInt8"),
        ("status", "UInt8"),
        ("spans", "UInt64"),
        ("duration_sum", "Int64"),
        ("durations", "AggregateFunction(quantileTDigest, Int64)"),
        ("buckets", "Array(UInt64)"),
        ("slowest", "Int64"),
        ("slowest_trace", "FixedString(16)"),
        ("slowest_span", "FixedString(8)"),
        ("roll", "UInt64"),
        ("size_sum", "UInt64"));

    public static readonly TableColumns EdgeMinutes = new(
        "edge_minutes",
        ("tenant", RepeatedText),
        ("minute", Time),
        ("client", RepeatedText),
        ("server", RepeatedText),
        ("link", "UInt8"),
        ("calls", "UInt64"),
        ("failed", "UInt64"),
        ("callee_failed", "UInt64"),
        ("server_sum", "Int64"),
        ("server_buckets", "Array(UInt64)"),
        ("client_sum", "Int64"),
        ("client_buckets", "Array(UInt64)"),
        ("waiting_sum", "Int64"),
        ("waiting_buckets", "Array(UInt64)"),
        ("slowest", "Int64"),
        ("slowest_trace", "FixedString(16)"),
        ("slowest_span", "FixedString(8)"),
        ("roll", "UInt64"));

    /// <summary>Every table, those with telemetry partitioned by day first.</summary>
    public static readonly IReadOnlyList<TableColumns> All =
    [
        Spans, Logs, NumberPoints, HistogramPoints, ExponentialHistogramPoints, SummaryPoints, Exemplars, MetricSeries, Resources, Scopes, Changes,
        KubernetesObjects, KubernetesEvents, Alerts,
        Investigations,
        SamplingDecisions, SamplingHours,
        SpanMinutes, EdgeMinutes,
        LogTemplates, ErrorSignatures,
        ArrayAttributes,
    ];

    /// <summary>Tables with a partition per day and the column that time is in; retention works on them.</summary>
    public static readonly IReadOnlyList<(TableColumns Table, string TimeColumn)> ByDay =
    [
        (Spans, "time"), (Logs, "time"), (NumberPoints, "time"), (HistogramPoints, "time"), (ExponentialHistogramPoints, "time"),
        (SummaryPoints, "time"), (Exemplars, "point_time"), (KubernetesObjects, "time"), (KubernetesEvents, "time"), (Alerts, "time"),
        (SamplingDecisions, "time"), (SamplingHours, "time"),
        (SpanMinutes, "minute"), (EdgeMinutes, "minute"),
    ];
}
