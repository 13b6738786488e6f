using System.Text;
using Google.Protobuf;
using Google.Protobuf.Collections;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;
using Resource = OpenTelemetry.Proto.Resource.V1.Resource;

namespace Clew.Tests.Protocols.Otlp;

/// <summary>
/// Random requests that OTLP allows, every field of every message filled or not, with the awkward values: extreme numbers, empty texts, unset values,
/// deep nesting, reserved keys, text beyond the basic plane. The same seed and size give the same request.
/// </summary>
internal sealed class RandomRequests(int seed, int size)
{
    private static readonly string[] Texts = ["", "a", "service.name", "GET /cart", "\"quoted\\\"", "line\nbreak\t\u0001", "é", "日本語", "😀", "$bytes", "$$double", "null", "1", "\u007f\u0000", new string('x', 300)];
    private static readonly double[] Doubles = [0, -0.0, 1, -1.5, 1e300, -1e-300, double.MaxValue, double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.1, 1e21, 123456789];
    private static readonly long[] Longs = [0, 1, -1, 42, long.MaxValue, long.MinValue, 1L << 53, -(1L << 53) - 1];

    private readonly Random _random = new(seed);
    private readonly int _size = Math.Clamp(size, 1, 12);
    private ulong _nextPointTime = 1_544_712_660_300_000_000;

    public TracesData Traces()
    {
        var request = new TracesData();
        Repeat(() => request.ResourceSpans.Add(ResourceSpans()));
        return request;
    }

    public LogsData Logs()
    {
        var request = new LogsData();
        Repeat(() => request.ResourceLogs.Add(ResourceLogs()));
        return request;
    }

    public MetricsData Metrics()
    {
        var request = new MetricsData();
        Repeat(() => request.ResourceMetrics.Add(ResourceMetrics()));
        return request;
    }

    private ResourceSpans ResourceSpans()
    {
        var message = new ResourceSpans { Resource = Resource(), SchemaUrl = Text() };
        Repeat(() =>
        {
            var scope = new ScopeSpans { Scope = Scope(), SchemaUrl = Text() };
            Repeat(() => scope.Spans.Add(Span()));
            message.ScopeSpans.Add(scope);
        });
        return message;
    }

    private ResourceLogs ResourceLogs()
    {
        var message = new ResourceLogs { Resource = Resource(), SchemaUrl = Text() };
        Repeat(() =>
        {
            var scope = new ScopeLogs { Scope = Scope(), SchemaUrl = Text() };
            Repeat(() => scope.LogRecords.Add(Log()));
            message.ScopeLogs.Add(scope);
        });
        return message;
    }

    private ResourceMetrics ResourceMetrics()
    {
        var message = new ResourceMetrics { Resource = Resource(), SchemaUrl = Text() };
        Repeat(() =>
        {
            var scope = new ScopeMetrics { Scope = Scope(), SchemaUrl = Text() };
            Repeat(() => scope.Metrics.Add(Metric()));
            message.ScopeMetrics.Add(scope);
        });
        return message;
    }

    private Span Span()
    {
        var span = new Span
        {
            TraceId = Id(16),
            SpanId = Id(8),
            TraceState = Text(),
            ParentSpanId = Maybe() ? Id(8) : ByteString.Empty,
            Name = Text(),
            Kind = (Span.Types.SpanKind)(Maybe() ? _random.Next(6) : _random.Next(256)),
            StartTimeUnixNano = Time(),
            EndTimeUnixNano = Time(),
            DroppedAttributesCount = Number(),
            DroppedEventsCount = Number(),
            DroppedLinksCount = Number(),
            Flags = Number(),
        };
        Attributes(span.Attributes);
        Repeat(() =>
        {
            var added = new Span.Types.Event { TimeUnixNano = Time(), Name = Text(), DroppedAttributesCount = Number() };
            Attributes(added.Attributes);
            span.Events.Add(added);
        });
        Repeat(() =>
        {
            var link = new Span.Types.Link
            {
                TraceId = Maybe() ? Id(16) : ByteString.Empty,
                SpanId = Maybe() ? Id(8) : ByteString.Empty,
                TraceState = Text(),
                DroppedAttributesCount = Number(),
                Flags = Number(),
            };
            Attributes(link.Attributes);
            span.Links.Add(link);
        });
        if (Maybe())
        {
            span.Status = new Status { Message = Text(), Code = (Status.Types.StatusCode)_random.Next(4) };
        }

        return span;
    }

    private LogRecord Log()
    {
        var record = new LogRecord
        {
            TimeUnixNano = Time(),
            ObservedTimeUnixNano = Time(),
            SeverityNumber = (SeverityNumber)_random.Next(25),
            SeverityText = Text(),
            DroppedAttributesCount = Number(),
            Flags = Number(),
            TraceId = Maybe() ? Id(16) : ByteString.Empty,
            SpanId = Maybe() ? Id(8) : ByteString.Empty,
            EventName = Text(),
        };
        if (Maybe())
        {
            record.Body = Value(0);
        }

        Attributes(record.Attributes);
        return record;
    }

    private Metric Metric()
    {
        var metric = new Metric { Name = Text(), Description = Text(), Unit = Text() };
        Attributes(metric.Metadata);
        var temporality = (AggregationTemporality)_random.Next(4);
        switch (_random.Next(6))
        {
            case 0:
                metric.Gauge = new Gauge();
                Repeat(() => metric.Gauge.DataPoints.Add(NumberPoint()));
                break;
            case 1:
                metric.Sum = new Sum { AggregationTemporality = temporality, IsMonotonic = Maybe() };
                Repeat(() => metric.Sum.DataPoints.Add(NumberPoint()));
                break;
            case 2:
                metric.Histogram = new Histogram { AggregationTemporality = temporality };
                Repeat(() => metric.Histogram.DataPoints.Add(HistogramPoint()));
                break;
            case 3:
                metric.ExponentialHistogram = new ExponentialHistogram { AggregationTemporality = temporality };
                Repeat(() => metric.ExponentialHistogram.DataPoints.Add(ExponentialPoint()));
                break;
            case 4:
                metric.Summary = new Summary();
                Repeat(() => metric.Summary.DataPoints.Add(SummaryPoint()));
                break;
            default:
                break;
        }

        return metric;
    }

    private NumberDataPoint NumberPoint()
    {
        var point = new NumberDataPoint { StartTimeUnixNano = Time(), TimeUnixNano = _nextPointTime++, Flags = Number() };
        switch (_random.Next(3))
        {
            case 0:
                point.AsDouble = Double();
                break;
            case 1:
                point.AsInt = Long();
                break;
            default:
                break;
        }

        Attributes(point.Attributes);
        Repeat(() => point.Exemplars.Add(Exemplar()));
        return point;
    }

    private HistogramDataPoint HistogramPoint()
    {
        var point = new HistogramDataPoint { StartTimeUnixNano = Time(), TimeUnixNano = _nextPointTime++, Flags = Number(), Count = (ulong)Long() };
        if (Maybe())
        {
            point.Sum = Double();
            point.Min = Double();
        }

        if (Maybe())
        {
            point.Max = Double();
        }

        var bounds = _random.Next(_size);
        for (var i = 0; i < bounds; i++)
        {
            point.ExplicitBounds.Add((i * 2.5) - 3);
        }

        for (var i = 0; i <= bounds && (bounds > 0 || Maybe()); i++)
        {
            point.BucketCounts.Add((ulong)Long());
        }

        Attributes(point.Attributes);
        Repeat(() => point.Exemplars.Add(Exemplar()));
        return point;
    }

    private ExponentialHistogramDataPoint ExponentialPoint()
    {
        var point = new ExponentialHistogramDataPoint
        {
            StartTimeUnixNano = Time(),
            TimeUnixNano = _nextPointTime++,
            Flags = Number(),
            Count = (ulong)Long(),
            Scale = (int)Long(),
            ZeroCount = (ulong)Long(),
            ZeroThreshold = Double(),
        };
        if (Maybe())
        {
            point.Sum = Double();
            point.Max = Double();
        }

        if (Maybe())
        {
            point.Min = Double();
        }

        point.Positive = Buckets();
        point.Negative = Buckets();
        Attributes(point.Attributes);
        Repeat(() => point.Exemplars.Add(Exemplar()));
        return point;
    }

    private ExponentialHistogramDataPoint.Types.Buckets? Buckets()
    {
        if (Maybe())
        {
            return null;
        }

        var buckets = new ExponentialHistogramDataPoint.Types.Buckets { Offset = (int)Long() };
        Repeat(() => buckets.BucketCounts.Add((ulong)Long()));
        return buckets;
    }

    private SummaryDataPoint SummaryPoint()
    {
        var point = new SummaryDataPoint { StartTimeUnixNano = Time(), TimeUnixNano = _nextPointTime++, Flags = Number(), Count = (ulong)Long(), Sum = Double() };
        Repeat(() => point.QuantileValues.Add(new SummaryDataPoint.Types.ValueAtQuantile { Quantile = _random.NextDouble(), Value = Double() }));
        Attributes(point.Attributes);
        return point;
    }

    private Exemplar Exemplar()
    {
        var exemplar = new Exemplar
        {
            TimeUnixNano = Time(),
            TraceId = Maybe() ? Id(16) : ByteString.Empty,
            SpanId = Maybe() ? Id(8) : ByteString.Empty,
        };
        switch (_random.Next(3))
        {
            case 0:
                exemplar.AsDouble = Double();
                break;
            case 1:
                exemplar.AsInt = Long();
                break;
            default:
                break;
        }

        Attributes(exemplar.FilteredAttributes);
        return exemplar;
    }

    private Resource? Resource()
    {
        if (_random.Next(8) == 0)
        {
            return null;
        }

        var resource = new Resource { DroppedAttributesCount = Number() };
        Attributes(resource.Attributes);
        return resource;
    }

    private InstrumentationScope? Scope()
    {
        if (_random.Next(8) == 0)
        {
            return null;
        }

        var scope = new InstrumentationScope { Name = Text(), Version = Text(), DroppedAttributesCount = Number() };
        Attributes(scope.Attributes);
        return scope;
    }

    private void Attributes(RepeatedField<KeyValue> to) => Repeat(() => to.Add(Pair(0)));

    private KeyValue Pair(int depth)
    {
        var pair = new KeyValue { Key = Text() };
        if (_random.Next(10) != 0)
        {
            pair.Value = Value(depth);
        }

        return pair;
    }

    private AnyValue Value(int depth)
    {
        var value = new AnyValue();
        switch (_random.Next(depth > 4 ? 6 : 8))
        {
            case 0:
                value.StringValue = Text();
                break;
            case 1:
                value.BoolValue = Maybe();
                break;
            case 2:
                value.IntValue = Long();
                break;
            case 3:
                value.DoubleValue = Double();
                break;
            case 4:
                var raw = new byte[_random.Next(20)];
                _random.NextBytes(raw);
                value.BytesValue = ByteString.CopyFrom(raw);
                break;
            case 5:
                break;
            case 6:
                value.ArrayValue = new ArrayValue();
                Repeat(() => value.ArrayValue.Values.Add(Value(depth + 1)));
                break;
            default:
                value.KvlistValue = new KeyValueList();
                Repeat(() => value.KvlistValue.Values.Add(Pair(depth + 1)));
                break;
        }

        return value;
    }

    private string Text()
    {
        if (Maybe())
        {
            return Texts[_random.Next(Texts.Length)];
        }

        var text = new StringBuilder();
        for (var left = _random.Next(12); left > 0; left--)
        {
            var rune = _random.Next(3) == 0 ? _random.Next(0x10000, 0x110000) : _random.Next(0xD800);
            text.Append(new Rune(rune));
        }

        return text.ToString();
    }

    private ByteString Id(int length)
    {
        var id = new byte[length];
        do
        {
            _random.NextBytes(id);
        }
        while (id.All(part => part == 0));

        return ByteString.CopyFrom(id);
    }

    private ulong Time() => _random.Next(6) switch
    {
        0 => 0,
        1 => long.MaxValue,
        2 => (ulong)_random.Next(),
        _ => 1_544_712_660_000_000_000 + (ulong)_random.Next(),
    };

    private uint Number() => _random.Next(4) switch
    {
        0 => 0,
        1 => uint.MaxValue,
        _ => (uint)_random.Next(1_000),
    };

    private double Double() => Maybe() ? Doubles[_random.Next(Doubles.Length)] : BitConverter.Int64BitsToDouble(_random.NextInt64() & ~(1L << 62));

    private long Long() => Maybe() ? Longs[_random.Next(Longs.Length)] : _random.NextInt64(long.MinValue, long.MaxValue);

    private bool Maybe() => _random.Next(2) == 0;

    /// <summary>0 to size times, mostly few, so that requests do not explode.</summary>
    private void Repeat(Action action)
    {
        for (var left = _random.Next(_random.Next(_size) + 2); left > 0; left--)
        {
            action();
        }
    }
}
