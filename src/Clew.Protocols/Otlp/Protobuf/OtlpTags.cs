namespace Clew.Protocols.Otlp.Protobuf;

/// <summary>Field numbers and wire types of OTLP 1.11 (opentelemetry-proto, <c>common</c>, <c>resource</c>, <c>trace</c>, <c>logs</c>, <c>metrics</c> v1) as tags.</summary>
internal static class OtlpTags
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Length = 2;
    private const int Fixed32 = 5;

    /// <summary>Export*ServiceRequest and *Data, the same for all signals.</summary>
    internal static class Request
    {
        public const uint Resources = (1 << 3) | Length;
    }

    /// <summary>ResourceSpans, ResourceLogs, ResourceMetrics.</summary>
    internal static class ResourceGroup
    {
        public const uint Resource = (1 << 3) | Length;
        public const uint Scopes = (2 << 3) | Length;
        public const uint SchemaUrl = (3 << 3) | Length;
    }

    /// <summary>ScopeSpans, ScopeLogs, ScopeMetrics.</summary>
    internal static class ScopeGroup
    {
        public const uint Scope = (1 << 3) | Length;
        public const uint Items = (2 << 3) | Length;
        public const uint SchemaUrl = (3 << 3) | Length;
    }

    internal static class Resource
    {
        public const uint Attributes = (1 << 3) | Length;
        public const uint DroppedAttributes = (2 << 3) | Varint;
    }

    internal static class Scope
    {
        public const uint Name = (1 << 3) | Length;
        public const uint Version = (2 << 3) | Length;
        public const uint Attributes = (3 << 3) | Length;
        public const uint DroppedAttributes = (4 << 3) | Varint;
    }

    internal static class KeyValue
    {
        public const uint Key = (1 << 3) | Length;
        public const uint Value = (2 << 3) | Length;
    }

    internal static class AnyValue
    {
        public const uint String = (1 << 3) | Length;
        public const uint Bool = (2 << 3) | Varint;
        public const uint Int = (3 << 3) | Varint;
        public const uint Double = (4 << 3) | Fixed64;
        public const uint Array = (5 << 3) | Length;
        public const uint Map = (6 << 3) | Length;
        public const uint Bytes = (7 << 3) | Length;

        /// <summary>ArrayValue.values and KeyValueList.values.</summary>
        public const uint Values = (1 << 3) | Length;
    }

    internal static class Span
    {
        public const uint TraceId = (1 << 3) | Length;
        public const uint SpanId = (2 << 3) | Length;
        public const uint TraceState = (3 << 3) | Length;
        public const uint ParentSpanId = (4 << 3) | Length;
        public const uint Name = (5 << 3) | Length;
        public const uint Kind = (6 << 3) | Varint;
        public const uint StartTime = (7 << 3) | Fixed64;
        public const uint EndTime = (8 << 3) | Fixed64;
        public const uint Attributes = (9 << 3) | Length;
        public const uint DroppedAttributes = (10 << 3) | Varint;
        public const uint Events = (11 << 3) | Length;
        public const uint DroppedEvents = (12 << 3) | Varint;
        public const uint Links = (13 << 3) | Length;
        public const uint DroppedLinks = (14 << 3) | Varint;
        public const uint Status = (15 << 3) | Length;
        public const uint Flags = (16 << 3) | Fixed32;
    }

    internal static class Event
    {
        public const uint Time = (1 << 3) | Fixed64;
        public const uint Name = (2 << 3) | Length;
        public const uint Attributes = (3 << 3) | Length;
        public const uint DroppedAttributes = (4 << 3) | Varint;
    }

    internal static class Link
    {
        public const uint TraceId = (1 << 3) | Length;
        public const uint SpanId = (2 << 3) | Length;
        public const uint TraceState = (3 << 3) | Length;
        public const uint Attributes = (4 << 3) | Length;
        public const uint DroppedAttributes = (5 << 3) | Varint;
        public const uint Flags = (6 << 3) | Fixed32;
    }

    internal static class Status
    {
        public const uint Message = (2 << 3) | Length;
        public const uint Code = (3 << 3) | Varint;
    }

    internal static class LogRecord
    {
        public const uint Time = (1 << 3) | Fixed64;
        public const uint SeverityNumber = (2 << 3) | Varint;
        public const uint SeverityText = (3 << 3) | Length;
        public const uint Body = (5 << 3) | Length;
        public const uint Attributes = (6 << 3) | Length;
        public const uint DroppedAttributes = (7 << 3) | Varint;
        public const uint Flags = (8 << 3) | Fixed32;
        public const uint TraceId = (9 << 3) | Length;
        public const uint SpanId = (10 << 3) | Length;
        public const uint ObservedTime = (11 << 3) | Fixed64;
        public const uint EventName = (12 << 3) | Length;
    }

    internal static class Metric
    {
        public const uint Name = (1 << 3) | Length;
        public const uint Description = (2 << 3) | Length;
        public const uint Unit = (3 << 3) | Length;
        public const uint Gauge = (5 << 3) | Length;
        public const uint Sum = (7 << 3) | Length;
        public const uint Histogram = (9 << 3) | Length;
        public const uint ExponentialHistogram = (10 << 3) | Length;
        public const uint Summary = (11 << 3) | Length;
        public const uint Metadata = (12 << 3) | Length;
    }

    /// <summary>Gauge, Sum, Histogram, ExponentialHistogram and Summary, which agree where they overlap.</summary>
    internal static class MetricData
    {
        public const uint Points = (1 << 3) | Length;
        public const uint Temporality = (2 << 3) | Varint;
        public const uint Monotonic = (3 << 3) | Varint;
    }

    /// <summary>What all data points share.</summary>
    internal static class Point
    {
        public const uint StartTime = (2 << 3) | Fixed64;
        public const uint Time = (3 << 3) | Fixed64;
    }

    internal static class NumberPoint
    {
        public const uint AsDouble = (4 << 3) | Fixed64;
        public const uint Exemplars = (5 << 3) | Length;
        public const uint AsInt = (6 << 3) | Fixed64;
        public const uint Attributes = (7 << 3) | Length;
        public const uint Flags = (8 << 3) | Varint;
    }

    internal static class HistogramPoint
    {
        public const uint Count = (4 << 3) | Fixed64;
        public const uint Sum = (5 << 3) | Fixed64;
        public const uint BucketCounts = (6 << 3) | Fixed64;
        public const uint BucketCountsPacked = (6 << 3) | Length;
        public const uint Bounds = (7 << 3) | Fixed64;
        public const uint BoundsPacked = (7 << 3) | Length;
        public const uint Exemplars = (8 << 3) | Length;
        public const uint Attributes = (9 << 3) | Length;
        public const uint Flags = (10 << 3) | Varint;
        public const uint Min = (11 << 3) | Fixed64;
        public const uint Max = (12 << 3) | Fixed64;
    }

    internal static class ExponentialPoint
    {
        public const uint Attributes = (1 << 3) | Length;
        public const uint Count = (4 << 3) | Fixed64;
        public const uint Sum = (5 << 3) | Fixed64;
        public const uint Scale = (6 << 3) | Varint;
        public const uint ZeroCount = (7 << 3) | Fixed64;
        public const uint Positive = (8 << 3) | Length;
        public const uint Negative = (9 << 3) | Length;
        public const uint Flags = (10 << 3) | Varint;
        public const uint Exemplars = (11 << 3) | Length;
        public const uint Min = (12 << 3) | Fixed64;
        public const uint Max = (13 << 3) | Fixed64;
        public const uint ZeroThreshold = (14 << 3) | Fixed64;
    }

    internal static class Buckets
    {
        public const uint Offset = (1 << 3) | Varint;
        public const uint Counts = (2 << 3) | Varint;
        public const uint CountsPacked = (2 << 3) | Length;
    }

    internal static class SummaryPoint
    {
        public const uint Count = (4 << 3) | Fixed64;
        public const uint Sum = (5 << 3) | Fixed64;
        public const uint Quantiles = (6 << 3) | Length;
        public const uint Attributes = (7 << 3) | Length;
        public const uint Flags = (8 << 3) | Varint;
    }

    internal static class Quantile
    {
        public const uint At = (1 << 3) | Fixed64;
        public const uint Value = (2 << 3) | Fixed64;
    }

    internal static class Exemplar
    {
        public const uint Time = (2 << 3) | Fixed64;
        public const uint AsDouble = (3 << 3) | Fixed64;
        public const uint SpanId = (4 << 3) | Length;
        public const uint TraceId = (5 << 3) | Length;
        public const uint AsInt = (6 << 3) | Fixed64;
        public const uint Attributes = (7 << 3) | Length;
    }

    /// <summary>Export*ServiceResponse and Export*PartialSuccess.</summary>
    internal static class Response
    {
        public const uint PartialSuccess = (1 << 3) | Length;
        public const uint Rejected = (1 << 3) | Varint;
        public const uint ErrorMessage = (2 << 3) | Length;
    }
}
