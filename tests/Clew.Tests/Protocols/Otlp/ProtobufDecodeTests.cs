using Clew.Protocols;
using Clew.Protocols.Otlp;
using Clew.Telemetry;
using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;
using Resource = OpenTelemetry.Proto.Resource.V1.Resource;

namespace Clew.Tests.Protocols.Otlp;

/// <summary>Single requests, written out, with what must become of them. Every field at random is in the round-trip properties.</summary>
public class ProtobufDecodeTests
{
    private const string TraceIdHex = "5b8efff798038103d269b633813fc60c";
    private const string SpanIdHex = "eee19b7ec3c1b174";

    private static readonly OtlpDecoder Decoder = new(ProtocolLimits.Default);

    [Fact]
    public void Span_fields_arrive()
    {
        var batch = new SpanBatch();
        var result = Decoder.DecodeProtobuf(OneSpan(NewSpan()).ToByteArray(), batch);

        result.ShouldSatisfyAllConditions(
            () => result.Status.ShouldBe(DecodeStatus.Ok),
            () => result.Accepted.ShouldBe(1),
            () => result.Rejected.ShouldBe(0),
            () => result.Explanation.ShouldBeEmpty());
        var span = batch[0];
        span.TraceId.ToString().ShouldBe(TraceIdHex);
        span.SpanId.ToString().ShouldBe(SpanIdHex);
        span.Name.ShouldBe("GET /cart");
        span.Kind.ShouldBe(Clew.Telemetry.SpanKind.Server);
        span.Service.ShouldBe("cart");
        span.DurationNanoseconds.ShouldBe(500);
        span.Attributes.Find("http.response.status_code").ShouldBe(new AttributeValue(AttributeType.Int, "503"));
        span.Attributes.Find("nested")!.Value.Text.ShouldBe("""[1,1.0,"a\"b",{"$bytes":"AQI="},{"$double":"NaN"},null,{"$$x":true}]""");
        span.EventCount.ShouldBe(1);
        span.Event(0).Name.ShouldBe("exception");
        span.LinkCount.ShouldBe(1);
        span.Link(0).SpanId.ToString().ShouldBe(SpanIdHex);
        span.Resource.SchemaUrl.ShouldBe("https://opentelemetry.io/schemas/1.44.0");
        span.Scope.Name.ShouldBe("lib");
    }

    [Fact]
    public void Bad_spans_are_refused_alone()
    {
        var noTrace = NewSpan();
        noTrace.TraceId = ByteString.Empty;
        var shortSpanId = NewSpan();
        shortSpanId.SpanId = ByteString.CopyFrom(1, 2, 3);
        var farFuture = NewSpan();
        farFuture.EndTimeUnixNano = ulong.MaxValue;
        var batch = new SpanBatch();

        var result = Decoder.DecodeProtobuf(OneSpan(noTrace, NewSpan(), shortSpanId, farFuture, NewSpan()).ToByteArray(), batch);

        result.Accepted.ShouldBe(2);
        result.Rejected.ShouldBe(3);
        result.RejectionReasons.ShouldBe(
            [
                new CountedReason("trace_id is missing or all zero", 1),
                new CountedReason("span_id must be 8 bytes (16 hex digits in JSON)", 1),
                new CountedReason("a time lies beyond the year 2262", 1),
            ]);
        batch.Count.ShouldBe(2);
        batch.Events.Count.ShouldBe(2);
        batch.ResourceIndexes.Values.ToArray().ShouldBe([0, 0]);
    }

    [Fact]
    public void Truncated_requests_leave_the_batch_as_it_was()
    {
        var bytes = OneSpan(NewSpan(), NewSpan()).ToByteArray();
        var batch = new SpanBatch();
        Decoder.DecodeProtobuf(bytes, batch).Accepted.ShouldBe(2);

        var result = Decoder.DecodeProtobuf(bytes.AsSpan(0, bytes.Length - 1), batch);

        result.Status.ShouldBe(DecodeStatus.Malformed);
        result.Error.ShouldNotBeNullOrEmpty();
        batch.Count.ShouldBe(2);
        batch.Resources.Count.ShouldBe(1);
        batch.Scopes.Count.ShouldBe(1);
    }

    [Fact]
    public void Log_with_invalid_ids_is_kept_without_them()
    {
        var record = new LogRecord { TraceId = ByteString.CopyFrom(1, 2), SpanId = ByteString.CopyFrom(3), TimeUnixNano = 7, SeverityNumber = (SeverityNumber)17 };
        record.Body = new AnyValue { StringValue = "disk full" };
        var request = new LogsData { ResourceLogs = { new ResourceLogs { ScopeLogs = { new ScopeLogs { LogRecords = { record } } } } } };
        var batch = new LogBatch();

        var result = Decoder.DecodeProtobuf(request.ToByteArray(), batch);

        result.Accepted.ShouldBe(1);
        result.Warnings.Count.ShouldBe(2);
        batch[0].TraceId.IsEmpty.ShouldBeTrue();
        batch[0].Body.ShouldBe(new AttributeValue(AttributeType.String, "disk full"));
        batch[0].Severity.ShouldBe((byte)17);
        batch[0].Service.ShouldBe("unknown_service");
    }

    [Fact]
    public void Histogram_with_exemplar_arrives()
    {
        var point = new HistogramDataPoint
        {
            TimeUnixNano = 9,
            Count = 3,
            Sum = 4.5,
            BucketCounts = { 1, 2 },
            ExplicitBounds = { 0.5 },
            Exemplars = { new Exemplar { AsInt = 4, TimeUnixNano = 8, TraceId = ByteString.CopyFrom(Convert.FromHexString(TraceIdHex)) } },
        };
        var mismatched = new HistogramDataPoint { TimeUnixNano = 9, BucketCounts = { 1, 2 } };
        var metric = new Metric { Name = "h", Histogram = new Histogram { DataPoints = { point, mismatched }, AggregationTemporality = AggregationTemporality.Delta } };
        var request = new MetricsData { ResourceMetrics = { new ResourceMetrics { ScopeMetrics = { new ScopeMetrics { Metrics = { metric } } } } } };
        var batch = new MetricBatch();

        var result = Decoder.DecodeProtobuf(request.ToByteArray(), batch);

        result.Accepted.ShouldBe(1);
        result.RejectionReasons.ShouldHaveSingleItem().Reason.ShouldStartWith("bucket_counts must have");
        batch.Histograms.BucketCounts[0].ToArray().ShouldBe([1UL, 2UL]);
        batch.Histograms.Parts[0].ShouldBe(HistogramParts.Sum);
        batch.Exemplars.Ints[0].ShouldBe(4);
        batch.Exemplars.SeriesIndexes[0].ShouldBe(0);
        batch.Series[0].Temporality.ShouldBe(Temporality.Delta);
    }

    private static TracesData OneSpan(params Span[] spans) => new()
    {
        ResourceSpans =
        {
            new ResourceSpans
            {
                Resource = new Resource { Attributes = { new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = "cart" } } } },
                SchemaUrl = "https://opentelemetry.io/schemas/1.44.0",
                ScopeSpans = { new ScopeSpans { Scope = new InstrumentationScope { Name = "lib" }, Spans = { spans } } },
            },
        },
    };

    private static Span NewSpan() => new()
    {
        TraceId = ByteString.CopyFrom(Convert.FromHexString(TraceIdHex)),
        SpanId = ByteString.CopyFrom(Convert.FromHexString(SpanIdHex)),
        Name = "GET /cart",
        Kind = Span.Types.SpanKind.Server,
        StartTimeUnixNano = 1_000,
        EndTimeUnixNano = 1_500,
        Attributes =
        {
            new KeyValue { Key = "http.response.status_code", Value = new AnyValue { IntValue = 503 } },
            new KeyValue
            {
                Key = "nested",
                Value = new AnyValue
                {
                    ArrayValue = new ArrayValue
                    {
                        Values =
                        {
                            new AnyValue { IntValue = 1 },
                            new AnyValue { DoubleValue = 1 },
                            new AnyValue { StringValue = "a\"b" },
                            new AnyValue { BytesValue = ByteString.CopyFrom(1, 2) },
                            new AnyValue { DoubleValue = double.NaN },
                            new AnyValue(),
                            new AnyValue { KvlistValue = new KeyValueList { Values = { new KeyValue { Key = "$x", Value = new AnyValue { BoolValue = true } } } } },
                        },
                    },
                },
            },
        },
        Events = { new Span.Types.Event { Name = "exception", TimeUnixNano = 1_200 } },
        Links = { new Span.Types.Link { TraceId = ByteString.CopyFrom(Convert.FromHexString(TraceIdHex)), SpanId = ByteString.CopyFrom(Convert.FromHexString(SpanIdHex)) } },
    };
}
