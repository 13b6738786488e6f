using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Clew.Server.Tests.Redaction;

/// <summary>OTLP messages with something in every field.</summary>
internal static class PlantedOtlp
{
    public const ulong Time = 1_772_359_200_000_000_000;

    public static TracesData Traces() => new()
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                Resource = Resource(),
                SchemaUrl = "https://example.org/1",
                ScopeSpans =
                {
                    new ScopeSpans
                    {
                        Scope = Scope(),
                        SchemaUrl = "https://example.org/2",
                        Spans =
                        {
                            new Span
                            {
                                TraceId = Id(16),
                                SpanId = Id(8),
                                Name = "span",
                                TraceState = "vendor=1",
                                StartTimeUnixNano = Time,
                                EndTimeUnixNano = Time + 1_000,
                                Status = new OpenTelemetry.Proto.Trace.V1.Status { Message = "status" },
                                Attributes = { Pair("span.key", "span-value"), Pair("db.query.text", "SELECT 1"), Nested() },
                                Events = { new Span.Types.Event { Name = "event", TimeUnixNano = Time, Attributes = { Pair("event.key", "event-value") } } },
                                Links = { new Span.Types.Link { TraceId = Id(16), SpanId = Id(8), TraceState = "link=1", Attributes = { Pair("link.key", "link") } } },
                            },
                        },
                    },
                },
            },
        },
    };

    public static LogsData Logs() => new()
    {
        ResourceLogs =
        {
            new ResourceLogs
            {
                Resource = Resource(),
                SchemaUrl = "https://example.org/1",
                ScopeLogs =
                {
                    new ScopeLogs
                    {
                        Scope = Scope(),
                        LogRecords =
                        {
                            new LogRecord { TimeUnixNano = Time, SeverityText = "INFO", EventName = "event", Body = Text("body"), Attributes = { Pair("log.key", "log"), Nested() } },
                            new LogRecord { TimeUnixNano = Time, Body = Nested().Value },
                        },
                    },
                },
            },
        },
    };

    public static MetricsData Metrics() => new()
    {
        ResourceMetrics =
        {
            new ResourceMetrics
            {
                Resource = Resource(),
                ScopeMetrics =
                {
                    new ScopeMetrics
                    {
                        Scope = Scope(),
                        Metrics =
                        {
                            Named(new Metric { Gauge = new Gauge { DataPoints = { new NumberDataPoint { TimeUnixNano = Time, AsInt = 7, Attributes = { Pair("label", "of a gauge") }, Exemplars = { Exemplar() } } } } }),
                            Named(new Metric { Sum = new Sum { AggregationTemporality = AggregationTemporality.Cumulative, DataPoints = { new NumberDataPoint { TimeUnixNano = Time, AsInt = 7, Attributes = { Pair("label", "of a sum") } } } } }),
                            Named(new Metric
                            {
                                Histogram = new Histogram
                                {
                                    AggregationTemporality = AggregationTemporality.Delta,
                                    DataPoints = { new HistogramDataPoint { TimeUnixNano = Time, Count = 1, BucketCounts = { 1, 0 }, ExplicitBounds = { 1 }, Attributes = { Pair("label", "of a histogram") }, Exemplars = { Exemplar() } } },
                                },
                            }),
                            Named(new Metric
                            {
                                ExponentialHistogram = new ExponentialHistogram
                                {
                                    AggregationTemporality = AggregationTemporality.Delta,
                                    DataPoints = { new ExponentialHistogramDataPoint { TimeUnixNano = Time, Count = 1, ZeroCount = 1, Attributes = { Pair("label", "of one with exponents") }, Exemplars = { Exemplar() } } },
                                },
                            }),
                            Named(new Metric { Summary = new Summary { DataPoints = { new SummaryDataPoint { TimeUnixNano = Time, Count = 1, Attributes = { Pair("label", "of a summary") } } } } }),
                        },
                    },
                },
            },
        },
    };

    public static ByteString Id(int length) => ByteString.CopyFrom([.. Enumerable.Range(1, length).Select(i => (byte)i)]);

    /// <summary>OTLP/JSON: protobuf's own mapping, but for ids, which are hex, and for enums, which are numbers.</summary>
    public static string Json(IMessage message) => new JsonFormatter(JsonFormatter.Settings.Default.WithFormatEnumsAsIntegers(true)).Format(message)
        .Replace(Id(16).ToBase64(), Convert.ToHexString(Id(16).Span), StringComparison.Ordinal)
        .Replace(Id(8).ToBase64(), Convert.ToHexString(Id(8).Span), StringComparison.Ordinal);

    private static Metric Named(Metric metric)
    {
        (metric.Name, metric.Unit, metric.Description) = ("metric", "By", "described");
        metric.Metadata.Add(Pair("meta", "data"));
        return metric;
    }

    private static Exemplar Exemplar() => new() { TimeUnixNano = Time, AsInt = 7, FilteredAttributes = { Pair("exemplar.key", "exemplar") } };

    private static Resource Resource() => new() { Attributes = { Pair("service.name", "shop"), Pair("resource.key", "resource") } };

    private static InstrumentationScope Scope() => new() { Name = "scope", Version = "1", Attributes = { Pair("scope.key", "scope-value") } };

    private static KeyValue Pair(string key, string value) => new() { Key = key, Value = Text(value) };

    private static AnyValue Text(string value) => new() { StringValue = value };

    private static KeyValue Nested() => new()
    {
        Key = "nested",
        Value = new AnyValue { KvlistValue = new KeyValueList { Values = { Pair("inner", "text"), new KeyValue { Key = "list", Value = new AnyValue { ArrayValue = new ArrayValue { Values = { Text("one"), new AnyValue { BytesValue = ByteString.CopyFromUtf8("bytes") } } } } } } } },
    };
}
