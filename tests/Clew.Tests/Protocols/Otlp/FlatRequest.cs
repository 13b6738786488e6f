using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;
using Resource = OpenTelemetry.Proto.Resource.V1.Resource;

namespace Clew.Tests.Protocols.Otlp;

/// <summary>
/// A request as the set of its records, each a request of its own with one resource, one scope and one item. What protobuf can say in two ways with one
/// meaning (an absent message and an empty one, two groups of one resource) is said in one.
/// </summary>
internal static class FlatRequest
{
    public static List<IMessage> Of(TracesData request)
    {
        var records = new List<IMessage>();
        foreach (var resource in request.ResourceSpans)
        {
            foreach (var scope in resource.ScopeSpans)
            {
                foreach (var span in scope.Spans)
                {
                    var copy = span.Clone();
                    copy.Status ??= new Status();
                    Fill(copy.Attributes);
                    copy.Events.ToList().ForEach(added => Fill(added.Attributes));
                    copy.Links.ToList().ForEach(link => Fill(link.Attributes));
                    records.Add(new ResourceSpans
                    {
                        Resource = Filled(resource.Resource),
                        SchemaUrl = resource.SchemaUrl,
                        ScopeSpans = { new ScopeSpans { Scope = Filled(scope.Scope), SchemaUrl = scope.SchemaUrl, Spans = { copy } } },
                    });
                }
            }
        }

        return Sorted(records);
    }

    public static List<IMessage> Of(LogsData request)
    {
        var records = new List<IMessage>();
        foreach (var resource in request.ResourceLogs)
        {
            foreach (var scope in resource.ScopeLogs)
            {
                foreach (var record in scope.LogRecords)
                {
                    var copy = record.Clone();
                    copy.Body ??= new AnyValue();
                    Fill(copy.Body);
                    Fill(copy.Attributes);
                    records.Add(new ResourceLogs
                    {
                        Resource = Filled(resource.Resource),
                        SchemaUrl = resource.SchemaUrl,
                        ScopeLogs = { new ScopeLogs { Scope = Filled(scope.Scope), SchemaUrl = scope.SchemaUrl, LogRecords = { copy } } },
                    });
                }
            }
        }

        return Sorted(records);
    }

    public static List<IMessage> Of(MetricsData request)
    {
        var records = new List<IMessage>();
        foreach (var resource in request.ResourceMetrics)
        {
            foreach (var scope in resource.ScopeMetrics)
            {
                foreach (var metric in scope.Metrics.SelectMany(PointsOf))
                {
                    records.Add(new ResourceMetrics
                    {
                        Resource = Filled(resource.Resource),
                        SchemaUrl = resource.SchemaUrl,
                        ScopeMetrics = { new ScopeMetrics { Scope = Filled(scope.Scope), SchemaUrl = scope.SchemaUrl, Metrics = { metric } } },
                    });
                }
            }
        }

        return Sorted(records);
    }

    /// <summary>Fails with the first record that only one side has.</summary>
    public static void ShouldBeSame(List<IMessage> actual, List<IMessage> expected)
    {
        foreach (var (got, wanted) in actual.Zip(expected))
        {
            if (!got.Equals(wanted))
            {
                got.ToString().ShouldBe(wanted.ToString());
                got.ToByteArray().ShouldBe(wanted.ToByteArray());
            }
        }

        actual.Count.ShouldBe(expected.Count);
    }

    private static IEnumerable<Metric> PointsOf(Metric metric)
    {
        var shell = metric.Clone();
        Fill(shell.Metadata);
        shell.ClearData();
        switch (metric.DataCase)
        {
            case Metric.DataOneofCase.Gauge:
                return metric.Gauge.DataPoints.Select(point => With(shell, one => one.Gauge = new Gauge { DataPoints = { Filled(point) } }));
            case Metric.DataOneofCase.Sum:
                return metric.Sum.DataPoints.Select(point => With(shell, one => one.Sum = new Sum
                {
                    DataPoints = { Filled(point) },
                    AggregationTemporality = metric.Sum.AggregationTemporality,
                    IsMonotonic = metric.Sum.IsMonotonic,
                }));
            case Metric.DataOneofCase.Histogram:
                return metric.Histogram.DataPoints.Select(point => With(shell, one => one.Histogram = new Histogram
                {
                    DataPoints = { Filled(point) },
                    AggregationTemporality = metric.Histogram.AggregationTemporality,
                }));
            case Metric.DataOneofCase.ExponentialHistogram:
                return metric.ExponentialHistogram.DataPoints.Select(point => With(shell, one => one.ExponentialHistogram = new ExponentialHistogram
                {
                    DataPoints = { Filled(point) },
                    AggregationTemporality = metric.ExponentialHistogram.AggregationTemporality,
                }));
            case Metric.DataOneofCase.Summary:
                return metric.Summary.DataPoints.Select(point => With(shell, one => one.Summary = new Summary { DataPoints = { Filled(point) } }));
            default:
                return [];
        }
    }

    private static Metric With(Metric shell, Action<Metric> set)
    {
        var metric = shell.Clone();
        set(metric);
        return metric;
    }

    private static NumberDataPoint Filled(NumberDataPoint point)
    {
        var copy = point.Clone();
        Fill(copy.Attributes);
        copy.Exemplars.ToList().ForEach(exemplar => Fill(exemplar.FilteredAttributes));
        return copy;
    }

    private static HistogramDataPoint Filled(HistogramDataPoint point)
    {
        var copy = point.Clone();
        Fill(copy.Attributes);
        copy.Exemplars.ToList().ForEach(exemplar => Fill(exemplar.FilteredAttributes));
        return copy;
    }

    private static ExponentialHistogramDataPoint Filled(ExponentialHistogramDataPoint point)
    {
        var copy = point.Clone();
        copy.Positive ??= new ExponentialHistogramDataPoint.Types.Buckets();
        copy.Negative ??= new ExponentialHistogramDataPoint.Types.Buckets();
        Fill(copy.Attributes);
        copy.Exemplars.ToList().ForEach(exemplar => Fill(exemplar.FilteredAttributes));
        return copy;
    }

    private static SummaryDataPoint Filled(SummaryDataPoint point)
    {
        var copy = point.Clone();
        Fill(copy.Attributes);
        return copy;
    }

    private static Resource Filled(Resource? resource)
    {
        var copy = resource?.Clone() ?? new Resource();
        Fill(copy.Attributes);
        return copy;
    }

    private static InstrumentationScope Filled(InstrumentationScope? scope)
    {
        var copy = scope?.Clone() ?? new InstrumentationScope();
        Fill(copy.Attributes);
        return copy;
    }

    private static void Fill(IEnumerable<KeyValue> pairs)
    {
        foreach (var pair in pairs)
        {
            pair.Value ??= new AnyValue();
            Fill(pair.Value);
        }
    }

    private static void Fill(AnyValue value)
    {
        if (value.ValueCase == AnyValue.ValueOneofCase.ArrayValue)
        {
            value.ArrayValue.Values.ToList().ForEach(Fill);
        }
        else if (value.ValueCase == AnyValue.ValueOneofCase.KvlistValue)
        {
            Fill(value.KvlistValue.Values);
        }
    }

    private static List<IMessage> Sorted(List<IMessage> records) => [.. records.OrderBy(record => Convert.ToHexString(record.ToByteArray()), StringComparer.Ordinal)];
}
